"""Sessions of self-service told as events, as rows of the mart: each event by a bot or a phone menu is one."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from insights.mart.calendar import start_of_day
from insights.mart.schema import FEEDBACK, NEXT_CONTACT_WITHIN, SESSION
from insights.mart.statement import SELF_SERVED, UNTIL_PERSON

_TOLD = (
    "id", "source", "account", "customer", "person", "channel", "journey_stage", "segment", "region", "product",
    "seconds_to_person",
)  # fmt: skip
_SESSIONS = f"""
SELECT (extract(epoch FROM d.occurred_at) * 1000000)::bigint, d.id::text, d.source, d.account, d.customer_id::text,
    ('x' || right(replace(coalesce(d.customer_id, d.id)::text, '-', ''), 16))::bit(64)::bigint,
    d.channel, d.journey_stage, coalesce(k.segment, ''), coalesce(k.region, ''), coalesce(k.product, ''),
    {UNTIL_PERSON}
FROM insights_journeyevent d LEFT JOIN insights_customer k ON k.id = d.customer_id
"""  # noqa: S608 (all of it is ours)
_OF_DAYS = """
JOIN unnest(%(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS r (since, until)
    ON d.occurred_at >= r.since AND d.occurred_at < r.until
"""
_AT_ONCE = 20_000


def sessions_of_days(cursor: Any, runs: Sequence[tuple[date, date]], zone: str) -> Iterator[pa.RecordBatch]:
    """Yield the sessions on the company's days of all `runs` [since, until), shaped as the statement's rows are."""
    begins, ends = ([start_of_day(run[place], zone) for run in runs] for place in (0, 1))
    yield from _read(cursor, f"{_OF_DAYS} WHERE d.channel IN {SELF_SERVED}", {"begins": begins, "ends": ends})


def single_sessions(cursor: Any, ids: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield those of the ids that are sessions."""
    yield from _read(cursor, f"WHERE d.id = ANY(%(ids)s::uuid[]) AND d.channel IN {SELF_SERVED}", {"ids": list(ids)})


def _read(cursor: Any, which: str, given: dict[str, Any]) -> Iterator[pa.RecordBatch]:
    cursor.execute(_SESSIONS + which, given | {"within": NEXT_CONTACT_WITHIN})
    while rows := cursor.fetchmany(_AT_ONCE):
        columns = dict(zip(("occurred_at", *_TOLD), zip(*rows, strict=True), strict=True))
        yield pa.RecordBatch.from_arrays(
            [_column(field, columns, len(rows)) for field in _SHAPE], schema=pa.schema(_SHAPE)
        )


def _column(field: pa.Field, columns: dict[str, tuple[Any, ...]], count: int) -> pa.Array:
    if field.name in columns:
        return pa.array(columns[field.name], field.type)
    if field.nullable:
        return pa.nulls(count, field.type)
    value = SESSION if field.name == "kind" else "PENDING" if field.name == "enrichment_state" else ""
    return pa.array([value if pa.types.is_string(field.type) else False] * count, field.type)


def _shaped(field: pa.Field) -> pa.Field:
    """As COPY tells it: times as microseconds, lists as joined texts."""
    if field.name == "occurred_at":
        return pa.field(field.name, pa.int64(), nullable=False)
    return pa.field(field.name, pa.string()) if pa.types.is_list(field.type) else field


_ADDED = {"month", "occurred_on", "hour_started_at", "hour_of_day", "weekday", "exposed", "exposed_customers"}
_SHAPE = [_shaped(field) for field in FEEDBACK if field.name not in _ADDED]
