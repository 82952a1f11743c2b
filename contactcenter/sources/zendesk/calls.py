"""A Talk call, of Zendesk's own telephony or a partner's: a part of its ticket, or a contact by voice of its own."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contactcenter.sources.zendesk.directory import Directory
from contactcenter.sources.zendesk.words import revision
from insights.intake.fields import (
    identifier,
    moment,
    number,
    optional_identifier,
    required_moment,
    said,
    text,
    yes_or_no,
)
from insights.intake.record import ContactRecord, CustomerRecord, DirectionName, FeedbackRecord, Translation
from insights.intake.source import BadRecord
from insights.intake.wording import clean

_DIRECTIONS: dict[str, DirectionName] = {"inbound": "INBOUND", "outbound": "OUTBOUND", "internal": "INTERNAL"}
# Given up before an agent was reached; who hangs up while on hold was answered.
_GIVEN_UP = frozenset({"abandoned_in_queue", "abandoned_in_ivr", "abandoned_in_voicemail", "abandoned"})
_KEPT = (
    "ticket_id", "duration", "completion_status", "callback", "callback_source", "voicemail", "consultation_time",
    "ivr_time_spent", "outside_business_hours", "overflowed", "exceeded_queue_wait_time", "exceeded_queue_time",
    "call_channel", "line_type", "time_to_answer", "brand_id", "external_id", "call_type",
)  # fmt: skip


def from_call(call: Mapping[str, Any], directory: Directory) -> Translation:
    """Return a call as a part of the ticket it carries, without one as a contact. Raises BadRecord."""
    identity, ticket = identifier(call, "id"), optional_identifier(call, "ticket_id")
    began = required_moment(call, "call_started_at", "created_at")
    direction = _direction(call)
    facts, kept = _facts(call, direction), _kept(call)
    record = FeedbackRecord(
        kind="CONTACT",
        source_id=f"call:{identity}",
        occurred_at=began,
        revision=revision(call, began),
        channel="VOICE",
        customer=_customer(call, direction, directory),
        queue=(clean(text(call.get("queue_name"))) or directory.queue(call.get("call_group_id")))[:120],
        agent=_agent(call)[:120],
        contact=facts,
        attributes=kept,
    )
    if not ticket:
        return (record,)
    return (
        replace(
            record,
            source_id=ticket,
            part=f"call:{identity}",
            adds_up=True,
            contact=_as_part(facts),
            attributes={f"call_{identity}": kept} if kept else {},
        ),
    )


def _as_part(facts: ContactRecord) -> ContactRecord:
    """Return what a call says of its ticket: when it ends is the ticket's own word.

    Whether somebody answered is only said by calls of the customer's: nobody gave up on a call back.
    """
    if facts.direction == "OUTBOUND":
        return replace(facts, ended_at=None, was_answered=None, was_abandoned=None)
    return replace(facts, ended_at=None)


def _kept(call: Mapping[str, Any]) -> dict[str, Any]:
    return {name: call[name] for name in _KEPT if isinstance(call.get(name), str | int) and said(call[name])}


def _direction(call: Mapping[str, Any]) -> DirectionName | None:
    word = text(call.get("direction")).lower()
    if word and said(word) and word not in _DIRECTIONS:
        raise BadRecord(f"direction is '{word[:40]}', which is none of {', '.join(_DIRECTIONS)}.", "direction")
    return _DIRECTIONS.get(word)


def _facts(call: Mapping[str, Any], direction: DirectionName | None) -> ContactRecord:
    answered, abandoned = _outcome(call)
    waited = number(call, "wait_time", least=0)
    return ContactRecord(
        direction=direction,
        ended_at=moment(call, "call_ended_at"),
        wait_seconds=waited if waited is not None else number(call, "queue_time", least=0),
        talk_seconds=number(call, "talk_time", least=0),
        hold_seconds=number(call, "hold_time", least=0),
        wrap_up_seconds=number(call, "wrap_up_time", least=0),
        was_answered=answered,
        was_abandoned=abandoned,
        reason_code=clean(text(call.get("call_disposition")))[:200] or None,
    )


def _outcome(call: Mapping[str, Any]) -> tuple[bool | None, bool | None]:
    """Return whether an agent answered and whether the customer gave up waiting; None where the call does not say."""
    status = text(call.get("completion_status")).lower()
    if not status or not said(status):
        return None, None
    if status in _GIVEN_UP:
        return False, True
    if status == "abandoned_on_hold":
        return True, False
    talked = (number(call, "talk_time", least=0) or 0) > 0 or bool(_agent(call))
    if status == "completed":
        return (talked or not yes_or_no(call, "voicemail")), False
    return talked, False


def _agent(call: Mapping[str, Any]) -> str:
    found = optional_identifier(call, "agent_id")
    return "" if found == "0" else found  # 0 is the customer's own leg


def _customer(call: Mapping[str, Any], direction: DirectionName | None, directory: Directory) -> CustomerRecord | None:
    """Return who called or was called: the user, and in partner calls the number that is no named line of ours."""
    user = optional_identifier(call, "customer_id") or optional_identifier(call, "end_user_id")
    found = directory.customer({}, user)
    side = "to_line" if direction == "OUTBOUND" else "from_line"
    phone = text(call.get(side)) if not said(call.get(f"{side}_nickname")) and said(call.get(side)) else ""
    if not phone or (found and found.phone):
        return found
    known = found or CustomerRecord()
    return replace(known, phone=phone)
