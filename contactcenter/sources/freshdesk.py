"""Freshdesk: tickets of both API versions, their conversations, satisfaction ratings and time entries."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from contactcenter.attributes import kept
from insights.intake.dates import microseconds
from insights.intake.fields import (
    identifier,
    mapping,
    members,
    moment,
    number,
    optional_identifier,
    required_moment,
    said,
    text,
    yes_or_no,
)
from insights.intake.json_source import JsonSource
from insights.intake.record import (
    ChannelName,
    ContactRecord,
    CustomerRecord,
    Excluded,
    FeedbackRecord,
    FeedbackReference,
    ScoreRecord,
    Translation,
    TurnRecord,
)
from insights.intake.source import BadRecord
from insights.intake.table_source import clock_seconds
from insights.intake.wording import clean, plain_text

_CHANNELS: dict[str, ChannelName] = {
    "1": "EMAIL", "2": "WEB", "3": "VOICE", "4": "WEB", "5": "SOCIAL", "6": "SOCIAL", "7": "CHAT", "8": "APP",
    "9": "WEB", "10": "EMAIL", "11": "WEB", "12": "BOT", "13": "MESSAGING", "email": "EMAIL", "portal": "WEB",
    "phone": "VOICE", "chat": "CHAT", "feedback widget": "WEB", "outbound email": "EMAIL", "whatsapp": "MESSAGING",
    "twitter": "SOCIAL", "facebook": "SOCIAL", "bot": "BOT",
}  # fmt: skip
_SOLVED = {
    "2": False, "3": False, "4": True, "5": True, "open": False, "pending": False, "resolved": True, "closed": True,
}  # fmt: skip
# Seven steps, coded so that the middle is 100: we tell them as 1 to 7.
_RATINGS = {103: 7.0, 102: 6.0, 101: 5.0, 100: 4.0, -101: 3.0, -102: 2.0, -103: 1.0}
_LABELS = ("Extremely unhappy", "Very unhappy", "Unhappy", "Neutral", "Happy", "Very happy", "Extremely happy")
_KEPT = (
    "status", "status_name", "priority", "priority_name", "product_id", "company_id", "email_config_id", "fr_escalated",
    "association_type", "association", "sentiment_score",
)  # fmt: skip


def _translate(told: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    return next(translator for keys, translator in _KINDS if all(key in told for key in keys))(told)


def _ticket(ticket: Mapping[str, Any]) -> Translation:
    if yes_or_no(ticket, "spam"):
        return Excluded("Spam")
    if yes_or_no(ticket, "deleted"):
        return Excluded("Deleted ticket")
    opened = required_moment(ticket, "created_at")
    channel = text(ticket.get("source")).lower() or text(ticket.get("source_name")).lower()
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=identifier(ticket, "id"),
            occurred_at=opened,
            revision=microseconds(moment(ticket, "updated_at") or opened),
            channel=_CHANNELS.get(channel, "OTHER"),
            customer=_customer(ticket),
            queue=(text(ticket.get("group_name")) or optional_identifier(ticket, "group_id"))[:120],
            agent=optional_identifier(ticket, "responder_id")[:120],
            title=clean(plain_text(text(ticket.get("subject")))),
            turns=_turns(ticket, opened),
            contact=_facts(ticket, opened, channel),
            attributes=_attributes(ticket),
        ),
    )


def _customer(ticket: Mapping[str, Any]) -> CustomerRecord | None:
    asked = mapping(ticket, "requester")
    requester = optional_identifier(ticket, "requester_id") or optional_identifier(asked, "id")
    names = (asked.get("name"), ticket.get("requester_name"), ticket.get("name"), ticket.get("responder_name"))
    found = CustomerRecord(
        vendor_ids=(requester,) if requester else (),
        email=_told(asked, "email") or _told(ticket, "email"),
        phone=_told(asked, "mobile") or _told(asked, "phone") or _told(ticket, "phone"),
        names=tuple(dict.fromkeys(clean(text(name)) for name in names if said(name) and text(name))),
    )
    return None if found == CustomerRecord() else found


def _told(record: Mapping[str, Any], field: str) -> str:
    return clean(text(record.get(field))) if said(record.get(field)) else ""


def _turns(ticket: Mapping[str, Any], opened: datetime) -> tuple[TurnRecord, ...]:
    words = _words(ticket, "description_text", "description", "description_html")
    first = TurnRecord(
        speaker="AGENT" if text(ticket.get("source")) == "10" else "CUSTOMER",
        text=words,
        offset_seconds=0.0,
        source_id="description",
    )
    later = [_turn(one, opened) for one in members(ticket, "conversations") if isinstance(one, dict)]
    return tuple(turn for turn in (first if words else None, *later) if turn is not None)


def _turn(conversation: Mapping[str, Any], opened: datetime | None) -> TurnRecord | None:
    words = _words(conversation, "body_text", "body", "body_html")
    if not words or yes_or_no(conversation, "private"):
        return None
    at = required_moment(conversation, "created_at")
    return TurnRecord(
        speaker="CUSTOMER" if yes_or_no(conversation, "incoming") else "AGENT",
        text=words,
        offset_seconds=max(0.0, (at - opened).total_seconds()) if opened else None,
        source_id=f"conversation:{identifier(conversation, 'id')}",
    )


def _words(record: Mapping[str, Any], *fields: str) -> str:
    return next((found for name in fields if (found := clean(plain_text(text(record.get(name)))))), "")


def _facts(ticket: Mapping[str, Any], opened: datetime, channel: str) -> ContactRecord:
    stats = mapping(ticket, "stats")
    responded = moment(stats, "first_responded_at")
    waited = (responded - opened).total_seconds() if responded else None
    state = text(ticket.get("status")).lower() or text(ticket.get("status_name")).lower()
    reason = ticket.get("type") if "type" in ticket else ticket.get("ticket_type")
    escalated = yes_or_no(ticket, "is_escalated")
    return ContactRecord(
        direction="OUTBOUND" if channel in ("10", "outbound email") else "INBOUND",
        ended_at=moment(stats, "resolved_at") or moment(stats, "closed_at"),
        first_response_seconds=waited if waited is not None and waited >= 0 else None,
        was_answered=True if responded else None,
        was_escalated=yes_or_no(ticket, "isescalated") if escalated is None else escalated,
        was_reopened=said(stats["reopened_at"]) if "reopened_at" in stats else None,
        company_says_solved=_SOLVED.get(state),
        reason_code=clean(text(reason))[:200] or None if said(reason) else None,
    )


def _attributes(ticket: Mapping[str, Any]) -> dict[str, Any]:
    own = mapping(ticket, "custom_fields") or mapping(ticket, "custom_field")
    found = kept(ticket, _KEPT) | {f"field_{name}"[:100]: value for name, value in kept(own, own).items()}
    tags = [text(tag) for tag in members(ticket, "tags") if text(tag)]
    return found | ({"tags": tags} if tags else {})


def _conversation(told: Mapping[str, Any]) -> Translation:
    ticket = identifier(told, "ticket_id")
    if yes_or_no(told, "private"):
        return Excluded("Internal note, not said to the customer")
    turn = _turn(told, None)
    if turn is None:
        return Excluded("Conversation entry without words")
    at = required_moment(told, "created_at")
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=ticket,
            part=turn.source_id,
            revision=microseconds(moment(told, "updated_at") or at),
            occurred_at=at,
            channel="OTHER",
            turns=(turn,),
            contact=None if turn.speaker == "CUSTOMER" else ContactRecord(was_answered=True),
        ),
    )


def _time_entry(told: Mapping[str, Any]) -> Translation:
    identity, at = identifier(told, "id"), required_moment(told, "created_at", "start_time", "executed_at")
    written = text(told.get("time_spent"))
    seconds = clock_seconds({"time_spent": f"{written}:00" if written.count(":") == 1 else written}, "time_spent")
    if seconds is None:
        return Excluded("Time entry without a time")
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=identifier(told, "ticket_id"),
            part=f"time_entry:{identity}",
            revision=microseconds(moment(told, "updated_at") or at),
            occurred_at=at,
            channel="OTHER",
            attributes={f"time_entry_{identity}_seconds": seconds},
        ),
    )


def _rating(told: Mapping[str, Any]) -> Translation:
    identity, ticket, at = identifier(told, "id"), identifier(told, "ticket_id"), required_moment(told, "created_at")
    answers = mapping(told, "ratings") or {"default_question": told.get("rating", told.get("survey_rating"))}
    scores = tuple(score for name in answers if (score := _score(answers, name)) is not None)
    if not scores:
        return Excluded("Survey without a rating")
    agent, group, user = (optional_identifier(told, name) for name in ("agent_id", "group_id", "user_id"))
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=f"rating:{identity}",
            occurred_at=at,
            revision=microseconds(moment(told, "updated_at") or at),
            channel="EMAIL",
            customer=CustomerRecord(vendor_ids=(user,)) if user else None,
            survey="Freshdesk satisfaction rating",
            journey_stage="SUPPORT",
            queue=group[:120],
            agent=agent[:120],
            text=_words(told, "feedback"),
            scores=scores,
            about=FeedbackReference(source_id=ticket),
        ),
    )


def _score(answers: Mapping[str, Any], name: str) -> ScoreRecord | None:
    code = number(answers, name)
    if code is None:
        return None
    if code not in _RATINGS:
        raise BadRecord(f"{name} is {code:g}, which is none of Freshdesk's ratings from 103 to -103.", name)
    value = _RATINGS[int(code)]
    return ScoreRecord(
        measure="CSAT" if name == "default_question" else "OTHER", question=name[:200], value=value, scale_minimum=1,
        scale_maximum=7, label=_LABELS[int(value) - 1],
    )  # fmt: skip


def _person(told: Mapping[str, Any]) -> Translation:
    return Excluded("Data sheet of a person, no contact")


_KINDS: tuple[tuple[tuple[str, ...], Callable[[Mapping[str, Any]], Translation]], ...] = (
    (("ticket_id", "incoming"), _conversation),
    (("ticket_id", "time_spent"), _time_entry),
    (("ticket_id", "ratings"), _rating),
    (("ticket_id", "survey_id"), _rating),
    (("requester_id", "status"), _ticket),
    (("mobile", "job_title"), _person),
)

FRESHDESK = JsonSource(
    key="freshdesk",
    label="Freshdesk",
    side="CONTACTS",
    reads=(
        "JSON or JSON lines of tickets (API v1 and v2, single, listed or searched), conversations, satisfaction "
        "ratings and time entries."
    ),
    identity=(
        "The ticket id; a rating is rating:<id>; conversations and time entries add to their ticket. "
        "updated_at is the revision."
    ),
    translate=_translate,
    marks=(
        (b'"responder_id"', b'"requester_id"'),
        (b'"ticket_id"', b'"incoming"', b'"private"'),
        (b'"ticket_id"', b'"time_spent"', b'"billable"'),
        (b'"ticket_id"', b'"default_question"'),
        (b'"twitter_id"', b'"job_title"', b'"mobile"'),
    ),
    lists=("results", "tickets", "satisfaction_ratings", "time_entries"),
    record_has=tuple(keys for keys, _ in _KINDS),
    wrapped_in=("helpdesk_ticket", "ticket", "time_entry", "conversation"),
)
