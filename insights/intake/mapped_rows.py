"""A row of a mapped table as a feedback record: cells into fields, each with a sentence when it cannot be read."""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from insights.intake.check import CHANNELS, DIRECTIONS, DURATIONS, STAGES, check_score
from insights.intake.dates import DateProblem
from insights.intake.dates import day as calendar_day
from insights.intake.declared_dates import Times
from insights.intake.fields import yes_or_no
from insights.intake.mapped_fields import TIME_FIELDS, TRUTH_FIELDS
from insights.intake.mapping import Column, Declaration, ScoreColumn
from insights.intake.record import (
    ContactRecord,
    CustomerRecord,
    FeedbackRecord,
    FeedbackReference,
    ScoreRecord,
    Translation,
)
from insights.intake.source import BadRecord, RawRecord
from insights.intake.wording import clean, plain_text

ROW_KEY = "#row"  # the identity of a row that has no id, found while the whole file is read in order
_PER_SECOND = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "ms": 0.001}
_OF_CONTACT = frozenset(
    {"direction", "ended_at", "transfers", "reason_code", "company_says_solved", *DURATIONS}
    | {"was_answered", "was_abandoned", "was_escalated", "was_reopened"}
)
_CHOICES = {"channel": CHANNELS, "direction": DIRECTIONS, "journey_stage": STAGES - {""}}
_PLAIN, _CUSTOMER, _CONTACT, _ABOUT = _GROUPS = ("", "customer", "contact", "about")  # the records that a row fills
_CALLED = {"vendor_id": "vendor_ids", "name": "names", "since": "customer_since"}
_SEVERAL = frozenset({"vendor_ids", "names"})
_NEEDED = (
    ("source_id", "The row has no id."),
    ("occurred_at", "The row does not say when it happened."),
    ("channel", "The row does not say which channel it came through."),
)
Cell = Callable[[str], Any]


class RowReader:
    """Reads the rows of one table."""

    def __init__(self, declaration: Declaration, times: Times) -> None:
        self._declaration, self._times = declaration, times
        self._missing = frozenset(declaration.missing)
        self._cells = [(one.column, *_place_of(one.field), self._reader(one)) for one in declaration.columns]
        self._constants: dict[str, dict[str, Any]] = {group: {} for group in _GROUPS}
        for name, value in declaration.constants.items():
            group, key = _place_of(name)
            self._constants[group][key] = self._constant(name, value)

    def _constant(self, name: str, value: str) -> Any:
        return _chosen(value, Column(column=f"the constant {name}", field=name)) if name in _CHOICES else value

    def translate(self, record: RawRecord) -> Translation:
        """Return the feedback that a row tells. Raises BadRecord with the column and a sentence."""
        row, missing = record.payload, self._missing
        told = {group: dict(values) for group, values in self._constants.items()}
        column = ""
        try:
            for column, group, key, read in self._cells:
                cell = row.get(column)
                cell = cell.strip() if cell.__class__ is str else str(cell or "").strip()
                if cell in missing:
                    continue
                value, values = read(cell), told[group]
                values[key] = (*values.get(key, ()), value) if key in _SEVERAL else value
        except DateProblem as problem:
            raise BadRecord(str(problem), column) from None
        if self._declaration.row_hash:
            told[_PLAIN]["source_id"] = row.get(ROW_KEY)
        return (self._feedback(told, row),)

    def _feedback(self, told: dict[str, dict[str, Any]], row: Mapping[str, Any]) -> FeedbackRecord:
        plain, customer, contact, about = told[_PLAIN], told[_CUSTOMER], told[_CONTACT], told[_ABOUT]
        for name, sentence in _NEEDED:
            if not plain.get(name):
                raise BadRecord(sentence, self._declaration.column_of(name))
        declared = self._declaration
        return FeedbackRecord(
            kind=declared.kind,
            customer=CustomerRecord(**customer) if customer else None,
            contact=ContactRecord(**contact) if contact or declared.kind == "CONTACT" else None,
            about=FeedbackReference(**about) if about.get("source_id") else None,
            scores=tuple([score for one in declared.scores if (score := self._score(row, one)) is not None]),
            attributes=self._attributes(row) if declared.attributes else {},
            **plain,
        )

    def _attributes(self, row: Mapping[str, Any]) -> dict[str, str]:
        cells = ((name, str(row.get(column) or "").strip()) for column, name in self._declaration.attributes.items())
        return {name: cell for name, cell in cells if cell not in self._missing}

    def _score(self, row: Mapping[str, Any], column: ScoreColumn) -> ScoreRecord | None:
        cell = str(row.get(column.column) or "").strip()
        if cell in self._missing:
            return None
        labelled = column.labels.get(cell.casefold())
        score = ScoreRecord(
            measure=column.measure,
            question=column.question,
            value=_number(cell, column.column) if labelled is None else labelled,
            scale_minimum=column.minimum,
            scale_maximum=column.maximum,
            higher_is_better=column.higher_is_better,
            wording=column.wording,
            label="" if labelled is None else cell,
        )
        try:
            check_score(score)
        except BadRecord as bad:
            raise BadRecord(bad.reason, column.column) from None
        return score

    def _reader(self, column: Column) -> Cell:
        """Return how the cells of one column are read."""
        name = column.field
        by_name: dict[str, Cell] = {
            "customer.since": self._day,
            "customer.annual_value": lambda cell: _number(cell, column.column),
            "transfers": lambda cell: self._whole(cell, column),
            "revision": lambda cell: self._whole(cell, column),
            "text": lambda cell: clean(plain_text(cell)),
            "title": lambda cell: clean(plain_text(cell)),
        }
        if name in by_name:
            return by_name[name]
        if name in TIME_FIELDS:
            return self._times.read
        if name in TRUTH_FIELDS:
            return lambda cell: _truth(cell, column)
        if name in DURATIONS:
            return lambda cell: _seconds(cell, column)
        if name in _CHOICES:
            return lru_cache(1000)(lambda cell: _chosen(cell, column))
        return (lambda cell: clean(_meant(cell, column))) if column.values else clean

    def _day(self, cell: str) -> date:
        try:
            return self._times.read(cell).date() if self._declaration.date_format else calendar_day(cell)
        except DateProblem:
            return self._times.read(cell).date()

    def _whole(self, cell: str, column: Column) -> int:
        """Return a whole number; a revision may also be the time at which the record was last changed."""
        try:
            return int(cell)
        except ValueError:
            if column.field == "revision":
                return _microseconds(self._times.read(cell))
        number = _number(cell, column.column)
        if not number.is_integer():
            raise BadRecord(f"'{cell}' is no whole number.", column.column)
        return int(number)


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _place_of(field: str) -> tuple[str, str]:
    """Return which record a field belongs to, and what it is called there."""
    group, dot, name = field.partition(".")
    if dot:
        return group, _CALLED.get(name, name)
    return (_CONTACT if field in _OF_CONTACT else _PLAIN), field


