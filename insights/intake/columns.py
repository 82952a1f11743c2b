"""The columns of a plain table before its mapping is known: names, sample values, and which values there are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from insights.intake.source import Unreadable
from insights.intake.table import Table, unique_names

ROWS = 500
MOST_VALUES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """One column as it stands in the first rows."""

    name: str
    samples: tuple[str, ...]  # three that are not empty
    values: tuple[str, ...]  # all there are, most frequent first; empty where there are too many to list
    filled: int
    different: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The head of a table."""

    columns: tuple[TableColumn, ...]
    rows: int

    def names(self) -> list[str]:
        """Return the header."""
        return [column.name for column in self.columns]


def columns_of(file: BinaryIO, told: Mapping[str, Any] | None = None) -> Columns:
    """Return the columns of a table; `told` may name encoding, delimiter, sheet and rows to skip. Raises Unreadable."""
    told = told or {}
    file.seek(0)
    given = {name: str(told.get(name, "")) for name in ("encoding", "delimiter", "sheet")}
    table = Table(file, **given)
    skip = told.get("skip_rows", 0)
    rows = islice(table.rows(), skip if isinstance(skip, int) and skip > 0 else 0, None)
    header = next(rows, None)
    if header is None:
        raise Unreadable("The file has no header row.")
    names = unique_names(header.cells)
    if len(names) < 2:
        raise Unreadable("The first row has a single cell, so this is no table.")
    body = [row.cells for row in islice(rows, ROWS)]
    cells = ([row[place].strip() for row in body if place < len(row)] for place in range(len(names)))
    return Columns(columns=tuple(map(_column, names, cells)), rows=len(body))


def _column(name: str, cells: list[str]) -> TableColumn:
    seen = Counter(cell for cell in cells if cell)
    values = tuple(value for value, _ in seen.most_common()) if len(seen) <= MOST_VALUES else ()
    return TableColumn(
        name=name, samples=tuple(list(seen)[:3]), values=values, filled=seen.total(), different=len(seen)
    )
