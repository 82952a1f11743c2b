"""Satisfaction ratings: good or bad, in the ticket or as a record of their own. What was only offered is no score."""

from collections.abc import Mapping
from typing import Any

from contactcenter.sources.zendesk.directory import Directory
from contactcenter.sources.zendesk.words import channel, revision
from insights.intake.fields import identifier, mapping, moment, optional_identifier, required_moment, said, text
from insights.intake.record import Excluded, FeedbackRecord, FeedbackReference, ScoreRecord, Translation
from insights.intake.source import BadRecord
from insights.intake.wording import clean, plain_text

_SURVEY = "Zendesk satisfaction rating"


def from_rating(rating: Mapping[str, Any], directory: Directory) -> Translation:
    """Return a rating that stands for itself as a survey answer about its ticket. Raises BadRecord."""
    identity, ticket = identifier(rating, "id"), identifier(rating, "ticket_id")
    score = _score(rating)
    if score is None:
        return Excluded("Rating offered, not answered")
    occurred_at = required_moment(rating, "created_at", "updated_at")
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=f"rating:{identity}",
            occurred_at=occurred_at,
            revision=revision(rating, occurred_at),
            channel=channel(rating),
            customer=directory.customer(rating, optional_identifier(rating, "requester_id")),
            survey=_SURVEY,
            journey_stage="SUPPORT",
            queue=directory.queue(rating.get("group_id")),
            agent=optional_identifier(rating, "assignee_id")[:120],
            text=_words(rating),
            scores=(score,),
            about=FeedbackReference(source_id=ticket),
            attributes=_reason(rating),
        ),
    )


def inside_ticket(ticket: Mapping[str, Any], contact: FeedbackRecord) -> tuple[FeedbackRecord, ...]:
    """Return the rating in a ticket, if it was answered. Without a time of its own it has the ticket's last change."""
    rating = mapping(ticket, "satisfaction_rating")
    score = _score(rating) if said(rating.get("score")) else None
    if score is None:
        return ()
    identity = optional_identifier(rating, "id") or f"ticket:{contact.source_id}"
    at = (
        moment(rating, "created_at")
        or moment(rating, "updated_at")
        or moment(ticket, "updated_at")
        or contact.occurred_at
    )
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=f"rating:{identity}",
            occurred_at=at,
            revision=contact.revision,
            channel=contact.channel,
            customer=contact.customer,
            survey=_SURVEY,
            journey_stage="SUPPORT",
            product=contact.product,
            queue=contact.queue,
            agent=contact.agent,
            text=_words(rating),
            scores=(score,),
            about=FeedbackReference(source_id=contact.source_id),
            attributes=_reason(rating),
        ),
    )


def _score(rating: Mapping[str, Any]) -> ScoreRecord | None:
    word = (
        text(rating.get("score"))
        .lower()
        .removeprefix("received_")
        .removesuffix("_with_comment")
        .removesuffix("withcomment")
    )
    if word in ("offered", "unoffered"):
        return None
    if word not in ("good", "bad"):
        raise BadRecord(f"score is '{word[:40]}', which is none of good, bad, offered, unoffered.", "score")
    return ScoreRecord(
        measure="CSAT",
        question="satisfaction_rating",
        value=float(word == "good"),
        scale_minimum=0,
        scale_maximum=1,
        label=word,
    )


def _words(rating: Mapping[str, Any]) -> str:
    comment = rating.get("comment")
    return clean(plain_text(text(comment))) if said(comment) else ""


def _reason(rating: Mapping[str, Any]) -> dict[str, Any]:
    reason = rating.get("reason")
    chosen = said(reason) and text(reason) != "No reason provided"
    return {"reason": clean(text(reason))} if chosen else {}
