"""One feedback as JSON: the words, the scores, the contact's facts, what was read out of it and by which version."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from insights.access import words_hidden
from insights.enrichment.outcome import evidence
from insights.enrichment.reading import Said, Span
from insights.metrics.viewer import Viewer
from insights.models import Enrichment, Feedback

_OWN = (
    *("kind", "solicited", "source", "account", "source_id", "channel", "touchpoint", "journey_stage", "survey"),
    *("product", "segment", "region", "queue", "team", "language", "customer_says_solved", "title", "text"),
)
_CONTACT = (
    *("direction", "wait_seconds", "talk_seconds", "hold_seconds", "wrap_up_seconds", "first_response_seconds"),
    *("first_response_business_seconds", "transfers", "was_answered", "was_abandoned", "was_escalated"),
    *("was_reopened", "company_says_solved", "reason_code"),
)
_READING = (
    *("state", "language", "language_confidence", "sentiment", "sentiment_label", "sentiment_confidence"),
    *("effort", "is_high_effort", "outcome", "outcome_confidence", "asked_for_superior", "seen_before"),
    *("summary", "words", "versions"),
)
_SCORE = ("measure", "question", "wording", "label", "value", "scale_minimum", "scale_maximum", "higher_is_better")


def feedback_as_json(feedback: Feedback, viewer: Viewer) -> dict[str, Any]:
    """Return all a reader may know of one feedback. Agents are named only to those who may see them."""
    return {
        "id": str(feedback.pk),
        "url": address_of(feedback.pk),
        "occurred_at": feedback.occurred_at.isoformat(),
        "customer": str(feedback.customer_id) if feedback.customer_id else None,
        **{name: getattr(feedback, name) for name in _OWN},
        "agent": feedback.agent if viewer.may_see_agents else None,
        "about": _about(feedback),
        "contact": _contact(feedback),
        "scores": [{name: getattr(score, name) for name in _SCORE} for score in feedback.scores.all()],
        "turns": [
            {
                "position": turn.position,
                "speaker": turn.speaker,
                "offset_seconds": turn.offset_seconds,
                "text": turn.text,
            }
            for turn in feedback.turns.all()
        ],
        "words_hidden": words_hidden(feedback),
        "mentions": _mentions(feedback),
        "reading": _reading(feedback),
        "updated_at": feedback.updated_at.isoformat(),
    }


def address_of(key: object) -> str:
    """Return where one feedback is found."""
    return f"/api/v1/feedback/{key}"


def _about(feedback: Feedback) -> dict[str, Any] | None:
    """Return the contact an answer asks about, and whether its id told so or the declared window."""
    if feedback.about_id is None:
        return None
    return {"id": str(feedback.about_id), "url": address_of(feedback.about_id), "found_by": feedback.about_by or None}


def _contact(feedback: Feedback) -> dict[str, Any] | None:
    try:
        contact = feedback.contact
    except ObjectDoesNotExist:
        return None  # not a contact
    ended = contact.ended_at.isoformat() if contact.ended_at else None
    return {"ended_at": ended, **{name: getattr(contact, name) for name in _CONTACT}}


def _reading(feedback: Feedback) -> dict[str, Any] | None:
    try:
        reading = feedback.enrichment
    except ObjectDoesNotExist:
        return None  # it has no words to read
    enriched = reading.enriched_at.isoformat() if reading.enriched_at else None
    return {
        "enriched_at": enriched,
        **{name: getattr(reading, name) for name in _READING},
        "duplicate_of": str(reading.duplicate_of_id) if reading.duplicate_of_id else None,
        "intents": _intents(feedback, reading),
        "evidence": _evidence(feedback, reading),
    }


def _intents(feedback: Feedback, reading: Enrichment) -> list[dict[str, Any]] | None:
    """Return what the customer is about to do or asks for, each with the words that carry it; None: not read."""
    if reading.intents is None:
        return None
    positions = {turn.pk: turn.position for turn in feedback.turns.all()}
    hidden = words_hidden(feedback)
    return [
        {
            "intent": intent,
            "confidence": told["confidence"],
            "name": told.get("name"),
            "sentiment": told.get("sentiment"),
            "place": None if hidden or "start" not in told else _place(told, positions),
        }
        for intent, told in sorted(reading.intents.items())
    ]


def _place(told: dict[str, Any], positions: dict[int, int]) -> dict[str, int | None]:
    turn = told.get("turn")
    return {"turn": None if turn is None else positions.get(turn), "start": told["start"], "end": told["end"]}


def _evidence(feedback: Feedback, reading: Enrichment) -> dict[str, list[dict[str, int | None]]]:
    """Return where the words stand that tell the outcome, an escalation and earlier contacts."""
    if words_hidden(feedback) or not reading.outcome:
        return {"outcome": [], "asked_for_superior": [], "seen_before": []}
    turns = list(feedback.turns.all())
    positions = {turn.pk: turn.position for turn in turns}
    said = [Said(turn.text, turn.speaker, turn.pk) for turn in turns] or [Said(feedback.text)]
    found = evidence(said, reading.sentiment)

    def told(spans: tuple[Span, ...]) -> list[dict[str, int | None]]:
        return [
            {"turn": None if one.turn is None else positions[one.turn], "start": one.start, "end": one.end}
            for one in spans
        ]

    return {
        "outcome": told(found.outcome_spans),
        "asked_for_superior": told(found.superior),
        "seen_before": told(found.before),
    }


def _mentions(feedback: Feedback) -> list[dict[str, Any]]:
    positions = {turn.pk: turn.position for turn in feedback.turns.all()}
    return [
        {
            "topic": mention.topic.key,
            "name": mention.topic.name,
            "sentiment": mention.sentiment,
            "confidence": mention.confidence,
            "tagged_by": mention.tagged_by,
            "turn": None if mention.turn_id is None else positions.get(mention.turn_id),
            "start": mention.start,
            "end": mention.end,
        }
        for mention in feedback.mentions.all()
    ]
