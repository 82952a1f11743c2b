"""Vendors that export tables of a known shape: what all share, so that a vendor's file holds its columns only."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any, BinaryIO

from insights.intake.dates import DateOrder, DateProblem, instant, order_of
from insights.intake.fields import required_moment, said, text
from insights.intake.record import Translation
from insights.intake.source import BadRecord, Option, RawRecord, Unreadable
from insights.intake.table import as_record, delimiter_of, unique_names
from insights.intake.table_options import FILE_OPTIONS, ORDER, ZONE, table_head, table_in, told_order, told_zone

TABLE_OPTIONS = (ZONE, ORDER, *FILE_OPTIONS)
_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a table beside its rows: how to read its times, and what people said about it."""

    options: Mapping[str, str]
    zone: tzinfo | None
    order: DateOrder | None

    def moment(self, row: Mapping[str, Any], *names: str) -> datetime:
        """Return the instant in the first of these columns that holds one. Raises BadRecord."""
        return required_moment(row, *names, zone=self.zone, order=self.order)

    def moment_if_said(self, row: Mapping[str, Any], *names: str) -> datetime | None:
        """Return the instant in the first of these columns that holds one, None when none does. Raises BadRecord."""
        return self.moment(row, *names) if any(said(row.get(name)) for name in names) else None


Translator = Callable[[Mapping[str, Any], Told], Translation]
InContext = Callable[[Iterator[RawRecord], Callable[[], Iterator[RawRecord]]], Iterator[RawRecord]]


def _as_it_is(rows: Iterator[RawRecord], again: Callable[[], Iterator[RawRecord]]) -> Iterator[RawRecord]:
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSource:
    """One vendor's table, known by its columns. Column names are compared, and handed on, in lower case."""

    key: str
    label: str
    side: str
    reads: str
    identity: str
    shapes: tuple[frozenset[str], ...]  # columns that together give it away
    times: tuple[str, ...]  # the columns of when it was, the best first
    translate: Translator
    options: tuple[Option, ...] = TABLE_OPTIONS
    zone: tzinfo | None = None  # of the times, where the vendor fixes it
    order: DateOrder | None = None
    in_context: InContext = _as_it_is  # adds to a row what others of the table say about it
    sureness: float = 0.9

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is this vendor's."""
        first = next((line for line in table_head(head).splitlines() if line.strip()), "")
        names = [name.strip().strip('"') for name in first.split(delimiter_of(first))]
        return self.sureness if self.fits(names) else 0.0

    def fits(self, names: Sequence[str]) -> bool:
        """Say whether a table with these columns is this vendor's."""
        found = {name.replace("\ufeff", "").lower() for name in names}
        return any(shape <= found for shape in self.shapes)

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "TableReading":
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        return TableReading(self, file, options)


class TableReading:
    """One export being read."""

    def __init__(self, source: TableSource, file: BinaryIO, options: Mapping[str, str]) -> None:
        self._source = source
        self._table = table_in(file, options)
        self.notices = self._table.notices
        first = next(iter(self._table.rows()), None)
        self._names = [name.lower() for name in unique_names(first.cells)] if first else []
        if not source.fits(self._names):
            raise Unreadable(f"By its columns this is no table of {source.label}. It reads: {source.reads}")
        samples = self._samples()
        order = source.order or told_order(options) or order_of(samples)
        self._told = Told(options, source.zone or told_zone(options), order)
        self._ask_for_what_times_lack(samples)

    def records(self) -> Iterator[RawRecord]:
        """Yield every row. Raises Unreadable."""
        return self._source.in_context(self._rows(), self._rows)

    def translate(self, record: RawRecord) -> Translation:
        """Turn one row into facts. Raises BadRecord."""
        return self._source.translate(record.payload, self._told)

    def _rows(self) -> Iterator[RawRecord]:
        for count, row in enumerate(islice(self._table.rows(), 1, None), start=1):
            record, problem = as_record(self._names, row.cells)
            yield RawRecord(count, record, row.line, problem)

    def _samples(self) -> list[str]:
        columns = [name for name in self._source.times if name in self._names]
        rows = (raw.payload for raw in islice(self._rows(), _SAMPLE))
        return [text(row[name]) for row in rows for name in columns if said(row[name])]

    def _ask_for_what_times_lack(self, samples: Sequence[str]) -> None:
        """Stop before anything is read when no time can be understood without being told more."""
        problem = ""
        for sample in samples:
            try:
                instant(sample, zone=self._told.zone, order=self._told.order)
            except DateProblem as found:
                problem = problem or str(found)
            else:
                return
        if problem:
            raise Unreadable(f"No time in the table can be read. {problem}")


def cell(row: Mapping[str, Any], *names: str) -> str:
    """Return what stands in the first of these columns that says something, "" when none does."""
    return next((text(row[name]) for name in names if said(row.get(name))), "")


def clock_seconds(row: Mapping[str, Any], *names: str) -> float | None:
    """Return a duration written as H:MM:SS, MM:SS or plain seconds, in seconds. Raises BadRecord."""
    name = next((one for one in names if said(row.get(one))), "")
    if not name:
        return None
    written = text(row[name])
    parts = written.split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    if not 1 <= len(numbers) <= 3 or not all(0 <= number < 1e7 for number in numbers):
        raise BadRecord(f"{name} is '{written[:40]}', which is no duration such as 00:01:30.", name)
    seconds = 0.0
    for number in numbers:
        seconds = seconds * 60 + number
    return seconds
