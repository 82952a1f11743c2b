"""A table as XLSX: a first sheet that explains it, then its rows, on as many sheets as they need."""

import json
from collections.abc import Iterator
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from insights.exports.tables import Cell, Table

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575  # of a sheet, below its header
MOST_CHARACTERS = 32_767  # of a cell
FIRST_YEAR = 1900  # of its calendar
_CUT = " … (cut here: a cell holds no more)"
_CHUNK = 256 * 1024


def write(table: Table) -> Iterator[bytes]:
    """Yield the file. Rows go to disk as they come; the format's index comes last, so nothing leaves before the end."""
    with TemporaryFile() as file:
        book = Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        _explain(book, table)
        _fill(book, table)
        book.close()
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _explain(book: Workbook, table: Table) -> None:
    sheet, bold = book.add_worksheet("About"), book.add_format({"bold": True})
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 100)
    for position, (name, value) in enumerate(table.about.items()):
        sheet.write_string(position, 0, name, bold)
        sheet.write_string(position, 1, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _fill(book: Workbook, table: Table) -> None:
    zone, when = ZoneInfo(table.about["time_zone"]), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet, line, sheets = _sheet(book, table, 1), 0, 1
    for page in table.pages:
        for row in page:
            if line == MOST_ROWS:
                sheets += 1
                sheet, line = _sheet(book, table, sheets), 0
            line += 1
            for position, cell in enumerate(row):
                _write(sheet, line, position, cell, zone, when)


def _sheet(book: Workbook, table: Table, number: int) -> Worksheet:
    sheet = book.add_worksheet(table.name if number == 1 else f"{table.name} {number}")
    for position, column in enumerate(table.columns):
        sheet.write_string(0, position, column.name)
    sheet.freeze_panes(1, 0)
    return sheet


def _write(sheet: Worksheet, line: int, position: int, cell: Cell, zone: ZoneInfo, when: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(line, position, cell)
    elif isinstance(cell, str):
        sheet.write_string(line, position, _fitting(cell))
    elif isinstance(cell, datetime):
        _write_time(sheet, line, position, cell, zone, when)
    else:
        sheet.write_number(line, position, cell)


def _write_time(sheet: Worksheet, line: int, position: int, time: datetime, zone: ZoneInfo, when: Any) -> None:
    if time.year <= FIRST_YEAR:
        sheet.write_string(line, position, time.isoformat())
    else:  # a spreadsheet knows no zones; the first sheet names ours
        sheet.write_datetime(line, position, time.astimezone(zone).replace(tzinfo=None), when)


def _fitting(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - len(_CUT)] + _CUT
