"""The records that a statement is about, put aside first: PostgreSQL then knows how few they are and uses indexes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from insights.mart.calendar import start_of_day

_MAKE = (
    "DROP TABLE IF EXISTS mart_rows",
    "CREATE TEMPORARY TABLE mart_rows (id uuid, kind text, customer_id uuid, occurred_at timestamptz, about_id uuid)",
)
_FILL = "INSERT INTO mart_rows SELECT f.id, f.kind, f.customer_id, f.occurred_at, f.about_id FROM insights_feedback f "
_OF_DAYS = """
JOIN unnest(%(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS r (since, until)
    ON f.occurred_at >= r.since AND f.occurred_at < r.until
"""


def pick_days(cursor: Any, runs: Sequence[tuple[date, date]], zone: str) -> None:
    """Put aside the records of the company's days of all `runs` [since, until)."""
    begins, ends = ([start_of_day(run[place], zone) for run in runs] for place in (0, 1))
    _pick(cursor, _OF_DAYS, {"begins": begins, "ends": ends})


def pick_records(cursor: Any, ids: Sequence[str]) -> None:
    """Put aside single records."""
    _pick(cursor, "WHERE f.id = ANY(%(ids)s::uuid[])", {"ids": list(ids)})


def _pick(cursor: Any, which: str, given: dict[str, Any]) -> None:
    for statement in _MAKE:
        cursor.execute(statement)
    cursor.execute(_FILL + which, given)
    cursor.execute("ANALYZE mart_rows")
