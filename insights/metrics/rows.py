"""From sums to an answer: every bucket of the period present, small cells hidden, intervals and changes added."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from insights.mart.calendar import days_between, hours_of_day
from insights.mart.engine import Note
from insights.mart.taxonomy import Taxonomy
from insights.metrics.answer import Answer, AsOf, Change, Row, State
from insights.metrics.axes import Axes
from insights.metrics.compile import Counted, Key
from insights.metrics.definition import Metric
from insights.metrics.dimensions import DIMENSIONS, overlapping
from insights.metrics.figures import (
    Cell,
    clustered_difference,
    clustered_interval,
    difference_of,
    effect_of,
    interval_of,
    value_of,
)
from insights.metrics.periods import Period, bucket_start, next_bucket
from insights.metrics.query import InvalidQuery, MetricQuery
from insights.metrics.registry import metric_named
from insights.metrics.suppression import FEWEST_CUSTOMERS, hidden
from insights.metrics.viewer import Viewer

INDICATIVE_BELOW = 30
MOST_ROWS = 100_000
_SHOWN = ("OK", "INDICATIVE")


def finished(
    query: MetricQuery, counted: Counted, before: Counted | None, viewer: Viewer, note: Note, as_of: AsOf
) -> Answer:
    """Return the answer to `query` from what was counted, and from what was counted for the period to compare with."""
    metric, zone = metric_named(query.metric), note.time_zone
    table = _Table(query, counted, viewer, note)
    other = None
    if before is not None and query.compare is not None:
        other = _Table(query.during(query.period.compared(query.compare)), before, viewer, note)
    total = table.total(other)
    rows = tuple(table.rows(other)) if query.by or query.bucket else (total,)
    is_hidden = total.state == "SUPPRESSED"
    seen = table.axes.of((total, *rows))
    if seen:
        total, rows = table.axes.placed(total, seen), tuple(table.axes.placed(row, seen) for row in rows)
    return Answer(
        metric=metric,
        query=query,
        time_zone=zone,
        as_of=as_of,
        rows=rows,
        total=total,
        overlapping=bool(overlapping(query.by)),
        method=metric.method,
        not_yet_assessable=counted.total.waiting if metric.waiting and not is_hidden else None,
        sources=_sources(counted, viewer),
        design_effect=None if is_hidden else effect_of(metric, counted.total),
        clustered=total.clustered,
        assumed=note.assumed if metric.assumes else None,
        axes=seen,
        incomparable=table.axes.why(medium for axis in seen for medium in axis),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """One row's coordinates, found again in the compared period by the bucket's position."""

    cuts: tuple[str, ...]
    position: int | None


class _Table:
    """The cells of one period laid out on cuts and buckets."""

    def __init__(self, query: MetricQuery, counted: Counted, viewer: Viewer, note: Note) -> None:
        self.query = query
        self.metric = metric_named(query.metric)
        self.axes = Axes(note.comparable if self.metric.scale else None)
        self.counted = counted
        self.buckets = list(_buckets(query, note.time_zone)) if query.bucket else []
        positions = {bucket.key: position for position, bucket in enumerate(self.buckets)}
        self.cells = {
            _Place(cuts, None if bucket is None else positions[bucket]): cell
            for (cuts, bucket), cell in counted.rows.items()
        }
        self.is_total_hidden = not viewer.may_read_rows and 0 < counted.total.told_by < FEWEST_CUSTOMERS
        self.hidden: set[Key] = set()
        if not viewer.may_read_rows:
            self.hidden = _hidden_keys(query, counted, note.taxonomy)

    def total(self, other: "_Table | None") -> Row:
        """Return the row over everything."""
        before = None if other is None else (other.counted.total, other.is_total_hidden)
        return self._row({}, None, self.counted.total, self.is_total_hidden, before, self.query.plain())

    def rows(self, other: "_Table | None") -> Iterator[Row]:
        """Yield the rows: every cut that was asked about, in every bucket of the period."""
        cuts = sorted({place.cuts for place in self.cells}, key=self._order) or ([] if self.query.by else [()])
        positions: list[int | None] = list(range(len(self.buckets))) if self.query.bucket else [None]
        if len(cuts) * len(positions) > MOST_ROWS:
            raise InvalidQuery("by", f"The answer has more than {MOST_ROWS} rows. Take fewer cuts or longer buckets.")
        for values in cuts:
            for position in positions:
                place = _Place(values, position)
                before = None if other is None else (other.cells.get(place, Cell()), other.is_hidden(place))
                by = dict(zip(self.query.by, (value or None for value in values), strict=True))
                yield self._row(
                    by,
                    None if position is None else self.buckets[position].label,
                    self.cells.get(place, Cell()),
                    self.is_hidden(place),
                    before,
                    self._narrowed(place),
                )

    def is_hidden(self, place: _Place) -> bool:
        """Whether the viewer may not see this row."""
        known = place.position is None or place.position < len(self.buckets)
        if not known:
            return False
        bucket = None if place.position is None else self.buckets[place.position].key
        return (place.cuts, bucket) in self.hidden

    def _order(self, cuts: tuple[str, ...]) -> tuple[tuple[bool, float, str], ...]:
        return tuple((value == "", _size(name, value), value) for name, value in zip(self.query.by, cuts, strict=True))

    def _narrowed(self, place: _Place) -> MetricQuery:
        query = self.query.plain()
        for name, value in zip(self.query.by, place.cuts, strict=True):
            query = query.narrowed(name, [value])
        return query if place.position is None else self.buckets[place.position].narrow(query)

    def _row(
        self,
        by: Mapping[str, str | None],
        bucket: str | None,
        cell: Cell,
        is_hidden: bool,
        before: tuple[Cell, bool] | None,
        records: MetricQuery,
    ) -> Row:
        state = _state(self.metric, cell, is_hidden, self.axes)
        interval = interval_of(self.metric, cell.sums) if state in _SHOWN else None
        effect = effect_of(self.metric, cell) if state in _SHOWN else None
        return Row(
            by=by,
            bucket=bucket,
            value=value_of(self.metric, cell.sums) if state in _SHOWN else None,
            low=interval.low if interval else None,
            high=interval.high if interval else None,
            n=None if is_hidden else cell.n,
            customers=None if is_hidden else cell.customers,
            coverage=None if is_hidden else cell.coverage,
            state=state,
            records=records,
            change=None if before is None else _change(self.metric, cell, state, *before, self.axes),
            design_effect=effect,
            clustered=None if effect is None else clustered_interval(self.metric, cell.sums, effect),
            media=() if is_hidden else cell.media,
        )


def _size(name: str, value: str) -> float:
    is_number = DIMENSIONS[name].is_number or DIMENSIONS[name].is_score
    return float(value) if is_number and value else 0.0


def _hidden_keys(query: MetricQuery, counted: Counted, taxonomy: Taxonomy) -> set[Key]:
    places = {(*cuts, bucket): cell.told_by for (cuts, bucket), cell in counted.rows.items()}
    parents = {key: place.parent for key, place in taxonomy.places.items() if place.parent}
    nested = {query.by.index(name): parents if name == "topic" else {} for name in overlapping(query.by)}
    return {(tuple(str(part) for part in place[:-1]), place[-1]) for place in hidden(places, nested)}


def _state(metric: Metric, cell: Cell, is_hidden: bool, axes: Axes) -> State:
    if is_hidden:
        return "SUPPRESSED"
    if value_of(metric, cell.sums) is None:
        return "NO_DATA"
    if not axes.share(cell.media):
        return "NOT_COMPARABLE"
    if metric.kind == "TOTAL":
        return "OK"  # a count is exact however small
    if cell.n < metric.fewest:
        return "WITHHELD"
    return "INDICATIVE" if cell.n < INDICATIVE_BELOW else "OK"


def _change(metric: Metric, cell: Cell, state: State, before: Cell, is_hidden: bool, axes: Axes) -> Change:
    is_shown = _state(metric, before, is_hidden, axes) in _SHOWN
    value = value_of(metric, before.sums) if is_shown else None
    if value is None or state not in _SHOWN or not axes.share((*cell.media, *before.media)):
        return Change(before=value, difference=None, low=None, high=None, p_value=None, is_significant=False)
    difference = difference_of(metric, cell.sums, before.sums)
    interval = difference.interval
    effects = effect_of(metric, cell), effect_of(metric, before)
    told = (effects[0], effects[1]) if effects[0] is not None and effects[1] is not None else None
    wider = clustered_difference(metric, cell.sums, before.sums, told) if told else None
    return Change(
        before=value,
        difference=difference.value,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        p_value=difference.p_value,
        is_significant=interval is not None and interval.excludes_zero,
        clustered=wider.interval if wider else None,
        clustered_p_value=wider.p_value if wider else None,
    )


def _sources(counted: Counted, viewer: Viewer) -> dict[str, int] | None:
    if counted.sources is None:
        return None
    hide: set[tuple[str | None, ...]] = set()
    if not viewer.may_read_rows:
        hide = hidden({(source,): cell.customers for source, cell in counted.sources.items()})
    return {source: cell.n for source, cell in sorted(counted.sources.items()) if (source,) not in hide}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bucket:
    """One bucket: `key` is how the mart names it, `label` how the answer does."""

    key: str
    label: str
    period: Period
    hour: datetime | None = None

    def narrow(self, query: MetricQuery) -> MetricQuery:
        """Return the question about this bucket alone."""
        return replace(query.during(self.period), hour=self.hour)


def _buckets(query: MetricQuery, zone: str) -> Iterator[_Bucket]:
    bucket = query.bucket or "day"
    if bucket == "hour":
        yield from _hours(query.period, zone)
        return
    start = bucket_start(query.since, bucket)
    while start < query.until:
        end = next_bucket(start, bucket)
        name = start.isoformat()
        yield _Bucket(key=name, label=name, period=Period(max(start, query.since), min(end, query.until)))
        start = end


def _hours(period: Period, zone: str) -> Iterator[_Bucket]:
    tz = ZoneInfo(zone)
    for day in days_between(period.since, period.until):
        for hour in hours_of_day(day, zone):
            yield _Bucket(
                key=hour.isoformat(),
                label=hour.astimezone(tz).isoformat(),
                period=Period(day, day + timedelta(days=1)),
                hour=hour,
            )
