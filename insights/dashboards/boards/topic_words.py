"""One customer's words about a topic from each side: the passage that carries it, redacted, for who may read rows."""

from django.urls import reverse

from insights.access.rows import facts_of, words_hidden
from insights.dashboards.boards.quotes import LONGEST, Heard, Quote, own_words
from insights.dashboards.filters import about
from insights.dashboards.names import moment, value_name
from insights.metrics import engine
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import Viewer
from insights.models import Feedback, Topic

LOOKED_AT = 12
SHORTEST = 30
_SIDES = (("surveys", "Surveys", "SURVEY"), ("contacts", "Contacts", "CONTACT"))


def words_about(page: MetricQuery, viewer: Viewer) -> list[Heard]:
    """Return the newest telling words of each side about the topics the question is narrowed to."""
    wanted = set(page.wanted.get("topic", ()))
    wanted |= set(Topic.objects.filter(parent__key__in=wanted).values_list("key", flat=True))
    return [
        Heard(voice=voice, title=title, quotes=_quotes(page, kind, wanted, viewer)) for voice, title, kind in _SIDES
    ]


def _quotes(page: MetricQuery, kind: str, wanted: set[str], viewer: Viewer) -> list[Quote]:
    query = about(page, "topic_mentions", compare=None).narrowed("kind", [kind])
    found = engine.records(query, viewer, limit=LOOKED_AT)
    seen = [feedback for feedback in facts_of(found.ids, viewer) if not words_hidden(feedback)]
    told = [(feedback, passage(feedback, wanted)) for feedback in seen]
    fitting = [pair for pair in told if len(pair[1]) >= SHORTEST] or [pair for pair in told if pair[1]]
    return [
        Quote(
            text=text,
            where=f"{value_name('channel', feedback.channel)}, {moment(feedback.occurred_at)}",
            url=reverse("record", args=[feedback.pk]),
        )
        for feedback, text in fitting[:1]
    ]


def passage(feedback: Feedback, wanted: set[str]) -> str:
    """Return the words around the span that carries one of the topics, else what the customer said."""
    mention = next((one for one in feedback.mentions.all() if one.topic.key in wanted), None)
    return passage_at(feedback, mention.turn_id, mention.start) if mention else passage_at(feedback, None, None)


def passage_at(feedback: Feedback, turn: int | None, start: int | None) -> str:
    """Return the words around a place, else what the customer said from its beginning."""
    said = next((one for one in feedback.turns.all() if turn is not None and one.pk == turn), None)
    text = (said.text if said else own_words(feedback)).strip()
    if len(text) <= LONGEST:
        return text
    begin = max(0, min((start or 0) - LONGEST // 3, len(text) - LONGEST))
    cut = text[begin : begin + LONGEST]
    cut = cut if begin == 0 else f"… {cut.partition(' ')[2]}"
    return cut if begin + LONGEST >= len(text) else f"{cut.rpartition(' ')[0]} …"
