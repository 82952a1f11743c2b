"""What a question is told in texts: its days, hours and lists, each refused with the sentence that helps."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

OWN_PARAMETERS = ("since", "until", "hour", "by", "bucket", "compare", "as_of")
_HOUR = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII)
_HOUR_EXPECTED = "hour is '{}'. It must be a time with its offset, such as 2026-01-31T09:00:00+01:00."


class InvalidQuery(ValueError):
    """The question cannot be asked. Says which parameter, what is wrong and what works."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.message = message


def single(given: Mapping[str, Sequence[str]], name: str) -> str | None:
    """Return a parameter that may stand once, or None. Raises InvalidQuery."""
    values = given.get(name, ())
    if len(values) > 1:
        raise InvalidQuery(name, f"'{name}' stands {len(values)} times. Give it once.")
    return values[0] if values and values[0] != "" else None


def day_of(name: str, text: str | None) -> date | None:
    """Return a day as ISO 8601 writes it. Raises InvalidQuery."""
    if text is None:
        return None
    try:
        if len(text) != 10:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidQuery(name, f"{name} is '{text}'. It must be a day such as 2026-01-31.") from None


def hour_of(text: str | None) -> datetime | None:
    """Return a time as RFC 3339 writes it. Raises InvalidQuery."""
    if text is None:
        return None
    try:
        if not _HOUR.fullmatch(text):  # ISO 8601 knows weeks and times without seconds too
            raise ValueError(text)
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidQuery("hour", _HOUR_EXPECTED.format(text)) from None


def in_utc(hour: datetime) -> datetime:
    """Return the time in UTC; one without an offset could be any. Raises InvalidQuery."""
    if hour.tzinfo is None:
        raise InvalidQuery("hour", _HOUR_EXPECTED.format(hour.isoformat()))
    try:
        return hour.astimezone(UTC)
    except OverflowError:
        raise InvalidQuery("hour", _HOUR_EXPECTED.format(hour.isoformat())) from None


def refuse_unknown_members(body: Mapping[str, Any]) -> None:
    """Raise InvalidQuery for a member that no question has."""
    allowed = {"metric", "filters", "parameters", *OWN_PARAMETERS}
    for name in body:
        if name not in allowed:
            raise InvalidQuery(str(name), f"A query has no member '{name}'. It has {', '.join(sorted(allowed))}.")


def members_of(body: Mapping[str, Any], group: str) -> dict[str, list[str]]:
    """Return the filters or parameters of a question in JSON, as lists of texts. Raises InvalidQuery."""
    members = body.get(group) or {}
    if not isinstance(members, Mapping):
        raise InvalidQuery(group, f'{group} must be an object, such as {{"channel": ["CHAT"]}}.')
    for name in members:
        if name in OWN_PARAMETERS:
            raise InvalidQuery(name, f"'{name}' belongs beside {group}, not inside.")
    return {name: texts(name, value) for name, value in members.items()}


def texts(name: str, value: Any) -> list[str]:
    """Return one text or several as a list. Raises InvalidQuery."""
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str | int) and not isinstance(item, bool) for item in items):
        raise InvalidQuery(name, f"'{name}' must be a text or a list of texts.")
    return [str(item) for item in items]
