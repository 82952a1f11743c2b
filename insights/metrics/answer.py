"""What the engine answers: rows with value, interval, base, coverage and state, and the versions they stand on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from insights.mart.assumed import Assumptions
from insights.metrics.definition import Metric
from insights.metrics.intervals import Interval
from insights.metrics.query import MetricQuery

State = Literal["OK", "INDICATIVE", "WITHHELD", "SUPPRESSED", "NOT_COMPARABLE", "NO_DATA"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The difference to the compared period, in the metric's unit."""

    before: float | None
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    is_significant: bool  # the interval of the difference leaves out zero
    clustered: Interval | None = None  # of the difference, right where customers repeat; evidence
    clustered_p_value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One number. value, low, high are None unless state is OK or INDICATIVE; n, customers are None if SUPPRESSED."""

    by: Mapping[str, str | None]
    bucket: str | None  # ISO date, or ISO time with offset for hours
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    customers: int | None
    coverage: float | None  # 0 … 1
    state: State
    records: MetricQuery  # the same question narrowed to this row: what drill-down and the records link ask
    change: Change | None = None
    design_effect: float | None = None  # by customer; evidence
    clustered: Interval | None = None  # the interval with the design effect: right where customers repeat
    media: tuple[str, ...] = ()  # whose readings are in it; only where the metric has a scale, and not if SUPPRESSED
    axis: int | None = None  # which of the answer's axes it stands on; None: on none, or the metric has no scale


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """Which data the answer stands on."""

    data_version: int
    built_at: datetime | None
    complete_until: datetime | None  # the newest fact that intake had been told when the version was built


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one MetricQuery."""

    metric: Metric
    query: MetricQuery
    time_zone: str
    as_of: AsOf
    rows: tuple[Row, ...]
    total: Row
    overlapping: bool
    method: str
    not_yet_assessable: int | None = None  # records too young to be judged (METRICS rule 8)
    sources: Mapping[str, int] | None = None  # n by source; None where no evidence was asked for
    design_effect: float | None = None  # by customer, of the total; evidence, too
    clustered: Interval | None = None  # the total's interval with the design effect: right where customers repeat
    axes: tuple[tuple[str, ...], ...] = ()  # media in the groups that may share an axis; of a metric with a scale
    assumed: Assumptions | None = None  # what is assumed of channels, where the number stands on it
    incomparable: str = ""  # why media stand on axes of their own; empty where all of them share one
