"""Intercom: conversations with their parts and the rating inside them, of the current and the old API, and webhooks."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from contactcenter.attributes import kept
from contactcenter.sources.intercom_words import RATING, SPEAKERS, channel_of, direction_of, rating_score, solved
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
    whole,
    yes_or_no,
)
from insights.intake.json_source import JsonSource
from insights.intake.record import (
    ContactRecord,
    CustomerRecord,
    Excluded,
    FeedbackRecord,
    FeedbackReference,
    SpeakerRole,
    Translation,
    TurnRecord,
)
from insights.intake.wording import clean, plain_text

# Parts that carry words meant for the other side; the rest is work on the conversation.
_SPOKEN = frozenset({"comment", "message", "open", "close", "assignment", "quick_reply", "snoozed", "unsnoozed", ""})
_KEPT = ("state", "priority", "read", "open", "ai_agent_participated", "company_id", "channel_initiated")
_COUNTED = ("count_reopens", "count_assignments", "count_conversation_parts", "time_to_first_close",
            "time_to_assignment", "median_time_to_reply", "handling_time")  # fmt: skip


def from_conversation(told: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return the conversation and, where it was rated, the answer about it. Raises BadRecord."""
    if text(told.get("type")) == "ping":
        return Excluded("Test call of Intercom's")
    if "ticket_attributes" in told:
        told = _in_words_of_conversations(told)
    identity, opened = identifier(told, "id"), required_moment(told, "created_at")
    if yes_or_no(told, "deleted"):
        return Excluded("Deleted conversation")
    customer, source = _customer(told), _source(told)
    contact = FeedbackRecord(
        kind="CONTACT",
        source_id=identity,
        occurred_at=opened,
        revision=microseconds(moment(told, "updated_at") or opened),
        channel=channel_of(text(source.get("type"))),
        customer=customer,
        queue=_team(told)[:120],
        agent=_agent(told)[:120],
        title=clean(plain_text(text(told.get("title")) or text(source.get("subject")))),
        turns=_turns(told, source, opened),
        contact=_facts(told, source),
        attributes=_attributes(told),
    )
    return contact, *_rating(told, contact)


