"""The Overview's two charts and their table twins: one metric's course, and both sides by one cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from insights.dashboards.boards.places import Option, label
from insights.dashboards.boards.tiles import Place, Voice, evidence_url, narrowed
from insights.dashboards.charts import Panel, side_by_side, trend
from insights.dashboards.filters import about
from insights.dashboards.names import dimension_name, value_names
from insights.dashboards.numbers import day, digits_for, number, unit_word
from insights.dashboards.words import ChangeSaid, Said, change_said, said
from insights.metrics.answer import Answer, Row
from insights.metrics.query import MetricQuery

MOST_ROWS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number of a table."""

    said: Said
    change: ChangeSaid | None
    n: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a table's column."""

    label: str
    unit: str
    voice: Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart with its table twin and its export."""

    key: str
    title: str
    summary: str  # what a screen reader hears instead of the drawing
    figure: dict[str, Any]
    first: str  # the head of the table's first column
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    exports: tuple[tuple[str, str], ...]
    left_out: int = 0
    compares: bool = False
    foot: str = ""  # what its marks mean, where it is not points with whiskers

    @property
    def silence(self) -> str:
        """Why there is nothing to draw, if there is nothing."""
        cells = [cell for line in self.lines for cell in line.cells]
        if any(cell.said.value for cell in cells):
            return ""
        notes = list(dict.fromkeys(cell.said.note for cell in cells)) or ["No data for this choice"]
        return f"{notes[0] if len(notes) == 1 else 'Too few answers to show any'}."

    @property
    def figure_id(self) -> str:
        """The id of the element that holds the figure."""
        return f"figure-{self.key}"


def cut_question(page: MetricQuery, place: Place, cut: str) -> MetricQuery:
    """Return what the comparison by cut asks of one metric."""
    return narrowed(about(page, place.metric, by=(cut,), compare=None), place)


def course(place: Place, answer: Answer) -> Chart:
    """Return the course of one metric."""
    rows = [row for row in answer.rows if row.bucket]
    digits = column_digits(answer)
    name = label(place)
    return Chart(
        key="trend",
        title=name,
        summary=f"{name} per {answer.query.bucket} with its interval. The table holds the same numbers.",
        figure=trend(answer, place.voice, name),
        first="Day" if answer.query.bucket == "day" else f"{(answer.query.bucket or 'day').capitalize()} from",
        columns=(_column(place, answer),),
        lines=tuple(
            Line(
                name=day(date.fromisoformat((row.bucket or "")[:10])),
                cells=(_cell(row, answer, digits, compared=True),),
            )
            for row in rows
        ),
        exports=((name, export_url(answer.query)),),
        compares=answer.query.compare is not None,
    )


def comparison(places: Sequence[Place], answers: Sequence[Answer], cut: str) -> Chart:
    """Return surveys beside contacts, one line per value of the cut, the largest first."""
    weights: dict[str | None, int] = {}
    for answer in answers:
        for row in answer.rows:
            value = row.by.get(cut)
            weights[value] = max(weights.get(value, 0), row.n or 0)
    ranked = sorted(weights, key=lambda value: (value is None, -weights[value], value or ""))
    order = ranked[:MOST_ROWS]
    panels = [
        Panel(answer=answer, voice=place.voice, label=label(place))
        for place, answer in zip(places, answers, strict=True)
    ]
    found: list[Mapping[str | None, Row]] = [{row.by.get(cut): row for row in answer.rows} for answer in answers]
    name, named = dimension_name(cut), value_names(cut, [value or "" for value in order])
    return Chart(
        key="cut",
        title=f"By {name.lower()}",
        summary=f"{' and '.join(panel.label for panel in panels)} by {name.lower()}. The table holds the same numbers.",
        figure=side_by_side(panels, cut, order),
        first=name,
        columns=tuple(_column(place, answer) for place, answer in zip(places, answers, strict=True)),
        lines=tuple(
            Line(
                name=named[value or ""],
                cells=tuple(
                    _cell(rows[value], answer, column_digits(answer)) if value in rows else _nothing(answer, cut, value)
                    for rows, answer in zip(found, answers, strict=True)
                ),
            )
            for value in order
        ),
        exports=tuple((panel.label, export_url(panel.answer.query)) for panel in panels),
        left_out=len(ranked) - len(order),
    )


def export_url(query: MetricQuery) -> str:
    """Return where the numbers of a chart can be had as CSV."""
    return f"/api/v1/exports/metric?{query.to_url(with_metric=True)}&format=csv"


def _day(row: Row) -> str:
    return day(date.fromisoformat((row.bucket or "")[:10]))


def _column(place: Place, answer: Answer) -> Column:
    units = {"PERCENT": "%", "SECONDS": "min:s", "SCORE": "−1 to +1", "RATE": "per 100", "COUNT": ""}
    unit = answer.metric.unit
    return Column(label=label(place), unit=units.get(unit, unit_word(unit)), voice=place.voice)


def _cell(row: Row, answer: Answer, digits: int, *, compared: bool = False) -> Cell:
    return Cell(
        said=said(row, answer.metric, digits),
        change=change_said(row, answer.metric) if compared else None,
        n="" if row.n is None else number(row.n),
        url=evidence_url(row.records),
    )


def column_digits(answer: Answer) -> int:
    """Return one number of decimals for a whole column: what its surest number supports, one at most for percents."""
    known = [digits_for(row.low, row.high, answer.metric.unit) for row in answer.rows if row.value is not None]
    most = 2 if answer.metric.unit == "SCORE" else 1
    return min(max(known, default=0), most)


def _nothing(answer: Answer, cut: str, value: str | None) -> Cell:
    total = replace(answer.total, value=None, low=None, high=None, n=0, state="NO_DATA", change=None)
    url = evidence_url(answer.query.plain().narrowed(cut, [value or ""]))
    return Cell(said=said(total, answer.metric), change=None, n="0", url=url)


def buckets(chosen: str) -> list[Option]:
    """Return the steps a course can be shown in."""
    return [Option(value=name, label=name.capitalize(), is_chosen=name == chosen) for name in ("day", "week", "month")]


def bucket_for(page: MetricQuery, wanted: str) -> str:
    """Return the step asked for, else one that gives a readable number of points."""
    if wanted in {"day", "week", "month"}:
        return wanted
    days = page.period.days
    return "day" if days <= 31 else "week" if days <= 400 else "month"
