"""A version of the mart as a table that can be asked: DuckDB reads the version's Parquet files directly."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from deltalake import DeltaTable
from django.conf import settings

from insights.mart import table as mart
from insights.mart.schema import FEEDBACK, NOT_FEEDBACK
from insights.mart.table import Note, UnknownVersion

__all__ = ["Note", "UnknownVersion", "Version", "open_version"]

_SCHEMA = ibis.Schema.from_pyarrow(FEEDBACK)
_VIEWS_KEPT = 16
DIALECT = "duckdb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of the mart, open for questions."""

    number: int
    note: Note
    feedback: ir.Table  # to build expressions on; `rows_of` runs them
    rows: ir.Table  # the same with the rows beside feedback: active customers
    engine: "_Engine"

    def rows_of(self, expression: ir.Table) -> list[dict[str, Any]]:
        """Run the expression and return its rows as dictionaries by column name."""
        return self.engine.run(compiled(expression))

    def rows_over(self, asked: str, statement: str) -> list[dict[str, Any]]:
        """Run a compiled statement in which the table `asked` stands for the compiled expression `asked`."""
        rows: list[dict[str, Any]] = self.columns_over(asked, statement).to_pylist()
        return rows

    def columns_over(self, asked: str, statement: str) -> pa.Table:
        """Do the same and return columns: for many rows that are added up further, not shown."""
        return self.engine.columns(f"WITH asked AS ({asked}) SELECT * FROM ({statement})")  # noqa: S608 (both are ours)

    def numbered(self, asked: Sequence[str], beginning: datetime | None, horizon: datetime | None) -> str:
        """Return compiled tables one below the other, with their place as `period`, and both times as columns."""
        bounds = f"{_moment(beginning)} AS beginning, {_moment(horizon)} AS horizon"
        return " UNION ALL ".join(
            f"SELECT {place} AS period, {bounds}, * FROM ({table})"  # noqa: S608 (all of it is ours)
            for place, table in enumerate(asked)
        )


def _moment(instant: datetime | None) -> str:
    return f"{_quoted(instant.isoformat())}::TIMESTAMPTZ" if instant else "NULL::TIMESTAMPTZ"


def compiled(expression: ir.Table) -> str:
    """Return the expression in the engine's SQL. It takes some 10 ms per metric: statements asked often are kept."""
    return str(ibis.to_sql(expression, dialect=DIALECT))


def open_version(as_of: int | None = None) -> Version | None:
    """Return the mart at version `as_of` (else the latest), None where nothing was built yet. Raises UnknownVersion."""
    return _engine(mart.url()).version(as_of)


@lru_cache(maxsize=4)
def _engine(address: str) -> "_Engine":
    return _Engine(address)


class _Engine:
    """One DuckDB in this process, a cursor per thread, able to read the mart's files and nothing else."""

    def __init__(self, address: str) -> None:
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "threads": str(settings.ANALYTICS_THREADS),
                "memory_limit": settings.ANALYTICS_MEMORY,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
            },
        )
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute("SET parquet_metadata_cache = true")
        self._connection.execute(f"SET allowed_directories = [{_quoted(address + '/')}]")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")
        self._lock = threading.Lock()
        self._threads = threading.local()
        self._latest: DeltaTable | None = None
        self._opened: dict[int, Version] = {}

    def version(self, as_of: int | None) -> Version | None:
        """Return the version, opened once and kept."""
        with self._lock:
            table = self._newest() if as_of is None else mart.open_table(as_of)
            if table is None or (as_of is None and not mart.is_current(table)):
                return None  # nothing yet, or written by an earlier release and soon rebuilt
            if not mart.is_current(table):
                raise UnknownVersion(f"Data version {as_of} was written by another release. Leave as_of out.")
            number = int(table.version())
            if number not in self._opened:
                self._opened[number] = self._open(table, number)
                self._close_oldest()
            return self._opened[number]

    def run(self, sql: str) -> list[dict[str, Any]]:
        """Run one statement on this thread's cursor."""
        rows: list[dict[str, Any]] = self.columns(sql).to_pylist()
        return rows

    def columns(self, sql: str) -> pa.Table:
        """Run one statement on this thread's cursor and return its columns."""
        cursor = getattr(self._threads, "cursor", None)
        if cursor is None:
            cursor = self._threads.cursor = self._connection.cursor()
        return cursor.sql(sql).to_arrow_table()

    def _newest(self) -> DeltaTable | None:
        if self._latest is None:
            self._latest = mart.open_table()
        else:
            self._latest.update_incremental()
        return self._latest

    def _open(self, table: DeltaTable, number: int) -> Version:
        name, whole = f"feedback_{number}", f"rows_{number}"
        cursor = self._connection.cursor()
        if mart.is_remote():
            cursor.register(whole, table.to_pyarrow_dataset())
        else:
            files = table.file_uris()
            if not all(Path(file).exists() for file in files):  # the log remembers longer than the files are kept
                raise UnknownVersion(f"The files of data version {number} are no longer kept. Leave as_of out.")
            cursor.execute(f"CREATE OR REPLACE VIEW {whole} AS {_reading(files)}")
        others = ", ".join(map(_quoted, NOT_FEEDBACK))
        cursor.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {whole} WHERE kind NOT IN ({others})")  # noqa: S608
        tables = {"feedback": ibis.table(_SCHEMA, name=name), "rows": ibis.table(_SCHEMA, name=whole)}
        return Version(number=number, note=mart.note_of(table), engine=self, **tables)

    def _close_oldest(self) -> None:
        """Forget the version opened longest ago. Its view stays, so whoever still holds it may finish."""
        if len(self._opened) > _VIEWS_KEPT:
            del self._opened[next(iter(self._opened))]


def _reading(files: list[str]) -> str:
    columns = ", ".join(f'"{name}"' for name in FEEDBACK.names)
    if not files:
        empty = ", ".join(f'NULL::{_duckdb_type(name)} AS "{name}"' for name in FEEDBACK.names)
        return f"SELECT {empty} WHERE false"
    listed = ", ".join(_quoted(file) for file in sorted(files))
    return (  # names and files are ours, and quoted
        f"SELECT {columns} FROM read_parquet([{listed}], hive_partitioning = true, "  # noqa: S608
        "hive_types = {'month': VARCHAR}, hive_types_autocast = false, union_by_name = false)"
    )


def _duckdb_type(name: str) -> str:
    relation = duckdb.arrow(FEEDBACK.empty_table())
    return str(dict(zip(relation.columns, relation.types, strict=True))[name])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
