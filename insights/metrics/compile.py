"""Questions that share days and filters become one statement, whatever they cut by and whatever they compare with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from insights.mart.engine import Note, Version, compiled
from insights.mart.medium import MEDIA
from insights.mart.taxonomy import Taxonomy
from insights.metrics.dimensions import overlapping
from insights.metrics.figures import Cell
from insights.metrics.horizon import beginning_of
from insights.metrics.intervals import Sums
from insights.metrics.parts import Part
from insights.metrics.periods import Period
from insights.metrics.query import Filters, MetricQuery
from insights.metrics.registry import metric_named
from insights.metrics.scope import KIND, row_filters, wanted_rows
from insights.metrics.statements import MOST_PARTS, Layout, clusters, numbers
from insights.metrics.viewer import Viewer

Key = tuple[tuple[str, ...], str | None]  # the cuts' values ("" is not known), the bucket: ISO date or UTC time
_Row = Mapping[str, Any]
_Place = tuple[tuple[str, ...], str | None, Filters]  # what a layout is known by: cuts, bucket, which members are rows
_NOWHERE: Key = ((), None)
_TOTAL: _Place = ((), None, ())
_SOURCES: _Place = (("source",), None, ())


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
        filters = tuple(item for item in row_filters(query) if item[0] != KIND)
        groups.setdefault((query.since, query.until, query.hour, filters), []).append(query)
    return [chunk for group in groups.values() for chunk in _chunks(group)]


def _chunks(group: list[MetricQuery]) -> list[list[MetricQuery]]:
    """A rate may have a part for its rows and one for its total."""
    chunks: list[list[MetricQuery]] = [[]]
    room = MOST_PARTS
    for query in group:
        needs = 2 if metric_named(query.metric).beside else 1
        if needs > room:
            chunks.append([])
            room = MOST_PARTS
        chunks[-1].append(query)
        room -= needs
    return chunks


def count_together(
    version: Version, queries: Sequence[MetricQuery], viewer: Viewer, horizon: datetime | None, *, evidence: bool
) -> list[tuple[Counted, Counted | None]]:
    """Add up questions about the same days and filters in one statement; each in its period and the compared one.

    With `evidence` also per source, and per customer for the design effect: a second statement.
    """
    periods = list(dict.fromkeys(period for query in queries for period in _periods(query)))
    parts = tuple(
        dict.fromkeys(
            Part.of(query, viewer, version.note.assumed, of_rows=rows) for query in queries for rows in (True, False)
        )
    )
    asked = version.numbered(
        [compiled(wanted_rows(version, queries[0], period, viewer)) for period in periods],
        beginning_of(version) if horizon else None,
        horizon,
    )
    layouts = _layouts(queries, periods, version.note.taxonomy, viewer, evidence=evidence)
    rows = version.rows_over(asked, numbers(parts, layouts))
    found = _Found(parts, layouts, rows, version.note, viewer)
    if evidence:
        found.tell_clusters(version.rows_over(asked, clusters(parts, layouts)))
    return [
        (
            found.counted(query, 0, seen, evidence=evidence),
            found.counted(query, periods.index(_periods(query)[1]), seen, evidence=False) if query.compare else None,
        )
        for query in queries
        for seen in [found.members(query, [periods.index(period) for period in _periods(query)])]
    ]


def _periods(query: MetricQuery) -> list[Period]:
    """Return the question's own period, then the one it is compared with."""
    return [query.period, *([query.period.compared(query.compare)] if query.compare else [])]


def _place_of(query: MetricQuery, taxonomy: Taxonomy) -> _Place:
    """Return where a question's rows are added up. Cut and filtered by the same list, only what was asked for is a row:
    a topic asked for, and those below it, not what is mentioned beside it.
    """
    only = {name: query.wanted[name] for name in overlapping(query.by) if name in query.wanted}
    if "topic" in only:
        asked = set(only["topic"])
        below = {key for key in taxonomy.places if asked.intersection(taxonomy.line_of(key))}
        only["topic"] = tuple(sorted(asked | below))
    return query.by, query.bucket, tuple(only.items())


def _without(place: _Place, name: str) -> _Place:
    by, bucket, only = place
    return tuple(cut for cut in by if cut != name), bucket, tuple(item for item in only if item[0] != name)


def _layouts(
    queries: Sequence[MetricQuery], periods: list[Period], taxonomy: Taxonomy, viewer: Viewer, *, evidence: bool
) -> tuple[Layout, ...]:
    """Who mentions a topic is counted only for viewers from whom few of them are hidden: a share's n is of all."""
    unmanned: set[_Place] = set()
    wanted: dict[_Place, set[int]] = {_TOTAL: set(range(len(periods)))}
    if evidence:
        wanted[_SOURCES] = {0}
    for query in queries:
        asked, of_all = list(map(periods.index, _periods(query))), metric_named(query.metric).of_all
        place = _place_of(query, taxonomy)
        if of_all in query.by and viewer.may_read_rows and place not in wanted:
            unmanned.add(place)
        elif of_all not in query.by:
            unmanned.discard(place)
        wanted.setdefault(place, set()).update(asked)
        if of_all in query.by:
            unmanned.discard(_without(place, of_all))
            wanted.setdefault(_without(place, of_all), set()).update(asked)
    return tuple(
        Layout(by, bucket, tuple(sorted(asked)), only, (by, bucket, only) not in unmanned)
        for (by, bucket, only), asked in wanted.items()
    )


