"""Tables as text: which encoding, which separator, and rows that are records, not lines. Read as a stream."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from charset_normalizer import from_bytes

from insights.intake.archives import unpacked
from insights.intake.frozen import quickly_made
from insights.intake.source import Unreadable
from insights.intake.workbook import Workbook, workbook_in

LONGEST_CELL = 1_000_000
_STEP = 1 << 20
_HEAD = 64 * 1024
_DELIMITERS = ",;\t|"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bytes that are common letters, quotes and hard spaces in one and rare signs in the other.
_TYPICAL_MAC = frozenset(b"\xca\xd5\xd2\xd3\x8e\x8a\x9a\x9f\xa7\xd0\xd1\x8d\x87\x96\x8f")
_TYPICAL_WINDOWS = frozenset(
    b"\x91\x92\x93\x94\x96\x97\xa0\xe9\xe4\xf6\xfc\xdf\xe8\xe0\xea\xe7\xf1\xed\xf3\xe1\xc4\xd6\xdc\x80\x85"
)


@quickly_made
@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line on which it begins (1 is the first) and its cells."""

    line: int
    cells: list[str]
    problem: str = ""  # why it could not be taken apart


class Table:
    """A delivered table. Its encoding and separator are known once it is made; notices say what was guessed."""

    def __init__(self, file: BinaryIO, *, encoding: str = "", delimiter: str = "", sheet: str = "") -> None:
        """Look at `file`. An `encoding`, `delimiter` or `sheet` that is given is believed. Raises Unreadable."""
        self.notices: list[str] = []
        self._file = file
        self._workbook: Workbook | None = workbook_in(file, sheet)
        if self._workbook is not None:
            self.notices, self.encoding, self.delimiter = self._workbook.notices, "utf-8", ","
            return
        self.encoding = self._known(encoding) if encoding else self._detected()
        head = self._head()
        self.delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter.lower(), delimiter) or delimiter_of(head)
        if len(self.delimiter) != 1:
            raise Unreadable(f"'{delimiter}' is no separator: give a single character, or 'tab'.")

    def rows(self) -> Iterator[Row]:
        """Yield every row that is not empty, header rows too. Raises Unreadable."""
        if self._workbook is not None:
            yield from (Row(number, _plain(cells)) for number, cells in self._workbook.rows())
            return
        csv.field_size_limit(LONGEST_CELL)
        with _text(self._opened(), self.encoding) as text:
            reader = csv.reader((line.replace("\x00", "") for line in text), delimiter=self.delimiter)
            before = 0
            try:
                for cells in reader:
                    line, before = before + 1, reader.line_num
                    if "".join(cells).strip():
                        yield Row(line, _plain(cells))
            except csv.Error as broken:
                raise Unreadable(
                    f"From line {before + 1} on this is no table ({broken}). Is a quotation mark left open there?"
                ) from None
            except UnicodeError:
                raise Unreadable(
                    f"Near line {before + 1} the file is not {self.encoding}. Say which it is in (option encoding)."
                ) from None

    def _opened(self) -> BinaryIO:
        return unpacked(self._file)

    def _head(self) -> str:
        with _text(self._opened(), self.encoding) as text:
            try:
                return text.read(_HEAD)
            except UnicodeError:
                raise Unreadable(f"The file is not {self.encoding}. Say which encoding it is in.") from None

    def _known(self, encoding: str) -> str:
        try:
            return codecs.lookup(encoding).name
        except LookupError:
            raise Unreadable(f"There is no encoding called '{encoding}'. Try utf-8, cp1252 or mac_roman.") from None

    def _detected(self) -> str:
        plain = self._opened()
        head = plain.read(_HEAD)
        _refuse_what_is_no_text(head)
        marked = next((name for mark, name in _BYTE_ORDER_MARKS if head.startswith(mark)), "")
        if marked:
            return marked
        if b"\x00" in head:
            return _utf16_without_mark(head)
        wrong = _first_not_utf8(head, plain)
        if wrong is None:
            return "utf-8"
        guess = guessed_encoding(wrong)
        self.notices.append(f"The file is not UTF-8; it was read as {guess}. If letters look wrong, say which it is.")
        return guess


