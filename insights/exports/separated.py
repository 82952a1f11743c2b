"""A table as CSV (RFC 4180, UTF-8), with cells defused that a spreadsheet would run as formulas."""

import csv
from collections.abc import Iterator
from datetime import datetime

from insights.exports.tables import Cell, Table

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Lines:
    """What csv.writer writes into: it hands the text on instead of keeping it."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, text: str) -> None:
        self.parts.append(text)

    def drain(self) -> bytes:
        text = "".join(self.parts)
        self.parts.clear()
        return text.encode()


def write(table: Table) -> Iterator[bytes]:
    """Yield the file, a page of rows at a time."""
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow([column.name for column in table.columns])
    for page in table.pages:
        writer.writerows([_shown(cell) for cell in row] for row in page)
        yield lines.drain()


def _shown(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return cell