def _in_words_of_conversations(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """Return a ticket told as a conversation: its description opens it, and its parts are of the same shape."""
    asked = mapping(ticket, "ticket_attributes")
    state = mapping(ticket, "ticket_state").get("category") or ticket.get("ticket_state")
    return {
        **ticket,
        "id": f"ticket:{identifier(ticket, 'id')}",
        "title": asked.get("_default_title_"),
        "source": {"type": "ticket", "body": asked.get("_default_description_"), "author": {"type": "user"}},
        "conversation_parts": mapping(ticket, "ticket_parts").get("ticket_parts") or [],
        "state": "closed" if text(state).lower() == "resolved" else "open",
        "custom_attributes": {name: value for name, value in asked.items() if not name.startswith("_default_")},
    }


def _source(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the first message: source in the current API, conversation_message in the old one."""
    current = mapping(told, "source")
    if current:
        return current
    old = mapping(told, "conversation_message")
    return {**old, "type": "conversation" if text(old.get("type")) == "conversation_message" else old.get("type")}


def _customer(told: Mapping[str, Any]) -> CustomerRecord | None:
    listed: list[Mapping[str, Any]] = [
        one for one in members(mapping(told, "contacts"), "contacts") if isinstance(one, dict)
    ]
    people = listed or [mapping(told, "user") or mapping(told, "customer")]
    authors = [author for author in _authors(told) if _speaker(author) == "CUSTOMER"]
    known = [one for one in (*people[:1], *authors) if one]
    if not known:
        return None
    first = known[0]
    same = [one for one in known if text(one.get("id")) in ("", text(first.get("id")))]
    found = CustomerRecord(
        vendor_ids=tuple(dict.fromkeys(text(one["id"]) for one in known[:1] if said(one.get("id")))),
        customer_number=_first(same, "external_id") or _first(same, "user_id"),
        email=_first(same, "email"),
        phone=_first(same, "phone"),
        names=_names((*people, *_authors(told))),
    )
    return None if found == CustomerRecord() else found


def _names(people: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return whom to hide in the texts: people, not Intercom's own operator."""
    named = [clean(text(one["name"])) for one in people if said(one.get("name")) and _speaker(one) != "BOT"]
    return tuple(dict.fromkeys(name for name in named if name.lower() not in ("operator", "fin")))


def _first(people: list[Mapping[str, Any]], field: str) -> str:
    return next((clean(text(one[field])) for one in people if said(one.get(field))), "")


def _parts(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    holder = told.get("conversation_parts")
    listed = holder if isinstance(holder, list) else members(mapping(told, "conversation_parts"), "conversation_parts")
    return [part for part in listed if isinstance(part, dict)]


def _authors(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = [mapping(_source(told), "author"), *(mapping(part, "author") for part in _parts(told))]
    return [author for author in found if author]


def _speaker(author: Mapping[str, Any]) -> SpeakerRole:
    kind = text(author.get("type")).lower()
    if kind not in SPEAKERS:
        return "SYSTEM"
    return "BOT" if kind in ("admin", "team") and yes_or_no(author, "from_ai_agent") else SPEAKERS[kind]


def _turns(told: Mapping[str, Any], source: Mapping[str, Any], opened: datetime) -> tuple[TurnRecord, ...]:
    first = _turn(source, "source", opened, opened)
    spoken = [
        _turn(part, f"part:{text(part.get('id'))}" if said(part.get("id")) else f"part:at:{place}", opened, None)
        for place, part in enumerate(_parts(told))
        if text(part.get("part_type")).lower() in _SPOKEN
    ]
    return tuple(turn for turn in (first, *spoken) if turn is not None)


def _turn(said_in: Mapping[str, Any], name: str, opened: datetime, at: datetime | None) -> TurnRecord | None:
    words = clean(plain_text(text(said_in.get("body"))))
    if not words or yes_or_no(said_in, "redacted"):
        return None
    at = at or moment(said_in, "created_at")
    return TurnRecord(
        speaker=_speaker(mapping(said_in, "author")),
        text=words,
        offset_seconds=max(0.0, (at - opened).total_seconds()) if at else None,
        source_id=name[:200],
    )


def _team(told: Mapping[str, Any]) -> str:
    assignee = mapping(told, "assignee")
    return optional_identifier(told, "team_assignee_id") or (
        text(assignee.get("id")) if text(assignee.get("type")) == "team" else ""
    )


def _agent(told: Mapping[str, Any]) -> str:
    assignee = mapping(told, "assignee")
    found = optional_identifier(told, "admin_assignee_id") or (
        text(assignee.get("id")) if text(assignee.get("type")) == "admin" else ""
    )
    return "" if found == "0" else found


def _facts(told: Mapping[str, Any], source: Mapping[str, Any]) -> ContactRecord:
    measured = mapping(told, "statistics")
    assigned, reopened = whole(measured, "count_assignments"), whole(measured, "count_reopens")
    answered = [
        part for part in _parts(told) if _speaker(mapping(part, "author")) == "AGENT" and said(part.get("body"))
    ]
    state = text(told.get("state")).lower() or _state_of_old(told)
    return ContactRecord(
        direction=direction_of(text(source.get("delivered_as"))),
        ended_at=moment(measured, "last_close_at") if state == "closed" else None,
        first_response_seconds=_first_response(measured),
        transfers=None if assigned is None else max(0, assigned - 1),
        was_answered=True if answered else None,
        was_reopened=None if reopened is None else reopened > 0,
        company_says_solved=solved(state),
    )


def _state_of_old(told: Mapping[str, Any]) -> str:
    """The old API only says whether a conversation is open."""
    is_open = yes_or_no(told, "open")
    return "" if is_open is None else "open" if is_open else "closed"


def _first_response(measured: Mapping[str, Any]) -> float | None:
    for name in ("time_to_admin_reply", "first_admin_reply_time"):
        found = number(measured, name, least=0)
        if found is not None:
            return found
    return None


def _rating(told: Mapping[str, Any], contact: FeedbackRecord) -> tuple[FeedbackRecord, ...]:
    rating = mapping(told, "conversation_rating")
    value = number(rating, "rating")
    if value is None:
        return ()
    remark = rating.get("remark")
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=f"rating:{contact.source_id}",
            occurred_at=moment(rating, "created_at") or moment(told, "updated_at") or contact.occurred_at,
            revision=contact.revision,
            channel=contact.channel,
            customer=contact.customer,
            survey=RATING,
            journey_stage="SUPPORT",
            queue=contact.queue,
            agent=_rated_agent(rating) or contact.agent,
            text=clean(plain_text(text(remark))) if said(remark) else "",
            scores=(rating_score(value),),
            about=FeedbackReference(source_id=contact.source_id),
        ),
    )


def _rated_agent(rating: Mapping[str, Any]) -> str:
    teammate = rating.get("teammate")
    found = teammate.get("id") if isinstance(teammate, dict) else teammate
    return text(found)[:120] if said(found) else ""


def _attributes(told: Mapping[str, Any]) -> dict[str, Any]:
    tags = [text(tag.get("name")) for tag in members(mapping(told, "tags"), "tags") if isinstance(tag, dict)]
    topics = [text(one.get("name")) for one in members(mapping(told, "topics"), "topics") if isinstance(one, dict)]
    own = mapping(told, "custom_attributes")
    found: dict[str, Any] = kept(told, _KEPT) | kept(mapping(told, "statistics"), _COUNTED)
    found |= {f"field_{name}"[:100]: value for name, value in kept(own, own).items()}
    listed = {"tags": [tag for tag in tags if tag], "topics": [topic for topic in topics if topic]}
    return found | {name: values for name, values in listed.items() if values}


INTERCOM = JsonSource(
    key="intercom",
    label="Intercom",
    side="CONTACTS",
    reads=(
        "JSON or JSON lines of conversations and tickets, single, listed or searched, of the current and the old API, "
        "and webhooks that carry one."
    ),
    identity="The conversation id, of a ticket ticket:<id>; a rating is rating:<id>. updated_at is the revision.",
    translate=from_conversation,
    marks=(
        (b'"conversation_parts"',),
        (b'"conversation_message"', b'"conversation'),
        (b'"conversation.list"',),
        (b'"conversation_rating"', b'"source"'),
        (b'"admin_assignee_id"', b'"waiting_since"'),
        (b'"ticket_attributes"', b'"ticket_state"'),
        (b'"notification_event"', b'"topic"'),
    ),
    never=(b'"conversationId"',),
    lists=("conversations", "tickets", "data"),
    record_has=(
        ("id", "created_at", "source"),
        ("id", "created_at", "conversation_message"),
        ("id", "created_at", "conversation_parts"),
        ("id", "created_at", "ticket_attributes"),
        ("type", "message"),
    ),
    wrapped_in=("data", "item", "conversation", "ticket"),
)
