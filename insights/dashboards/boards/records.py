"""The records behind a number, and one of them with everything known about it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse

from insights.access.rows import facts_of, readable
from insights.dashboards.boards.mention_words import Because, Marked, because, marked, wanted_topics
from insights.dashboards.boards.quotes import mood, own_words
from insights.dashboards.boards.reading_words import Piece, pieces, read_out, told_by
from insights.dashboards.boards.tiles import Voice, evidence_url
from insights.dashboards.filters import Bar, bar
from insights.dashboards.menus import values
from insights.dashboards.names import dimension_name, moment, value_name
from insights.dashboards.numbers import clock, number
from insights.enrichment.outcome import Evidence
from insights.metrics import engine
from insights.metrics.query import MetricQuery
from insights.metrics.registry import METRICS
from insights.metrics.viewer import Viewer
from insights.models import Feedback, Score, Turn

PAGE = 50
FIRST = "responses"
_FOUND_BY = {
    "ID": "Found by its id, which the answer names.",
    "WINDOW": "The answer names no contact. This is the same customer's last one within the declared window.",
}
_MOODS = {"NEGATIVE": "sounds negative", "NEUTRAL": "sounds neutral", "POSITIVE": "sounds positive"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One turn of a conversation."""

    speaker: str
    is_customer: bool
    offset: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One scored answer on its own scale."""

    measure: str
    value: str
    scale: str
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One feedback, ready to be shown."""

    url: str
    kind: str
    voice: Voice
    when: str
    channel: str
    title: str
    text: str
    pieces: tuple[Piece, ...]  # of the text
    because: tuple[Because, ...]  # the words for which it stands here, where a topic is asked for
    turns: tuple[Utterance, ...]
    scores: tuple[Answered, ...]
    facts: tuple[tuple[str, str], ...]
    mood: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The page of records behind a number."""

    metric: str
    metrics: list[tuple[str, str]]
    bar: Bar
    count: str
    records: list[Record]
    next_url: str
    first_url: str
    is_first: bool
    evidence_url: str
    export_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRecord:
    """One feedback with what stands around it."""

    record: Record
    contact: tuple[tuple[str, str], ...]
    reading: tuple[tuple[str, str], ...]
    about: Record | None
    found_by: str  # how the contact was found
    answers: tuple[Record, ...]
    origin: tuple[tuple[str, str], ...]


def records(pairs: Sequence[tuple[str, str]], viewer: Viewer, *, last_day: date, path: str, now: datetime) -> Records:
    """Return the records for an address. Raises InvalidQuery, NotAllowed, InvalidCursor."""
    own = dict(pair for pair in pairs if pair[0] in {"metric", "after"})
    rest = [pair for pair in pairs if pair[0] not in {"metric", "after", "compare", "by", "bucket"}]
    query = MetricQuery.from_pairs(own.get("metric", FIRST), rest, today=last_day)
    found = engine.records(query, viewer, after=own.get("after"), limit=PAGE, now=now)
    facts, wanted = facts_of(found.ids, viewer), wanted_topics(query)
    here = query.to_pairs(with_metric=True)
    return Records(
        metric=METRICS[query.metric].label,
        metrics=[(key, metric.label) for key, metric in METRICS.items()],
        bar=bar(query, lambda name: values(name, query.period, viewer), last_day=last_day, path=path, compares=False),
        count=number(found.count),
        records=[record(feedback, viewer, wanted) for feedback in facts],
        next_url=f"?{urlencode([*here, ('after', found.next)])}" if found.next else "",
        first_url=f"?{urlencode(here)}",
        is_first="after" not in own,
        evidence_url=evidence_url(query),
        export_url=f"/api/v1/exports/feedback?{query.to_url(with_metric=True)}&format=csv",
    )


def one_record(key: UUID, viewer: Viewer) -> OneRecord | None:
    """Return one feedback within the viewer's limits."""
    feedback = readable(viewer).filter(pk=key).first()
    if feedback is None:
        return None
    asked = readable(viewer).filter(pk=feedback.about_id).first() if feedback.about_id else None
    return OneRecord(
        record=record(feedback, viewer),
        contact=_contact(feedback),
        reading=read_out(feedback, viewer),
        about=record(asked, viewer) if asked else None,
        found_by=_FOUND_BY.get(feedback.about_by, ""),
        answers=tuple(record(answer, viewer) for answer in readable(viewer).filter(about=feedback)[:20]),
        origin=(
            ("Source", value_name("source", feedback.source)),
            *((("Account", feedback.account),) if feedback.account else ()),
            ("Id there", feedback.source_id),
            ("Last change", moment(feedback.updated_at)),
        ),
    )


