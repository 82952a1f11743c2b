"""Both sides' words on a topic next to each other, marked; of matched customers, the same people first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from insights.access.rows import facts_of, words_hidden
from insights.analysis.agreement_counts import texts_of_matched
from insights.dashboards.boards.quotes import LONGEST, own_words
from insights.dashboards.boards.reading_words import Piece
from insights.dashboards.filters import about
from insights.dashboards.names import moment, value_name
from insights.mart.engine import open_version
from insights.metrics import engine
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import Viewer
from insights.models import Feedback, Mention, Topic

LOOKED_AT = 24
SHOWN = 2
SHORTEST = 30
_WHY = "tells of the topic"
_SIDES = (("surveys", "Surveys", "SURVEY", "SURVEYS"), ("contacts", "Contacts", "CONTACT", "CONTACTS"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedQuote:
    """One customer's words, in pieces."""

    pieces: tuple[Piece, ...]
    where: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """One side's words."""

    voice: str
    title: str
    quotes: tuple[MarkedQuote, ...]
    records_url: str
    silence: str


def voices(page: MetricQuery, viewer: Viewer, *, is_matched: bool) -> list[Voices]:
    """Return the newest telling words of both sides on the topics the question is narrowed to."""
    wanted = set(page.wanted.get("topic", ()))
    wanted |= set(Topic.objects.filter(parent__key__in=wanted).values_list("key", flat=True))
    found = _of_matched(page, viewer, wanted) if is_matched else _of_all(page, viewer)
    told = []
    for voice, title, kind, side in _SIDES:
        mentions = about(page, "topic_mentions", compare=None).narrowed("kind", [kind])
        notes = found[side]
        quotes = _quotes(notes, wanted, viewer)
        told.append(
            Voices(
                voice=voice,
                title=title,
                quotes=quotes,
                records_url=f"{reverse('records')}?{mentions.to_url(with_metric=True)}",
                silence="" if quotes else f"Nothing in {title.lower()} mentions it here.",
            )
        )
    return told


def _of_all(page: MetricQuery, viewer: Viewer) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for _, _, kind, side in _SIDES:
        query = about(page, "topic_mentions", compare=None).narrowed("kind", [kind])
        found[side] = dict.fromkeys(engine.records(query, viewer, limit=LOOKED_AT).ids, "")
    return found


def _of_matched(page: MetricQuery, viewer: Viewer, wanted: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return ids with a note, those first whose customer speaks of it on both sides."""
    version = open_version(page.as_of)
    if version is None or not viewer.may_read_rows:
        return {"SURVEYS": {}, "CONTACTS": {}}
    asked = about(page, "topic_share", compare=None)
    texts = texts_of_matched(version, asked, viewer, sorted(wanted), LOOKED_AT)
    both = set.intersection(*({person for _, person in told} for told in texts.values()))
    return {
        side: {
            key: "the same customer on both sides" if person in both else ""
            for key, person in sorted(told, key=lambda pair: (pair[1] not in both, pair[1] if pair[1] in both else 0))
        }
        for side, told in texts.items()
    }


def _quotes(notes: Mapping[str, str], wanted: set[str], viewer: Viewer) -> tuple[MarkedQuote, ...]:
    seen = [feedback for feedback in facts_of(list(notes), viewer) if not words_hidden(feedback)]
    told = [(feedback, passage(feedback, wanted)) for feedback in seen]
    telling = [pair for pair in told if sum(len(piece.text) for piece in pair[1]) >= SHORTEST]
    return tuple(
        MarkedQuote(
            pieces=pieces,
            where=f"{value_name('channel', feedback.channel)}, {moment(feedback.occurred_at)}",
            url=reverse("record", args=[feedback.pk]),
            note=notes[str(feedback.pk)],
        )
        for feedback, pieces in (telling or [pair for pair in told if pair[1]])[:SHOWN]
    )


def passage(feedback: Feedback, wanted: set[str]) -> tuple[Piece, ...]:
    """Return the words around the span that carries one of the topics, the span marked, else what the customer said."""
    mention = next((one for one in feedback.mentions.all() if one.topic.key in wanted), None)
    turn = next((t for t in feedback.turns.all() if mention is not None and t.pk == mention.turn_id), None)
    text = turn.text if turn else feedback.text
    if mention is None or not _fits(mention, text):
        words = own_words(feedback)
        return (Piece(words if len(words) <= LONGEST else f"{words[:LONGEST].rpartition(' ')[0]} …"),) if words else ()
    start, end = int(mention.start or 0), int(mention.end or 0)
    begin = max(0, min(start - LONGEST // 3, len(text) - LONGEST))
    stop = min(len(text), max(end, begin + LONGEST))
    if begin:
        begin = min(text.find(" ", begin) + 1 or begin, start)
    if stop < len(text):
        stop = max(text.rfind(" ", 0, stop), end)
    before, after = text[begin:start].lstrip(), text[end:stop].rstrip()
    pieces = (
        Piece(f"… {before}" if begin else before),
        Piece(text[start:end], _WHY),
        Piece(f"{after} …" if stop < len(text) else after),
    )
    return tuple(piece for piece in pieces if piece.text)


def _fits(mention: Mention, text: str) -> bool:
    return mention.start is not None and mention.end is not None and 0 <= mention.start < mention.end <= len(text)
