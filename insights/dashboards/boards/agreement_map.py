"""The map: each topic where its share in surveys crosses its share in contacts, on logarithmic axes, by class."""

from dataclasses import dataclass
from math import log10
from typing import Any, Final

from insights.analysis.agreement import Agreement, Scope, TopicAgreement
from insights.analysis.agreement_shares import FACTOR, Share
from insights.analysis.agreement_words import CLASS, share_said
from insights.dashboards.charts import AXIS, plain_layout

NAMED: Final = 10  # topics with their name beside the point
_NONE_BELOW: Final = 0.6  # where a share of nothing is drawn, as a part of the least that is drawn
_MARKS: Final = {  # by class: the token of its hue, of its whiskers, and its shape
    "LOUDER_IN_CONTACTS": ("contacts", "contacts-band", "square"),
    "ONLY_IN_CONTACTS": ("contacts", "contacts-band", "square-open"),
    "LOUDER_IN_SURVEYS": ("surveys", "surveys-band", "circle"),
    "ONLY_IN_SURVEYS": ("surveys", "surveys-band", "circle-open"),
    "OPPOSITE": ("worse", "both-band", "x"),
    "AGREE": ("both", "both-band", "diamond"),
    "NOT_YET": ("before", "both-band", "diamond-open"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """The chart. `silence` says why there is none."""

    figure: dict[str, Any]
    summary: str
    key: tuple[tuple[str, str], ...]  # class and its words, for those that are there
    silence: str


def map_of(found: Agreement, scope: Scope) -> Map:
    """Return the map of all topics that have none below them."""
    topics = [topic for topic in found.topics if _is_drawn(topic, scope)]
    if not topics:
        return Map(
            figure={}, summary="", key=(), silence="There is no topic to draw: read texts of both sides are needed."
        )
    least = min(_positive(topic, scope) for topic in topics)
    there = [kind for kind in _MARKS if any(topic.lines[scope].kind == kind for topic in topics)]
    groups = {kind: [topic for topic in topics if topic.lines[scope].kind == kind] for kind in there}
    layout = plain_layout(hovermode="closest")
    ends = _ends(topics, scope, least)
    layout["xaxis"] = _log_axis("share of survey texts, %", ends, least)
    layout["yaxis"] = {**_log_axis("share of contacts, %", ends, least), "scaleanchor": None}
    layout["shapes"] = _same(ends)
    layout["annotations"] = [*_corners(), *_names(topics, scope, least)]
    layout["margin"] = {"l": 8, "r": 24, "t": 12, "b": 8}
    return Map(
        figure={"data": [_trace(kind, own, scope, least) for kind, own in groups.items()], "layout": layout},
        summary=(
            f"{len(topics)} topics by their share in surveys and in contacts: "
            + ", ".join(f"{len(own)} {CLASS[kind]}" for kind, own in groups.items())
            + ". The table holds the same numbers."
        ),
        key=tuple((kind, CLASS[kind]) for kind in there),
        silence="",
    )


def _is_drawn(topic: TopicAgreement, scope: Scope) -> bool:
    shares = topic.lines[scope].shares
    return not topic.has_topics_below and shares is not None and shares.gap is not None


def _sides(topic: TopicAgreement, scope: Scope) -> tuple[Share, Share]:
    shares = topic.lines[scope].shares
    if shares is None:
        raise ValueError("only a topic that is shown can be drawn")
    return shares.surveys, shares.contacts


def _positive(topic: TopicAgreement, scope: Scope) -> float:
    return min((side.value for side in _sides(topic, scope) if side.value), default=1.0)


def _placed(value: float, least: float) -> float:
    """Return where a share is drawn, in percent: none stands a little below the least."""
    return round(100 * (value or least * _NONE_BELOW), 4)


def _ends(topics: list[TopicAgreement], scope: Scope, least: float) -> list[float]:
    most = max(side.value for topic in topics for side in _sides(topic, scope))
    return [log10(100 * least * _NONE_BELOW) - 0.12, log10(100 * most) + 0.18]


def _log_axis(title: str, ends: list[float], least: float) -> dict[str, Any]:
    ticks = [tick for tick in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if tick >= 100 * least * 0.999]
    return {
        **AXIS,
        "title": {**AXIS["title"], "text": title},
        "type": "log",
        "range": ends,
        "tickvals": [_placed(0.0, least), *ticks],
        "ticktext": ["none", *(f"{tick:g}" for tick in ticks)],
    }


def _same(ends: list[float]) -> list[dict[str, Any]]:
    """Return the line on which both say the same, and the two between which shares agree by their factor."""
    low, high = 10 ** ends[0], 10 ** ends[1]
    line = {"type": "line", "layer": "below", "x0": low, "x1": high}
    edges = [
        {
            **line,
            "y0": low * times,
            "y1": high * times,
            "line": {"color": "var(--line-strong)", "width": 1, "dash": "dot"},
        }
        for times in (FACTOR, 1 / FACTOR)
    ]
    return [{**line, "y0": low, "y1": high, "line": {"color": "var(--line-strong)", "width": 1}}, *edges]


def _corners() -> list[dict[str, Any]]:
    common = {"xref": "paper", "yref": "paper", "showarrow": False}
    return [
        {
            **common,
            **{"x": 0.01, "y": 0.99, "xanchor": "left", "yanchor": "top"},
            "text": "<b>louder in contacts</b>",
            "font": {"color": "var(--contacts)", "size": 13},
        },
        {
            **common,
            **{"x": 0.99, "y": 0.02, "xanchor": "right", "yanchor": "bottom"},
            "text": "<b>louder in surveys</b>",
            "font": {"color": "var(--surveys)", "size": 13},
        },
    ]


def _names(topics: list[TopicAgreement], scope: Scope, least: float) -> list[dict[str, Any]]:
    """Return the names of the topics with the largest differences, each kept clear of those named before."""
    ranked = sorted(topics, key=lambda topic: -_distance(topic, scope))
    taken: list[tuple[float, float]] = []
    marks: list[dict[str, Any]] = []
    for topic in ranked:
        surveys, contacts = _sides(topic, scope)
        x, y = (log10(_placed(side.value, least)) for side in (surveys, contacts))
        if len(marks) == NAMED or any(abs(x - a) < 0.45 and abs(y - b) < 0.09 for a, b in taken):
            continue
        taken.append((x, y))
        marks.append(
            {
                "x": x,
                "y": y,
                "text": topic.name,
                "showarrow": False,
                "xanchor": "left",
                "xshift": 8,
                "font": {"color": "var(--ink-2)", "size": 12},
            }
        )
    return marks


def _distance(topic: TopicAgreement, scope: Scope) -> float:
    shares = topic.lines[scope].shares
    return abs(shares.gap.value) if shares and shares.gap else 0.0


def _trace(kind: str, topics: list[TopicAgreement], scope: Scope, least: float) -> dict[str, Any]:
    hue, faint, symbol = _MARKS[kind]
    colour = f"var(--{hue})"
    sides = [_sides(topic, scope) for topic in topics]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": CLASS[kind],
        "x": [_placed(surveys.value, least) for surveys, _ in sides],
        "y": [_placed(contacts.value, least) for _, contacts in sides],
        "error_x": _whiskers([surveys for surveys, _ in sides], faint, least),
        "error_y": _whiskers([contacts for _, contacts in sides], faint, least),
        "marker": {"color": colour, "symbol": symbol, "size": 9, "line": {"color": colour, "width": 1.5}},
        "text": [_hover(topic, scope) for topic in topics],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _whiskers(sides: list[Share], hue: str, least: float) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [round(100 * side.interval.high - _placed(side.value, least), 4) for side in sides],
        "arrayminus": [
            round(_placed(side.value, least) - max(100 * side.interval.low, 100 * least * _NONE_BELOW), 4)
            for side in sides
        ],
        "color": f"var(--{hue})",
        "thickness": 1.5,
        "width": 0,
    }


def _hover(topic: TopicAgreement, scope: Scope) -> str:
    surveys, contacts = _sides(topic, scope)
    return (
        f"<b>{topic.name}</b><br>surveys {share_said(surveys)}, n = {surveys.texts:,}<br>"
        f"contacts {share_said(contacts)}, n = {contacts.texts:,}<br>{CLASS[topic.lines[scope].kind]}"
    )
