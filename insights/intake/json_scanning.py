"""Well-formed JSON read the fast way: record by record through the decoder in C, never whole in memory.

It knows what nearly all deliveries are: valid documents whose records are of a usual size. Whatever else it meets it
calls Odd and goes no further; the careful reader in documents.py takes over and has the words for what is wrong.
"""

import codecs
import json
import re
from collections.abc import Collection, Iterator
from typing import Any, BinaryIO

from insights.intake.json_values import fit, number

LONGEST_RECORD = 1_000_000  # characters: it cannot hold too many values either
_STEP = 256 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
_CLOSING = frozenset('"]}')  # what begins with its like ends with it
_BEHIND = frozenset(",:]} \t\r\n")
Found = tuple[str, Any]


class Odd(Exception):
    """The document is broken, or beyond what is read the fast way."""


def scanned(file: BinaryIO, lists: Collection[str], *, several: bool) -> Iterator[Found]:
    """Yield (name of the list, value) for the records of the JSON documents in `file` (UTF-8), in order. Raises Odd."""
    text = _Text(file)
    if not text.sign():
        raise Odd
    while True:
        yield from _document(text, lists)
        if not text.sign():
            return
        if not several:
            raise Odd


def _document(text: "_Text", lists: Collection[str]) -> Iterator[Found]:
    sign = text.sign()
    if sign == "[":
        text.take()
        yield from (("", one) for one in _members(text))
    elif sign == "{":
        envelope: dict[str, Any] = {}
        yield from _object(envelope, text, lists, "")
        yield "", envelope
    else:
        yield "", text.value()


def _object(envelope: dict[str, Any], text: "_Text", lists: Collection[str], way: str) -> Iterator[Found]:
    """Fill `envelope` with what an object holds, but yield the members of its named lists as they come."""
    text.take()
    if text.sign() == "}":
        text.take()
        return
    while True:
        if text.sign() != '"':
            raise Odd
        key = text.value()
        name = f"{way}{key}"
        if text.take() != ":":
            raise Odd
        sign = text.sign()
        if sign == "[" and name in lists:
            text.take()
            envelope[key] = []  # its members go their own way
            yield from ((name, one) for one in _members(text))
        elif sign == "{" and any(one.startswith(f"{name}.") for one in lists):
            envelope[key] = {}
            yield from _object(envelope[key], text, lists, f"{name}.")
        else:
            envelope[key] = text.value()
        if _ends(text, "}"):
            return


def _members(text: "_Text") -> Iterator[Any]:
    if text.sign() == "]":
        text.take()
        return
    while True:
        yield text.value()
        if _ends(text, "]"):
            return


def _ends(text: "_Text", closing: str) -> bool:
    """Pass the comma that leads to the next member, or the bracket that closes them all."""
    sign = text.take()
    if sign not in (",", closing):
        raise Odd
    return sign == closing


def _refused(constant: str) -> Any:
    raise Odd(constant)  # NaN and Infinity are no JSON


class _Text:
    """A window on the text that moves along with what is read of it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._decode = json.JSONDecoder(parse_float=number, parse_constant=_refused).raw_decode
        self._text, self._at, self._has_ended = "", 0, False

    def sign(self) -> str:
        """Return the next character that is no space, without passing it; "" at the end."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if self._has_ended:
                return ""
            self._read_on()

    def take(self) -> str:
        """Return the next character that is no space and pass it."""
        sign = self.sign()
        self._at += 1
        return sign

    def value(self) -> Any:
        """Return the value that begins here and pass it. What reaches the end of the window may go on behind it."""
        self.sign()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
                if self._has_ended or self._is_whole(end):
                    value = fit(value, self._text, self._at, end)
                    self._at = end
                    return value
            except json.JSONDecodeError:
                if self._has_ended:
                    raise Odd from None
            except (ValueError, RecursionError):
                raise Odd from None
            if len(self._text) - self._at > LONGEST_RECORD:
                raise Odd
            self._read_on()

    def _is_whole(self, end: int) -> bool:
        """Whether a value that ends here ends in the document too: 1.5 may be the beginning of 1.5e10."""
        return self._text[end - 1] in _CLOSING or self._text[end : end + 1] in _BEHIND

    def _read_on(self) -> None:
        """Drop what was read, and double what was not: so a long record is not tried too often."""
        rest = self._text[self._at :]
        try:
            piece = self._file.read(max(_STEP, len(rest)))
            self._text, self._at = rest + self._utf8.decode(piece, final=not piece), 0
        except UnicodeError:
            raise Odd from None
        self._has_ended = not piece
