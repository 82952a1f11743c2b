"""Questions that share their rows become one statement: sums per cut and bucket, and per customer for the total."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ibis
import ibis.expr.types as ir

from insights.mart.engine import Version
from insights.metrics.definition import Metric, Rows
from insights.metrics.dimensions import DIMENSIONS
from insights.metrics.figures import Cell
from insights.metrics.intervals import Sums
from insights.metrics.query import MetricQuery
from insights.metrics.registry import metric_named
from insights.metrics.scope import in_scope, rows_for
from insights.metrics.viewer import Viewer

Key = tuple[tuple[str, ...], str | None]  # the cuts' values ("" is not known), the bucket: ISO date or UTC time
_TRUNCATED = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}
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
    table = version.feedback.filter(in_scope(version.feedback, first, viewer))
    table = table.mutate(person=ibis.coalesce(table.customer, table.id))
    parts = [_Part(f"m{number}", query, rows_for(table, query, horizon)) for number, query in enumerate(queries)]
    table = table.filter(ibis.or_(*(part.base for part in parts)))
    parts = [_Part(part.name, part.query, rows_for(table, part.query, horizon)) for part in parts]
    keys = _keys(table, first)
    rows = version.rows_of(_by_key(table, parts, keys)) if keys else []
    totals = version.rows_of(_by_customer(table, parts))[0]
    sources = version.rows_of(_by_key(table, parts, {"source": table.source}))
    return [
        Counted(
            rows={_key(first, row): part.cell(row) for row in rows if row[f"{part.name}_base"]},
            total=part.cell(totals),
            sources={row["source"]: part.cell(row) for row in sources if row[f"{part.name}_n"]},
        )
        for part in parts
    ]


@dataclass(frozen=True, slots=True)
class _Part:
    """One question within a statement: its columns all begin with `name`."""

    name: str
    query: MetricQuery
    rows: Rows

    @property
    def metric(self) -> Metric:
        return metric_named(self.query.metric)

    @property
    def base(self) -> ir.Value:
        return self.metric.base(self.rows)

    def terms(self) -> dict[str, ir.Value]:
        """Return y and x of each row, and their products, as numbers."""
        metric, one = self.metric, ibis.literal(1.0)
        y = metric.numerator(self.rows).cast("float64") if metric.numerator else one
        x = metric.denominator(self.rows).cast("float64") if metric.denominator else one
        products = {"y": y, "yy": y * y}
        return products | ({"x": x, "xx": x * x, "xy": x * y} if metric.denominator else {})

    def measures(self) -> dict[str, ir.Value]:
        """Return what is added up per row of the answer."""
        metric = self.metric
        known = self.base & metric.known(self.rows)
        named = {
            "base": self.base.cast("int64").sum(),
            "n": known.cast("int64").sum(),
            "waiting": metric.waiting(self.rows).cast("int64").sum() if metric.waiting else ibis.literal(0),
        }
        if metric.numerator:
            named |= {name: term.sum(where=known) for name, term in self.terms().items()}
        return {f"{self.name}_{name}": value for name, value in named.items()}

    def cell(self, row: dict[str, Any]) -> Cell:
        """Read the part's columns of a result row."""
        get = {name: row.get(f"{self.name}_{name}") for name in ("base", "waiting", "n", "customers", *_SUMS)}
        cluster = {name: row.get(f"{self.name}_c{name}") for name in _SUMS}
        customers = int(get["customers"] or 0)
        is_clustered = f"{self.name}_cxx" in row
        return Cell(
            base=int(get["base"] or 0),
            waiting=int(get["waiting"] or 0),
            customers=customers,
            sums=_sums(int(get["n"] or 0), get),
            clusters=_sums(customers, cluster) if is_clustered else None,
        )


def _sums(n: int, got: dict[str, Any]) -> Sums:
    """Where no denominator was added up each row has x = 1, and where no numerator was, y = 1."""
    if not n:
        return Sums(n=0)
    y, yy = (float(n if got[name] is None else got[name]) for name in ("y", "yy"))
    x, xx = (float(n if got[name] is None else got[name]) for name in ("x", "xx"))
    return Sums(n=n, y=y, yy=yy, x=x, xx=xx, xy=y if got["xy"] is None else float(got["xy"]))


def _keys(table: ir.Table, query: MetricQuery) -> dict[str, ir.Value]:
    keys: dict[str, ir.Value] = {f"cut_{name}": table[DIMENSIONS[name].column] for name in query.by}
    if query.bucket == "hour":
        keys["bucket"] = table.hour_started_at
    elif query.bucket:
        unit = _TRUNCATED.get(query.bucket)
        keys["bucket"] = table.occurred_on.truncate(unit) if unit else table.occurred_on
    return keys


def _key(query: MetricQuery, row: dict[str, Any]) -> Key:
    bucket: date | datetime | None = row.get("bucket")
    if isinstance(bucket, datetime) and query.bucket != "hour":
        bucket = bucket.date()  # DuckDB truncates days to timestamps
    return tuple(str(row[f"cut_{name}"]) for name in query.by), bucket.isoformat() if bucket else None


def _by_key(table: ir.Table, parts: Sequence[_Part], keys: dict[str, ir.Value]) -> ir.Table:
    measures: dict[str, ir.Value] = {}
    for part in parts:
        known = part.base & part.metric.known(part.rows)
        measures |= part.measures()
        measures[f"{part.name}_customers"] = table.person.nunique(where=known)
    return table.group_by(**keys).aggregate(**measures)


def _by_customer(table: ir.Table, parts: Sequence[_Part]) -> ir.Table:
    """Sum per customer, then sum those and their products: total, customers and design effect in one statement."""
    measures: dict[str, ir.Value] = {}
    for part in parts:
        measures |= part.measures()
    people = table.group_by("person").aggregate(**measures)
    totals: dict[str, ir.Value] = {name: people[name].sum() for name in measures}
    for part in parts:
        n = people[f"{part.name}_n"].cast("float64")
        y = people[f"{part.name}_y"].fill_null(0.0) if part.metric.numerator else n
        x = people[f"{part.name}_x"].fill_null(0.0) if part.metric.denominator else n
        products = {"y": y, "yy": y * y, "x": x, "xx": x * x, "xy": x * y}
        totals[f"{part.name}_customers"] = (n > 0).cast("int64").sum()
        totals |= {f"{part.name}_c{name}": product.sum() for name, product in products.items()}
    return people.aggregate(**totals)
