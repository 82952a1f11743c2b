"""A question as a value: frozen, refuses to exist when wrong, and round-trips to a URL and to JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from insights.metrics.dimensions import DIMENSIONS, bounds_of
from insights.metrics.periods import BUCKETS, COMPARISONS, Period
from insights.metrics.query_texts import (
    OWN_PARAMETERS,
    InvalidQuery,
    day_of,
    hour_of,
    in_utc,
    members_of,
    refuse_unknown_members,
    single,
    texts,
)
from insights.metrics.registry import UnknownMetric, metric_named

Filters = tuple[tuple[str, tuple[str, ...]], ...]
DEFAULT_DAYS = 90
LONGEST_DAYS = 366 * 20
__all__ = ["DEFAULT_DAYS", "LONGEST_DAYS", "Filters", "InvalidQuery", "MetricQuery"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricQuery:
    """One question about one metric over the company's days [since, until).

    `filters` holds allowed values per dimension ("" is "not known"), `by` the cuts, `parameters` the metric's own
    (window_days), `as_of` a data version to ask again. Equal questions are equal values: filters are kept sorted.
    """

    metric: str
    since: date
    until: date
    by: tuple[str, ...] = ()
    bucket: str | None = None
    compare: str | None = None
    filters: Filters = ()
    parameters: tuple[tuple[str, str], ...] = ()
    as_of: int | None = None
    hour: datetime | None = None  # only the clock hour that began then: what the row of an hour bucket asks

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        self._refuse_wrong_metric()
        self._refuse_wrong_period()
        self._refuse_wrong_cuts()
        for name, values in self.filters:
            _refuse_wrong_filter(name, values)
        if self.as_of is not None and self.as_of < 0:
            raise InvalidQuery("as_of", f"as_of is {self.as_of}. It is a data version, a whole number from 0.")
        if self.hour is not None:
            object.__setattr__(self, "hour", in_utc(self.hour))
        object.__setattr__(self, "filters", tuple(sorted((n, tuple(sorted(set(v)))) for n, v in self.filters)))
        object.__setattr__(self, "parameters", tuple(sorted(self.parameters)))

    def _refuse_wrong_metric(self) -> None:
        try:
            allowed = metric_named(self.metric).parameters
        except UnknownMetric as unknown:
            raise InvalidQuery("metric", str(unknown)) from None
        for name, value in self.parameters:
            if name not in allowed:
                raise InvalidQuery(name, f"'{self.metric}' has no parameter '{name}'.")
            if value not in allowed[name]:
                raise InvalidQuery(name, f"{name} is '{value}'. It can be {', '.join(allowed[name])}.")

    def _refuse_wrong_period(self) -> None:
        if self.since >= self.until:
            raise InvalidQuery(
                "since", f"since ({self.since}) must be before until ({self.until}); until itself is not included."
            )
        if (self.until - self.since).days > LONGEST_DAYS:
            raise InvalidQuery("since", "The period is longer than 20 years. Ask for a shorter one.")
        if self.bucket is not None and self.bucket not in BUCKETS:
            raise InvalidQuery("bucket", f"bucket is '{self.bucket}'. It can be {', '.join(BUCKETS)}.")
        if self.bucket == "hour" and (self.until - self.since).days > 62:
            raise InvalidQuery(
                "bucket", "Hours are answered for 62 days at most. Ask for a shorter period or for days."
            )
        if self.compare is not None and self.compare not in COMPARISONS:
            raise InvalidQuery("compare", f"compare is '{self.compare}'. It can be {', '.join(COMPARISONS)}.")

    def _refuse_wrong_cuts(self) -> None:
        for name in self.by:
            if name not in DIMENSIONS:
                raise InvalidQuery("by", f"There is no cut '{name}'. Cuts: {', '.join(DIMENSIONS)}.")
        if len(set(self.by)) != len(self.by):
            raise InvalidQuery("by", "The same cut is asked for twice.")
        if len(self.by) > 3:
            raise InvalidQuery("by", "At most three cuts can be asked for at once.")
        self._refuse_what_the_metric_lacks()
        names = [name for name, _ in self.filters]
        if len(set(names)) != len(names):
            raise InvalidQuery("filters", "The same filter stands twice. Give all its values together.")

    def _refuse_what_the_metric_lacks(self) -> None:
        metric = metric_named(self.metric)
        if not metric.only_by:
            return
        for name in (*self.by, *(name for name, _ in self.filters if name != "kind")):
            if name not in metric.only_by:
                known = ", ".join(metric.only_by)
                raise InvalidQuery(
                    name, f"'{self.metric}' is not known by {name}. It can be cut and filtered by {known}."
                )
        if self.bucket == "hour" or self.hour is not None:
            raise InvalidQuery("bucket", f"'{self.metric}' is not known by the hour. Ask for days or longer.")

    # --- views of the question

    @property
    def period(self) -> Period:
        """The days asked about."""
        return Period(self.since, self.until)

    @property
    def wanted(self) -> dict[str, tuple[str, ...]]:
        """The filters as a mapping."""
        return dict(self.filters)

    def parameter(self, name: str) -> str:
        """Return the metric's parameter, its default where the question does not say."""
        return dict(self.parameters).get(name) or metric_named(self.metric).parameters[name][0]

    def narrowed(self, name: str, values: Iterable[str]) -> Self:
        """Return the question with this filter in place of any other on the same dimension."""
        return replace(self, filters=(*((n, v) for n, v in self.filters if n != name), (name, tuple(values))))

    def during(self, period: Period) -> Self:
        """Return the same question about another period."""
        return replace(self, since=period.since, until=period.until)

    def plain(self) -> Self:
        """Return the question without cuts, buckets and comparison: the records behind it."""
        return replace(self, by=(), bucket=None, compare=None)

    # --- to and from a URL

    def to_pairs(self, *, with_metric: bool = False) -> list[tuple[str, str]]:
        """Return the question as URL parameters, in a fixed order."""
        pairs = [("metric", self.metric)] if with_metric else []
        pairs += [("since", self.since.isoformat()), ("until", self.until.isoformat())]
        pairs += [("hour", self.hour.isoformat())] if self.hour else []
        pairs += [("by", name) for name in self.by]
        pairs += [(name, value) for name, value in (("bucket", self.bucket), ("compare", self.compare)) if value]
        pairs += [(name, value) for name, values in self.filters for value in values]
        pairs += list(self.parameters)
        if self.as_of is not None:
            pairs.append(("as_of", str(self.as_of)))
        return pairs

    def to_url(self, *, with_metric: bool = False) -> str:
        """Return the question as a query string."""
        return urlencode(self.to_pairs(with_metric=with_metric))

    @classmethod
    def from_pairs(cls, metric: str, pairs: Iterable[tuple[str, str]], *, today: date) -> Self:
        """Read URL parameters. Without a period it is the 90 days that end with `today`. Unknown names are refused."""
        own: dict[str, list[str]] = {}
        for name, value in pairs:
            own.setdefault(name, []).append(value)
        return cls._from_lists(metric, own, today=today)

    @classmethod
    def _from_lists(cls, metric: str, given: Mapping[str, Sequence[str]], *, today: date) -> Self:
        parameters = _parameters_of(metric)
        for name in given:
            if name not in OWN_PARAMETERS and name not in DIMENSIONS and name not in parameters:
                raise InvalidQuery(name, f"There is no parameter or filter '{name}'. Filters: {', '.join(DIMENSIONS)}.")
        until = day_of("until", single(given, "until")) or today + timedelta(days=1)
        since = day_of("since", single(given, "since")) or until - timedelta(days=DEFAULT_DAYS)
        as_of = single(given, "as_of")
        if as_of is not None and not (as_of.isascii() and as_of.isdigit() and len(as_of) < 16):
            raise InvalidQuery("as_of", f"as_of is '{as_of}'. It is a data version, a whole number from 0.")
        return cls(
            metric=metric,
            since=since,
            until=until,
            hour=hour_of(single(given, "hour")),
            by=tuple(name for value in given.get("by", ()) for name in value.split(",") if name),
            bucket=single(given, "bucket"),
            compare=single(given, "compare"),
            filters=tuple((name, tuple(values)) for name, values in given.items() if name in DIMENSIONS),
            parameters=tuple((name, values[-1]) for name, values in given.items() if name in parameters),
            as_of=None if as_of is None else int(as_of),
        )

    # --- to and from JSON

    def to_json(self) -> dict[str, Any]:
        """Return the question as JSON: {"metric", "since", "until", "by", "bucket", "compare", "filters", …}."""
        return {
            "metric": self.metric,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "hour": self.hour.isoformat() if self.hour else None,
            "by": list(self.by),
            "bucket": self.bucket,
            "compare": self.compare,
            "filters": {name: list(values) for name, values in self.filters},
            "parameters": dict(self.parameters),
            "as_of": self.as_of,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any], *, today: date) -> Self:
        """Read a JSON question. Missing members take the defaults of a URL; unknown members are refused."""
        refuse_unknown_members(body)
        given = {name: texts(name, body[name]) for name in OWN_PARAMETERS if body.get(name) is not None}
        for group in ("filters", "parameters"):
            given.update(members_of(body, group))
        metric = body.get("metric")
        if not isinstance(metric, str):
            raise InvalidQuery("metric", "metric is missing. GET /api/v1/metrics lists them.")
        return cls._from_lists(metric, given, today=today)


