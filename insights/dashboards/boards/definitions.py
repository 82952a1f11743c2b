"""The glossary both teams sign: every metric's meaning, formula and interval, out of the registry."""

from dataclasses import dataclass

from insights.dashboards.boards.tiles import Voice
from insights.dashboards.words import METHODS
from insights.metrics.definition import Metric
from insights.metrics.registry import METRICS

_UNITS = {
    "COUNT": "count",
    "PERCENT": "percent",
    "POINTS": "points, −100 to +100",
    "SECONDS": "seconds",
    "SCORE": "score, −1 to +1",
    "RATE": "per 100 active customers",
    "MONEY": "the company's currency",
}
_BETTER = {
    "HIGHER": "higher is better",
    "LOWER": "lower is better",
    "NEITHER": "neither up nor down is better by itself",
}


_SCALE = (
    "only media for which people's labels show that the same score means the same; others have no number together, "
    "and axes of their own. Data health shows what is known of each two."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One definition."""

    key: str
    label: str
    voice: Voice
    meaning: str
    doubt: str
    facts: tuple[tuple[str, str], ...]


def definitions() -> dict[str, list[Entry]]:
    """Return all definitions, grouped by the side they speak for."""
    titles = {"SURVEYS": "Surveys", "CONTACTS": "Contacts", "BOTH": "Surveys and contacts"}
    return {
        title: [_entry(metric) for metric in METRICS.values() if metric.side == side] for side, title in titles.items()
    }


def _entry(metric: Metric) -> Entry:
    voices: dict[str, Voice] = {"SURVEYS": "surveys", "CONTACTS": "contacts", "BOTH": "both"}
    choices = [f"{name.replace('_', ' ')}: {', '.join(values)}" for name, values in metric.parameters.items()]
    return Entry(
        key=metric.key,
        label=metric.label,
        voice=voices[metric.side],
        meaning=metric.meaning,
        doubt=metric.doubt,
        facts=(
            ("Formula", metric.formula),
            ("Unit", f"{_UNITS[metric.unit]}; {_BETTER[metric.better]}"),
            ("Interval", f"95 %, {METHODS[metric.method]}"),
            ("Fewest answers", f"{metric.fewest}; under 30 it is marked indicative"),
            *((("Shares an axis", _SCALE),) if metric.scale else ()),
            *((("Choices", "; ".join(choices)),) if choices else ()),
            ("Name for programs", f"{metric.key}, definition {metric.definition_version}"),
        ),
    )
