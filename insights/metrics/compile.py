"""Questions that share their rows become one statement: sums per cut and bucket, and per customer for the total."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import ibis
import ibis.expr.types as ir

from insights.mart.engine import Version, compiled
from insights.metrics.definition import Metric, Rows
from insights.metrics.dimensions import DIMENSIONS
from insights.metrics.figures import Cell
from insights.metrics.intervals import Sums
from insights.metrics.query import MetricQuery
from insights.metrics.registry import metric_named
from insights.metrics.scope import ASKED, in_scope
from insights.metrics.viewer import Viewer

Key = tuple[tuple[str, ...], str | None]  # the cuts' values ("" is not known), the bucket: ISO date or UTC time
_TRUNCATED = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}
_Asked = tuple[str, tuple[tuple[str, str], ...]]  # a metric and its parameters
_SUMS = ("y", "yy", "x", "xx", "xy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one question adds up to."""

    rows: dict[Key, Cell]
    total: Cell
    sources: dict[str, Cell]


def count_together(
    version: Version, queries: Sequence[MetricQuery], viewer: Viewer, horizon: datetime | None
) -> list[Counted]:
    """Add up questions that differ in metric and parameters only: one statement each for rows, total and sources."""
    first = queries[0]
    asked = compiled(in_scope(version, first, viewer, horizon))
    statements = _statements(tuple(_asked_of(query) for query in queries), first.by, first.bucket)
    rows, (totals,), sources = (version.rows_over(asked, sql) if sql else [] for sql in statements)
    parts = [_Part(number, _asked_of(query)) for number, query in enumerate(queries)]
    return [
        Counted(
            rows={_key(first, row): part.cell(row) for row in rows if row[f"{part.name}_base"]},
            total=part.cell(totals),
            sources={row["source"]: part.cell(row) for row in sources if row[f"{part.name}_n"]},
        )
        for part in parts
    ]


def _asked_of(query: MetricQuery) -> _Asked:
    metric = metric_named(query.metric)
    return query.metric, tuple((name, query.parameter(name)) for name in metric.parameters)


@lru_cache(maxsize=512)
def _statements(asked: tuple[_Asked, ...], by: tuple[str, ...], bucket: str | None) -> tuple[str | None, str, str]:
    """Return the statements for rows (None without cuts and buckets), total and sources.

    They are over the table `asked`, hence the same whatever the days, the filters and the viewer.
    """
    parts = [_Part(number, what) for number, what in enumerate(asked)]
    table = ASKED.filter(ibis.or_(*(part.base(ASKED) for part in parts)))
    keys = {f"cut_{name}": table[DIMENSIONS[name].column] for name in by}
    if bucket:
        keys["bucket"] = _bucket(table, bucket)
    terms: dict[str, ir.Value] = {"person": table.person, "source": table.source, **keys}
    for part in parts:
        terms |= part.terms(table)
    worked_out = table.select(**terms)  # once per row, before anything is added up
    return (
        compiled(_by_key(worked_out, parts, list(keys))) if keys else None,
        compiled(_by_customer(worked_out, parts)),
        compiled(_by_key(worked_out, parts, ["source"])),
    )


def _bucket(table: ir.Table, bucket: str) -> ir.Value:
    if bucket == "hour":
        return table.hour_started_at
    unit = _TRUNCATED.get(bucket)
    return table.occurred_on.truncate(unit) if unit else table.occurred_on


