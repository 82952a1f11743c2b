"""Workbooks (.xlsx, .xlsm) as tables: one sheet, row after row, as the texts that its cells show.

What was read once lies in a temporary file without a name, so that a table can be gone through again and again.
"""

import csv
import io
import json
import shutil
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from insights.intake.archives import unpacked
from insights.intake.scratch import Scratch
from insights.intake.source import Unreadable
from insights.intake.workbook_parts import Book

LARGEST_TABLE = 4 * 2**30
HEAD = 64 * 1024
_AT_ONCE, _LOOKED_AT, _SHOWN = 200, 20, 100
_STEP = 1 << 20
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
LOCKED = "This workbook is locked with a password. Open it, take the password off (or save it as CSV), and bring that."
OLD = "This is an old Excel file (.xls), whatever its name says. Save it as .xlsx or CSV and import that."
# What a library that trusts its file runs into where that is not as it should be; RecursionError is a RuntimeError.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, ValueError, TypeError, LookupError, AttributeError, SyntaxError,
    EOFError, OSError, RuntimeError, ArithmeticError, AssertionError,
)  # fmt: skip


def is_workbook(file: BinaryIO) -> bool:
    """Say whether the file is a spreadsheet of the Office Open XML kind, whatever its name says."""
    file.seek(0)
    names: set[str] = set()
    if file.read(4) == b"PK\x03\x04":
        try:
            names = set(zipfile.ZipFile(file).namelist())
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            names = set()  # whoever unpacks it says what is wrong
    file.seek(0)
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


def workbook_in(file: BinaryIO, sheet: str = "") -> "Workbook | None":
    """Return the workbook that the file is, or that a zip holds as its only file; None for all else.

    Raises Unreadable for workbooks that cannot be read: old ones, and those with a password.
    """
    refuse_old_office(file)
    if is_workbook(file):
        return Workbook(file, sheet)
    head = file.read(4)
    file.seek(0)
    if head != b"PK\x03\x04":
        return None
    inner = unpacked(file)
    found = None
    if inner.read(4) == head:
        inner.seek(0)
        copy = Scratch()
        shutil.copyfileobj(inner, copy, _STEP)
        found = Workbook(copy, sheet) if is_workbook(copy) else None
    file.seek(0)
    return found


def refuse_old_office(file: BinaryIO) -> None:
    """Raise Unreadable, with what to do, for a file in the container of old Office: locked workbooks are in it too."""
    file.seek(0)
    head = file.read(_STEP)
    file.seek(0)
    if head.startswith(OLD_OFFICE):
        is_locked = _LOCKED in head or _LOCKED in _end_of(file)
        raise Unreadable(LOCKED if is_locked else OLD)


def _end_of(file: BinaryIO) -> bytes:
    file.seek(0, io.SEEK_END)
    file.seek(max(0, file.tell() - _STEP))
    end = file.read(_STEP)
    file.seek(0)
    return end


def beginning(file: BinaryIO) -> bytes:
    """Return what a file is recognised by: its first 64 kB, of a workbook its first rows as CSV."""
    if is_workbook(file):
        try:
            return _as_csv(file)
        except Unreadable:
            return b""  # whoever opens it says why
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    return head


def _as_csv(file: BinaryIO) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows(cells for _, cells in islice(Workbook(file).rows(), _SHOWN))
    file.seek(0)
    return text.getvalue().encode("utf-8", "replace")[:HEAD]


