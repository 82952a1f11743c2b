"""The filter bar: the state of a page is a MetricQuery in its address, shown as chips that read as a sentence."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from insights.dashboards.names import days, dimension_name, plural, value_name, value_names
from insights.dashboards.numbers import number
from insights.metrics.query import DEFAULT_DAYS, MetricQuery

BAR = (
    *("channel", "topic", "segment", "product", "region", "queue", "team", "survey", "source", "owner_department"),
    *("demand", "outcome", "complaint", "churn_risk", "high_effort"),
)
FIRST = 4  # chips always in the bar; the others stand behind "More filters" until they are used
PRESETS = (7, 30, 90, 180, 365)
NO_COMPARISON = "none"
_CARRIER = "responses"  # the bar belongs to no metric; a question has to name one
Values = Callable[[str], Iterable[tuple[str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line of a chip's list."""

    value: str
    label: str
    n: str = ""
    is_chosen: bool = False
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One chip of the bar."""

    name: str
    title: str
    label: str
    choices: tuple[Choice, ...]
    is_set: bool = False
    is_long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The whole bar, ready to be shown."""

    chips: tuple[Chip, ...]
    more: tuple[Chip, ...]
    period: Chip
    compare: Chip | None
    since: str
    until: str
    clear_url: str
    sentence: str
    is_narrowed: bool


def asked(pairs: Iterable[tuple[str, str]], *, last_day: date) -> MetricQuery:
    """Read the page's address. Without a period: the last 90 days that have data, against the 90 before."""
    given = list(pairs)
    wanted = dict(given).get("compare", "previous")
    kept = [(name, value) for name, value in given if name != "compare"]
    query = MetricQuery.from_pairs(_CARRIER, kept, today=last_day)
    return replace(query, by=(), bucket=None, compare=None if wanted == NO_COMPARISON else wanted)


def about(page: MetricQuery, metric: str, **changes: Any) -> MetricQuery:
    """Return the page's question about one metric."""
    return replace(page, metric=metric, parameters=(), **changes)


def bar(page: MetricQuery, told: Values, *, last_day: date, path: str, compares: bool = True) -> Bar:
    """Return the bar for the page's question; `told` says which values a dimension has then, and how often."""
    wanted = page.wanted
    names = (*BAR, *(name for name in wanted if name not in BAR))  # whatever narrows the page is seen and can be undone
    made = [chip for name in names if (chip := _chip(name, wanted.get(name, ()), tuple(told(name))))]
    first = [chip for place, chip in enumerate(made) if place < FIRST or chip.is_set]
    sentence = " · ".join([*(chip.label for chip in made if chip.is_set), days(page.since, page.until)])
    return Bar(
        chips=tuple(first),
        more=tuple(chip for chip in made if chip not in first),
        period=_period(page, last_day),
        compare=_compare(page) if compares else None,
        since=page.since.isoformat(),
        until=page.until.isoformat(),
        clear_url=path,
        sentence=sentence,
        is_narrowed=bool(wanted),
    )


def _chip(name: str, chosen: tuple[str, ...], values: tuple[tuple[str, int], ...]) -> Chip | None:
    found = dict(values)
    if not chosen and (not found or set(found) == {""}):
        return None
    for value in chosen:
        found.setdefault(value, 0)
    named = value_names(name, found)
    choices = tuple(
        Choice(value=value, label=named[value], n=number(n), is_chosen=value in chosen) for value, n in found.items()
    )
    names = [choice.label for choice in choices if choice.is_chosen]
    label = f"All {plural(name)}"
    if names:
        said = " or ".join(names) if len(names) < 3 else f"{names[0]} or {len(names) - 1} others"
        label = f"{dimension_name(name)}: {said}" if said == value_name(name, "") else said
    return Chip(
        name=name,
        title=dimension_name(name),
        label=label,
        choices=choices,
        is_set=bool(names),
        is_long=len(choices) > 9,
    )


def _period(page: MetricQuery, last_day: date) -> Chip:
    end = last_day + timedelta(days=1)
    choices = tuple(
        Choice(
            value=str(length),
            label=f"Last {length} days",
            n=days(end - timedelta(days=length), end),
            is_chosen=(page.since, page.until) == (end - timedelta(days=length), end),
            since=(end - timedelta(days=length)).isoformat(),
            until=end.isoformat(),
        )
        for length in PRESETS
    )
    chosen = next((choice.label.lower() for choice in choices if choice.is_chosen), days(page.since, page.until))
    is_default = (page.since, page.until) == (end - timedelta(days=DEFAULT_DAYS), end)
    return Chip(name="period", title="Period", label=chosen, choices=choices, is_set=not is_default)


def _compare(page: MetricQuery) -> Chip:
    length = page.period.days
    labels = {
        "previous": f"the {length} before" if length > 1 else "the day before",
        "year": "the same days a year before",
        NO_COMPARISON: "nothing",
    }
    now = page.compare or NO_COMPARISON
    choices = tuple(
        Choice(value=value, label=label[0].upper() + label[1:], is_chosen=value == now)
        for value, label in labels.items()
    )
    return Chip(
        name="compare", title="Compare with", label=labels[now], choices=choices, is_set=now not in {"previous"}
    )
