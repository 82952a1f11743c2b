"""The records behind a number, by the very predicate that counted them, and what there is to filter by."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import ibis
import ibis.expr.types as ir

from insights.mart.engine import Version, open_version
from insights.metrics.definition import Rows
from insights.metrics.dimensions import DIMENSIONS, cut_of
from insights.metrics.horizon import horizon_of
from insights.metrics.periods import Period
from insights.metrics.query import MetricQuery
from insights.metrics.registry import metric_named
from insights.metrics.scope import NotAllowed, in_scope, level_of, of_days, refuse_what_is_guarded, within
from insights.metrics.suppression import FEWEST_CUSTOMERS
from insights.metrics.viewer import Viewer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class InvalidCursor(ValueError):
    """The place to go on from was not given by us."""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Some of the records behind a number, newest first. `count` is all of them and equals the number's n."""

    ids: tuple[str, ...]
    count: int
    next: str | None  # give it as `after` for the next page


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a dimension and how much feedback has it. "" is not known."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DataBounds:
    """What the mart holds for a viewer. Days are None where it holds nothing."""

    first_day: date | None
    last_day: date | None
    data_version: int
    built_at: datetime | None
    complete_until: datetime | None


def records(
    query: MetricQuery, viewer: Viewer, *, after: str | None = None, limit: int = 100, now: datetime | None = None
) -> RecordPage:
    """Return the records behind the question's number, newest first; cuts, buckets and comparison do not matter.

    Raises NotAllowed for a viewer who may not read rows, InvalidCursor, UnknownVersion.
    """
    refuse_what_is_guarded(query.wanted, viewer)
    if not viewer.may_read_rows:
        raise NotAllowed("You may see numbers, not single records.")
    place = None if after is None else _place(after)
    version = open_version(query.as_of)
    if version is None:
        return RecordPage((), 0, None)
    table = _behind(version, query, viewer, now)
    count = version.rows_of(table.aggregate(count=table.count()))[0]["count"]
    if place is not None:
        at, key = ibis.literal(place[0]), place[1]
        table = table.filter((table.occurred_at < at) | ((table.occurred_at == at) & (table.id < key)))
    newest = table.select("occurred_at", "id").order_by(ibis.desc("occurred_at"), ibis.desc("id"))
    rows = version.rows_of(newest.limit(limit + 1))
    page = rows[:limit]
    following = _cursor(page[-1]["occurred_at"], page[-1]["id"]) if page and len(rows) > limit else None
    return RecordPage(tuple(row["id"] for row in page), count, following)


def _behind(version: Version, query: MetricQuery, viewer: Viewer, now: datetime | None) -> ir.Table:
    metric = metric_named(query.metric)
    table = in_scope(version, query, viewer, horizon_of(version, now) if metric.is_of_its_time else None)
    told_of = {name: values for name, values in query.wanted.items() if name == metric.each_of}
    level = level_of(query, viewer, of_rows=False) if metric.beside else None
    rows = Rows(
        table, {name: query.parameter(name) for name in metric.parameters}, told_of, level, version.note.assumed
    )
    return table.filter(metric.base(rows) & metric.known(rows))


def _cursor(at: datetime, key: str) -> str:
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}.{key}"


def _place(cursor: str) -> tuple[datetime, str]:
    microseconds, _, key = cursor.partition(".")
    try:
        return _EPOCH + timedelta(microseconds=int(microseconds)), str(UUID(key))
    except (ValueError, OverflowError):
        raise InvalidCursor("The cursor is not one that was given out. Begin without it.") from None


def values_of(dimension: str, period: Period, viewer: Viewer) -> tuple[Value, ...]:
    """Return the dimension's values within the period, the most frequent first, for a filter's menu.

    Values of fewer than five customers are left out for viewers who may not read rows. Raises NotAllowed.
    """
    refuse_what_is_guarded([dimension], viewer)
    version = open_version()
    if version is None:
        return ()
    table = version.feedback
    table = table.filter(of_days(table, period), within(table, viewer))
    told = cut_of(table, dimension)
    told = told.unnest() if DIMENSIONS[dimension].is_list else told
    each = table.select(value=told, person=table.person)
    counted = each.group_by("value").aggregate(count=each.count(), people=each.person.nunique())
    rows = version.rows_of(counted.order_by(ibis.desc("count"), "value"))
    fewest = 1 if viewer.may_read_rows else FEWEST_CUSTOMERS
    return tuple(Value(str(row["value"]), row["count"]) for row in rows if row["people"] >= fewest)


def data_bounds(viewer: Viewer) -> DataBounds:
    """Return the first and last day the viewer has data for, and which version stands."""
    version = open_version()
    if version is None:
        return DataBounds(first_day=None, last_day=None, data_version=0, built_at=None, complete_until=None)
    table = version.feedback.filter(within(version.feedback, viewer))
    row = version.rows_of(table.aggregate(first=table.occurred_on.min(), last=table.occurred_on.max()))[0]
    return DataBounds(
        first_day=row["first"],
        last_day=row["last"],
        data_version=version.number,
        built_at=version.note.built_at,
        complete_until=version.note.complete_until,
    )