class Workbook:
    """One sheet of a workbook."""

    def __init__(self, file: BinaryIO, sheet: str = "") -> None:
        """Choose the sheet that is called so, else the first that is seen and holds a table. Raises Unreadable."""
        self.notices: list[str] = []
        self._unvalued = 0
        with _InWords():
            self._book = Book(file)
        self._source: Iterator[tuple[int, list[str]]] | None = self._read(self._chosen(sheet.strip()))
        self._kept = Scratch()
        self._written = 0

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield every row that is not empty with its number in the sheet. Raises Unreadable."""
        place, left = 0, b""
        while place < self._written or self._read_on():
            self._kept.seek(place)
            piece = self._kept.read(min(_STEP, self._written - place))
            place += len(piece)
            *whole, left = (left + piece).split(b"\n")
            for line in whole:
                number, *cells = json.loads(line)
                yield number, cells

    def _read_on(self) -> bool:
        """Keep the next rows of the sheet. Returns whether there were any."""
        some = list(islice(self._source, _AT_ONCE)) if self._source else []
        if not some:
            self._say_what_was_not_calculated()
            self._source = None
            return False
        kept = b"".join(json.dumps([number, *cells]).encode() + b"\n" for number, cells in some)
        self._kept.seek(self._written)
        self._kept.write(kept)
        self._written += len(kept)
        if self._written > LARGEST_TABLE:
            raise Unreadable("The sheet holds more than 4 GB of text. Import it in parts, or as CSV.")
        return True

    def _say_what_was_not_calculated(self) -> None:
        if self._source and self._unvalued:
            cells = "1 cell is a formula" if self._unvalued == 1 else f"{self._unvalued} cells are formulas"
            self.notices.append(
                f"{cells} whose value the file does not hold, and so empty here. Open the workbook in a spreadsheet "
                "program and save it there to have it."
            )

    def _chosen(self, wanted: str) -> str:
        """Return where the sheet lies that is to be read."""
        sheets = self._book.sheets
        if not sheets:
            raise Unreadable(
                "The workbook holds no sheet of cells. If it was saved as 'Strict Open XML', save it as a usual .xlsx."
            )
        listed = ", ".join(f"'{name}'" for name in list(sheets)[:20])
        if wanted:
            found = next((name for name in sheets if name.strip().lower() == wanted.lower()), None)
            if found is None:
                raise Unreadable(f"The workbook has no sheet '{wanted}' (option sheet). It has: {listed}.")
            return sheets[found]
        seen = [name for name in sheets if name not in self._book.hidden] or list(sheets)
        name = next((one for one in seen if self._holds_a_table(sheets[one])), seen[0])
        if len(seen) > 1:
            self.notices.append(
                f"The workbook has {len(seen)} sheets; '{name}' was read. Another can be told (option sheet): {listed}."
            )
        return sheets[name]

    def _holds_a_table(self, path: str) -> bool:
        """Say whether at least two of the first rows have two cells that say something; a cover sheet has not."""
        first = islice(self._read(path), _LOOKED_AT)
        found = sum(sum(bool(cell) for cell in cells) > 1 for _, cells in first) > 1
        self._unvalued = 0
        return found

    def _read(self, path: str) -> Iterator[tuple[int, list[str]]]:
        rows = self._book.rows(path)
        while True:
            with _InWords():
                some = list(islice(rows, _AT_ONCE))
            for number, cells, formulas in some:
                self._unvalued += formulas
                if any(cells):
                    yield number, cells
            if not some:
                return


class _InWords:
    """What the library says about a file that is not as it should be, in words for people."""

    def __enter__(self) -> None:
        self._quiet = warnings.catch_warnings()
        self._quiet.__enter__()
        warnings.simplefilter("ignore")  # about styles, and about dates that are none: those are read as nothing

    def __exit__(self, kind: Any, problem: BaseException | None, place: Any) -> None:
        self._quiet.__exit__(kind, problem, place)
        if isinstance(problem, _BROKEN):
            is_damaged = isinstance(problem, zlib.error | zipfile.BadZipFile | EOFError | struct.error)
            what = "it is damaged" if is_damaged else str(problem).strip()[:120] or type(problem).__name__
            raise Unreadable(
                f"The workbook cannot be read ({what}). Open it in a spreadsheet program and save it there as .xlsx or "
                "CSV, or export it again."
            ) from None