def _meant(cell: str, column: Column) -> str:
    """Return what a cell means by the column's table of values; what the table does not list is itself."""
    if not column.values:
        return cell
    meant = column.values.get(cell.casefold())
    if meant is not None:
        return meant
    return cell if column.otherwise is None else column.otherwise


def _chosen(cell: str, column: Column) -> str:
    meant = _meant(cell, column).strip().upper()
    if meant not in _CHOICES[column.field]:
        raise BadRecord(
            f"'{cell}' is no {column.field.replace('_', ' ')}. Known: {', '.join(sorted(_CHOICES[column.field]))}. "
            "A table of values in the mapping can say which of them is meant.",
            column.column,
        )
    return meant


def _truth(cell: str, column: Column) -> bool:
    word = cell.casefold()
    if column.true or column.false:
        if word in column.true or word in column.false:
            return word in column.true
        if not (column.true and column.false):  # one side is told, so the rest is the other
            return not column.true
        raise BadRecord(f"'{cell}' is in neither list of the mapping, true or false.", column.column)
    found = yes_or_no({column.column: cell}, column.column)
    if found is None:
        raise BadRecord(f"'{cell}' is neither yes nor no.", column.column)
    return found


def _seconds(cell: str, column: Column) -> float:
    if column.unit == "hh:mm:ss":
        return _clock(cell, column)
    seconds = _number(cell, column.column) * _PER_SECOND[column.unit]
    if seconds < 0:
        raise BadRecord(f"The duration '{cell}' is below 0.", column.column)
    return seconds


def _clock(cell: str, column: Column) -> float:
    """Return the seconds of hh:mm:ss or mm:ss."""
    parts = cell.split(":")
    if not 2 <= len(parts) <= 3 or not all(part.replace(".", "", 1).isdecimal() for part in parts):
        raise BadRecord(f"'{cell}' is no duration of the form hh:mm:ss.", column.column)
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + float(part)
    return seconds


def _number(cell: str, column: str) -> float:
    """Return a number; one comma between digits is a decimal comma."""
    try:
        number = float(cell) if "_" not in cell else math.nan
    except ValueError:
        number = _with_comma(cell)
    if not math.isfinite(number):
        raise BadRecord(f"'{cell[:60]}' is no number.", column)
    return number


def _with_comma(cell: str) -> float:
    whole, comma, rest = cell.partition(",")
    if comma and rest.isdecimal() and whole.lstrip("+-").isdecimal():
        return float(f"{whole}.{rest}")
    return math.nan
