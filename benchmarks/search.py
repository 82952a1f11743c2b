"""Search of a million texts: by words, by meaning, both, like another, narrowed down; each asked for the first time."""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks._facts import ROWS, generate

ASKED = 100
Ask = Callable[[int], object]
_TOPICS = 400
_WORDS = 20_000  # of the made-up language; frequencies as Zipf has them


def main() -> None:
    """Print the table."""
    generate()
    _fill()
    print(f"## Search of {ROWS:,} texts\n")
    print(f"Each of {ASKED} questions differs from the others. Words of a made-up language with Zipf's frequencies,")
    print(f"vectors around {_TOPICS} centres. Nearest found: against an exact scan, of the ten nearest.\n")
    print(
        "CPU: of this process and of the server's, where it runs on this machine; a busy machine lengthens the rest.\n"
    )
    print("| question | CPU, mean | p50 | p95 | longest |")
    print("|---|---:|---:|---:|---:|")
    for name, ask in _questions():
        begun = _cpu()
        times = sorted(_timed(ask, number) for number in range(ASKED))
        p95 = times[-(-len(times) * 95 // 100) - 1]
        told = ((_cpu() - begun) * 1000 / ASKED, statistics.median(times), p95, times[-1])
        print(f"| {name} | {' | '.join(f'{value:.0f} ms' for value in told)} |", flush=True)
    print(f"\nOf the ten nearest, {_recall():.0%} were found.")


def _cpu() -> float:
    """Return the seconds of CPU that this process and its server process have used."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.is_file():
        return time.process_time()
    used = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return time.process_time() + sum(int(ticks) for ticks in used) / os.sysconf("SC_CLK_TCK")


def _timed(ask: Ask, number: int) -> float:
    begun = time.perf_counter()
    ask(number)
    return (time.perf_counter() - begun) * 1000


def _words(seed: int, count: int) -> str:
    """Return words of the made-up language, frequent ones more often."""
    dice = random.Random(seed)
    return " ".join(f"w{int(_WORDS ** dice.random())}" for _ in range(count))


def _vectors() -> Iterator[str]:
    import numpy as np  # noqa: PLC0415

    dice = np.random.default_rng(7)
    centres = dice.normal(size=(_TOPICS, 384))
    for _ in range(0, ROWS, 5_000):
        vectors = centres[dice.integers(0, _TOPICS, 5_000)] + dice.normal(size=(5_000, 384))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        for vector in vectors:
            yield "[" + ",".join(f"{number:.4f}" for number in vector) + "]"


def _fill() -> None:
    """Make the entries unless they are there, and build the index of meanings in one go."""
    from django.db import connection  # noqa: PLC0415  # Django is set up in generate

    from insights.enrichment import embed  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM insights_searchentry")
        if cursor.fetchone()[0] == ROWS:
            return
        cursor.execute('UPDATE insights_enrichment SET versions = \'{"names": "1"}\'')
        cursor.execute("DROP INDEX IF EXISTS search_meaning")
        cursor.execute("CREATE TEMP TABLE made (place bigint, words text, vector text)")
        with cursor.copy("COPY made FROM STDIN") as copied:
            for place, vector in zip(range(1, ROWS + 1), _vectors(), strict=False):
                copied.write_row((place, _words(place, 17), vector))
        cursor.execute(
            "INSERT INTO insights_searchentry (feedback_id, occurred_at, facets, language, words, vector, encoder) "
            "SELECT f.id, f.occurred_at, search_facets(f), 'en', setweight(to_tsvector('english', m.words), 'A'), "
            "m.vector::halfvec(384), %s FROM made m JOIN insights_feedback f ON f.id = md5('f' || m.place)::uuid",
            [embed.version()],
        )
        cursor.execute("SET maintenance_work_mem = '2GB'")
        cursor.execute(
            "CREATE INDEX search_meaning ON insights_searchentry "
            "USING hnsw (vector halfvec_ip_ops) WITH (m = 16, ef_construction = 64)"
        )
        for table in ("searchentry", "enrichment"):
            cursor.execute(f"VACUUM ANALYZE insights_{table}")


def _questions() -> list[tuple[str, Ask]]:
    from insights.access.search import Mode, Wish, find  # noqa: PLC0415
    from insights.metrics.viewer import EVERYTHING, Viewer  # noqa: PLC0415

    team = Viewer(may_read_rows=True, only={"team": ("team 7",)})
    keys = _keys()

    def by(
        words: Callable[[int], str], mode: Mode, viewer: Viewer = EVERYTHING, **more: Any
    ) -> Callable[[int], object]:
        return lambda number: find(Wish(text=words(number), mode=mode, **more), viewer)

    region = Viewer(may_read_rows=True, only={"region": ("region 3",)})
    week = {"since": datetime(2026, 1, 5, tzinfo=UTC), "until": datetime(2026, 1, 12, tzinfo=UTC)}
    rare = lambda number: f"w{4_000 + number * 37}"  # noqa: E731
    frequent = lambda number: f"w{2 + number}"  # noqa: E731
    two = lambda number: f"w{20 + number} w{300 + number}"  # noqa: E731
    return [
        ("a rare word", by(rare, "WORDS")),
        ("a frequent word", by(frequent, "WORDS")),
        ("two words", by(two, "WORDS")),
        ("by meaning", by(two, "MEANING")),
        ("words and meaning", by(two, "BOTH")),
        ("words and meaning, one channel", by(two, "BOTH", filters={"channel": ["CHAT"]})),
        ("words and meaning, within the limits of one region of 11", by(two, "BOTH", region)),
        ("words and meaning, within the limits of one team of 40", by(two, "BOTH", team)),
        ("words and meaning, one agent of 400", by(two, "BOTH", filters={"agent": ["agent 7"]})),
        ("words and meaning, one topic of 60", by(two, "BOTH", filters={"topic": ["topic-3-7"]})),
        ("words and meaning, one week of 51", by(two, "BOTH", **week)),
        ("more like this", lambda number: find(Wish(like=keys[number]), EVERYTHING)),
    ]


def _keys() -> list[UUID]:
    from insights.models import SearchEntry  # noqa: PLC0415

    return list(SearchEntry.objects.order_by("feedback_id").values_list("pk", flat=True)[:ASKED])


def _recall() -> float:
    """Return the share of the exactly ten nearest that `like` finds among its first ten."""
    from django.db import connection, transaction  # noqa: PLC0415

    from insights.access.search import Wish, find  # noqa: PLC0415
    from insights.metrics.viewer import EVERYTHING  # noqa: PLC0415

    found, asked = 0, _keys()[:10]
    for key in asked:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_indexscan = off")
            cursor.execute(
                "SELECT s.feedback_id FROM insights_searchentry s, insights_searchentry one "
                "WHERE one.feedback_id = %s AND s.feedback_id <> one.feedback_id "
                "ORDER BY s.vector <#> one.vector LIMIT 10",
                [key],
            )
            exact = {row[0] for row in cursor.fetchall()}
        found += len(exact & {hit.feedback for hit in find(Wish(like=key, limit=10), EVERYTHING).hits})
    return found / (10 * len(asked))


if __name__ == "__main__":
    main()
