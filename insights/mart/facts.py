"""Facts of some days out of PostgreSQL as Arrow columns: one set-based statement, streamed through COPY."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from psycopg import Connection
from psycopg.sql import SQL
from pyarrow import csv

from insights.mart.calendar import days_between, hours_of_day, start_of_day
from insights.mart.schema import FEEDBACK, NEXT_CONTACT_WITHIN

_MEASURES = ("nps", "csat", "ces")
_PARTS = {
    "value": "value",
    "minimum": "scale_minimum",
    "maximum": "scale_maximum",
    "higher_is_better": "higher_is_better",
}
_SNAPSHOT = ("queue", "team", "agent")  # a survey's own, else those of the contact it is about (METRICS rule 7)
_CONTACT_FACTS = (
    "wait_seconds", "talk_seconds", "hold_seconds", "wrap_up_seconds", "first_response_seconds", "transfers",
    "was_answered", "was_abandoned", "was_escalated", "was_reopened", "company_says_solved",
)  # fmt: skip
_LOCAL = ("month", "occurred_on", "hour_started_at", "hour_of_day", "weekday")

# The next contact is looked up among the later contacts of the customers seen on these days: it may lie days ahead.
_STATEMENT = """
WITH day_rows AS (
    SELECT f.* FROM insights_feedback f
    JOIN unnest(%(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS r (since, until)
        ON f.occurred_at >= r.since AND f.occurred_at < r.until
),
first_scores AS (
    SELECT DISTINCT ON (s.feedback_id, s.measure) s.*
    FROM insights_score s JOIN day_rows d ON d.id = s.feedback_id
    WHERE s.measure <> 'OTHER'
    ORDER BY s.feedback_id, s.measure, s.position, s.id
),
scores AS (
    SELECT feedback_id, {scores_pivoted} FROM first_scores GROUP BY feedback_id
),
next_contacts AS (
    SELECT f.id, extract(epoch FROM lead(f.occurred_at) OVER same_customer - f.occurred_at) AS seconds
    FROM insights_feedback f LEFT JOIN insights_contactfacts c ON c.feedback_id = f.id
    WHERE f.kind = 'CONTACT' AND coalesce(c.direction, 'INBOUND') = 'INBOUND' AND f.occurred_at >= %(since)s
        AND f.occurred_at < %(until)s + %(within)s
        AND f.customer_id IN (SELECT customer_id FROM day_rows WHERE kind = 'CONTACT')
    WINDOW same_customer AS (PARTITION BY f.customer_id ORDER BY f.occurred_at, f.id)
),
surveyed AS (
    SELECT DISTINCT a.about_id AS id
    FROM insights_feedback a JOIN day_rows d ON d.id = a.about_id
    WHERE a.kind = 'SURVEY'
)
SELECT
    (extract(epoch FROM d.occurred_at) * 1000000)::bigint AS occurred_at,
    d.id, d.kind, d.source, d.account, d.customer_id AS customer,
    ('x' || right(replace(coalesce(d.customer_id, d.id)::text, '-', ''), 16))::bit(64)::bigint AS person,
    d.about_id AS about, d.channel,
    CASE WHEN d.kind = 'CONTACT' THEN coalesce(c.direction, 'INBOUND') ELSE '' END AS direction,
    {snapshots},
    d.segment, d.product, d.region, coalesce(nullif(e.language, ''), d.language) AS language,
    d.touchpoint, d.journey_stage, d.survey, coalesce(c.reason_code, '') AS reason_code,
    d.text <> '' OR EXISTS (
        SELECT FROM insights_turn t WHERE t.feedback_id = d.id AND t.speaker = 'CUSTOMER' AND t.text <> ''
    ) AS has_text,
    {scores_named},
    {contact_facts},
    d.customer_says_solved,
    CASE WHEN n.seconds < extract(epoch FROM %(within)s) THEN n.seconds END AS seconds_to_next_contact,
    surveyed.id IS NOT NULL AS has_survey_answer,
    coalesce(e.state, 'PENDING') AS enrichment_state, e.sentiment, nullif(e.sentiment_label, '') AS sentiment_label
FROM day_rows d
LEFT JOIN insights_contactfacts c ON c.feedback_id = d.id
LEFT JOIN insights_feedback a ON a.id = d.about_id
LEFT JOIN insights_enrichment e ON e.feedback_id = d.id
LEFT JOIN scores s ON s.feedback_id = d.id
LEFT JOIN next_contacts n ON n.id = d.id
LEFT JOIN surveyed ON surveyed.id = d.id
"""


def _pivoted(measure: str, part: str, column: str) -> str:
    aggregate = "bool_or" if part == "higher_is_better" else "max"  # one row per measure: any aggregate picks it
    return f"{aggregate}({column}) FILTER (WHERE measure = '{measure.upper()}') AS {measure}_{part}"


_SQL = _STATEMENT.format(
    scores_pivoted=", ".join(_pivoted(measure, *part) for measure in _MEASURES for part in _PARTS.items()),
    scores_named=", ".join(f"s.{measure}_{part}" for measure in _MEASURES for part in _PARTS),
    snapshots=", ".join(f"coalesce(nullif(d.{name}, ''), a.{name}, '') AS {name}" for name in _SNAPSHOT),
    contact_facts=", ".join(f"c.{name}" for name in _CONTACT_FACTS),
)
_READ = csv.ReadOptions(block_size=8 * 1024 * 1024)
_PARSE = csv.ParseOptions(newlines_in_values=True)
_CONVERT = csv.ConvertOptions(
    column_types={
        field.name: pa.int64() if field.name == "occurred_at" else field.type
        for field in FEEDBACK
        if field.name not in _LOCAL
    },
    null_values=[""],
    strings_can_be_null=True,
    quoted_strings_can_be_null=False,  # COPY quotes an empty text and leaves a null bare
    true_values=["t"],
    false_values=["f"],
)


class _Copied(io.RawIOBase):
    """The blocks of a COPY as a file that Arrow can read."""

    def __init__(self, blocks: Iterator[bytes | bytearray | memoryview]) -> None:
        self._blocks = blocks
        self._rest = b""

    def readable(self) -> bool:
        """Arrow asks."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer from the next block."""
        view = memoryview(buffer)
        if not self._rest:
            self._rest = bytes(next(self._blocks, b""))
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def read_days(database: "Connection[Any]", runs: list[tuple[date, date]], zone: str) -> Iterator[pa.RecordBatch]:
    """Yield the mart's rows for the company's days of all `runs` [since, until) as they stand in PostgreSQL now.

    The runs are in order. It takes the connection itself: whoever writes the batches may pull them from a thread.
    """
    since, until = runs[0][0], runs[-1][1]
    bounds = {
        "begins": [start_of_day(first, zone) for first, _ in runs],
        "ends": [start_of_day(end, zone) for _, end in runs],
        "since": start_of_day(since, zone),
        "until": start_of_day(until, zone),
        "within": NEXT_CONTACT_WITHIN,
    }
    clock = _Clock(since, until, zone)
    statement = SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(SQL(_SQL))
    with (
        database.cursor() as cursor,
        cursor.copy(statement, bounds) as copied,
        io.BufferedReader(_Copied(iter(copied)), 1024 * 1024) as stream,
    ):
        for batch in csv.open_csv(stream, read_options=_READ, parse_options=_PARSE, convert_options=_CONVERT):
            yield clock.with_local_time(batch)


class _Clock:
    """Tells the local day and hour of instants within [since, until) by looking them up in the hours' beginnings."""

    def __init__(self, since: date, until: date, zone: str) -> None:
        hours = [(hour, day) for day in days_between(since, until) for hour in hours_of_day(day, zone)]
        self._starts = np.array([_microseconds(hour) for hour, _ in hours], dtype=np.int64)
        self._days = np.array([day for _, day in hours], dtype="datetime64[D]")
        self._hours = np.array([hour.astimezone(ZoneInfo(zone)).hour for hour, _ in hours], dtype=np.int8)

    def with_local_time(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the batch in the mart's schema."""
        at = batch.column("occurred_at").to_numpy()
        hour = np.searchsorted(self._starts, at, side="right") - 1
        days = self._days[hour]
        columns: dict[str, pa.Array] = {
            "month": pa.array(days.astype("datetime64[M]").astype(str)).cast(pa.string()),
            "occurred_on": pa.array(days),
            "occurred_at": pa.array(at).cast(pa.timestamp("us")).cast(FEEDBACK.field("occurred_at").type),
            "hour_started_at": pa.array(self._starts[hour])
            .cast(pa.timestamp("us"))
            .cast(FEEDBACK.field("hour_started_at").type),
            "hour_of_day": pa.array(self._hours[hour]),
            "weekday": pa.array((days.astype("int64") + 3) % 7 + 1).cast(pa.int8()),  # 1970-01-01 was a Thursday
        }
        arrays = [columns[name] if name in columns else batch.column(name) for name in FEEDBACK.names]
        return pa.RecordBatch.from_arrays(arrays, schema=FEEDBACK)


def _microseconds(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
