"""Which rows a question is about: one predicate behind card, series, export and drill-down (METRICS rule 5)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import ibis
import ibis.expr.types as ir

from insights.mart.engine import Version
from insights.mart.schema import FEEDBACK, GROUPS
from insights.metrics.dimensions import DIMENSIONS, is_one_of
from insights.metrics.horizon import beginning_of
from insights.metrics.periods import Period
from insights.metrics.query import Filters, MetricQuery
from insights.metrics.registry import metric_named
from insights.metrics.viewer import Viewer

ASKED = ibis.table(
    {**ibis.Schema.from_pyarrow(FEEDBACK), **dict.fromkeys(("beginning", "horizon"), "timestamp('UTC')")}, name="asked"
)
KIND = "kind"  # questions that differ in this filter are still counted in one go: texts of one side only


class NotAllowed(PermissionError):
    """This viewer may not ask this. The sentence says what to leave out."""


def refuse_what_is_guarded(names: Iterable[str], viewer: Viewer) -> None:
    """Raise NotAllowed where a cut or filter shows persons to a viewer who may not see them."""
    for name in names:
        if DIMENSIONS[name].is_guarded and not viewer.may_see_agents:
            raise NotAllowed(f"You may not cut or filter by '{name}': it shows how single persons work. Leave it out.")


def in_scope(version: Version, query: MetricQuery, viewer: Viewer, horizon: datetime | None) -> ir.Table:
    """Return the rows of the question's days and filters within the viewer's limits, as a table shaped like ASKED."""
    table = wanted_rows(version, query, query.period, viewer)
    if KIND in query.wanted:
        table = table.filter(is_one_of(table, KIND, query.wanted[KIND]))
    bounds = {"beginning": beginning_of(version) if horizon else None, "horizon": horizon}
    return table.mutate(**{name: ibis.literal(at, type="timestamp('UTC')") for name, at in bounds.items()})


def row_filters(query: MetricQuery) -> Filters:
    """Return the filters that say which rows are asked: all but the one that narrows only the numerator."""
    of_all = metric_named(query.metric).of_all
    return tuple(item for item in query.filters if item[0] != of_all)


def wanted_rows(version: Version, query: MetricQuery, period: Period, viewer: Viewer) -> ir.Table:
    """Return the rows of a period, the question's filters on rows but KIND, and the viewer's limits."""
    table = version.rows
    parts = [of_days(table, period)]
    if query.hour is not None:
        parts.append(table.hour_started_at == ibis.literal(query.hour))
    parts += [is_one_of(table, name, values) for name, values in row_filters(query) if name != KIND]
    return table.filter(*parts, *_limits(table, viewer))


def level_of(query: MetricQuery, viewer: Viewer, *, of_rows: bool) -> int | None:
    """Return which of GROUPS a question's rows or its total tell apart, as bits; None where limits tell other things.

    A total is told as coarsely as its filters allow: it is the same with and without a cut.
    """
    if not set(viewer.only) <= set(GROUPS):
        return None
    asked = {*query.wanted, *viewer.only, *(query.by if of_rows else ())}
    return sum(1 << place for place, name in enumerate(GROUPS) if name in asked)


def of_days(table: ir.Table, period: Period) -> ir.BooleanValue:
    """Return the predicate for the period's days; the months are partitions, so that others need not be read."""
    last = period.until - timedelta(days=1)
    months = table.month.between(f"{period.since:%Y-%m}", f"{last:%Y-%m}")
    return months & table.occurred_on.between(ibis.literal(period.since), ibis.literal(last))


def within(table: ir.Table, viewer: Viewer) -> ir.BooleanValue:
    """Return the viewer's limits alone."""
    return ibis.and_(ibis.literal(True), *_limits(table, viewer))


def _limits(table: ir.Table, viewer: Viewer) -> list[ir.BooleanValue]:
    return [is_one_of(table, *limit) for limit in viewer.only.items()]
