"""From sums to a number: value, interval and difference by the kind of metric. Sums first, division last."""

from dataclasses import dataclass, replace
from math import isfinite

from insights.metrics import amounts, intervals
from insights.metrics.definition import Metric
from insights.metrics.intervals import Difference, Interval, Sums

_NOTHING = Sums(n=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What was added up for one row: those asked, those too young, and the sums over those that answer."""

    base: int = 0
    waiting: int = 0
    customers: int = 0  # distinct; a record without a known customer counts as one
    sums: Sums = _NOTHING
    clusters: Sums | None = None  # the same summed per customer first
    media: tuple[str, ...] = ()  # whose readings are in it; only where the metric's scale may differ by medium
    mentioned_by: int | None = None  # of a share of all: how many customers are in its numerator

    @property
    def n(self) -> int:
        """How many rows have the answer."""
        return int(self.sums.n)

    @property
    def told_by(self) -> int:
        """How many customers a number tells of: those few of whom may not be shown."""
        return self.customers if self.mentioned_by is None else self.mentioned_by

    @property
    def coverage(self) -> float | None:
        """Rows with an answer of those that could have one."""
        possible = self.base - self.waiting
        return self.n / possible if possible > 0 else None


def factor_of(metric: Metric) -> float:
    """Return by what a plain share is multiplied for the metric's unit."""
    return 100.0 if metric.kind in ("SHARE", "NPS") else 1.0


def value_of(metric: Metric, sums: Sums) -> float | None:
    """Return the value in the metric's unit; None where nothing can be said (no rows, no denominator)."""
    if sums.n == 0:
        return None
    if metric.kind == "TOTAL":
        return float(sums.n)
    if metric.kind == "SUM":
        return sums.y
    if metric.kind == "KAPPA":
        return intervals.kappa(sums)
    if sums.x == 0:
        return None
    value = sums.y / sums.x * factor_of(metric)
    return value if isfinite(value) else None


_PROCESSES = ("TOTAL", "SUM", "RATE")  # how many there are is by chance, too


def effect_of(metric: Metric, cell: Cell) -> float | None:
    """Return the design effect by customer; None where it cannot be told.

    Of a process it is the sum of squares per customer by that per record (Bohm and Zech 2014). Kappa, and a share of
    all, are no quotients of their two sums: theirs is not told.
    """
    people = cell.clusters
    if people is None or not cell.n or metric.kind == "KAPPA" or cell.mentioned_by is not None:
        return None
    if metric.kind in _PROCESSES:
        return people.yy / cell.sums.yy if people.n > 1 and cell.sums.yy else None
    return intervals.design_effect(cell.sums, people)


def clustered_interval(metric: Metric, sums: Sums, effect: float) -> Interval | None:
    """Return the 95 % interval that holds where customers repeat. `value_of` must not be None."""
    wider = max(1.0, effect)
    if metric.kind == "SUM":
        return amounts.amount(replace(sums, yy=sums.yy * wider))
    if metric.kind in _PROCESSES:
        return intervals.count(sums.n / wider).times(wider / (sums.x if metric.kind == "RATE" else 1.0))
    return interval_of(metric, intervals.effective(sums, effect))


def clustered_difference(metric: Metric, after: Sums, before: Sums, effects: tuple[float, float]) -> Difference:
    """Return after minus before with an interval and a p-value that hold where customers repeat."""
    if metric.kind in _PROCESSES:
        now, then = (
            replace(sums, yy=sums.yy * max(1.0, effect)) for sums, effect in zip((after, before), effects, strict=True)
        )
        if metric.kind == "RATE":
            now, then = (replace(sums, y=sums.y / sums.x, yy=sums.yy / sums.x**2) for sums in (now, then))
        return amounts.amount_difference(now, then)
    now, then = (intervals.effective(sums, effect) for sums, effect in zip((after, before), effects, strict=True))
    return difference_of(metric, now, then)


def _promoters_and_detractors(sums: Sums) -> tuple[float, float, float]:
    return (sums.yy + sums.y) / 2, (sums.yy - sums.y) / 2, sums.n


def interval_of(metric: Metric, sums: Sums) -> Interval | None:
    """Return the 95 % interval in the metric's unit. `value_of` must not be None."""
    plain: Interval | None
    if metric.kind == "TOTAL":
        plain = intervals.count(int(sums.n))
    elif metric.kind == "SUM":
        plain = amounts.amount(sums)
    elif metric.kind == "RATE":
        plain = intervals.count(int(sums.n)).times(1 / sums.x)
    elif metric.kind == "SHARE":
        plain = intervals.wilson(sums.y, sums.n)
    elif metric.kind == "NPS":
        plain = intervals.nps(*_promoters_and_detractors(sums))
    elif metric.kind == "MEAN":
        plain = intervals.mean(sums)
    elif metric.kind == "KAPPA":
        plain = intervals.kappa_interval(sums)
    else:
        plain = intervals.ratio(sums)
    return plain and plain.times(factor_of(metric))


def difference_of(metric: Metric, after: Sums, before: Sums) -> Difference:
    """Return after minus before in the metric's unit. `value_of` must not be None for either."""
    if metric.kind == "TOTAL":
        plain = intervals.count_difference(int(after.n), int(before.n))
    elif metric.kind == "SUM":
        plain = amounts.amount_difference(after, before)
    elif metric.kind == "RATE":
        plain = intervals.count_difference(int(after.n), int(before.n), after.x / before.x).times(1 / after.x)
    elif metric.kind == "SHARE":
        plain = intervals.share_difference(after.y, after.n, before.y, before.n)
    elif metric.kind == "NPS":
        plain = intervals.nps_difference(_promoters_and_detractors(after), _promoters_and_detractors(before))
    elif metric.kind == "MEAN":
        plain = intervals.mean_difference(after, before)
    elif metric.kind == "KAPPA":
        plain = intervals.kappa_difference(after, before)
    else:
        plain = intervals.ratio_difference(after, before)
    return plain.times(factor_of(metric))
