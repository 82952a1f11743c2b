"""Facts to mart: changed days are rebuilt whole and replaced in one commit, so that a crash leaves the last version."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from deltalake import DeltaTable, WriterProperties, write_deltalake
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Min

from insights.mart import assumed, comparable
from insights.mart import table as mart
from insights.mart.calendar import local_day, runs_of
from insights.mart.facts import read_days, read_records
from insights.mart.reach import Seen, days_of, reached_by
from insights.mart.schema import FEEDBACK, SELF_SERVICE
from insights.mart.taxonomy import Standing, standing
from insights.models import DirtyDay, Exposure, Feedback, Freshness, JourneyEvent

logger = logging.getLogger(__name__)
_LOCK = 0x6D617274  # "mart"
RETENTION = timedelta(days=30)
_RETENTION_TEXT = f"interval {RETENTION.days} days"
_CONFIGURATION = {
    "delta.logRetentionDuration": _RETENTION_TEXT,
    "delta.deletedFileRetentionDuration": _RETENTION_TEXT,
    "delta.checkpointInterval": "50",
}
_PARQUET = WriterProperties(compression="ZSTD", compression_level=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a run did. `days` counts those rebuilt whole, `reached` the rows of other days that tell of them."""

    days: int
    version: int | None
    reached: int = 0


def drain(now: datetime) -> Built | None:
    """Rebuild the days marked dirty. None means that another worker is at it; it will see the same marks.

    A day marked again meanwhile stays dirty. Where the taxonomy changed, the days of the topics concerned are rebuilt,
    marked or not. Where it changed which media's sentiment may be compared, or what is assumed of channels, a version
    notes it. Another reporting zone, or other columns, rebuild everything.
    """
    with _alone() as is_mine:
        if not is_mine:
            return None
        table = mart.open_table()
        if table is None:
            return _rebuild_everything(now) if Feedback.objects.exists() else Built(days=0, version=None)
        if not mart.is_current(table) or mart.note_of(table).time_zone != settings.REPORTING_TIME_ZONE:
            logger.info("The mart's columns or its reporting time zone changed: rebuilding the whole mart")
            return _rebuild_everything(now)
        marks = dict(DirtyDay.objects.values_list("day", "marks"))
        topics = standing()
        before = mart.note_of(table)
        is_alike = comparable.standing().verdicts == before.comparable.verdicts and assumed.standing() == before.assumed
        if not marks and topics.taxonomy == before.taxonomy and is_alike:
            return Built(days=0, version=table.version())
        days = set(marks) | days_of(topics.taxonomy.changed(before.taxonomy), before.time_zone)
        return _rebuild(table, days, marks, _note(now, topics), topics)


def _rebuild(table: DeltaTable, days: set[date], marks: dict[date, int], note: mart.Note, topics: Standing) -> Built:
    reached = {day: keys for day, keys in _reached(days, table, note.time_zone).items() if day not in days}
    runs = runs_of(days)
    places = " OR ".join(_predicate(*run) for run in runs_of(days | set(reached)))
    with TemporaryDirectory(prefix="mart-") as folder:
        patched = _Patched(reached, Path(folder) / "kept.arrow")
        _keep_others(table, reached, patched.kept)
        _write(runs, note, topics, predicate=places or "false", patched=patched)
    version = _version()
    _finish(marks, version, note)
    return Built(days=len(days), version=version, reached=sum(map(len, reached.values())))


def rebuild_all(now: datetime) -> Built | None:
    """Build the whole mart anew in one version. None means that another worker is building."""
    with _alone() as is_mine:
        return _rebuild_everything(now) if is_mine else None


