"""Seven questions asked of the engine, cold and warm, and in SQL of the same PostgreSQL with indexes, in one run."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any

from benchmarks._facts import ROWS, generate

REPEATS = 5
_ZONE = "'Europe/Berlin'"
_DAY = f"(f.occurred_at AT TIME ZONE {_ZONE})::date"


def _during(since: date, until: date) -> str:
    bounds = (f"'{day}'::timestamp AT TIME ZONE {_ZONE}" for day in (since, until))
    return "f.occurred_at >= {} AND f.occurred_at < {}".format(*bounds)


_YEAR = (date(2025, 6, 1), date(2026, 5, 27))
_QUARTER = (date(2026, 2, 1), date(2026, 5, 1))
_CONTACT = "f.kind = 'CONTACT' AND c.direction = 'INBOUND'"

_LINES = (  # each topic beside itself and all it stands under
    "WITH RECURSIVE lines AS (SELECT id AS topic_id, parent_id, key AS name FROM insights_topic UNION ALL "
    "SELECT l.topic_id, t.parent_id, t.key FROM lines l JOIN insights_topic t ON t.id = l.parent_id)"
)

# title, question, the same in SQL: value, n and distinct customers of each row
QUESTIONS: tuple[tuple[str, dict[str, Any], str], ...] = (
    (
        "a year of contacts by week and channel",
        {"metric": "contacts", "since": _YEAR[0], "until": _YEAR[1], "by": ("channel",), "bucket": "week"},
        f"SELECT f.channel, date_trunc('week', {_DAY}::timestamp), count(*), count(DISTINCT f.customer_id) "
        f"FROM insights_feedback f JOIN insights_contactfacts c ON c.feedback_id = f.id "
        f"WHERE {_during(*_YEAR)} AND {_CONTACT} GROUP BY 1, 2",
    ),
    (
        "89 days of NPS by day, one queue",
        {
            "metric": "nps",
            "since": _QUARTER[0],
            "until": _QUARTER[1],
            "bucket": "day",
            "filters": (("queue", ("queue 5",)),),
        },
        f"SELECT {_DAY}, avg(CASE WHEN s.value >= 9 THEN 100 WHEN s.value < 7 THEN -100 ELSE 0 END), count(*), "
        "count(DISTINCT f.customer_id) FROM insights_feedback f JOIN insights_score s ON s.feedback_id = f.id "
        f"WHERE {_during(*_QUARTER)} AND f.queue = 'queue 5' AND s.measure = 'NPS' GROUP BY 1",
    ),
    (
        "89 days of handle time by queue",
        {"metric": "aht_seconds", "since": _QUARTER[0], "until": _QUARTER[1], "by": ("queue",)},
        "SELECT f.queue, avg(c.talk_seconds + c.hold_seconds + c.wrap_up_seconds), count(*), "
        "count(DISTINCT f.customer_id) "
        "FROM insights_feedback f JOIN insights_contactfacts c ON c.feedback_id = f.id "
        f"WHERE {_during(*_QUARTER)} AND {_CONTACT} AND f.channel = 'VOICE' AND c.was_answered GROUP BY 1",
    ),
    (
        "89 days of repeat rate by week",
        {"metric": "repeat_rate", "since": _QUARTER[0], "until": _QUARTER[1], "bucket": "week"},
        "SELECT date_trunc('week', day), avg((gap <= interval '7 days')::int), count(*), count(DISTINCT customer_id) "
        f"FROM (SELECT {_DAY} AS day, f.occurred_at, f.customer_id, coalesce("
        "lead(f.occurred_at) OVER (PARTITION BY f.customer_id ORDER BY f.occurred_at, f.id) - f.occurred_at, 'infinity'"
        ") AS gap FROM insights_feedback f JOIN insights_contactfacts c ON c.feedback_id = f.id "
        f"WHERE {_during(_QUARTER[0], date(2026, 5, 8))} AND {_CONTACT}) f WHERE {_during(*_QUARTER)} GROUP BY 1",
    ),
    (
        "a year of CSAT by month and region",
        {"metric": "csat", "since": _YEAR[0], "until": _YEAR[1], "by": ("region",), "bucket": "month"},
        f"SELECT f.region, date_trunc('month', {_DAY}::timestamp), avg((s.value >= 4)::int * 100), count(*), "
        "count(DISTINCT f.customer_id) FROM insights_feedback f JOIN insights_score s ON s.feedback_id = f.id "
        f"WHERE {_during(*_YEAR)} AND s.measure = 'CSAT' GROUP BY 1, 2",
    ),
    (
        "89 days of contacts by topic and all it stands under",
        {"metric": "contacts", "since": _QUARTER[0], "until": _QUARTER[1], "by": ("topic",)},
        f"{_LINES} SELECT l.name, count(DISTINCT f.id), count(DISTINCT f.customer_id) FROM insights_feedback f "
        "JOIN insights_contactfacts c ON c.feedback_id = f.id JOIN insights_mention m ON m.feedback_id = f.id "
        f"JOIN lines l USING (topic_id) WHERE {_during(*_QUARTER)} AND {_CONTACT} GROUP BY 1",
    ),
    (
        "89 days of repeat rate by day, one topic and those below it",
        {
            "metric": "repeat_rate",
            "since": _QUARTER[0],
            "until": _QUARTER[1],
            "bucket": "day",
            "filters": (("topic", ("topic-2-3",)),),
        },
        f"{_LINES} SELECT day, avg((gap <= interval '7 days')::int), count(*), count(DISTINCT customer_id) "
        f"FROM (SELECT {_DAY} AS day, f.id, f.occurred_at, f.customer_id, coalesce("
        "lead(f.occurred_at) OVER (PARTITION BY f.customer_id ORDER BY f.occurred_at, f.id) - f.occurred_at, 'infinity'"
        ") AS gap FROM insights_feedback f JOIN insights_contactfacts c ON c.feedback_id = f.id "
        f"WHERE {_during(_QUARTER[0], date(2026, 5, 8))} AND {_CONTACT}) f WHERE {_during(*_QUARTER)} AND EXISTS ("
        "SELECT FROM insights_mention m JOIN lines l USING (topic_id) WHERE m.feedback_id = f.id "
        "AND l.name = 'topic-2-3') GROUP BY 1",
    ),
)


def seconds(ask: Callable[[], object]) -> float:
    """Return how long one call takes."""
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def median(ask: Callable[[], object]) -> float:
    """Return how long a call usually takes."""
    return statistics.median(seconds(ask) for _ in range(REPEATS))


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Let the engine find no kept answers, and keep none."""
    from insights.metrics import cache  # noqa: PLC0415  # Django is set up by now

    kept, saved = cache.load, cache.save
    cache.load, cache.save = (lambda *_, **__: {}), (lambda *_, **__: None)
    try:
        yield
    finally:
        cache.load, cache.save = kept, saved


