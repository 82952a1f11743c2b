"""Reading single values out of a vendor's record: what is absent is None, what is wrong is a BadRecord in words."""

import math
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from insights.intake.dates import DateOrder, DateProblem, instant
from insights.intake.source import BadRecord

# What stands where a value was taken out on purpose: not said, not wrong.
_REMOVED = frozenset(
    {"", "redacted", "[redacted]", "scrubbed", "removed", "null", "none", "n/a", "na", "-", "undefined"}
)
_YES = frozenset({"true", "1", "yes", "y", "t", "ja", "wahr"})
_NO = frozenset({"false", "0", "no", "n", "f", "nein", "falsch"})


def said(value: object) -> bool:
    """Say whether a value is there at all."""
    return not (value is None or (isinstance(value, str) and value.strip().lower() in _REMOVED))


def text(value: object) -> str:
    """Return a text or a number as text, and everything else as nothing."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def identifier(record: Mapping[str, Any], field: str) -> str:
    """Return the id in `field` as text, leading zeros and all. Raises BadRecord when there is none."""
    found = optional_identifier(record, field)
    if not found:
        raise BadRecord(f"The record has no {field}, so it could not be recognised when it comes again.", field)
    return found


def optional_identifier(record: Mapping[str, Any], field: str) -> str:
    """Return the id in `field` as text, or "" when there is none. Raises BadRecord for what can be no id."""
    value = record.get(field)
    if not said(value):
        return ""
    found = text(value)
    if not found or len(found) > 190:
        raise BadRecord(f"{field} is {_shown(value)}, which is no id.", field)
    return found


def number(record: Mapping[str, Any], field: str, *, least: float | None = None) -> float | None:
    """Return the number in `field`, None when it is not said. Raises BadRecord for what is none or below `least`."""
    value = record.get(field)
    if not said(value):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadRecord(f"{field} is {_shown(value)}, which is no number.", field)
    try:
        found = float(value)
    except (ValueError, OverflowError):
        raise BadRecord(f"{field} is {_shown(value)}, which is no number.", field) from None
    if not math.isfinite(found):
        raise BadRecord(f"{field} is {_shown(value)}, which is no number.", field)
    if least is not None and found < least:
        raise BadRecord(f"{field} is {_shown(value)}, below {least:g}.", field)
    return found


def whole(record: Mapping[str, Any], field: str, *, least: int = 0, most: int = 32_000) -> int | None:
    """Return the whole number in `field`, None when it is not said. Raises BadRecord otherwise."""
    found = number(record, field, least=least)
    if found is None:
        return None
    if not found.is_integer() or found > most:
        raise BadRecord(f"{field} is {_shown(record.get(field))}, which is no whole number up to {most}.", field)
    return int(found)


def yes_or_no(record: Mapping[str, Any], field: str) -> bool | None:
    """Return whether `field` says yes, None when it is not said. The text "False" is no. Raises BadRecord otherwise."""
    value = record.get(field)
    if isinstance(value, bool):
        return value
    if not said(value):
        return None
    word = text(value).lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise BadRecord(f"{field} is {_shown(value)}, which is neither yes nor no.", field)


def moment(
    record: Mapping[str, Any], field: str, *, zone: tzinfo | None = None, order: DateOrder | None = None
) -> datetime | None:
    """Return the instant in `field`, None when it is not said. Raises BadRecord when it cannot be understood."""
    value = record.get(field)
    if not said(value):
        return None
    try:
        return instant(value, zone=zone, order=order)
    except DateProblem as problem:
        raise BadRecord(f"{field}: {problem}", field) from None


def required_moment(
    record: Mapping[str, Any], *fields: str, zone: tzinfo | None = None, order: DateOrder | None = None
) -> datetime:
    """Return the instant in the first of `fields` that says one. Raises BadRecord when none does."""
    for field in fields:
        found = moment(record, field, zone=zone, order=order)
        if found is not None:
            return found
    where = f" ({' or '.join(fields)})" if fields else ""  # a table may have no column for it at all
    raise BadRecord(f"The record does not say when it happened{where}.", fields[0] if fields else "")


def mapping(record: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    """Return the object in `field`, an empty one when there is none or when it is something else."""
    value = record.get(field)
    return value if isinstance(value, dict) else {}


def members(record: Mapping[str, Any], field: str) -> list[Any]:
    """Return the list in `field`, an empty one when there is none or when it is something else."""
    value = record.get(field)
    return value if isinstance(value, list) else []


def _shown(value: object) -> str:
    shown = str(value) if not isinstance(value, str) else f"'{value}'"
    return shown if len(shown) <= 80 else shown[:79] + "…"
