"""Was it solved? Four witnesses of the same reason beside each other, and where two of them cannot both be right."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from insights.analysis.witnesses import Gap, Witness, widest
from insights.dashboards.boards.figures import Cell, Chart, Column, Line, export_url
from insights.dashboards.boards.reason_changes import Told
from insights.dashboards.boards.reason_columns import WITNESSES, Measure
from insights.dashboards.dots import Dot, DotLine, dots
from insights.dashboards.numbers import NARROW, number
from insights.dashboards.words import said
from insights.metrics.answer import Row
from insights.metrics.registry import METRICS

MOST = 12
_SPOKEN = {
    "company": "the company",
    "customer": "the customers",
    "back": "staying away",
    "words": "the words",
}
_BRIEF = {"company": "company", "customer": "customers", "back": "staying away", "words": "words"}
_TRACK, _TOP, _SCALE = 6.0, 4.0, 2.0  # of the small plot: 200 units wide for 100 percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One witness in the small plot of a line, in units of it."""

    shape: str
    voice: str
    x: float
    y: float
    low: float
    high: float
    is_indicative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """All witnesses of one reason on one axis, and what sets the two apart that differ most."""

    marks: tuple[Mark, ...]
    gap: str
    is_apart: bool


def testimony(told: Told, topic: str | None) -> dict[Measure, Row]:
    """Return what each witness who has an answer says; of everything where no topic is told."""
    rows = {one: told[one].answer.total if topic is None else told[one].rows.get(topic) for one in WITNESSES}
    return {one: row for one, row in rows.items() if row is not None and row.value is not None}


def gap_of(said_by: Mapping[Measure, Row]) -> Gap | None:
    """Return the two who differ most."""
    return widest(
        [
            Witness(name=one.key, value=row.value, low=row.low, high=row.high)
            for one, row in said_by.items()
            if row.value is not None and row.low is not None and row.high is not None
        ]
    )


def plot(said_by: Mapping[Measure, Row]) -> Plot | None:
    """Return the small plot; nothing where nobody says anything."""
    if not said_by:
        return None
    gap = gap_of(said_by)
    return Plot(
        marks=tuple(_mark(one, said_by[one], place) for place, one in enumerate(WITNESSES) if one in said_by),
        gap=_short(gap),
        is_apart=gap is not None and gap.is_apart,
    )


def _mark(one: Measure, row: Row, place: int) -> Mark:
    value = row.value or 0.0
    low, high = (value if edge is None else edge for edge in (row.low, row.high))
    return Mark(
        shape=one.mark,
        voice=one.voice,
        x=round(value * _SCALE, 1),
        y=_TOP + place * _TRACK,
        low=round(low * _SCALE, 1),
        high=round(high * _SCALE, 1),
        is_indicative=row.state == "INDICATIVE",
    )


def _short(gap: Gap | None) -> str:
    if gap is None:
        return "one witness only"
    return (
        f"{_BRIEF[gap.more.name]} – {_BRIEF[gap.less.name]}: {number(gap.points)} apart"
        if gap.is_apart
        else "within chance"
    )


def gap_words(gap: Gap | None) -> str:
    """Return "the company 93 %, the customers 55 %: they cannot both be right", or that chance may explain it."""
    if gap is None:
        return "only one witness speaks"
    more, less = (f"{_SPOKEN[one.name]} {number(one.value)}{NARROW}%" for one in (gap.more, gap.less))
    how = f"{number(gap.points)} points apart" if gap.is_apart else "within chance"
    return f"{more}, {less}: {how}"


def disagreement(told: Told, names: Mapping[str, str], narrowest: frozenset[str]) -> tuple[str, ...]:
    """Return in sentences where company and customers differ most, then where any two witnesses do."""
    between = _most_apart(told, narrowest, ("company", "customer"))
    whole = _most_apart(told, narrowest, tuple(_SPOKEN))
    if whole is None:
        return ("Where several witnesses speak of a reason, they do not differ beyond chance.",)
    topic, gap = whole
    two = f"Of all four, they differ most about {names[topic]}: {gap_words(gap)}."
    usual = gap_of(testimony(told, None))
    level = f"Over all contacts it is {gap_words(usual)}." if usual and usual.is_apart else ""
    if between is None:
        return ("Company and customers do not differ beyond chance on any reason.", two, level)
    topic, gap = between
    return (f"Company and customers differ most about {names[topic]}: {gap_words(gap)}.", two, level)


def _most_apart(told: Told, narrowest: frozenset[str], of: Collection[str]) -> tuple[str, Gap] | None:
    gaps = [
        (gap.points, topic, gap)
        for topic in narrowest
        if (gap := gap_of({one: row for one, row in testimony(told, topic).items() if one.key in of})) and gap.is_apart
    ]
    return max(gaps, key=lambda item: item[:2])[1:] if gaps else None


def witness_chart(told: Told, names: Mapping[str, str], narrowest: frozenset[str]) -> Chart:
    """Return the plot of the reasons whose witnesses differ most, with its table twin."""
    ranked = _ranked(told, narrowest)
    shown = ranked[:MOST]
    lines = [_dot_line(names[topic], testimony(told, topic)) for topic in shown]
    return Chart(
        key="witnesses",
        title="Solved, by four witnesses",
        summary="Share of contacts solved, by reason, as four witnesses tell it. The table holds the same numbers.",
        figure=dots(lines, "percent of contacts solved"),
        first="Reason",
        columns=tuple(Column(label=one.label, unit="%", voice=one.voice) for one in WITNESSES),
        lines=tuple(_table_line(told, topic, names[topic]) for topic in shown),
        exports=tuple((one.label, export_url(told[one].answer.query)) for one in WITNESSES),
        left_out=len(ranked) - len(shown),
        foot="The reasons on which two witnesses differ most come first. Lines are 95 % intervals; open marks stand on "
        "fewer than 30.",
    )


def _ranked(told: Told, narrowest: frozenset[str]) -> list[str]:
    gaps = {topic: gap for topic in narrowest if (gap := gap_of(testimony(told, topic)))}
    return sorted(gaps, key=lambda topic: (not gaps[topic].is_apart, -gaps[topic].points, topic))


def _dot_line(name: str, said_by: Mapping[Measure, Row]) -> DotLine:
    return DotLine(
        name=name,
        dots=tuple(
            Dot(label=one.label, voice=one.voice, shape=one.mark, row=row, metric=METRICS[one.metric])
            for one, row in said_by.items()
        ),
    )


def _table_line(told: Told, topic: str, name: str) -> Line:
    return Line(name=name, cells=tuple(_cell(told, one, topic) for one in WITNESSES))


def _cell(told: Told, one: Measure, topic: str) -> Cell:
    found, row = told[one], told[one].row(topic)
    return Cell(
        said=said(row, found.answer.metric),
        change=None,
        n="" if row.n is None else number(row.n),
        url=found.url_of(topic),
    )
