"""Why a feedback stands under a topic: the very words that its mentions point at."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from insights.access.rows import words_hidden
from insights.mart.taxonomy import Taxonomy, standing
from insights.metrics.query import MetricQuery
from insights.models import Feedback, Mention

MOST = 2
LONGEST = 240
_OF_TOPICS = ("topic", "main_topic", "owner_department", "demand", "department_demand")


@dataclass(frozen=True, slots=True)
class Because:
    """Words and the topic they stand for; no words where a person or a model judged the whole."""

    topic: str
    words: str


@dataclass(frozen=True, slots=True)
class Marked:
    """Where a topic's words stand: characters into the turn's text, or into the feedback's."""

    turn: int | None
    start: int
    end: int
    topic: str


def wanted_topics(query: MetricQuery) -> frozenset[str] | None:
    """Return the topics that a question's filters are about; None where it asks for none."""
    asked = {name: frozenset(query.wanted[name]) for name in _OF_TOPICS if name in query.wanted}
    if not asked:
        return None
    taxonomy = standing().taxonomy
    return frozenset(key for key in taxonomy.places if all(_fits(taxonomy, key, *item) for item in asked.items()))


def _fits(taxonomy: Taxonomy, key: str, name: str, values: Collection[str]) -> bool:
    place = taxonomy.places[key]
    return {
        "topic": not set(values).isdisjoint(taxonomy.line_of(key)),
        "main_topic": key in values,
        "owner_department": place.department in values,
        "demand": place.demand in values,
        "department_demand": f"{place.demand}:{place.department}" in values,
    }[name]


def marked(feedback: Feedback, wanted: Collection[str] | None) -> tuple[Marked, ...]:
    """Return where the words of these topics stand; of all topics without any wanted."""
    if words_hidden(feedback):
        return ()
    return tuple(
        Marked(one.turn_id, one.start, one.end, one.topic.name)
        for one in _mentions(feedback, wanted)
        if one.start is not None and one.end is not None
    )


def because(feedback: Feedback, wanted: Collection[str] | None) -> tuple[Because, ...]:
    """Return the words for which a feedback stands under the topics wanted; nothing where none are."""
    if wanted is None or words_hidden(feedback):
        return ()
    texts = {turn.pk: turn.text for turn in feedback.turns.all()}
    return tuple(
        Because(one.topic.name, _words(one, texts.get(one.turn_id, feedback.text) if one.turn_id else feedback.text))
        for one in list(_mentions(feedback, wanted))[:MOST]
    )


def _mentions(feedback: Feedback, wanted: Collection[str] | None) -> Iterator[Mention]:
    ranked = sorted(feedback.mentions.all(), key=lambda one: -one.confidence)
    yield from (one for one in ranked if wanted is None or one.topic.key in wanted)


def _words(mention: Mention, text: str) -> str:
    if mention.start is None or mention.end is None:
        return ""
    words = text[mention.start : mention.end]
    return words if len(words) <= LONGEST else f"{words[:LONGEST].rsplit(' ', 1)[0]} …"
