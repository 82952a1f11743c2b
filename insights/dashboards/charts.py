"""Rows to Plotly figures as plain dicts, all on one template. Colours are names of tokens: the browser knows the theme.

Intervals are bands on courses and whiskers on points; the compared period is grey; lines are labelled where they end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from insights.dashboards.drawings import days_missing
from insights.dashboards.names import value_names
from insights.dashboards.numbers import digits_for, full, interval, unit_word
from insights.metrics.answer import Answer, Row
from insights.metrics.definition import Metric, Unit

Figure = dict[str, Any]
Voice = Literal["surveys", "contacts", "both"]
AXIS_WORDS: dict[Unit, str] = {
    "COUNT": "number",
    "PERCENT": "percent",
    "POINTS": "points",
    "SECONDS": "minutes",
    "SCORE": "from −1 to +1",
    "RATE": "per 100 customers",
    "MONEY": "",
}
AXIS: dict[str, Any] = {
    "gridcolor": "var(--line)",
    "linecolor": "var(--line-strong)",
    "zerolinecolor": "var(--line-strong)",
    "tickfont": {"color": "var(--ink-3)", "size": 12},
    "title": {"font": {"color": "var(--ink-3)", "size": 12}},
    "fixedrange": True,
    "automargin": True,
}


def axis_word(unit: Unit) -> str:
    """Return what stands at an axis of this unit."""
    return AXIS_WORDS[unit] or unit_word(unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One column of a comparison by cut."""

    answer: Answer
    voice: Voice
    label: str


def trend(answer: Answer, voice: Voice, label: str) -> Figure:
    """Return the course of one metric with its band, and of the compared period in grey."""
    rows = [row for row in answer.rows if row.bucket]
    metric = answer.metric
    days = [row.bucket for row in rows]
    traces = [*_band(rows, metric, voice)]
    before = [None if row.change is None else plotted(row.change.before, metric.unit) for row in rows]
    if any(value is not None for value in before):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": days,
                "y": before,
                "name": "compared period",
                "line": {"color": "var(--before)", "width": 1.5, "dash": "dot"},
                "hovertemplate": "compared period: %{y:,.4~g}<extra></extra>",
            }
        )
    traces.append(_course(rows, answer, voice, label))
    layout = plain_layout(hovermode="closest")
    layout["xaxis"] = {**AXIS, **_days(rows), "type": "date", "showgrid": False, "tickformat": "%-d %b", "nticks": 8}
    layout["yaxis"] = {**AXIS, **_range(metric), "title": {**AXIS["title"], "text": axis_word(metric.unit)}}
    layout["annotations"] = _end_labels(rows, metric, voice, before)
    layout["margin"] = {"l": 8, "r": 88, "t": 12, "b": 8}
    return {"data": traces, "layout": layout}


def side_by_side(panels: Sequence[Panel], dimension: str, order: Sequence[str | None]) -> Figure:
    """Return one column of points with whiskers per panel, on shared rows: surveys beside contacts."""
    traces: list[dict[str, Any]] = []
    layout = plain_layout(hovermode="closest")
    named = value_names(dimension, [value or "" for value in order])
    names = [named[value or ""] for value in order]
    layout["yaxis"] = {
        **AXIS,
        "type": "category",
        "categoryorder": "array",
        "categoryarray": names[::-1],
        "range": [-0.6, len(names) - 0.4],
        "gridcolor": "var(--line)",
        "ticks": "",
        "tickfont": {"color": "var(--ink)", "size": 13},
    }
    layout["annotations"] = []
    width, gap = (1 - 0.08 * (len(panels) - 1)) / len(panels), 0.08
    for place, panel in enumerate(panels):
        left = place * (width + gap)
        axis = "" if place == 0 else str(place + 1)
        unit = panel.answer.metric.unit
        layout[f"xaxis{axis}"] = {
            **AXIS,
            "domain": [round(left, 4), round(left + width, 4)],
            "anchor": "y",
            "nticks": 5,
            "title": {**AXIS["title"], "text": AXIS_WORDS[unit]},
            **({"rangemode": "tozero"} if unit == "COUNT" else {}),
        }
        layout["annotations"].append(_column_title(panel, left))
        traces.append(_points(panel, dimension, order, f"x{axis}"))
    layout["margin"] = {"l": 8, "r": 24, "t": 36, "b": 8}
    return {"data": traces, "layout": layout}


def plain_layout(**more: Any) -> dict[str, Any]:
    """Return the common template's layout."""
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": "var(--ink-2)", "size": 12},
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": "var(--surface)",
            "bordercolor": "var(--line-strong)",
            "font": {"color": "var(--ink)", "size": 13},
            "align": "left",
        },
        "separators": ".,",
        **more,
    }


def plotted(value: float | None, unit: Unit) -> float | None:
    """Return the value as it is drawn: minutes instead of seconds."""
    if value is None:
        return None
    return round(value / 60 if unit == "SECONDS" else value, 5)


def _range(metric: Metric) -> dict[str, Any]:
    return {"rangemode": "tozero"} if metric.unit in {"COUNT", "SECONDS"} else {}


def hover(row: Row, metric: Metric) -> str:
    """Return what the pointer tells, which is what the evidence card says first."""
    if row.value is None:
        return ""
    digits = digits_for(row.low, row.high, metric.unit)
    reach = interval(row.low, row.high, metric.unit, digits)
    reach = f" ({reach})" if reach else ""
    base = "" if metric.kind == "TOTAL" or row.n is None else f"<br>n = {row.n:,}"
    few = " · indicative" if row.state == "INDICATIVE" else ""
    return f"<b>{full(row.value, metric.unit, digits)}</b>{reach}{base}{few}"