def guessed_encoding(piece: bytes) -> str:
    """Return the most likely encoding of bytes that are not UTF-8."""
    high = [byte for byte in piece if byte >= 0x80]
    if len(high) * 4 > len(piece):  # hardly any ASCII: not a western text
        best = from_bytes(piece).best()
        if best is not None:
            return str(best.encoding)
    mac = sum(byte in _TYPICAL_MAC for byte in high)
    windows = sum(byte in _TYPICAL_WINDOWS for byte in high)
    return "mac_roman" if mac > windows else "cp1252"


def delimiter_of(head: str) -> str:
    """Return the separator with which most of the first rows have the same number of cells, more than one."""
    csv.field_size_limit(LONGEST_CELL)
    best, most = ",", (0, 0)
    for candidate in _DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(head, newline=""), delimiter=candidate) if row][:20]
        except csv.Error:
            continue
        widths = [len(row) for row in rows]
        width = max(set(widths), key=widths.count) if widths else 0
        agreement = (widths.count(width) * 100 // len(widths), width) if width > 1 else (0, 0)
        if agreement > most:
            best, most = candidate, agreement
    return best


def unique_names(header: Sequence[str]) -> list[str]:
    """Return the column names with blanks numbered and repetitions told apart, so that no cell hides another."""
    taken: dict[str, int] = {}
    names = []
    for place, cell in enumerate(header, start=1):
        name = " ".join(cell.split()) or f"column {place}"
        taken[name] = taken.get(name, 0) + 1
        names.append(name if taken[name] == 1 else f"{name} ({taken[name]})")
    return names


def as_record(names: Sequence[str], cells: Sequence[str]) -> tuple[dict[str, str], str]:
    """Return the row as {column: cell}, missing cells empty, and what is wrong: cells beyond the last column."""
    record = dict(zip(names, cells, strict=False))
    if len(cells) == len(names):
        return record, ""
    record.update(dict.fromkeys(names[len(cells) :], ""))
    beyond = [cell for cell in cells[len(names) :] if cell.strip()]
    if not beyond:
        return record, ""
    record.update({f"column {len(names) + number}": cell for number, cell in enumerate(beyond, start=1)})
    return record, f"The row has {len(cells)} cells where the header has {len(names)}. Is a separator not quoted?"


def _text(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """Open the bytes as text without ever closing them: they belong to the caller."""
    kept: BinaryIO = io.BufferedReader(_Kept(file))
    errors = "replace" if encoding == "cp1252" else "strict"  # five bytes mean nothing in cp1252
    return io.TextIOWrapper(kept, encoding=encoding, errors=errors, newline="")


class _Kept(io.RawIOBase):
    """A file that stays open when its readers are closed."""

    def __init__(self, inner: BinaryIO) -> None:
        super().__init__()
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._inner.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def _plain(cells: list[str]) -> list[str]:
    """Return the cells without marks that exports leave inside of cells and nobody sees."""
    return [cell.replace("\ufeff", "") for cell in cells] if "\ufeff" in "".join(cells) else cells


def _refuse_what_is_no_text(head: bytes) -> None:
    if not head.strip():
        raise Unreadable("The file is empty.")
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise Unreadable("This is a document or a picture, no table.")


def _utf16_without_mark(head: bytes) -> str:
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 > even:
        return "utf-16-le"
    if even > len(head) // 4 > odd:
        return "utf-16-be"
    raise Unreadable("The file holds binary data, so it is no table of text.")


def _first_not_utf8(head: bytes, rest: BinaryIO) -> bytes | None:
    """Return what lies around the first bytes that are not UTF-8, None when all are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    piece = head
    while True:
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as wrong:
            around = piece[max(0, wrong.start - 2000) :] if piece else b""
            return around + rest.read(_STEP)
        if not piece:
            return None
        piece = rest.read(_STEP)
