"""Reading texts: comments and conversations a second, with one and two processes, step by step, beside VADER alone."""

import multiprocessing
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import django

from benchmarks._scratch import scratch
from benchmarks._texts import KINDS, readings, store

COUNTS = {"comment": 1024, "two": 512, "conversation": 128}  # for each process
MOST = int(os.environ.get("BENCH_TEXTS", "1000000"))  # fewer, for a try
BATCH = 128
PROCESSES = (1, 2)
GOALS = {"comment": "800", "two": "", "conversation": "60"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process did, in seconds, and how large it became."""

    texts: int
    began: float
    ended: float
    used: float
    mebibytes: float
    steps: dict[str, float]


def _count(kind: str) -> int:
    return min(COUNTS[kind], MOST)


@contextmanager
def _measured(texts: int, found: list[Measured], steps: dict[str, float]) -> Iterator[None]:
    began, used = time.monotonic(), time.process_time()
    yield
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    found.append(Measured(texts, began, time.monotonic(), time.process_time() - used, size, steps))


def read_in_memory(kind: str, seed: int) -> Measured:
    """Take out names and run all steps, without writing anything; by step, too."""
    from insights.enrichment import duplicates, names  # noqa: PLC0415  # Django is set up by then
    from insights.enrichment.reading import Finding, Reading  # noqa: PLC0415
    from insights.enrichment.steps import STEPS, run_steps  # noqa: PLC0415

    used: dict[str, float] = defaultdict(float)

    def timed(name: str, work: Callable[[], object]) -> object:
        began = time.process_time()
        told = work()
        used[name] += time.process_time() - began
        return told

    def read(some: list[Reading]) -> None:
        for reading in some:
            said = [one.text for one in reading.said]
            speakers = [one.speaker if one.turn is not None else "" for one in reading.said]
            timed(names.NAME, lambda said=said, speakers=speakers: names.hide_in_conversation(said, speakers, []))
        findings: object = [Finding() for _ in some]
        for step in STEPS:
            findings = timed(step.NAME, lambda step=step, findings=findings: step.read(some, findings))
        timed("near-duplicates' signature", lambda: [duplicates.signature(reading.text) for reading in some])

    waiting = readings(kind, _count(kind), seed)
    run_steps(readings(kind, 3, -1))
    found: list[Measured] = []
    with _measured(len(waiting), found, used):
        for start in range(0, len(waiting), BATCH):
            read(waiting[start : start + BATCH])
    return found[0]


def read_stored(kind: str, _seed: int) -> Measured:
    """Read what waits in the database, as a worker does, until nothing waits."""
    from django.utils import timezone  # noqa: PLC0415

    from insights.enrichment.pipeline import enrich_batch  # noqa: PLC0415
    from insights.enrichment.steps import run_steps, versions  # noqa: PLC0415

    versions()
    run_steps(readings(kind, 3, -1))
    found: list[Measured] = []
    texts = 0
    with _measured(0, found, {}):
        while claimed := enrich_batch(timezone.now(), BATCH // 2):
            texts += claimed
    one = found[0]
    return Measured(texts, one.began, one.ended, one.used, one.mebibytes, {})


def vader_seconds(count: int) -> float:
    """Return CPU seconds of the lexicon alone on the comments."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415

    judge, texts = SentimentIntensityAnalyzer(), [reading.text for reading in readings("comment", count, 0)]
    began = time.process_time()
    for text in texts:
        judge.polarity_scores(text)
    return time.process_time() - began


def _together(pool: ProcessPoolExecutor, work: Callable[[str, int], Measured], kind: str, many: int) -> list[Measured]:
    """Let so many processes begin as one."""
    return list(pool.map(work, [kind] * many, range(many)))


def _awake(_number: int) -> None:
    from insights.enrichment.encoder import encoder  # noqa: PLC0415

    encoder()
    time.sleep(2)  # so that each process takes one


def _row(name: str, found: list[Measured], before: float | None, goal: str) -> tuple[str, float]:
    texts, used = sum(one.texts for one in found), sum(one.used for one in found)
    wall = max(one.ended for one in found) - min(one.began for one in found)
    processes, each = len(found), texts / used
    scaled = "" if before is None else f"{each / before:.2f}"
    peak = max(one.mebibytes for one in found)
    return (
        f"| {name} | {processes} | {texts / wall:,.0f} | {each * processes:,.0f} | {goal if processes > 1 else ''} "
        f"| {scaled} | {peak:,.0f} MiB |",
        each,
    )


def _table(
    pool: ProcessPoolExecutor, title: str, work: Callable[[str, int], Measured], *, fill: bool
) -> dict[str, list[Measured]]:
    """Print one table; return what single processes did."""
    alone = {}
    print(f"\n{title}\n")
    print("| what | processes | a second, by the clock | by processor time | goal | a core, of one alone | largest |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for kind, (name, _) in KINDS.items():
        before = None
        for processes in PROCESSES:
            if fill:
                store(kind, _count(kind) * processes, processes)
            found = _together(pool, work, kind, processes)
            row, each = _row(name, found, before, GOALS[kind] if not fill else "")
            print(row, flush=True)
            before = each
            alone.setdefault(kind, found)
    return alone


def _steps(alone: dict[str, list[Measured]]) -> None:
    names = list(next(iter(alone.values()))[0].steps)
    print("\nProcessor time of one process, milliseconds for each, and its share:\n")
    print("| step | " + " | ".join(KINDS[kind][0] for kind in alone) + " |")
    print("|---|" + "---:|" * len(alone))
    for name in [*names, ""]:
        cells = []
        for found in alone.values():
            total = sum(found[0].steps.values())
            used = found[0].steps[name] if name else total
            cells.append(f"{used / found[0].texts * 1000:.2f} ({used / total:.0%})")
        print(f"| {name or '**all**'} | {' | '.join(cells)} |")


def main() -> None:
    """Print a Markdown section."""
    with scratch():
        from django.core.management import call_command  # noqa: PLC0415

        call_command("taxonomy", "load", stdout=sys.stderr)
        count = _count("comment")
        print("## Reading texts\n")
        print("Names and all steps, with the ready taxonomy; every text is another. `By processor time`: what as many")
        print("cores would do that nobody else uses; other work on the machine slows that down, too.")
        print(f"VADER alone judges {count / vader_seconds(count):,.0f} comments a second of one core.")
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(max(PROCESSES), mp_context=spawn, initializer=django.setup) as pool:
            list(pool.map(_awake, range(max(PROCESSES))))
            _steps(_table(pool, "Reading alone, as the goals count:", read_in_memory, fill=False))
            stored = "Stored texts, with everything that is written (PostgreSQL works on the same cores):"
            _table(pool, stored, read_stored, fill=True)


if __name__ == "__main__":
    main()
