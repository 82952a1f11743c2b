"""Days of records against what is usual: drawn, in words, and as rows of a table."""

from dataclasses import dataclass

from insights.analysis.health_volumes import DayVolume, Volumes
from insights.dashboards.drawings import HEIGHT, WIDTH
from insights.dashboards.numbers import day, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day."""

    x: float
    y: float
    width: float
    height: float
    is_strange: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Daily records as bars before the band of what is usual, in a box of 200 x 40."""

    bars: tuple[Bar, ...]
    band: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """A day of the table twin."""

    day: str
    records: str
    usual: str
    verdict: str


def said_of(volumes: Volumes | None) -> str:
    """Return what is to be said where no day is flagged."""
    if volumes is None or not volumes.days:
        return "No whole day yet."
    if all(one.usual is None for one in volumes.days):
        return "Too few weeks to know what is usual."
    return "" if volumes.flagged else "As usual for the weekday."


def flag(one: DayVolume) -> str:
    """Return an unusual day in words."""
    return f"{day(one.day)}: {number(one.records)} instead of {_usual(one)}"


def _usual(one: DayVolume) -> str:
    if one.usual is None or one.low is None or one.high is None:
        return "not known"
    return f"{number(one.usual)} ({number(one.low)} to {number(one.high)})"


def line(one: DayVolume) -> DayLine:
    """Return a day as a row of the table."""
    verdict = "" if not one.is_strange else "fewer than usual" if one.records < (one.usual or 0) else "more than usual"
    return DayLine(day=day(one.day), records=number(one.records), usual=_usual(one), verdict=verdict)


def drawn(volumes: Volumes | None) -> Bars | None:
    """Return the drawing, from zero; None for fewer than three days."""
    if volumes is None or len(volumes.days) < 3:
        return None
    most = max(max(one.records, one.high or 0.0) for one in volumes.days) or 1.0
    step = WIDTH / len(volumes.days)

    def y(value: float) -> float:
        return round(HEIGHT - value / most * HEIGHT, 1)

    def edge(value: float, *places: int) -> str:
        return " ".join(f"{place * step:.1f},{y(value)}" for place in places)

    bars = tuple(
        Bar(
            x=round(place * step + step * 0.15, 1),
            y=y(one.records),
            width=round(step * 0.7, 1),
            height=round(HEIGHT - y(one.records), 1),
            is_strange=one.is_strange,
        )
        for place, one in enumerate(volumes.days)
    )
    known = [
        (n, one.low, one.high) for n, one in enumerate(volumes.days) if one.low is not None and one.high is not None
    ]
    above = [edge(high, n, n + 1) for n, _, high in known]
    below = [edge(low, n + 1, n) for n, low, _ in reversed(known)]
    return Bars(bars=bars, band=" ".join([*above, *below]))
