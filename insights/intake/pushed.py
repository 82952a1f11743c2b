"""JSON members into our frozen records, each with a sentence when its form is wrong; and the schema that says so."""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from insights.intake.record import (
    ContactRecord,
    CustomerRecord,
    EventRecord,
    FeedbackRecord,
    FeedbackReference,
    ScoreRecord,
    TurnRecord,
)
from insights.intake.source import BadRecord

_Record = TypeVar("_Record")
_LARGEST = 2**63 - 1
_RECORDS: tuple[Any, ...] = (
    FeedbackRecord,
    EventRecord,
    CustomerRecord,
    ContactRecord,
    ScoreRecord,
    TurnRecord,
    FeedbackReference,
)
_HINTS: dict[Any, dict[str, Any]] = {kind: get_type_hints(kind) for kind in _RECORDS}


def read_members(kind: type[_Record], told: Mapping[str, Any], path: str = "") -> _Record:
    """Return a `kind` (one of the records) made of JSON members. Raises BadRecord naming the member."""
    if not isinstance(told, Mapping):
        raise BadRecord("It must be a JSON object.", path.rstrip("."))
    known = _types(kind)
    for name in told:
        if name not in known:
            raise BadRecord(f"There is no member '{name}'. Known: {', '.join(sorted(known))}.", f"{path}{name}")
    for name in _required(kind):
        if told.get(name) in (None, ""):
            raise BadRecord(f"'{name}' is missing.", f"{path}{name}")
    given = {name: value for name, value in told.items() if value is not None}
    return kind(**{name: _read(known[name], value, f"{path}{name}") for name, value in given.items()})


def _types(kind: Any) -> dict[str, Any]:
    return _HINTS[kind]


def _required(kind: Any) -> list[str]:
    return [one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]


def _read(wanted: Any, value: Any, path: str) -> Any:
    if get_origin(wanted) in (Union, types.UnionType):
        wanted = next(one for one in get_args(wanted) if one is not type(None))
    if get_origin(wanted) is tuple:
        return _read_list(get_args(wanted)[0], value, path)
    if get_origin(wanted) is Literal:
        return _read_choice(get_args(wanted), value, path)
    if is_dataclass(wanted) and isinstance(wanted, type):
        return read_members(wanted, value, f"{path}.")
    return _READERS.get(wanted, _read_object)(value, path)


def _read_list(wanted: Any, value: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise BadRecord("It must be a JSON list.", path)
    return tuple(_read(wanted, one, f"{path}[{place}]") for place, one in enumerate(value))


def _read_choice(choices: tuple[str, ...], value: Any, path: str) -> Any:
    if value not in choices:
        raise BadRecord(f"It is {value!r:.60}. It can be {', '.join(choices)}.", path)
    return value


def _read_text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise BadRecord(f"It must be a text, not {type(value).__name__}.", path)
    return value


def _read_truth(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise BadRecord("It must be true or false.", path)
    return value


def _read_whole(value: Any, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
        raise BadRecord("It must be a whole number.", path)
    return value


def _read_number(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _LARGEST:
        raise BadRecord("It must be a number.", path)
    return float(value)


def _read_time(value: Any, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_read_text(value, path))
    except ValueError:
        raise BadRecord(f"'{value[:60]}' is no time such as 2026-01-31T13:45:00Z.", path) from None
    if moment.tzinfo is None:
        raise BadRecord(f"The time '{value[:60]}' names no offset from UTC. Write it as 2026-01-31T13:45:00Z.", path)
    return moment


def _read_day(value: Any, path: str) -> date:
    try:
        return date.fromisoformat(_read_text(value, path))
    except ValueError:
        raise BadRecord(f"'{value[:60]}' is no day such as 2026-01-31.", path) from None


def _read_object(value: Any, path: str) -> Any:
    if not isinstance(value, Mapping):
        raise BadRecord("It must be a JSON object.", path)
    return value


_READERS: dict[Any, Callable[[Any, str], Any]] = {
    str: _read_text,
    bool: _read_truth,
    int: _read_whole,
    float: _read_number,
    datetime: _read_time,
    date: _read_day,
}
_SCHEMAS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def schema_of(kind: type[Any]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one kind of record."""
    return {
        "type": "object",
        "description": (kind.__doc__ or "").split("\n", 1)[0],
        "properties": {name: _schema(wanted) for name, wanted in _types(kind).items()},
        "required": _required(kind),
        "additionalProperties": False,
    }


def _schema(wanted: Any) -> dict[str, Any]:
    if get_origin(wanted) in (Union, types.UnionType):
        inner = _schema(next(one for one in get_args(wanted) if one is not type(None)))
        return {"anyOf": [inner, {"type": "null"}]}
    if get_origin(wanted) is tuple:
        return {"type": "array", "items": _schema(get_args(wanted)[0])}
    if get_origin(wanted) is Literal:
        return {"type": "string", "enum": list(get_args(wanted))}
    if is_dataclass(wanted) and isinstance(wanted, type):
        return schema_of(wanted)
    return dict(_SCHEMAS.get(wanted, {"type": "object"}))


FEEDBACK_SCHEMA = schema_of(FeedbackRecord)
EVENT_SCHEMA = schema_of(EventRecord)
