"""A JSON document read event by event: slower than scanning, for what is odd or broken, with the place where it breaks.

Everything here is bounded: how deep a record nests, and how many values it holds.
"""

import json
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any, BinaryIO

import ijson

from insights.intake.digits import WithoutEndlessNumbers
from insights.intake.json_values import DEEPEST, number, storable
from insights.intake.source import Unreadable

MOST_VALUES = 2_000_000  # in one record
_STEP = 64 * 1024
_RE_READ = 16 * 2**20


def carefully(file: BinaryIO, lists: Collection[str], *, several: bool) -> Iterator[tuple[str, Any]]:
    """Yield (name of its list, record) in order, and each document itself as ("", document). Raises Unreadable."""
    events = _events(file)
    first = next(events, None)
    if first is None:
        raise Unreadable("The file is empty.")
    while first is not None:
        yield from _document(first, events, lists)
        first = next(events, None)
        if first is not None and not several:
            raise Unreadable("After the end of the JSON document there is more. Is it two files in one?")


def _document(
    first: tuple[str, Any], events: Iterator[tuple[str, Any]], lists: Collection[str]
) -> Iterator[tuple[str, Any]]:
    kind, value = first
    if kind == "start_array":
        yield from (("", one) for one in _members(events))
    elif kind == "start_map":
        envelope: dict[str, Any] = {}
        yield from _object(envelope, events, lists, "")
        yield "", envelope
    else:
        yield "", _built(kind, value, events)


def _object(
    envelope: dict[str, Any], events: Iterator[tuple[str, Any]], lists: Collection[str], way: str
) -> Iterator[tuple[str, Any]]:
    """Fill `envelope` with what an object holds, but yield the members of its named lists as they come."""
    for event, told in events:
        if event == "end_map":
            return
        key, name = storable(str(told)), f"{way}{told}"
        event, value = next(events)
        if event == "start_array" and name in lists:
            envelope[key] = []  # its members go their own way
            yield from ((name, one) for one in _members(events))
        elif event == "start_map" and any(one.startswith(f"{name}.") for one in lists):
            envelope[key] = {}
            yield from _object(envelope[key], events, lists, f"{name}.")
        else:
            envelope[key] = _built(event, value, events)


def _members(events: Iterator[tuple[str, Any]]) -> Iterator[Any]:
    for event, value in events:
        if event == "end_array":
            return
        yield _built(event, value, events)


def _built(event: str, value: Any, events: Iterator[tuple[str, Any]]) -> Any:
    """Build one value out of its events, without recursion so that depth is ours to bound."""
    if event not in ("start_map", "start_array"):
        return _scalar(event, value)
    root: Any = {} if event == "start_map" else []
    stack: list[Any] = [root]
    keys: list[str] = [""]
    for count, (event, value) in enumerate(events):
        if len(stack) > DEEPEST or count > MOST_VALUES:
            raise Unreadable(f"A record nests deeper than {DEEPEST} levels or holds more than {MOST_VALUES} values.")
        if event == "map_key":
            keys[-1] = storable(value)
        elif event in ("end_map", "end_array"):
            stack.pop()
            keys.pop()
            if not stack:
                return root
        else:
            opens = event in ("start_map", "start_array")
            child = ({} if event == "start_map" else []) if opens else _scalar(event, value)
            _put(stack[-1], keys[-1], child)
            if opens:
                stack.append(child)
                keys.append("")
    raise Unreadable("The JSON breaks off in the middle of a record.")


def _put(parent: Any, key: str, child: Any) -> None:
    if isinstance(parent, list):
        parent.append(child)
    else:
        parent[key] = child


def _scalar(event: str, value: Any) -> Any:
    if event == "string":
        return storable(value)
    return number(value) if isinstance(value, Decimal) else value


def _events(file: BinaryIO) -> Iterator[tuple[str, Any]]:
    """Yield the parser's events; what it cannot parse is Unreadable, in words."""
    try:
        yield from ijson.basic_parse(WithoutEndlessNumbers(file), multiple_values=True, buf_size=_STEP)
    except ijson.JSONError as broken:
        text = str(broken)
        if "premature EOF" in text or ("incomplete" in text.lower() and "lexical" not in text):
            raise Unreadable("The JSON breaks off before its end. Was the file copied completely?") from None
        reason = text.split("\n", 1)[0].removeprefix("b'").removeprefix('b"').strip().rstrip(".")
        raise Unreadable(f"This is no valid JSON ({reason}){_place(file)}.") from None


def _place(file: BinaryIO) -> str:
    """Return where a broken document breaks, in words, for one short enough to be looked at again."""
    try:
        file.seek(0)
        json.loads(file.read(_RE_READ))
    except json.JSONDecodeError as broken:
        return f" at line {broken.lineno}, column {broken.colno}"
    except (OSError, ValueError, RecursionError):
        return ""  # it comes out of a stream that cannot go back, or is broken in more than one way
    return ""
