"""Workbooks as spreadsheet programs save them."""

import io
from datetime import datetime

from xlsxwriter import Workbook


def at(*parts: int) -> datetime:
    return datetime(*parts)  # noqa: DTZ001  # cells know no zones


FORM = [
    ["ID", "Start time", "Completion time", "Email", "Name", "How satisfied are you?"],
    [1, at(2026, 4, 3, 9, 0), at(2026, 4, 3, 9, 4, 7), "a@example.org", "Ada", "Very satisfied"],
    [2, at(2026, 4, 3, 9, 5), at(2026, 4, 3, 9, 6), "b@example.org", "Ben", "Somewhat dissatisfied"],
]


def made(*sheets: tuple[str, list[list[object]]], formats: dict[str, str] | None = None, **options: object) -> bytes:
    """Return a workbook with these sheets; a cell is a value, or (value, number format)."""
    content = io.BytesIO()
    with Workbook(content, {"default_date_format": "dd/mm/yyyy hh:mm", **options}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, tuple):
                        sheet.write(at, column, cell[0], book.add_format({"num_format": cell[1]}))
                    elif cell is not None:
                        sheet.write(at, column, cell)
    return content.getvalue()
