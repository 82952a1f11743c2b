"""Two parts of a whole for several things, as bars from zero: a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from insights.dashboards.charts import AXIS, Figure, hover, plain_layout
from insights.metrics.answer import Row
from insights.metrics.definition import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the two parts of every bar; its rows are in the order of the bars, None where there is none."""

    label: str
    colour: str  # a token's name
    pattern: str  # of the fill, so that the parts are told apart without colour
    rows: tuple[Row | None, ...]
    metric: Metric


def stacked(names: Sequence[str], parts: Sequence[Part], axis: str) -> Figure:
    """Return the figure, the first bar at the top; each part is named over the bar in which it is longest."""
    layout = plain_layout(barmode="stack", bargap=0.35, hovermode="closest")
    layout["xaxis"] = {**AXIS, "rangemode": "tozero", "nticks": 6, "title": {**AXIS["title"], "text": axis}}
    layout["yaxis"] = {
        **AXIS,
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(names)[::-1],
        "showgrid": False,
        "ticks": "",
        "tickfont": {"color": "var(--ink)", "size": 13},
    }
    layout["margin"] = {"l": 8, "r": 24, "t": 12, "b": 8}
    return {"data": [_bars(names, part) for part in parts], "layout": layout}


def _bars(names: Sequence[str], part: Part) -> dict[str, Any]:
    found = [(name, row) for name, row in zip(names, part.rows, strict=True) if row is not None and row.value]
    most = max((row.value or 0.0 for _, row in found), default=0.0)
    return {
        "type": "bar",
        "orientation": "h",
        "name": part.label,
        "x": [row.value for _, row in found],
        "y": [name for name, _ in found],
        "marker": {
            "color": f"var(--{part.colour})",
            "pattern": {"shape": part.pattern, "fillmode": "overlay", "size": 6, "solidity": 0.15},
        },
        "text": [part.label.lower() if row.value == most else "" for _, row in found],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "insidetextfont": {"color": "var(--surface)", "size": 12},
        "constraintext": "none",
        "hovertext": [hover(row, part.metric) for _, row in found],
        "hovertemplate": f"%{{y}}<br>{part.label}: %{{hovertext}}<extra></extra>",
    }
