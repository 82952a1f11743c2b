"""Questions that share days and filters become one statement, whatever they cut by and whatever they compare with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from insights.mart.engine import Version, compiled
from insights.metrics.figures import Cell
from insights.metrics.intervals import Sums
from insights.metrics.parts import Part
from insights.metrics.periods import Period
from insights.metrics.query import MetricQuery
from insights.metrics.scope import KIND, wanted_rows
from insights.metrics.statements import MOST_PARTS, Layout, clusters, numbers
from insights.metrics.viewer import Viewer

Key = tuple[tuple[str, ...], str | None]  # the cuts' values ("" is not known), the bucket: ISO date or UTC time
_Row = Mapping[str, Any]
_TOTAL: tuple[tuple[str, ...], None] = ((), None)
_SOURCES: tuple[tuple[str, ...], None] = (("source",), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one question adds up to in one period. `sources` is None where it was not asked for."""

    rows: dict[Key, Cell]
    total: Cell
    sources: dict[str, Cell] | None = None


def together(queries: Sequence[MetricQuery]) -> list[list[MetricQuery]]:
    """Return the questions in groups that `count_together` can count at once."""
    groups: dict[object, list[MetricQuery]] = {}
    for query in queries:
        filters = tuple(item for item in query.filters if item[0] != KIND)
        groups.setdefault((query.since, query.until, query.hour, filters), []).append(query)
    return [
        group[first : first + MOST_PARTS] for group in groups.values() for first in range(0, len(group), MOST_PARTS)
    ]


def count_together(
    version: Version, queries: Sequence[MetricQuery], viewer: Viewer, horizon: datetime | None, *, evidence: bool
) -> list[tuple[Counted, Counted | None]]:
    """Add up questions about the same days and filters in one statement; each in its period and the compared one.

    With `evidence` also per source, and per customer for the design effect: a second statement.
    """
    periods = list(dict.fromkeys(period for query in queries for period in _periods(query)))
    parts = tuple(dict.fromkeys(map(Part.of, queries)))
    asked = version.numbered(
        [compiled(wanted_rows(version, queries[0], period, viewer)) for period in periods], horizon
    )
    layouts = _layouts(queries, periods, evidence=evidence)
    rows = version.rows_over(asked, numbers(parts, layouts))
    found = _Found(parts, layouts, rows)
    if evidence and any(part.metric.numerator for part in parts):
        (found.clusters,) = version.rows_over(asked, clusters(parts))
    return [
        (
            found.counted(query, 0, evidence=evidence),
            found.counted(query, periods.index(_periods(query)[1]), evidence=False) if query.compare else None,
        )
        for query in queries
    ]


def _periods(query: MetricQuery) -> list[Period]:
    """Return the question's own period, then the one it is compared with."""
    return [query.period, *([query.period.compared(query.compare)] if query.compare else [])]


def _layouts(queries: Sequence[MetricQuery], periods: list[Period], *, evidence: bool) -> tuple[Layout, ...]:
    wanted: dict[tuple[tuple[str, ...], str | None], set[int]] = {_TOTAL: set(range(len(periods)))}
    if evidence:
        wanted[_SOURCES] = {0}
    for query in queries:
        wanted.setdefault((query.by, query.bucket), set()).update(map(periods.index, _periods(query)))
    return tuple(Layout(by, bucket, tuple(sorted(asked))) for (by, bucket), asked in wanted.items())


class _Found:
    """The rows of a statement, told apart by layout and period."""

    def __init__(self, parts: Sequence[Part], layouts: Sequence[Layout], rows: Sequence[_Row]) -> None:
        self.parts = parts
        self.layouts = {(layout.by, layout.bucket): (place, layout) for place, layout in enumerate(layouts)}
        self.clusters: _Row | None = None
        self._rows: dict[tuple[int, int], list[_Row]] = {}
        for row in rows:
            self._rows.setdefault((row["what"], row["period"]), []).append(row)

    def counted(self, query: MetricQuery, period: int, *, evidence: bool) -> Counted:
        """Return what one question adds up to in one of the periods."""
        part = _PartRow(self.parts.index(Part.of(query)), Part.of(query))
        is_cut = bool(query.by or query.bucket)
        total = self._cells(part, _TOTAL, period, self.clusters if evidence else None)
        return Counted(
            rows=self._cells(part, (query.by, query.bucket), period) if is_cut else {},
            total=total.get(_TOTAL, Cell()),
            sources=self._sources(part) if evidence else None,
        )

    def _cells(
        self, part: "_PartRow", place: tuple[tuple[str, ...], str | None], period: int, clusters: _Row | None = None
    ) -> dict[Key, Cell]:
        what, layout = self.layouts[place]
        persons = {_key(layout, row): row for row in self._rows.get((2 * what + 1, period), ())}
        rows = ((_key(layout, row), row) for row in self._rows.get((2 * what, period), ()))
        return {key: part.cell(row, persons[key], clusters) for key, row in rows if part.number(row, "base")}

    def _sources(self, part: "_PartRow") -> dict[str, Cell]:
        return {by[0]: cell for (by, _), cell in self._cells(part, _SOURCES, 0).items() if cell.n}


@dataclass(frozen=True, slots=True)
class _PartRow:
    """Reads the columns of one part."""

    place: int
    part: Part

    def get(self, row: _Row, name: str) -> Any:
        return row.get(f"m{self.place}_{name}")

    def number(self, row: _Row, name: str) -> int:
        return int(self.get(row, name) or 0)

    def cell(self, row: _Row, persons: _Row, clusters: _Row | None) -> Cell:
        sums, customers = self.sums(row), self.number(persons, "n")
        products = None
        if clusters is not None and self.get(clusters, "cyy") is not None:
            yy, xx, xy = (float(self.get(clusters, f"c{name}")) for name in ("yy", "xx", "xy"))
            products = Sums(n=customers, y=sums.y, yy=yy, x=sums.x, xx=xx, xy=xy)
        return Cell(
            base=self.number(row, "base"),
            waiting=self.number(row, "waiting"),
            customers=customers,
            sums=sums,
            clusters=products,
        )

    def sums(self, row: _Row) -> Sums:
        """Where no denominator was added up each row has x = 1, and where no numerator was, y = 1."""
        n = self.number(row, "n")
        if not n:
            return Sums(n=0)
        y, yy = self._numerator(row, n)
        x, xx, xy = float(n), float(n), y
        if "x" in self.part.values:
            x, xx, xy = (float(self.get(row, name)) for name in ("x", "xx", "xy"))
        return Sums(n=n, y=y, yy=yy, x=x, xx=xx, xy=xy)

    def _numerator(self, row: _Row, n: int) -> tuple[float, float]:
        if "y" in self.part.values:
            return float(self.get(row, "y")), float(self.get(row, "yy"))
        if "up" in self.part.bits:
            up, down = self.number(row, "up"), self.number(row, "down")
            return float(up - down), float(up + down)
        y = float(self.number(row, "y")) if "y" in self.part.bits else float(n)
        return y, y


def _key(layout: Layout, row: _Row) -> Key:
    bucket: date | datetime | None = row[f"bucket_{layout.bucket}"] if layout.bucket else None
    if isinstance(bucket, datetime) and layout.bucket != "hour":
        bucket = bucket.date()  # DuckDB truncates days to timestamps
    return tuple(str(row[f"cut_{name}"]) for name in layout.by), bucket.isoformat() if bucket else None
