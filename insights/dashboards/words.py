"""What a number may claim: its state, its change and its base, in words that stay inside the interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from insights.dashboards.numbers import (
    amount,
    bare,
    differences,
    digits_for,
    interval,
    number,
    unit_word,
)
from insights.metrics.answer import Answer, Change, Row
from insights.metrics.axes import NAMES
from insights.metrics.definition import Metric

Tone = Literal["better", "worse", "none", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A number in words."""

    value: str  # "" where there is none
    unit: str
    interval: str
    base: str
    note: str  # why there is no value
    is_indicative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSaid:
    """A change in words."""

    text: str  # "up 3 points (1 to 5)"
    verdict: str  # "real", "not distinguishable from chance"
    tone: Tone
    is_real: bool


def said(row: Row, metric: Metric, digits: int | None = None) -> Said:
    """Return the row's number as it stands on a page, with the decimals its interval supports unless told."""
    indicative = row.state == "INDICATIVE"
    if row.value is None:
        return Said(value="", unit="", interval="", base=base(row, metric), note=absence(row), is_indicative=False)
    if digits is None:
        digits = digits_for(row.low, row.high, metric.unit)
    return Said(
        value=bare(row.value, metric.unit, digits),
        unit=unit_word(metric.unit),
        interval=interval(row.low, row.high, metric.unit, digits),
        base=base(row, metric),
        note="few answers: indicative" if indicative else "",
        is_indicative=indicative,
    )


def absence(row: Row) -> str:
    """Return why there is no value."""
    if row.state == "WITHHELD":
        return f"Too few answers ({row.n})"
    if row.state == "SUPPRESSED":
        return "Hidden: too few customers to show without naming them"
    if row.state == "NOT_COMPARABLE":
        return f"Not one number: {listed([NAMES[medium] for medium in row.media])} are not shown to share a scale"
    return "No data for this choice"


def listed(names: Sequence[str]) -> str:
    """Return a, b and c."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def base(row: Row, metric: Metric) -> str:
    """Return what the number stands on: n = 1,412."""
    if row.n is None:
        return "n hidden"
    if metric.kind == "TOTAL":
        return f"{number(row.customers)} known customers" if row.customers else ""
    return f"n = {number(row.n)}"


def change_said(row: Row, metric: Metric) -> ChangeSaid | None:
    """Return the change against the compared period, and whether it can be told from chance."""
    change = row.change
    if change is None:
        return None
    if change.difference is None or row.value is None:
        return ChangeSaid(text="nothing to compare with", verdict="", tone="plain", is_real=False)
    digits = change_digits(change, metric)
    reach = ""
    if change.low is not None and change.high is not None:
        reach = f" ({differences(change.low, change.high, metric.unit, digits)})"
    if not change.is_significant:
        return ChangeSaid(text=f"no distinguishable change{reach}", verdict="", tone="none", is_real=False)
    text = f"{'up' if change.difference > 0 else 'down'} {_size(change, metric, digits)}{reach}"
    return ChangeSaid(text=text, verdict="real", tone=tone(change, metric), is_real=True)


def change_digits(change: Change, metric: Metric) -> int:
    """Return the decimals for a change: what its interval supports, and enough to show that it leaves out zero."""
    digits = digits_for(change.low, change.high, metric.unit)
    if not change.is_significant or metric.unit in {"COUNT", "SECONDS"} or change.low is None or change.high is None:
        return digits
    nearest = min(abs(change.low), abs(change.high))
    while digits < 2 and round(nearest, digits) == 0:
        digits += 1
    return digits


def tone(change: Change, metric: Metric) -> Tone:
    """Return whether a real change is for the better."""
    if metric.better == "NEITHER" or not change.difference:
        return "plain"
    return "better" if (change.difference > 0) == (metric.better == "HIGHER") else "worse"


def _size(change: Change, metric: Metric, digits: int) -> str:
    size = amount(change.difference or 0.0, metric.unit, digits)
    if metric.unit == "COUNT" and change.before:
        return f"{size}, or {number(abs((change.difference or 0.0) / change.before * 100))} %"
    return size


METHODS = {
    "POISSON": "exact Poisson interval (Garwood)",
    "COMPOUND_POISSON": "compound Poisson interval (Bohm and Zech)",
    "WILSON": "Wilson score interval",
    "ADJUSTED_WALD": "adjusted Wald interval",
    "T": "t interval",
    "LINEARISED": "linearised ratio (delta method)",
    "ASYMPTOTIC": "large-sample interval (Fleiss, Cohen and Everitt)",
    "ORDER_STATISTICS": "order statistics",
}


def method(answer: Answer) -> str:
    """Return the interval's method in words."""
    return METHODS.get(answer.method, answer.method.replace("_", " ").lower())
