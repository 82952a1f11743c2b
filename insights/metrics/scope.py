"""Which rows a question is about: one predicate behind card, series, export and drill-down (METRICS rule 5)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import ibis
import ibis.expr.types as ir

from insights.metrics.definition import Rows
from insights.metrics.dimensions import DIMENSIONS
from insights.metrics.query import MetricQuery
from insights.metrics.registry import metric_named
from insights.metrics.viewer import Viewer


class NotAllowed(PermissionError):
    """This viewer may not ask this. The sentence says what to leave out."""


def refuse_what_is_guarded(names: Iterable[str], viewer: Viewer) -> None:
    """Raise NotAllowed where a cut or filter shows persons to a viewer who may not see them."""
    for name in names:
        if DIMENSIONS[name].is_guarded and not viewer.may_see_agents:
            raise NotAllowed(f"You may not cut or filter by '{name}': it shows how single persons work. Leave it out.")


def in_scope(table: ir.Table, query: MetricQuery, viewer: Viewer) -> ir.BooleanValue:
    """Return the predicate for the question's days and filters and the viewer's limits, without the metric's own."""
    last = query.until - timedelta(days=1)
    parts = [
        table.month.between(f"{query.since:%Y-%m}", f"{last:%Y-%m}"),  # partitions that need not be read
        table.occurred_on.between(ibis.literal(query.since), ibis.literal(last)),
    ]
    if query.hour is not None:
        parts.append(table.hour_started_at == ibis.literal(query.hour))
    for limits in (query.filters, viewer.only.items()):
        parts += [_is_one_of(table, name, values) for name, values in limits]
    return ibis.and_(*parts)


def within(table: ir.Table, viewer: Viewer) -> ir.BooleanValue:
    """Return the viewer's limits alone."""
    return ibis.and_(ibis.literal(True), *(_is_one_of(table, *limit) for limit in viewer.only.items()))


def _is_one_of(table: ir.Table, name: str, values: tuple[str, ...]) -> ir.BooleanValue:
    dimension = DIMENSIONS[name]
    if not values:
        return ibis.literal(False)
    return table[dimension.column].isin([int(value) if dimension.is_number else value for value in values])


def rows_for(table: ir.Table, query: MetricQuery, horizon: datetime | None) -> Rows:
    """Return the table as the question's metric sees it."""
    metric = metric_named(query.metric)
    return Rows(table, {name: query.parameter(name) for name in metric.parameters}, horizon)