def record(feedback: Feedback, viewer: Viewer, wanted: Collection[str] | None = None) -> Record:
    """Return one feedback as pages show it, with the words marked that carry the topics wanted, or any."""
    found, text, topics = told_by(feedback), feedback.text or own_words(feedback), marked(feedback, wanted)
    return Record(
        url=reverse("record", args=[feedback.pk]),
        kind=Feedback.Kind(feedback.kind).label,
        voice="contacts" if feedback.kind in {"CONTACT", "NOTE"} else "surveys",
        when=moment(feedback.occurred_at),
        channel=value_name("channel", feedback.channel),
        title=feedback.title,
        text=text,
        pieces=pieces(text, None, found, topics),
        because=because(feedback, wanted),
        turns=tuple(_utterance(turn, found, topics) for turn in feedback.turns.all()),
        scores=tuple(
            Answered(
                measure=score.question if score.measure == Score.Measure.OTHER else score.measure,
                value=f"{score.value:g}",
                scale=f"{score.scale_minimum:g} to {score.scale_maximum:g}",
                wording=score.wording,
            )
            for score in feedback.scores.all()
        ),
        facts=_facts(feedback, viewer),
        mood=_MOODS.get(mood(feedback), ""),
    )


def _utterance(turn: Turn, found: Evidence | None, topics: Sequence[Marked]) -> Utterance:
    return Utterance(
        speaker=Turn.Speaker(turn.speaker).label,
        is_customer=turn.speaker == Turn.Speaker.CUSTOMER,
        offset="" if turn.offset_seconds is None else clock(turn.offset_seconds),
        pieces=pieces(turn.text, turn.pk, found, topics),
    )


def _facts(feedback: Feedback, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    names = ["segment", "product", "region", "queue", "team", "touchpoint", "survey"]
    facts = [(dimension_name(name), getattr(feedback, name)) for name in names]
    if viewer.may_see_agents:
        facts.append((dimension_name("agent"), feedback.agent))
    if feedback.customer_says_solved is not None:
        facts.append(("Customer says solved", _yes(feedback.customer_says_solved)))
    return tuple((name, value) for name, value in facts if value)


def _contact(feedback: Feedback) -> tuple[tuple[str, str], ...]:
    try:
        contact = feedback.contact
    except ObjectDoesNotExist:
        return ()  # a survey answer has no contact facts
    times = [("Wait", contact.wait_seconds), ("Talk", contact.talk_seconds), ("Hold", contact.hold_seconds)]
    times += [("Wrap-up", contact.wrap_up_seconds), ("First response", contact.first_response_seconds)]
    marks = [("Answered", contact.was_answered), ("Gave up waiting", contact.was_abandoned)]
    marks += [("Escalated", contact.was_escalated), ("Reopened", contact.was_reopened)]
    marks += [("Solved, company says", contact.company_says_solved)]
    return (
        ("Direction", contact.get_direction_display()),
        *((name, clock(value)) for name, value in times if value is not None),
        *((("Transfers", str(contact.transfers)),) if contact.transfers is not None else ()),
        *((name, _yes(value)) for name, value in marks if value is not None),
        *((("Agent's reason code", contact.reason_code),) if contact.reason_code else ()),
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"
