"""The values of a mapping as its author wrote them in JSON, each refused in words when it is of another kind."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from insights.intake.source import Unreadable


class WrongMapping(Unreadable):
    """The mapping cannot be used. The message says what is wrong and what works."""


def text_of(told: Mapping[str, Any], name: str) -> str:
    """Return the text under `name`, "" when there is none."""
    value = told.get(name, "")
    if not isinstance(value, str):
        raise WrongMapping(f"{name} is a text, not {json.dumps(value)}.")
    return value


def whole_number(value: Any, name: str) -> int:
    """Return a whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise WrongMapping(f"{name} is a whole number from 0.")
    return value


def choice(value: Any, choices: Sequence[str], name: str) -> str:
    """Return one of `choices`."""
    if value not in choices:
        raise WrongMapping(f"{name} is {json.dumps(value)}. It can be {', '.join(one for one in choices if one)}.")
    return str(value)


def object_of(value: Any, what: str) -> Mapping[str, Any]:
    """Return a JSON object."""
    if not isinstance(value, Mapping):
        raise WrongMapping(f"{what} must be a JSON object.")
    return value


def list_of(value: Any, what: str) -> Sequence[Any]:
    """Return a JSON list."""
    if not isinstance(value, list | tuple):
        raise WrongMapping(f"{what} must be a JSON list.")
    return value


def refuse_unknown(told: Mapping[str, Any], known: Iterable[str], what: str) -> None:
    """Raise WrongMapping when `told` has a name that is not `known`."""
    unknown = sorted(set(told) - set(known))
    if unknown:
        raise WrongMapping(f"{what} says '{unknown[0]}', which means nothing here. Known: {', '.join(sorted(known))}.")
