"""What was said on a ticket: comments, and the comments inside audits and ticket events, as parts of the contact.

Internal notes are left out, with that reason: they are neither the customer's words nor said to the customer.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contactcenter.sources.zendesk.directory import Directory
from contactcenter.sources.zendesk.words import OPENED, REQUESTER, channel, turn_identity
from insights.intake.dates import microseconds
from insights.intake.fields import (
    identifier,
    members,
    moment,
    optional_identifier,
    required_moment,
    said,
    text,
    yes_or_no,
)
from insights.intake.record import ContactRecord, Excluded, FeedbackRecord, SpeakerRole, Translation, TurnRecord
from insights.intake.source import BadRecord
from insights.intake.wording import clean, plain_text

_NOTE = Excluded("Internal note, not said to the customer")
_SOLVED = frozenset({"solved", "closed"})


_ACTORS: dict[str, SpeakerRole] = {
    "end_user": "CUSTOMER", "customer": "CUSTOMER", "user": "CUSTOMER", "agent": "AGENT", "business": "AGENT",
    "system": "BOT", "bot": "BOT",
}  # fmt: skip


def from_comment(comment: Mapping[str, Any], directory: Directory) -> Translation:
    """Return a comment as a part of its ticket. Raises BadRecord."""
    ticket = optional_identifier(comment, "ticket_id")
    if not ticket:
        raise BadRecord("The comment does not say to which ticket it belongs (ticket_id).", "ticket_id")
    if yes_or_no(comment, "public") is False:
        return _NOTE
    turn = _turn(comment, comment, directory)
    if turn is None:
        return Excluded("Comment without words")
    return (_part(comment, ticket, f"comment:{identifier(comment, 'id')}", (turn,), directory),)


def from_message(message: Mapping[str, Any], directory: Directory) -> Translation:
    """Return a message of a messaging ticket as a part of that. Raises BadRecord."""
    ticket, author = identifier(message, "ticket_id"), text(message.get("author_id"))
    speaker = _ACTORS.get(text(message.get("author_type")).lower(), "SYSTEM")
    told = {**message, REQUESTER: author} if speaker == "CUSTOMER" and author.isdecimal() else message
    turn = _turn(told, told, directory)
    if turn is None:
        return Excluded("Comment without words")
    turns = (replace(turn, speaker=speaker),)
    return (_part(told, ticket, f"message:{identifier(message, 'id')}", turns, directory),)


def from_audit(audit: Mapping[str, Any], directory: Directory) -> Translation:
    """Return an audit (what changed at one moment) as a part of its ticket. Raises BadRecord."""
    return _from_events(audit, members(audit, "events"), f"audit:{identifier(audit, 'id')}", directory)


def from_ticket_event(event: Mapping[str, Any], directory: Directory) -> Translation:
    """Return an entry of the incremental ticket events, which tells an audit in other words. Raises BadRecord."""
    told = {
        "author_id": event.get("updater_id"),
        "created_at": event.get("created_at") or event.get("timestamp"),
        **event,
    }
    return _from_events(told, members(event, "child_events"), f"audit:{identifier(event, 'id')}", directory)


def requester_in(record: Mapping[str, Any]) -> str:
    """Return the requester whom an audit or ticket event sets, "" when it sets none."""
    for change in _changes(record):
        if change[0] == "requester_id":
            return text(change[1])
    return ""


def _from_events(audit: Mapping[str, Any], events: list[Any], part: str, directory: Directory) -> Translation:
    ticket = identifier(audit, "ticket_id")
    comments = [event for event in events if isinstance(event, dict) and _event(event).endswith("Comment")]
    said_openly = [comment for comment in comments if yes_or_no(comment, "public") is not False]
    turns = tuple(turn for one in said_openly if (turn := _turn(one, audit, directory)) is not None)
    reopened = any(
        name == "status" and before in _SOLVED and now not in _SOLVED for name, now, before in _changes(audit)
    )
    if not turns and not reopened:
        return _NOTE if comments else Excluded("Change of a ticket's fields, without words")
    contact = ContactRecord(was_reopened=True) if reopened else None
    return (_part(audit, ticket, part, turns, directory, contact),)


def _part(
    record: Mapping[str, Any], ticket: str, part: str, turns: tuple[TurnRecord, ...], directory: Directory,
    contact: ContactRecord | None = None,
) -> FeedbackRecord:  # fmt: skip
    occurred_at = required_moment(record, "created_at")
    return FeedbackRecord(
        kind="CONTACT",
        source_id=ticket,
        part=part,
        revision=microseconds(occurred_at),
        occurred_at=moment(record, OPENED) or occurred_at,
        channel=channel(record),
        customer=directory.customer(_people(record), text(record.get(REQUESTER))),
        turns=turns,
        contact=contact,
    )


def _people(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return whose names a part may hold. Its `via` is left out: an agent's comment is sent from our own address."""
    return {name: record[name] for name in ("assignee_id", "author_id") if said(record.get(name))}


def _turn(comment: Mapping[str, Any], record: Mapping[str, Any], directory: Directory) -> TurnRecord | None:
    plain = next((comment[name] for name in ("plain_body", "body") if isinstance(comment.get(name), str)), "")
    words = clean(plain) or plain_text(text(comment.get("html_body")))
    if not words or not said(words):
        return None
    at = required_moment(record, "created_at")
    opened = moment(record, OPENED)
    author = text(comment.get("author_id") or record.get("author_id"))
    return TurnRecord(
        speaker=directory.speaker(author, text(record.get(REQUESTER))),
        text=words,
        offset_seconds=max(0.0, (at - opened).total_seconds()) if opened else None,
        source_id=turn_identity(at, words),
    )


def _event(event: Mapping[str, Any]) -> str:
    return text(event.get("type") or event.get("event_type"))


def _changes(record: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the fields that an audit or ticket event sets: name, new value, value before. Ids are texts there."""
    found: list[tuple[str, str, str]] = []
    for event in (*members(record, "events"), *members(record, "child_events")):
        if isinstance(event, dict) and _event(event) in ("Create", "Change"):
            before = text(event.get("previous_value"))
            if said(event.get("field_name")):
                found.append((text(event["field_name"]), text(event.get("value")), before))
            else:
                found += [(name, text(event[name]), before) for name in ("status", "requester_id") if name in event]
    return found
