"""What an edit of the taxonomy may say, checked before it is tried."""

from collections.abc import Mapping
from typing import Any

from insights.api.problems import wrong_parameter

_TEXTS = {
    **{"key": 80, "parent": 80, "into": 80, "name": 120, "owner_department": 120},
    **{"demand": 7, "journey_stage": 12, "description": 2000},
}
_LISTS = ("examples", "counter_examples")
_DESCRIBE = ("name", "description", *_LISTS, "demand", "owner_department", "journey_stage", "threshold")
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "add": ("key", "parent", *_DESCRIBE),
    "change": ("key", *_DESCRIBE),
    "move": ("key", "parent"),
    "merge": ("key", "into"),
    "split": ("key", "parts"),
    "retire": ("key",),
    "restore": ("key",),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "add": ("key", "name"),
    "move": ("parent",),
    "merge": ("into",),
    "split": ("parts",),
}


def checked_body(how: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of an edit. Raises 400 that names the one that is unknown, missing or of the wrong kind."""
    for name in NEEDED.get(how, ()):
        if name not in body:
            raise wrong_parameter(name, f"'{name}' is missing.")
    for name, value in body.items():
        if name not in MEMBERS[how]:
            raise wrong_parameter(name, f"There is no member '{name}' here. Members: {', '.join(MEMBERS[how])}.")
        _check(name, value)
    return dict(body)


def _check(name: str, value: Any) -> None:
    if name in _TEXTS:
        _check_text(name, value, _TEXTS[name])
    elif name == "threshold":
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise wrong_parameter(name, "The threshold must be a number from 0 to 1; null is the one that is found.")
    elif not isinstance(value, list):
        raise wrong_parameter(name, f"'{name}' must be a list.")
    elif name == "parts":
        _check_parts(value)
    else:
        for text in value:
            _check_text(name, text, 600)


def _check_parts(parts: list[Any]) -> None:
    for part in parts:
        if not isinstance(part, dict):
            raise wrong_parameter("parts", "Each part must be an object with key, name and examples.")
        checked_body("add", part)


def _check_text(name: str, value: Any, longest: int) -> None:
    if not isinstance(value, str) or len(value) > longest:
        raise wrong_parameter(name, f"'{name}' must be a text of at most {longest} characters.")
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise wrong_parameter(name, f"'{name}' holds a character that cannot be stored.")
