"""The words for what the facts store as codes: channels, kinds, sources, and values nobody told."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from insights.dashboards.numbers import day
from insights.intake.source import all_sources
from insights.metrics.axes import NAMES
from insights.metrics.dimensions import DIMENSIONS
from insights.models import ContactFacts, Feedback, Topic
from insights.models.feedback import Channel

UNKNOWN = "not known"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CODES: dict[str, dict[str, str]] = {
    "channel": dict(Channel.choices),
    "kind": dict(Feedback.Kind.choices),
    "medium": NAMES,
    "journey_stage": dict(Feedback.Stage.choices),
    "direction": dict(ContactFacts.Direction.choices),
    "weekday": {str(place): name for place, name in enumerate(_WEEKDAYS, start=1)},
}
_FLAGS = {"YES": "yes", "NO": "no"}
_CODES |= {name: _FLAGS for name, dimension in DIMENSIONS.items() if dimension.is_flag}
_CODES |= {
    "demand": {"VALUE": "value demand", "FAILURE": "failure demand"},
    "outcome": {"SOLVED": "solved", "UNSOLVED": "not solved", "UNCLEAR": "unclear"},
    "sentiment_label": {"NEGATIVE": "negative", "NEUTRAL": "neutral", "POSITIVE": "positive"},
}
_PLURALS = {"survey": "surveys", "product": "products", "region": "regions", "segment": "segments", "source": "sources"}
_PLURALS |= {"topic": "topics", "owner_department": "departments", "demand": "demand", "outcome": "outcomes"}
_PLURALS |= {"complaint": "complaints or not", "churn_risk": "churn risks or not", "high_effort": "efforts"}
_PLURALS |= {"channel": "channels", "medium": "media", "queue": "queues", "team": "teams"}


_OF_TOPICS = ("topic", "main_topic")


def zone() -> ZoneInfo:
    """Return the company's time zone."""
    return ZoneInfo(settings.REPORTING_TIME_ZONE)


def value_name(dimension: str, value: str | None) -> str:
    """Return what people call this value of a dimension."""
    return value_names(dimension, [value or ""])[value or ""]


def value_names(dimension: str, values: Iterable[str]) -> dict[str, str]:
    """Return what people call each of these values."""
    listed = list(values)
    if dimension not in _OF_TOPICS:
        return {value: _value_name(dimension, value) for value in listed}
    named = dict(Topic.objects.filter(key__in=listed).values_list("key", "name"))
    return {value: named.get(value, value) if value else "no topic" for value in listed}


def _value_name(dimension: str, value: str) -> str:
    if not value:
        return UNKNOWN
    if dimension == "source":
        return {source.key: source.label for source in all_sources()}.get(value, value)
    if dimension == "department_demand":
        demand, _, department = value.partition(":")
        return f"{department}, {_CODES['demand'].get(demand, demand)}"
    return _CODES.get(dimension, {}).get(value, value)


def dimension_name(name: str) -> str:
    """Return what people call a dimension."""
    return DIMENSIONS[name].label


def plural(dimension: str) -> str:
    """Return the dimension's name for many, in the middle of a sentence."""
    return _PLURALS.get(dimension, f"{dimension_name(dimension).lower()}s")


def days(since: date, until: date) -> str:
    """Return the half-open period as its first and last day: 24 Aug – 21 Nov 2026."""
    last = date.fromordinal(until.toordinal() - 1)
    if since == last:
        return day(since)
    return f"{day(since, with_year=since.year != last.year)} – {day(last)}"


def moment(value: datetime | None) -> str:
    """Return an instant in the company's time zone: 3 Nov 2026, 14:05."""
    if value is None:
        return "never"
    local = value.astimezone(zone())
    return f"{day(local.date())}, {local:%H:%M}"


def ago(value: datetime | None, now: datetime) -> str:
    """Return how long ago in the largest whole unit."""
    if value is None:
        return "never"
    minutes = max(int((now - value).total_seconds() // 60), 0)
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {word}{'' if count == 1 else 's'} ago"
    return "just now"
