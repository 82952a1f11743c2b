"""The parts of a workbook: its sheets, and their rows as texts. openpyxl reads the cells; everything is in bounds.

Of the styles only what tells dates from numbers is read: exports of many systems have styles that are not as they
should be, and their values are good.
"""

import re
import zipfile
from collections.abc import Generator, Iterator
from datetime import datetime, time, timedelta
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element  # parsed by defusedxml only

from defusedxml.ElementTree import fromstring, iterparse
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import builtin_format_code, is_date_format, is_timedelta_format
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import ARC_STYLE, SHEET_MAIN_NS

from insights.intake.source import Unreadable

LARGEST_STRINGS = 256 * 2**20  # the texts that cells share: they are held in memory
LARGEST_PART = 32 * 2**20  # of what describes the workbook
LARGEST_SHEET = 8 * 2**30
LONGEST_ROW = 64 * 2**20
MOST_COLUMNS = 16_384
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATES_OF_ASIA = frozenset({*range(27, 37), *range(50, 59)})  # formats that have a number and no code
_MAIN = f"{{{SHEET_MAIN_NS}}}"


class _Archive(zipfile.ZipFile):
    """The package. What a part says it unpacks to is all that ever comes out of it, and that is bounded here."""

    def open(self, name: Any, *given: Any, **told: Any) -> Any:
        """Open a part. Raises Unreadable."""
        part = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        where = part.filename.lower()
        limit = LARGEST_SHEET if "worksheet" in where else LARGEST_STRINGS if "strings" in where else LARGEST_PART
        if part.file_size > limit:
            raise Unreadable(
                f"The workbook's part {part.filename[:80]} unpacks to {part.file_size / 2**20:,.0f} MB, more than "
                f"{limit / 2**20:,.0f}. Save the sheet as CSV and import that."
            )
        return super().open(part, *given, **told)


class Book(ExcelReader):
    """A workbook that has been opened."""

    def __init__(self, file: BinaryIO) -> None:
        """Read what describes it. Raises Unreadable, and whatever openpyxl runs into."""
        super().__init__(file, read_only=True, data_only=True, keep_links=False)
        self.archive = _Archive(file)
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        found = [(sheet, link) for sheet, link in self.parser.find_sheets() if link.Type.endswith("/worksheet")]
        self.sheets = {str(sheet.name): str(link.target) for sheet, link in found}
        self.hidden = {str(sheet.name) for sheet, _ in found if sheet.state != "visible"}
        self._dates, self._durations = self._formats()

    def rows(self, path: str) -> Iterator[tuple[int, list[str], int]]:
        """Yield each row of a sheet: its number, its cells, and how many of these are formulas without a value."""
        with self.archive.open(path) as part:
            bounded = _Rowwise(part)
            sheet = _Sheet(
                bounded, self.shared_strings, data_only=True, epoch=self.wb.epoch, date_formats=self._dates,
                timedelta_formats=self._durations,
            )  # fmt: skip
            for number, cells in sheet.parse():
                bounded.since = 0
                yield number, _texts(cells), sheet.unvalued
                sheet.unvalued = 0

    def _formats(self) -> tuple[set[int], set[int]]:
        """Return which styles are dates (times among them), and which of these are durations."""
        if ARC_STYLE not in self.valid_files:
            return set(), set()
        styles = fromstring(self.archive.read(ARC_STYLE))
        codes = {one.get("numFmtId"): one.get("formatCode", "") for one in styles.iter(f"{_MAIN}numFmt")}
        dates, durations = set(), set()
        for place, style in enumerate(styles.findall(f"{_MAIN}cellXfs/{_MAIN}xf")):
            number = style.get("numFmtId", "0")
            code = codes.get(number) or builtin_format_code(int(number)) or ""
            if is_date_format(code) or int(number) in _DATES_OF_ASIA:
                dates.add(place)
            if is_timedelta_format(code):
                durations.add(place)
        return dates, durations


class _Rowwise:
    """A part that is read only so far ahead: a row that never ends is refused."""

    def __init__(self, part: Any) -> None:
        self._part = part
        self.since = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises Unreadable."""
        piece: bytes = self._part.read(size)
        self.since += len(piece)
        if self.since > LONGEST_ROW:
            raise Unreadable("A row of the sheet is longer than 64 MB, so this is no table.")
        return piece


class _Sheet(WorkSheetParser):
    """The rows of a sheet and nothing else: what stands around them is often not as it should be."""

    unvalued = 0

    def parse(self) -> Generator[tuple[int, list[dict[str, Any]]], None, None]:
        """Yield each row, and forget it."""
        data: Element | None = None
        for event, element in iterparse(self.source, events=("start", "end")):
            if event == "start":
                data = element if element.tag == DATA_TAG else data
            elif element.tag == ROW_TAG:
                yield self.parse_row(element)
                if data is not None:
                    data.clear()
            elif element.tag == DATA_TAG:
                return

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Return a cell, and count it where it is a formula whose value was never stored."""
        if element.find(FORMULA_TAG) is not None and element.find(VALUE_TAG) is None:
            self.unvalued += 1
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["column"] > MOST_COLUMNS:
            raise Unreadable(f"The sheet has more than {MOST_COLUMNS:,} columns, so this is no table.")
        return cell


def _texts(cells: list[dict[str, Any]]) -> list[str]:
    """Return the cells as texts, each in its column, without those at the end that say nothing."""
    texts: list[str] = []
    for cell in cells:
        if text := _text(cell["value"], cell["data_type"]):
            texts += [""] * (cell["column"] - len(texts))
            texts[cell["column"] - 1] = text
    return texts


def _text(value: Any, kind: str) -> str:
    """Return what a cell shows, dates and durations in the one form that cannot be misread; #N/A is nothing."""
    if value is None or kind == "e":
        return ""
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    return _moment(value)


def _number(value: float) -> str:
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.15g}"


def _moment(value: Any) -> str:
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        hours, rest = divmod(abs(seconds), 3600)
        return f"{'-' if seconds < 0 else ''}{hours:.0f}:{rest // 60:02.0f}:{rest % 60:02.0f}"
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    spec = "milliseconds" if getattr(value, "microsecond", 0) else "seconds"
    if isinstance(value, datetime):
        return value.isoformat(" ", spec)
    return str(value.isoformat(spec)) if isinstance(value, time) else str(value)