def _refuse_wrong_filter(name: str, values: tuple[str, ...]) -> None:
    dimension = DIMENSIONS.get(name)
    if dimension is None:
        raise InvalidQuery(name, f"There is no filter '{name}'. Filters: {', '.join(DIMENSIONS)}.")
    if not values:
        raise InvalidQuery(name, f"The filter '{name}' has no value.")
    if len(values) > 200:
        raise InvalidQuery(name, f"The filter '{name}' has more than 200 values.")
    for value in values:
        if dimension.values and value not in dimension.values:
            allowed = ", ".join(allowed or "(empty)" for allowed in dimension.values)
            raise InvalidQuery(name, f"{name} is '{value}'. It can be {allowed}.")
        if dimension.is_score:
            _refuse_wrong_range(name, value)
        if "\x00" in value or len(value) > 300:
            raise InvalidQuery(name, f"A value of '{name}' is too long or holds a NUL character.")


def _refuse_wrong_range(name: str, value: str) -> None:
    try:
        bounds_of(value or "..")
    except ValueError:
        raise InvalidQuery(name, f"{name} is '{value}'. It must be a score or a range such as 0..6 or 9..") from None


def _parameters_of(metric: str) -> Mapping[str, tuple[str, ...]]:
    try:
        return metric_named(metric).parameters
    except UnknownMetric as unknown:
        raise InvalidQuery("metric", str(unknown)) from None
