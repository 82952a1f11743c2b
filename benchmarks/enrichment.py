"""Reading texts: 17-word comments a second through all steps, with one and two processes, beside VADER alone."""

import multiprocessing
import os
import random
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from uuid import UUID

import django

TEXTS = int(os.environ.get("BENCH_TEXTS", "1000"))
PROCESSES = (1, 2)
WORDS = (
    *("the", "my", "your", "service", "delivery", "internet", "bill", "agent", "was", "is", "not", "very", "slow"),
    *("great", "late", "kind", "broken", "helpful", "again", "still", "and", "because", "when", "after", "before"),
    *("router", "order", "app", "store", "phone", "called", "waited", "paid", "fixed", "told", "asked", "two", "day"),
)


def comments(count: int, seed: int) -> list[str]:
    """Return comments of 17 words, all different, so that no cache helps."""
    dice = random.Random(seed)
    return [" ".join(dice.choices(WORDS, k=17)).capitalize() + "." for _ in range(count)]


def read_all(seed: int) -> tuple[float, float, float]:
    """Read TEXTS comments with all steps in this process; return CPU and wall seconds and the largest MiB."""
    from insights.enrichment.reading import reading_of  # noqa: PLC0415  # Django is set up in main
    from insights.enrichment.steps import run_steps  # noqa: PLC0415

    readings = [reading_of(UUID(int=0), text) for text in comments(TEXTS, seed)]
    run_steps(readings[:5])
    began, began_wall = time.process_time(), time.monotonic()
    for start in range(0, TEXTS, 128):
        run_steps(readings[start : start + 128])
    return (
        time.process_time() - began,
        time.monotonic() - began_wall,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def vader_seconds() -> float:
    """Return CPU seconds of the lexicon alone on the same comments."""
    from insights.enrichment.sentiment_features import lexicon  # noqa: PLC0415

    texts, judge = comments(TEXTS, 0), lexicon()
    began = time.process_time()
    for text in texts:
        judge.polarity_scores(text)
    return time.process_time() - began


def main() -> None:
    """Print a Markdown section."""
    django.setup()
    vader = TEXTS / vader_seconds()
    print("## Reading texts\n")
    print(f"{TEXTS} comments of 17 words a process, all steps. CPU time, as other work may share the machine.\n")
    print("| what | texts a second | of one core | against VADER alone | largest process |")
    print("|---|---|---|---|---|")
    print(f"| VADER alone, one process | {vader:,.0f} | {vader:,.0f} | 1 | |")
    for processes in PROCESSES:
        with ProcessPoolExecutor(
            processes, mp_context=multiprocessing.get_context("spawn"), initializer=django.setup
        ) as pool:
            found = list(pool.map(read_all, range(processes)))
        each = TEXTS * processes / sum(seconds for seconds, _, _ in found)
        total = sum(TEXTS / wall for _, wall, _ in found)
        memory = max(size for _, _, size in found)
        print(
            f"| all steps, {processes} process{'es' if processes > 1 else ''} | {total:,.0f} | {each:,.0f} "
            f"| {each / vader:.3f} | {memory:,.0f} MiB |"
        )


if __name__ == "__main__":
    main()