def compact(now: datetime) -> int | None:
    """Join small files and delete those no version of the last 30 days needs; return the version, if any."""
    with _alone() as is_mine:
        table = mart.open_table()
        if not is_mine or table is None:
            return None
        commit = mart.note_of(table).as_commit()  # the data is the same, so is its note
        table.optimize.compact(commit_properties=commit, writer_properties=_PARQUET)
        table.vacuum(retention_hours=int(RETENTION.total_seconds() // 3600), dry_run=False, commit_properties=commit)
        table.update_incremental()
        version: int = table.version()
        Freshness.objects.filter(stage=Freshness.Stage.MART).update(version=version, updated_at=now)
        return version


@contextmanager
def _alone() -> Iterator[bool]:
    """One builder at a time: the lock ends with the transaction, also when the process is killed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        row = cursor.fetchone()
        yield bool(row and row[0])


def _note(now: datetime, topics: Standing) -> mart.Note:
    intake = Freshness.objects.filter(stage=Freshness.Stage.INTAKE).aggregate(latest=Max("latest_record_at"))
    return mart.Note(
        built_at=now,
        time_zone=settings.REPORTING_TIME_ZONE,
        complete_until=intake["latest"],
        taxonomy=topics.taxonomy,
        comparable=comparable.standing(),
        assumed=assumed.standing(),
    )


def _rebuild_everything(now: datetime) -> Built:
    marks = dict(DirtyDay.objects.values_list("day", "marks"))
    topics = standing()
    note = _note(now, topics)
    months: list[tuple[date, date]] = []
    if days := _days_of_facts(note.time_zone):
        months = list(_months(min(days), max(days) + timedelta(days=1)))
    _write(months, note, topics, predicate=None)
    version = _version()
    _finish(marks, version, note)
    return Built(days=sum((until - since).days for since, until in months), version=version)


def _days_of_facts(zone: str) -> list[date]:
    """Return the first and last days of what the mart has rows of; nothing without feedback."""
    span = {"first": Min("occurred_at"), "last": Max("occurred_at")}
    bounds = [Feedback.objects.aggregate(**span)]
    if bounds[0]["first"] is None:
        return []
    bounds.append(JourneyEvent.objects.filter(channel__in=SELF_SERVICE).aggregate(**span))
    counted = Exposure.objects.aggregate(first=Min("day"), last=Max("day"))
    instants = [at for found in bounds for at in found.values() if at is not None]
    return [local_day(at, zone) for at in instants] + [day for day in counted.values() if day is not None]


def _predicate(since: date, until: date) -> str:
    last = until - timedelta(days=1)
    months = f"month >= '{since:%Y-%m}' AND month <= '{last:%Y-%m}'"
    return f"({months} AND occurred_on >= DATE '{since}' AND occurred_on <= DATE '{last}')"


@dataclass(frozen=True, slots=True)
class _Patched:
    """Rows of days that are not dirty themselves: the others of their days are taken over from the mart."""

    keys: Mapping[date, Sequence[str]]
    kept: Path  # the others, as an Arrow file: the writer's threads may not open the table it writes

    def batches(self, database: Any, zone: str, topics: Standing) -> Iterator[pa.RecordBatch]:
        """Yield the days with their rows told anew, the rows of a month at a time."""
        if not self.keys:
            return
        with pa.ipc.open_stream(self.kept) as kept:
            yield from kept
        for _, days in groupby(sorted(self.keys), key=lambda day: (day.year, day.month)):
            yield from read_records(database, {day: self.keys[day] for day in days}, zone, topics)


def _keep_others(table: DeltaTable, reached: Mapping[date, Sequence[str]], kept: Path) -> None:
    """Write down the rows of these days that stay as they are, a month at a time."""
    dataset = table.to_pyarrow_dataset()
    with pa.OSFile(str(kept), "wb") as file, pa.ipc.new_stream(file, FEEDBACK) as stream:
        for (year, month), days in groupby(sorted(reached), key=lambda day: (day.year, day.month)):
            listed = list(days)
            told_anew = pa.array([key for day in listed for key in reached[day]])
            others = ds.field("occurred_on").isin(listed) & ~ds.field("id").isin(told_anew)
            rows = dataset.to_table(
                columns=FEEDBACK.names, filter=(ds.field("month") == f"{year:04}-{month:02}") & others
            )
            stream.write_table(rows.cast(FEEDBACK))


def _write(
    runs: list[tuple[date, date]],
    note: mart.Note,
    topics: Standing,
    *,
    predicate: str | None,
    patched: _Patched | None = None,
) -> None:
    connection.ensure_connection()
    database = connection.connection

    def batches() -> Iterator[pa.RecordBatch]:
        pieces = (piece for run in runs for piece in _months(*run))
        for _, days in groupby(pieces, key=lambda piece: (piece[0].year, piece[0].month)):
            yield from read_days(database, list(days), note.time_zone, topics)
        if patched is not None:
            yield from patched.batches(database, note.time_zone, topics)

    write_deltalake(
        mart.url(),
        pa.RecordBatchReader.from_batches(FEEDBACK, batches()),
        partition_by=["month"],
        mode="overwrite",
        schema_mode=None if predicate else "overwrite",
        predicate=predicate,
        configuration=_CONFIGURATION,
        storage_options=mart.storage_options(),
        writer_properties=_PARQUET,
        commit_properties=note.as_commit(),
    )


def _months(since: date, until: date) -> Iterator[tuple[date, date]]:
    """Yield [since, until) cut at the firsts of months, so that memory holds a month at most."""
    while since < until:
        end = min(until, (since.replace(day=1) + timedelta(days=32)).replace(day=1))
        yield since, end
        since = end


def _version() -> int:
    table = mart.open_table()
    if table is None:
        raise RuntimeError("The mart was written and is not there.")
    return int(table.version())


def _finish(marks: dict[date, int], version: int, note: mart.Note) -> None:
    """Note how far the mart has come and forget the marks that were read, not those made since."""
    Freshness.objects.update_or_create(
        stage=Freshness.Stage.MART,
        source="",
        account="",
        defaults={"version": version, "delivered_at": note.built_at, "latest_record_at": note.complete_until},
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM insights_dirtyday d USING unnest(%s::date[], %s::bigint[]) AS read (day, marks) "
            "WHERE d.day = read.day AND d.marks = read.marks",
            [list(marks), list(marks.values())],
        )


def _reached(days: set[date], table: DeltaTable, zone: str) -> dict[date, list[str]]:
    runs = runs_of(days)
    seen = Seen()
    dataset = table.to_pyarrow_dataset()
    day, month = ds.field("occurred_on"), ds.field("month")
    for since, until in runs:
        in_months = (month >= f"{since:%Y-%m}") & (month <= f"{until - timedelta(days=1):%Y-%m}")
        rows = dataset.to_table(
            columns=["kind", "customer", "occurred_at", "about", "topics"],
            filter=in_months & (day >= since) & (day < until),
        )
        for row in rows.to_pylist():
            seen.add(row)
    return reached_by(runs, zone, seen)
