"""A look at a file before its import: its first records as they will be stored, and what each column becomes.

What a column becomes is not guessed: a record is translated again with that cell blank, and what then differs is
what the column is for.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import islice
from typing import Any, BinaryIO

from insights.intake.prepare import prepare
from insights.intake.record import Excluded, Fact, FeedbackRecord, ScoreRecord
from insights.intake.redaction import redact
from insights.intake.source import BadRecord, RawRecord, Reading, Unreadable, check_options, source_named
from insights.intake.tally import translate

SHOWN, COUNTED, PROBED, MOST_COLUMNS = 8, 500, 4, 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One fact as it will be stored: redacted, its customer known by kinds of identifiers only."""

    number: int
    fact: Fact
    known_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A record that would be set aside."""

    number: int
    line: int | None
    field: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Question:
    """A scored question as it will be kept, and how many of the records looked at answer it."""

    score: ScoreRecord
    answers: int = 0


@dataclass(slots=True, kw_only=True)
class Look:
    """What was seen in the first records."""

    stored: list[Stored] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    questions: dict[tuple[str, str], Question] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)  # column → the fields that it changes
    notices: list[str] = field(default_factory=list)
    looked_at: int = 0
    good: int = 0
    bad: int = 0
    is_whole: bool = False


def look(file: BinaryIO, source: str, options: Mapping[str, str], *, filename: str) -> Look:
    """Return what importing `file` would do, by its first records. Raises UnknownSource, WrongOption, Unreadable."""
    found = source_named(source)
    check_options(found, options)
    file.seek(0)
    seen, probed = Look(), list[RawRecord]()
    try:
        reading = found.open(file, {"filename": filename, **options})
        records = iter(reading.records())
        for record in islice(records, COUNTED):
            if _count(seen, reading, record, source) and len(probed) < PROBED:
                probed.append(record)
        seen.is_whole = next(records, None) is None
    except UnicodeDecodeError:
        raise Unreadable("The file is not text in the encoding it seems to have. Save it as UTF-8.") from None
    seen.columns = _columns(reading, probed)
    seen.notices = [redact(notice) for notice in dict.fromkeys(reading.notices)]
    return seen


def _count(seen: Look, reading: Reading, record: RawRecord, source: str) -> bool:
    """Count what a record becomes. Returns whether it becomes a fact."""
    seen.looked_at += 1
    what = translate(reading, record)
    try:
        if isinstance(what, BadRecord):
            raise what
        if isinstance(what, Excluded):
            seen.left_out[redact(what.reason)] += 1
            return False
        prepared = [prepare(fact, source, "") for fact in what]
    except BadRecord as bad:
        seen.bad += 1
        if len(seen.refused) < SHOWN:
            seen.refused.append(
                Refused(number=record.number, line=record.line, field=redact(bad.field), reason=redact(bad.reason))
            )
        return False
    seen.good += 1
    for one in prepared:
        kinds = tuple(sorted({identifier.kind for identifier in one.identifiers}))
        if len(seen.stored) < SHOWN:
            seen.stored.append(Stored(number=record.number, fact=one.record, known_by=kinds))
        if isinstance(one.record, FeedbackRecord):
            _note_questions(seen, one.record)
    return True


def _note_questions(seen: Look, fact: FeedbackRecord) -> None:
    for score in fact.scores:
        question = seen.questions.setdefault((score.measure, score.question), Question(score=score))
        question.answers += 1


def _columns(reading: Reading, probed: list[RawRecord]) -> dict[str, list[str]]:
    names = list(dict.fromkeys(str(name) for record in probed for name in record.payload))[:MOST_COLUMNS]
    return {name: _becomes(reading, probed, name) for name in names if not name.startswith(("#", "_"))}


def _becomes(reading: Reading, probed: list[RawRecord], name: str) -> list[str]:
    """Return the fields that differ when the column is blank, over the records in which it is not."""
    found: dict[str, None] = {}
    for record in probed:
        value = record.payload.get(name)
        if value in (None, "", [], {}):
            continue
        without = {key: one for key, one in record.payload.items() if key != name}
        blank = {**without, name: ""} if isinstance(value, str) else without
        whole, rest = _facts(reading, record.payload, record), _facts(reading, blank, record)
        found |= dict.fromkeys(_difference(whole, rest))
    return list(found)


def _facts(reading: Reading, payload: Mapping[str, Any], record: RawRecord) -> dict[str, Any] | None:
    """Return the record's facts as {field: value}; None where there would be none."""
    try:
        what = reading.translate(RawRecord(record.number, payload, record.line))
    except BadRecord:
        return None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None  # a source may rely on what is blank now: it is needed
    if isinstance(what, Excluded) or not what:
        return None
    return {name: value for fact in what for name, value in _flat(fact)}


def _flat(fact: Fact) -> Iterator[tuple[str, Any]]:
    for one in fields(fact):
        value = getattr(fact, one.name)
        if one.name == "scores":
            yield from ((f"score.{score.measure}.{score.question}", score) for score in value)
        elif one.name == "attributes":
            yield from ((f"attribute.{name}", inner) for name, inner in value.items())
        elif one.name in ("customer", "contact", "about") and value is not None:
            yield from ((f"{one.name}.{inner.name}", getattr(value, inner.name)) for inner in fields(value))
        else:
            yield one.name, value


def _difference(whole: dict[str, Any] | None, rest: dict[str, Any] | None) -> list[str]:
    if whole is None:
        return []
    if rest is None:
        return ["needed"]
    nothing: tuple[Any, ...] = (None, "", (), {})
    return [
        name
        for name, value in whole.items()
        if value != rest.get(name) and not (value in nothing and rest.get(name) in nothing)
    ]