def row(title: str, ask: Callable[[], object], ask_postgresql: Callable[[], object]) -> str:
    """Measure one question on both sides; return its row of the table."""
    with nothing_kept():
        first, warm = seconds(ask), median(ask)
    ask()
    again = median(ask)
    ask_postgresql()
    relational = median(ask_postgresql)
    return (
        f"| {title} | {first * 1000:.0f} ms | {warm * 1000:.0f} ms | {again * 1000:.1f} ms | "
        f"{relational * 1000:.0f} ms | {relational / warm:.1f} |"
    )


def main() -> None:
    """Print the table."""
    generate()
    from django.db import connection  # noqa: PLC0415  # Django is set up in generate
    from django.utils import timezone  # noqa: PLC0415

    from insights.mart import build  # noqa: PLC0415
    from insights.mart.engine import open_version  # noqa: PLC0415
    from insights.metrics.engine import answer  # noqa: PLC0415
    from insights.metrics.query import MetricQuery  # noqa: PLC0415
    from insights.metrics.viewer import EVERYTHING  # noqa: PLC0415

    now = timezone.now()
    if open_version() is None:
        build.rebuild_all(now)
    print(f"## Seven questions of {ROWS:,} feedback\n")
    print("The engine also gives intervals, sources, the total and the design effect; SQL gives value, n, customers.\n")
    print("| question | engine, first time | engine, warm | kept answer | SQL | SQL / engine |")
    print("|---|---:|---:|---:|---:|---:|")
    with connection.cursor() as cursor:
        for title, question, sql in QUESTIONS:
            ask = partial(answer, MetricQuery(**question), EVERYTHING, now=now)
            print(row(title, ask, partial(_fetched, cursor, sql)), flush=True)


def _fetched(cursor: Any, sql: str) -> object:
    cursor.execute(sql)
    return cursor.fetchall()


if __name__ == "__main__":
    main()
