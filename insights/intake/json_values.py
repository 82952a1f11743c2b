"""JSON values made fit to be kept: numbers that are numbers, texts that a database takes, nothing nested too deep."""

import math
import re
from decimal import Decimal
from typing import Any

DEEPEST = 60  # levels of nesting
_UNSTORABLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")  # NUL, or a half of a surrogate pair that may miss the other


def number(written: str | Decimal) -> float | str:
    """Return a number, or its text where it is beyond what a number can hold."""
    value = float(written)
    return value if math.isfinite(value) else str(Decimal(written))


def storable(text: str) -> str:
    """Return the text without what no database takes: NUL and halves of a surrogate pair."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def fit(value: Any, written: str, start: int, end: int) -> Any:
    """Return a value that was decoded out of `written[start:end]`, its texts storable.

    Raises RecursionError when it nests too deep. Looks at the text first: hardly any value has to be walked through.
    """
    if _UNSTORABLE.search(written, start, end):
        value = _storable_value(value)
    if written.count("{", start, end) + written.count("[", start, end) > DEEPEST:
        _refuse_deep(value)
    return value


def _storable_value(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable_value(one) for one in value]
    if isinstance(value, dict):
        return {storable(key): _storable_value(one) for key, one in value.items()}
    return value


def _refuse_deep(value: Any) -> None:
    """Go down level by level: this runs for every record of some size, so it is written to be quick."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if outer.__class__ is dict else outer)
            if inner.__class__ is dict or inner.__class__ is list
        ]
        if not level:
            return
    raise RecursionError