@dataclass(frozen=True, slots=True)
class _Part:
    """One question within a statement: its columns all begin with `name`."""

    number: int
    asked: _Asked

    @property
    def name(self) -> str:
        return f"m{self.number}"

    @property
    def metric(self) -> Metric:
        return metric_named(self.asked[0])

    def base(self, table: ir.Table) -> ir.Value:
        return self.metric.base(Rows(table, dict(self.asked[1])))

    def terms(self, table: ir.Table) -> dict[str, ir.Value]:
        """Return what one row adds: whether it is asked, too young, known; y and x, null where it has no answer."""
        metric, rows = self.metric, Rows(table, dict(self.asked[1]))
        base = metric.base(rows)
        known = base & metric.known(rows)
        terms = {"base": base.cast("int64"), "n": known.cast("int64")}
        if metric.waiting:
            terms["waiting"] = metric.waiting(rows).cast("int64")
        if metric.numerator:
            terms["y"] = ibis.ifelse(known, metric.numerator(rows).cast("float64"), ibis.null("float64"))
        if metric.denominator:
            terms["x"] = ibis.ifelse(known, metric.denominator(rows).cast("float64"), ibis.null("float64"))
        return {self.column(name): term for name, term in terms.items()}

    def measures(self, table: ir.Table) -> dict[str, ir.Value]:
        """Return the sums over rows that `terms` worked out; what is 1 everywhere is left out."""
        sums = {
            name: table[self.column(name)].sum()
            for name in ("base", "n", "waiting", "y", "x")
            if self.column(name) in table.columns
        }
        if "y" in sums:
            sums["yy"] = (table[self.column("y")] * table[self.column("y")]).sum()
        if "x" in sums:
            sums["xx"] = (table[self.column("x")] * table[self.column("x")]).sum()
            sums["xy"] = (table[self.column("x")] * table[self.column("y")]).sum()
        return {self.column(name): total for name, total in sums.items()}

    def column(self, name: str) -> str:
        return f"{self.name}_{name}"

    def cell(self, row: dict[str, Any]) -> Cell:
        """Read the part's columns of a result row."""
        get = {name: row.get(self.column(name)) for name in ("base", "waiting", "n", "customers", *_SUMS)}
        customers = int(get["customers"] or 0)
        sums = _sums(int(get["n"] or 0), get)
        clusters = None
        if row.get(self.column("cyy")) is not None:
            yy, xx, xy = (float(row[self.column(f"c{name}")]) for name in ("yy", "xx", "xy"))
            clusters = Sums(n=customers, y=sums.y, yy=yy, x=sums.x, xx=xx, xy=xy)
        return Cell(
            base=int(get["base"] or 0),
            waiting=int(get["waiting"] or 0),
            customers=customers,
            sums=sums,
            clusters=clusters,
        )


def _sums(n: int, got: dict[str, Any]) -> Sums:
    """Where no denominator was added up each row has x = 1, and where no numerator was, y = 1."""
    if not n:
        return Sums(n=0)
    y, yy = (float(n if got[name] is None else got[name]) for name in ("y", "yy"))
    x, xx = (float(n if got[name] is None else got[name]) for name in ("x", "xx"))
    return Sums(n=n, y=y, yy=yy, x=x, xx=xx, xy=y if got["xy"] is None else float(got["xy"]))


def _key(query: MetricQuery, row: dict[str, Any]) -> Key:
    bucket: date | datetime | None = row.get("bucket")
    if isinstance(bucket, datetime) and query.bucket != "hour":
        bucket = bucket.date()  # DuckDB truncates days to timestamps
    return tuple(str(row[f"cut_{name}"]) for name in query.by), bucket.isoformat() if bucket else None


def _by_key(table: ir.Table, parts: Sequence[_Part], keys: list[str]) -> ir.Table:
    measures: dict[str, ir.Value] = {}
    for part in parts:
        measures |= part.measures(table)
        measures[part.column("customers")] = table.person.nunique(where=table[part.column("n")] == 1)
    return table.group_by(keys).aggregate(**measures)


def _by_customer(table: ir.Table, parts: Sequence[_Part]) -> ir.Table:
    """Sum per customer, then sum those and their products: total, customers and design effect in one statement."""
    measures: dict[str, ir.Value] = {}
    for part in parts:
        measures |= part.measures(table)
    people = table.group_by("person").aggregate(**measures)
    totals: dict[str, ir.Value] = {name: people[name].sum() for name in measures}
    for part in parts:
        totals[part.column("customers")] = (people[part.column("n")] > 0).cast("int64").sum()
        if part.metric.numerator:
            y, x = (
                people[part.column(name)].cast("float64") for name in ("y", "x" if part.metric.denominator else "n")
            )
            products = {"cyy": y * y, "cxx": x * x, "cxy": x * y}
            totals |= {part.column(name): product.sum() for name, product in products.items()}
    return people.aggregate(**totals)
