"""Facts of some days, or single ones, out of PostgreSQL as Arrow columns: one statement, streamed through COPY."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import Connection, Cursor
from psycopg.sql import SQL
from pyarrow import csv

from insights.mart.calendar import days_between, hours_of_day, start_of_day
from insights.mart.exposure import Exposures, read_exposures
from insights.mart.picked import pick_days, pick_records
from insights.mart.schema import FEEDBACK, NEXT_CONTACT_WITHIN
from insights.mart.sessions import sessions_of_days, single_sessions
from insights.mart.statement import BETWEEN, STATEMENT
from insights.mart.taxonomy import Standing

_LOCAL = ("month", "occurred_on", "hour_started_at", "hour_of_day", "weekday")
_ADDED = (*_LOCAL, "exposed", "exposed_customers")  # not told by the statement
_LISTS = {field.name: field.type.value_type for field in FEEDBACK if pa.types.is_list(field.type)}
_READ = csv.ReadOptions(block_size=8 * 1024 * 1024)
_PARSE = csv.ParseOptions(newlines_in_values=True)
_CONVERT = csv.ConvertOptions(
    column_types={
        field.name: pa.int64() if field.name == "occurred_at" else pa.string() if field.name in _LISTS else field.type
        for field in FEEDBACK
        if field.name not in _ADDED
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


def read_days(
    database: "Connection[Any]", runs: list[tuple[date, date]], zone: str, standing: Standing
) -> Iterator[pa.RecordBatch]:
    """Yield the mart's rows for the company's days of all `runs` [since, until) as they stand in PostgreSQL now.

    The runs are in order. It takes the connection itself: whoever writes the batches may pull them from a thread.
    """
    within = runs[0][0], runs[-1][1]
    with database.cursor() as cursor:
        exposures, clock = read_exposures(cursor, runs), _Clock(*within, zone)
        pick_days(cursor, runs, zone)
        for batch in chain(_read(cursor, within, zone, standing), sessions_of_days(cursor, runs, zone)):
            yield clock.with_local_time(batch, exposures)
    yield from exposures.rows(zone)


def read_records(
    database: "Connection[Any]", ids: Mapping[date, Sequence[str]], zone: str, standing: Standing
) -> Iterator[pa.RecordBatch]:
    """Yield the mart's rows of single feedback, given by the company's days they fall on."""
    within = min(ids), max(ids) + timedelta(days=1)
    told = [key for keys in ids.values() for key in keys]
    with database.cursor() as cursor:
        exposures = read_exposures(cursor, [(day, day + timedelta(days=1)) for day in ids])
        clock = _Clock(*within, zone)
        pick_records(cursor, told)
        for batch in chain(_read(cursor, within, zone, standing), single_sessions(cursor, told)):
            yield clock.with_local_time(batch, exposures)


def _read(cursor: "Cursor[Any]", within: tuple[date, date], zone: str, standing: Standing) -> Iterator[pa.RecordBatch]:
    """Read the records that were picked, which lie within these days."""
    topics, names = standing.lines()
    places = [standing.taxonomy.places[key] for key in standing.ids]
    given = {
        "since": start_of_day(within[0], zone),
        "until": start_of_day(within[1], zone),
        "within": NEXT_CONTACT_WITHIN,
        "between": BETWEEN,
        "topics": topics,
        "names": names,
        "owned": list(standing.ids.values()),
        "keys": list(standing.ids),
        "departments": [place.department for place in places],
        "demands": [place.demand for place in places],
    }
    copy = SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(SQL(STATEMENT))
    with cursor.copy(copy, given) as copied, io.BufferedReader(_Copied(iter(copied)), 1024 * 1024) as stream:
        yield from csv.open_csv(stream, read_options=_READ, parse_options=_PARSE, convert_options=_CONVERT)


def _members(joined: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return the lists that were told as texts: nothing told is an empty list, an empty number is null."""
    parts = pc.split_pattern(joined, BETWEEN)
    values = parts.values
    if kind != pa.string():
        values = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values).cast(kind)
    return pa.ListArray.from_arrays(parts.offsets, values)


class _Clock:
    """Tells the local day and hour of instants within [since, until) by looking them up in the hours' beginnings."""

    def __init__(self, since: date, until: date, zone: str) -> None:
        hours = [(hour, day) for day in days_between(since, until) for hour in hours_of_day(day, zone)]
        self._starts = np.array([_microseconds(hour) for hour, _ in hours], dtype=np.int64)
        self._days = np.array([day for _, day in hours], dtype="datetime64[D]")
        self._hours = np.array([hour.astimezone(ZoneInfo(zone)).hour for hour, _ in hours], dtype=np.int8)

    def with_local_time(self, batch: pa.RecordBatch, exposures: Exposures) -> pa.RecordBatch:
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
        columns["exposed"] = exposures.known_to(columns["occurred_on"], batch)
        columns["exposed_customers"] = pa.nulls(batch.num_rows, pa.int64())
        columns |= {name: _members(batch.column(name), kind) for name, kind in _LISTS.items()}
        arrays = [columns[name] if name in columns else batch.column(name) for name in FEEDBACK.names]
        return pa.RecordBatch.from_arrays(arrays, schema=FEEDBACK)


def _microseconds(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
