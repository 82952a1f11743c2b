"""Rows into PostgreSQL by COPY, the fastest door it has, under Django's own connection and transaction."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

_LINES_AT_ONCE = 200
_AS_TEXT: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "\\N",
    UUID: lambda key: key.hex,
    datetime: str,
    date: str,
    int: str,
    float: str,
    Decimal: str,
    bool: lambda truth: "t" if truth else "f",
}
_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write `rows` (values in the order of `columns`) into `table`. A value may be wrapped in psycopg's Jsonb."""
    rows = list(rows)
    if not rows:
        return
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    # COPY goes past Django's cursor, so its errors have to be made Django's here
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for start in range(0, len(rows), _LINES_AT_ONCE):
            some = rows[start : start + _LINES_AT_ONCE]
            try:
                lines = "".join([_line(row) for row in some])
            except KeyError:  # a kind of value that only psycopg knows to write
                for row in some:
                    copy.write_row(row)
            else:
                copy.write(lines)


def _line(row: Sequence[Any]) -> str:
    """Return a row as COPY's text format has it, at a third of what psycopg takes to look at each of its values.

    Raises KeyError for a kind of value that has no text here.
    """
    cells = [value if value.__class__ is str else _AS_TEXT[value.__class__](value) for value in row]
    line = "\t".join(cells)
    if (
        "\n" in line
        or "\r" in line
        or line.count("\t") != len(cells) - 1
        or line.count("\\") != sum([value is None for value in row])
    ):
        pairs = zip(cells, row, strict=True)
        line = "\t".join([cell if value is None else cell.translate(_SPECIAL) for cell, value in pairs])
    return line + "\n"


def array_of(plain: Iterable[UUID | str]) -> str:
    """Return keys and digests as the text of an array: psycopg takes long to write one value by value.

    Only for what needs no quotes in an array, as a key or a digest does.
    """
    return "{" + ",".join([one if one.__class__ is str else one.hex for one in plain]) + "}"  # type: ignore[union-attr]


def upsert_rows(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, key: Sequence[str], keep: Sequence[str] = ()
) -> None:
    """Write `rows`; where one with the same `key` is there, its columns but those to `keep` become the new ones."""
    rows = list(rows)
    if not rows:
        return
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    told = sql.SQL(", ").join(
        sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(column))
        for column in columns
        if column not in (*key, *keep)
    )
    with staged(table, columns, rows) as stage, connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT ({}) DO UPDATE SET {}").format(
                sql.Identifier(table),
                names,
                names,
                sql.Identifier(stage),
                sql.SQL(", ").join(map(sql.Identifier, key)),
                told,
            )
        )


class staged:  # read as a verb: with staged(…) as stage
    """A temporary table with some columns of `table`, filled with `rows`, gone at the end."""

    def __init__(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self._table, self._columns, self._rows = table, columns, rows
        self._stage = f"stage_{table}"

    def __enter__(self) -> str:
        """Make and fill it; return its name."""
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("CREATE TEMPORARY TABLE {} AS SELECT {} FROM {} LIMIT 0").format(
                    sql.Identifier(self._stage),
                    sql.SQL(", ").join(map(sql.Identifier, self._columns)),
                    sql.Identifier(self._table),
                )
            )
        copy_rows(self._stage, self._columns, self._rows)
        return self._stage

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        """Drop it; a failed transaction drops it by itself."""
        if failed is None:
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(self._stage)))
