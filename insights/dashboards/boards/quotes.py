"""A few of the customers' own sentences beside the numbers, redacted, for whoever may read rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse

from insights.access.rows import facts_of, words_hidden
from insights.dashboards.filters import about
from insights.dashboards.names import moment, value_name
from insights.metrics import engine
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import Viewer
from insights.models import Feedback, Turn

LOOKED_AT = 40
SHOWN = 3
SHORTEST, LONGEST = 40, 260


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One customer's words."""

    text: str
    where: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One side's words."""

    voice: str
    title: str
    quotes: list[Quote]


def both_sides(page: MetricQuery, viewer: Viewer) -> list[Heard]:
    """Return the words of both sides for the page's question."""
    return [
        Heard(voice="surveys", title="Surveys", quotes=quotes(page, "SURVEY", viewer)),
        Heard(voice="contacts", title="Contacts", quotes=quotes(page, "CONTACT", viewer)),
    ]


def quotes(page: MetricQuery, kind: str, viewer: Viewer) -> list[Quote]:
    """Return the newest telling words of one side: one that sounds bad, one that sounds good, and another."""
    if not viewer.may_read_rows:
        return []
    query = about(page, "negative_share", compare=None).narrowed("kind", [kind])
    found = engine.records(query, viewer, limit=LOOKED_AT)
    seen = [feedback for feedback in facts_of(found.ids, viewer) if not words_hidden(feedback)]
    told = [(feedback, text) for feedback in seen if (text := own_words(feedback))]
    fitting = [pair for pair in told if SHORTEST <= len(pair[1]) <= LONGEST] or told
    return [
        Quote(
            text=text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …",
            where=f"{value_name('channel', feedback.channel)}, {moment(feedback.occurred_at)}",
            url=reverse("record", args=[feedback.pk]),
        )
        for feedback, text in _mixed(fitting)
    ]


def own_words(feedback: Feedback) -> str:
    """Return what the customer said: the text, else the customer's longest turn. Agents' turns never count."""
    said = [turn.text.strip() for turn in feedback.turns.all() if turn.speaker == Turn.Speaker.CUSTOMER]
    return feedback.text.strip() or max(said, key=len, default="")


def mood(feedback: Feedback) -> str:
    """Return how it was read, or nothing."""
    try:
        return feedback.enrichment.sentiment_label
    except ObjectDoesNotExist:
        return ""


def _mixed(told: Sequence[tuple[Feedback, str]]) -> list[tuple[Feedback, str]]:
    picked: list[tuple[Feedback, str]] = []
    for wanted in ("NEGATIVE", "POSITIVE"):
        picked += [pair for pair in told if mood(pair[0]) == wanted and pair not in picked][:1]
    rest = [pair for pair in told if pair not in picked]
    return [*picked, *rest][:SHOWN]
