"""JSON as it is delivered: one document, a page of records, lines of records, packed or not, never whole in memory.

Everything here is bounded: how deep a document nests, how long a line and how big a record grows.
"""

import codecs
import io
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, cast

from insights.intake.archives import unpacked
from insights.intake.json_events import carefully
from insights.intake.json_scanning import Odd, scanned
from insights.intake.json_values import fit, number
from insights.intake.source import Unreadable

LONGEST_LINE = 64 * 2**20
_STEP = 64 * 1024
_NO_TEXT = "The file is no text in UTF-8 or UTF-16, or it ends inside a letter, so it is no JSON."


@dataclass(frozen=True, slots=True)
class Item:
    """One value found in a document: in the list called `name`, or the document itself (name "")."""

    name: str
    value: Any
    line: int | None = None
    problem: str = ""


def utf8(file: BinaryIO) -> BinaryIO:
    """Return the file from its beginning as UTF-8 without a byte order mark, whichever UTF it is in."""
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if head.startswith(codecs.BOM_UTF8):
        file.seek(3)
        return file
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return _reencoded(file, "utf-16")
    if len(head) == 4 and head[0] and not head[1] and not head[3]:
        return _reencoded(file, "utf-16-le")
    return file


class _Recoded(io.RawIOBase):
    """A text in another encoding, read as UTF-8."""

    def __init__(self, inner: BinaryIO, encoding: str) -> None:
        super().__init__()
        self._inner = inner
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = self._inner.read(_STEP)
            try:
                self._left = self._decoder.decode(piece, final=not piece).encode()
            except UnicodeError:
                raise Unreadable(_NO_TEXT) from None
            if not piece:
                break
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def _reencoded(file: BinaryIO, encoding: str) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Recoded(file, encoding)))


def items(file: BinaryIO, lists: Collection[str] = (), *, several: bool = False) -> Iterator[Item]:
    """Yield the records of a JSON document or of JSON lines, in order.

    A document that is a list yields its members (name ""). One that is an object yields the members of those of its
    lists which are named in `lists` ("page.rows" is the list "rows" of the object "page"), and at the end itself
    without them (name ""). With `several`, documents may follow each other with nothing between them, as streams write
    them. In JSON lines a broken line is an item with a problem; a broken document raises Unreadable with the place.
    """
    plain = utf8(unpacked(file))
    try:
        lines = _is_lines(plain)
        if lines:
            yield from _lines(utf8(unpacked(file)), lists, several=several)
        else:
            yield from _documents(lambda: utf8(unpacked(file)), lists, several=several)
    except UnicodeError:
        raise Unreadable(_NO_TEXT) from None
    except (ValueError, SystemError):
        # ijson cannot tell of an integer of thousands of digits in an orderly way: it surfaces at any later step
        raise Unreadable("This is no valid JSON: it holds a number that cannot be read.") from None


def _is_lines(file: BinaryIO) -> bool:
    """Say whether each line is an object of its own: of the first three all begin so, and one at least is complete.

    So a bad line among good ones does not make the file a broken document.
    """
    lines: list[bytes] = []
    while len(lines) < 3 and (line := file.readline(LONGEST_LINE)):
        if line.strip():
            lines.append(line.strip())
    if len(lines) < 2 or not all(line.startswith(b"{") for line in lines):
        return False
    return any(_is_complete(line) for line in lines)


def _is_complete(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(file: BinaryIO, lists: Collection[str], *, several: bool) -> Iterator[Item]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) >= LONGEST_LINE:
            raise Unreadable(f"Line {number} is longer than 64 MB; this is no file of JSON lines.")
        if not line.strip():
            continue
        try:
            values = _values(line, several=several)
        except RecursionError:
            yield Item("", {"line": _shown(line)}, number, f"Line {number} nests too deep.")
        except ValueError as broken:
            yield Item("", {"line": _shown(line)}, number, f"Line {number} is no complete JSON value: {broken}.")
        else:
            for value in values:
                yield from _spread(value, lists, number)


def _values(line: bytes, *, several: bool) -> list[Any]:
    """Return the value that a line holds, or all that it holds where several may stand on one. Raises ValueError."""
    text = line.decode(errors="strict").strip()
    values: list[Any] = []
    place = 0
    while place < len(text):
        if values and not several:
            raise json.JSONDecodeError("Extra data", text, place)
        value, end = _LINE.raw_decode(text, place)
        values.append(fit(value, text, place, end))
        place = end
        while place < len(text) and text[place] in " \t\r\n":
            place += 1
    return values


def _spread(value: Any, lists: Collection[str], line: int) -> Iterator[Item]:
    """Yield the records of a whole page that stands on one line."""
    for name in lists if isinstance(value, dict) else ():
        *way, last = name.split(".")
        holder = value
        for key in way:
            holder = holder.get(key) if isinstance(holder, dict) else None
        if isinstance(holder, dict) and isinstance(holder.get(last), list):
            inside, holder[last] = holder[last], []
            yield from (Item(name, one, line) for one in inside)
    yield Item("", value, line)


def _shown(line: bytes) -> str:
    return line.decode("utf-8", "replace").strip().replace("\x00", "")


_LINE = json.JSONDecoder(parse_float=number, parse_constant=str)


def _documents(opened: Callable[[], BinaryIO], lists: Collection[str], *, several: bool) -> Iterator[Item]:
    """Read the fast way as far as it goes; what it cannot read is read again with care, behind what was handed out."""
    count = 0
    try:
        for name, value in scanned(opened(), lists, several=several):
            count += 1
            yield Item(name, value)
    except Odd:
        with_care = carefully(opened(), lists, several=several)
        yield from (Item(name, value) for name, value in islice(with_care, count, None))
