"""Who answered and who did not, beside everyone who contacted: a cut a table, imbalances first in words."""

from dataclasses import dataclass
from typing import Final

from insights.analysis.representation import Representation, Value
from insights.analysis.representation_counts import CUTS
from insights.dashboards.names import dimension_name, value_names
from insights.dashboards.numbers import number, share

MOST: Final = 12
REACH: Final = 1.0  # of a standardised difference: the end of the drawn axis
WIDTH: Final = 200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoLine:
    """One value of a cut. The bar goes from the middle, in 0 … 200."""

    name: str
    contacts: str
    share: str
    share_answered: str
    difference: str
    reach: str
    is_notable: bool
    bar_from: float
    bar_length: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoTable:
    """One cut."""

    key: str
    title: str
    lines: tuple[WhoLine, ...]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The whole panel."""

    sentence: str
    steps: tuple[tuple[str, str, str], ...]  # what, how many, of which
    tables: tuple[WhoTable, ...]


def panel(who: Representation) -> Panel:
    """Return the panel."""
    return Panel(sentence=_sentence(who), steps=_steps(who), tables=tuple(_table(who, cut) for cut in (*CUTS, "topic")))


def _sentence(who: Representation) -> str:
    if not who.contacts:
        return "Nobody contacted the company here, so there is nobody to compare those who answered with."
    if not who.contacts_answered:
        return "No survey answer here says which contact it is about, so who answered cannot be compared."
    found = who.notable
    if not found:
        return "Those who answered are like those who contacted: no segment, channel or queue is out of balance."
    told = [_imbalance(value) for value in found[:2]]
    grave = " Compare surveys with contacts only beside matched customers." if found[0].is_grave else ""
    return f"Those who answered are not like those who contacted: {'; '.join(told)}.{grave}"


def _imbalance(value: Value) -> str:
    name = value_names(value.cut, [value.value])[value.value]
    return (
        f"{dimension_name(value.cut).lower()} {name} is {share(value.share)} of contacts and "
        f"{share(value.share_answered)} of those with an answer"
    )


def _steps(who: Representation) -> tuple[tuple[str, str, str], ...]:
    return (
        ("Contacts", number(who.contacts), ""),
        ("with a survey answer about them", *_of(who.contacts_answered, who.contacts)),
        ("Survey answers, about a contact or not", number(who.answers), ""),
        ("with words", *_of(who.answers_with_words, who.answers)),
        ("read for topics", *_of(who.answers_read, who.answers_with_words)),
    )


def _of(part: int, whole: int) -> tuple[str, str]:
    return number(part), share(part / whole) if whole else ""


def _table(who: Representation, cut: str) -> WhoTable:
    found = who.of(cut)
    shown = found[:MOST]
    names = value_names(cut, [value.value for value in shown])
    return WhoTable(
        key=cut,
        title=dimension_name(cut),
        lines=tuple(_line(value, names[value.value]) for value in shown),
        left_out=len(found) - len(shown),
    )


def _line(value: Value, name: str) -> WhoLine:
    difference, low, high = value.difference, value.low, value.high
    told = difference is not None and low is not None and high is not None
    length = min(abs(difference or 0.0), REACH) / REACH * WIDTH / 2
    return WhoLine(
        name=name,
        contacts=number(value.contacts),
        share=share(value.share),
        share_answered=share(value.share_answered) if value.answered or told else "none",
        difference=number(difference, 2, signed=True) if difference is not None else "too few answers",
        reach=f"{number(low, 2, signed=True)} to {number(high, 2, signed=True)}" if told and low and high else "",
        is_notable=value.is_notable,
        bar_from=round(WIDTH / 2 - (length if (difference or 0.0) < 0 else 0.0), 1),
        bar_length=round(length, 1),
    )