class _Found:
    """The rows of a statement, told apart by layout and period."""

    def __init__(
        self, parts: Sequence[Part], layouts: Sequence[Layout], rows: Sequence[_Row], note: Note, viewer: Viewer
    ) -> None:
        self.parts = parts
        self._viewer, self._assumed = viewer, note.assumed
        self.layouts = {(layout.by, layout.bucket, layout.only): at for at in enumerate(layouts) for layout in [at[1]]}
        self._clusters: dict[tuple[int, int], dict[Key, _Row]] = {}
        self._taxonomy = note.taxonomy
        self._rows: dict[tuple[int, int], list[_Row]] = {}
        for row in rows:
            self._rows.setdefault((row["what"], row["period"]), []).append(row)

    def tell_clusters(self, rows: Sequence[_Row]) -> None:
        """Take what was summed per person."""
        layouts = dict(self.layouts.values())
        for row in rows:
            found = self._clusters.setdefault((row["what"], row["period"]), {})
            found[_key(layouts[row["what"]], row)] = row

    def members(self, query: MetricQuery, periods: Sequence[int]) -> list[str]:
        """Return what a share of all is told of, in any of its periods: nobody mentioning it is a share of 0."""
        of_all = metric_named(query.metric).of_all
        if of_all not in query.by:
            return []
        part, place, axis = self._part(query), _place_of(query, self._taxonomy), query.by.index(of_all)
        cells = (self._cells(part, place, period) for period in periods)
        return sorted({cuts[axis] for found in cells for (cuts, _), cell in found.items() if cell.n})

    def counted(self, query: MetricQuery, period: int, members: Sequence[str], *, evidence: bool) -> Counted:
        """Return what one question adds up to in one of the periods."""
        part, whole = self._part(query), self._part(query, of_rows=False)
        total = self._cells(whole, _TOTAL, period)
        return Counted(
            rows=self._rows_of(query, part, period, members) if query.by or query.bucket else {},
            total=total.get(_NOWHERE, Cell()),
            sources=self._sources(whole) if evidence else None,
        )

    def _part(self, query: MetricQuery, *, of_rows: bool = True) -> "_PartRow":
        part = Part.of(query, self._viewer, self._assumed, of_rows=of_rows)
        return _PartRow(self.parts.index(part), part)

    def _rows_of(self, query: MetricQuery, part: "_PartRow", period: int, members: Sequence[str]) -> dict[Key, Cell]:
        place, of_all = _place_of(query, self._taxonomy), part.part.metric.of_all
        told = self._cells(part, place, period)
        if of_all not in query.by:
            return told
        axis = query.by.index(of_all)
        whole = self._cells(part, _without(place, of_all), period)
        return {
            key: _of_all(cell, told.get(key, Cell()))
            for (cuts, bucket), cell in whole.items()
            for key in (((*cuts[:axis], member, *cuts[axis:]), bucket) for member in members)
        }

    def _cells(self, part: "_PartRow", place: _Place, period: int) -> dict[Key, Cell]:
        what, layout = self.layouts[place]
        persons = {_key(layout, row): row for row in self._rows.get((2 * what + 1, period), ())}
        people = self._clusters.get((what, period), {})
        rows = ((_key(layout, row), row) for row in self._rows.get((2 * what, period), ()))
        return {
            key: part.cell(row, persons.get(key, {}), people.get(key)) for key, row in rows if part.number(row, "base")
        }

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
            media=self.media(row),
            mentioned_by=None if self.part.wanted is None or not self.part.metric.of_all else self.number(persons, "y"),
        )

    def media(self, row: _Row) -> tuple[str, ...]:
        bits = self.number(row, "media")
        return tuple(medium for place, medium in enumerate(MEDIA) if bits >> place & 1)

    def sums(self, row: _Row) -> Sums:
        """Where no denominator was added up each row has x = 1, and where no numerator was, y = 1."""
        n = self.number(row, "n")
        if not n:
            return Sums(n=0)
        y, yy = self._numerator(row, n)
        x, xx, xy = float(n), float(n), y
        if "beside" in self.part.values:
            x = float(self.get(row, "beside") or 0.0)
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


def _of_all(whole: Cell, told: Cell) -> Cell:
    """Return the cell of a share: those that tell of something, of all."""
    n, y = float(whole.n), float(told.n)
    return Cell(
        base=whole.base,
        waiting=whole.waiting,
        customers=whole.customers,
        sums=Sums(n=whole.n, y=y, yy=y, x=n, xx=n, xy=y),
        mentioned_by=told.customers,
    )


def _key(layout: Layout, row: _Row) -> Key:
    bucket: date | datetime | None = row[f"bucket_{layout.bucket}"] if layout.bucket else None
    if isinstance(bucket, datetime) and layout.bucket != "hour":
        bucket = bucket.date()  # DuckDB truncates days to timestamps
    return tuple(str(row[f"cut_{name}"]) for name in layout.by), bucket.isoformat() if bucket else None