def _days(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the range of days: the labels at the lines' ends would widen an automatic one."""
    days = [date.fromisoformat(row.bucket[:10]) for row in rows if row.bucket]
    if not days:
        return {}
    margin = timedelta(days=max((days[-1] - days[0]).days, 1) / 40)
    ends = (datetime.combine(days[0], time()) - margin, datetime.combine(days[-1], time()) + margin)
    return {"range": [end.isoformat() for end in ends]}


def _cut_off(days: int) -> str:
    return f"<br>{days} of its days are outside the period" if days else ""


def _band(rows: Sequence[Row], metric: Metric, voice: Voice) -> list[dict[str, Any]]:
    if not any(row.low is not None for row in rows):
        return []
    days = [row.bucket for row in rows]
    edge = {"type": "scatter", "mode": "lines", "x": days, "hoverinfo": "skip", "line": {"width": 0}}
    return [
        {**edge, "y": [plotted(row.low, metric.unit) for row in rows], "name": "from"},
        {
            **edge,
            "y": [plotted(row.high, metric.unit) for row in rows],
            "name": "to",
            "fill": "tonexty",
            "fillcolor": f"var(--{voice}-band)",
        },
    ]


def _course(rows: Sequence[Row], answer: Answer, voice: Voice, label: str) -> dict[str, Any]:
    metric = answer.metric
    missing = [(row, days_missing(row, answer.query)) for row in rows]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [row.bucket for row in rows],
        "y": [plotted(row.value, metric.unit) for row in rows],
        "name": label,
        "line": {"color": f"var(--{voice})", "width": 2},
        "marker": {
            "color": f"var(--{voice})",
            "size": [0 if row.value is None else 6 for row in rows],
            "symbol": ["circle-open" if row.state == "INDICATIVE" or cut else "circle" for row, cut in missing],
        },
        "text": [f"{hover(row, metric)}{_cut_off(cut)}" for row, cut in missing],
        "hovertemplate": "%{x|%a %-d %b %Y}<br>%{text}<extra></extra>",
    }


def _end_labels(
    rows: Sequence[Row], metric: Metric, voice: Voice, before: Sequence[float | None]
) -> list[dict[str, Any]]:
    """Return the names of the lines at their right ends, apart from each other."""
    mark = {"xanchor": "left", "xshift": 8, "showarrow": False, "xref": "x", "yref": "y", "align": "left"}
    marks: list[dict[str, Any]] = []
    last = next((row for row in reversed(rows) if row.value is not None), None)
    if last is not None and last.value is not None:
        digits = digits_for(last.low, last.high, metric.unit)
        text = f"<b>{full(last.value, metric.unit, digits)}</b>"
        place = {"x": last.bucket, "y": plotted(last.value, metric.unit)}
        marks.append({**mark, **place, "text": text, "font": {"color": f"var(--{voice})", "size": 13}})
    ends = [(row.bucket, value) for row, value in zip(rows, before, strict=True) if value is not None]
    if ends:
        place = {"x": ends[-1][0], "y": ends[-1][1], "yshift": _apart(last, ends[-1][1], metric)}
        marks.append({**mark, **place, "text": "before", "font": {"color": "var(--ink-3)", "size": 12}})
    return marks


def _apart(last: Row | None, other: float, metric: Metric) -> int:
    own = None if last is None else plotted(last.value, metric.unit)
    return 0 if own is None else -14 if other <= own else 14


def _points(panel: Panel, dimension: str, order: Sequence[str | None], axis: str) -> dict[str, Any]:
    found = {row.by.get(dimension): row for row in panel.answer.rows}
    unit = panel.answer.metric.unit
    rows = [(value, found[value]) for value in order if value in found and found[value].value is not None]
    named = value_names(dimension, [value or "" for value, _ in rows])
    values = [row.value or 0.0 for _, row in rows]
    highs = [value if row.high is None else row.high for value, (_, row) in zip(values, rows, strict=True)]
    lows = [value if row.low is None else row.low for value, (_, row) in zip(values, rows, strict=True)]
    return {
        "type": "scatter",
        "mode": "markers",
        "xaxis": axis,
        "yaxis": "y",
        "x": [plotted(value, unit) for value in values],
        "y": [named[value or ""] for value, _ in rows],
        "name": panel.label,
        "marker": {
            "color": f"var(--{panel.voice})",
            "size": 9,
            "symbol": [_symbol(panel.voice, row) for _, row in rows],
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [plotted(high - value, unit) for high, value in zip(highs, values, strict=True)],
            "arrayminus": [plotted(value - low, unit) for low, value in zip(lows, values, strict=True)],
            "color": f"var(--{panel.voice})",
            "thickness": 1.5,
            "width": 0,
        },
        "text": [hover(row, panel.answer.metric) for _, row in rows],
        "hovertemplate": "%{y}<br>%{text}<extra></extra>",
    }


def _symbol(voice: Voice, row: Row) -> str:
    shape = {"surveys": "circle", "contacts": "square", "both": "diamond"}[voice]
    return f"{shape}-open" if row.state == "INDICATIVE" else shape


def _column_title(panel: Panel, left: float) -> dict[str, Any]:
    return {
        "text": f"<b>{panel.label}</b>",
        "x": round(left, 4),
        "y": 1,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 10,
        "showarrow": False,
        "font": {"color": f"var(--{panel.voice})", "size": 13},
    }
