"""A ticket becomes a contact, and the rating inside it a survey answer about that contact."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from contactcenter.sources.zendesk.conversation import from_comment
from contactcenter.sources.zendesk.directory import Directory
from contactcenter.sources.zendesk.metrics import measured
from contactcenter.sources.zendesk.ratings import inside_ticket
from contactcenter.sources.zendesk.words import OPENED, REQUESTER, channel, revision, turn_identity
from insights.intake.fields import (
    identifier,
    mapping,
    members,
    optional_identifier,
    required_moment,
    said,
    text,
)  # fmt: skip
from insights.intake.record import (
    ContactRecord,
    CustomerRecord,
    DirectionName,
    Excluded,
    FeedbackRecord,
    Translation,
    TurnRecord,
)  # fmt: skip
from insights.intake.source import BadRecord
from insights.intake.wording import clean

_STATES = {"new": False, "open": False, "pending": False, "hold": False, "solved": True, "closed": True}
_KEPT = (
    "status", "custom_status_id", "priority", "type", "ticket_form_id", "brand_id", "organization_id", "problem_id",
    "external_id", "group_id", "has_incidents", "followup_source_id",
)  # fmt: skip

_FOR_COMMENTS = ((OPENED, "created_at"), ("assignee_id", "assignee_id"))  # what a comment does not say itself


def from_ticket(ticket: Mapping[str, Any], directory: Directory) -> Translation:
    """Return the contact, then the rating and the comments it carries. Raises BadRecord."""
    identity = identifier(ticket, "id")
    status = text(ticket.get("status")).lower()
    if status == "deleted":
        return Excluded("Deleted ticket")
    if status and status not in _STATES and said(status):
        raise BadRecord(f"status is '{status[:40]}', which is none of {', '.join(_STATES)} or deleted.", "status")
    opened = required_moment(ticket, "created_at")
    requester = optional_identifier(ticket, "requester_id")
    told = _told_fields(ticket, directory)
    contact = FeedbackRecord(
        kind="CONTACT",
        source_id=identity,
        occurred_at=opened,
        revision=revision(ticket, opened),
        channel=channel(ticket),
        customer=_customer(ticket, requester, directory, told),
        product=told.get("product", "")[:120],
        queue=(told.get("queue") or directory.queue(ticket.get("group_id")))[:120],
        team=told.get("team", "")[:120],
        agent=optional_identifier(ticket, "assignee_id")[:120],
        title=clean(text(ticket.get("subject"))),
        turns=_first_turn(ticket, opened),
        contact=_facts(ticket, status, told),
        attributes=_attributes(ticket, directory),
    )
    return contact, *inside_ticket(ticket, contact), *_comments(ticket, identity, requester, directory)


def _first_turn(ticket: Mapping[str, Any], opened: datetime) -> tuple[TurnRecord, ...]:
    words = clean(text(ticket.get("description")))
    if not words or not said(words):
        return ()
    return (TurnRecord(speaker="CUSTOMER", text=words, offset_seconds=0.0, source_id=turn_identity(opened, words)),)


def _customer(
    ticket: Mapping[str, Any], requester: str, directory: Directory, told: Mapping[str, str]
) -> CustomerRecord | None:
    known = directory.customer(ticket, requester)
    segment, region = told.get("segment", "")[:80], told.get("region", "")[:80]
    if not (segment or region):
        return known
    known = known or CustomerRecord()
    return replace(known, segment=segment or known.segment, region=region or known.region)


def _told_fields(ticket: Mapping[str, Any], directory: Directory) -> dict[str, str]:
    """Return what the custom fields say that people told us the meaning of."""
    if not directory.ticket_fields:
        return {}
    fields = _custom_fields(ticket)
    return {fact: clean(text(fields[name])) for name, fact in directory.ticket_fields.items() if name in fields}


def _facts(ticket: Mapping[str, Any], status: str, told: Mapping[str, str]) -> ContactRecord:
    metrics = measured(mapping(ticket, "metric_set"))
    relation = text(mapping(mapping(ticket, "via"), "source").get("rel")).lower()
    directions: dict[str, DirectionName] = {"outbound": "OUTBOUND", "inbound": "INBOUND", "voicemail": "INBOUND"}
    return ContactRecord(
        direction=directions.get(relation),
        ended_at=metrics.ended_at,
        first_response_seconds=metrics.first_response_seconds,
        first_response_business_seconds=metrics.first_response_business_seconds,
        transfers=metrics.transfers,
        was_reopened=metrics.was_reopened,
        company_says_solved=_STATES.get(status),
        reason_code=told.get("reason_code", "")[:200] or None,
    )


def _custom_fields(ticket: Mapping[str, Any]) -> dict[str, Any]:
    fields = members(ticket, "custom_fields") or members(ticket, "fields")
    return {
        text(one.get("id")): one.get("value")
        for one in fields
        if isinstance(one, dict)
        and said(one.get("id"))
        and said(one.get("value"))
        and one.get("value") not in ([], False)
    }


def _attributes(ticket: Mapping[str, Any], directory: Directory) -> dict[str, Any]:
    kept: dict[str, Any] = {
        name: ticket[name] for name in _KEPT if isinstance(ticket.get(name), str | int) and said(ticket[name])
    }
    via = text(mapping(ticket, "via").get("channel"))
    tags = [clean(tag) for tag in members(ticket, "tags") if isinstance(tag, str)]
    others = {name: value for name, value in _custom_fields(ticket).items() if name not in directory.ticket_fields}
    fields = {f"field_{name}": value for name, value in others.items()}
    return {**kept, **({"via": via} if via else {}), **({"tags": tags} if tags else {}), **fields}


def _comments(ticket: Mapping[str, Any], identity: str, requester: str, directory: Directory) -> list[FeedbackRecord]:
    """Return the comments that some exports put inside the ticket."""
    found: list[FeedbackRecord] = []
    for comment in members(ticket, "comments"):
        if isinstance(comment, dict):
            known = {name: ticket.get(told) for name, told in _FOR_COMMENTS}
            parts = from_comment({"ticket_id": identity, REQUESTER: requester, **known, **comment}, directory)
            if not isinstance(parts, Excluded):
                found += [part for part in parts if isinstance(part, FeedbackRecord)]
    return found
