"""Several shares of the same thing on one axis, a line for each thing: a figure of points with whiskers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from insights.dashboards.charts import AXIS, Figure, Voice, hover, plain_layout
from insights.metrics.answer import Row
from insights.metrics.definition import Metric

_SYMBOLS = {"square": "square", "circle": "circle", "diamond": "diamond", "triangle": "triangle-up"}
_APART = 0.17  # of a line: how far its points stand above each other, so that whiskers do not cover each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One point."""

    label: str
    voice: Voice
    shape: str
    row: Row
    metric: Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class DotLine:
    """All points of one thing."""

    name: str
    dots: tuple[Dot, ...]


def dots(lines: Sequence[DotLine], axis: str) -> Figure:
    """Return the figure, the first line at the top; a grey bar joins the two ends of each line."""
    labels = list(dict.fromkeys(dot.label for line in lines for dot in line.dots))
    layout = plain_layout(hovermode="closest")
    layout["xaxis"] = {**AXIS, "range": [0, 100], "nticks": 6, "title": {**AXIS["title"], "text": axis}}
    layout["yaxis"] = {
        **AXIS,
        "tickmode": "array",
        "tickvals": list(range(len(lines))),
        "ticktext": [line.name for line in lines],
        "range": [len(lines) - 0.4, -0.6],
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"color": "var(--ink)", "size": 13},
    }
    layout["margin"] = {"l": 8, "r": 24, "t": 12, "b": 8}
    traces = [_join(lines), *(_trace(lines, label, place, len(labels)) for place, label in enumerate(labels))]
    return {"data": traces, "layout": layout}


def _join(lines: Sequence[DotLine]) -> dict[str, Any]:
    """One line from the least to the most of each, broken in between."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for place, line in enumerate(lines):
        values = [dot.row.value for dot in line.dots if dot.row.value is not None]
        xs += [min(values, default=None), max(values, default=None), None]
        ys += [place, place, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "hoverinfo": "skip",
        "line": {"color": "var(--line-strong)", "width": 2},
    }


def _trace(lines: Sequence[DotLine], label: str, place: int, of: int) -> dict[str, Any]:
    found = [(at, line.name, dot) for at, line in enumerate(lines) for dot in line.dots if dot.label == label]
    first = found[0][2]
    values = [dot.row.value or 0.0 for _, _, dot in found]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": label,
        "x": [round(value, 5) for value in values],
        "y": [round(at + (place - (of - 1) / 2) * _APART, 3) for at, _, _ in found],
        "customdata": [name for _, name, _ in found],
        "marker": {
            "color": f"var(--{first.voice})",
            "size": 9,
            "symbol": [
                f"{_SYMBOLS[dot.shape]}{'-open' if dot.row.state == 'INDICATIVE' else ''}" for _, _, dot in found
            ],
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [
                round((dot.row.high or value) - value, 5) for value, (_, _, dot) in zip(values, found, strict=True)
            ],
            "arrayminus": [
                round(value - (dot.row.low or 0.0), 5) for value, (_, _, dot) in zip(values, found, strict=True)
            ],
            "color": f"var(--{first.voice})",
            "thickness": 1.5,
            "width": 0,
        },
        "text": [hover(dot.row, dot.metric) for _, _, dot in found],
        "hovertemplate": f"%{{customdata}}<br>{label}: %{{text}}<extra></extra>",
    }
