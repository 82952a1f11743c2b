"""Calls: their summaries, the calls themselves, and the segments that Flex Insights makes of conversations."""

from collections.abc import Mapping
from typing import Any

from contactcenter.attributes import kept
from contactcenter.sources.twilio.tasks import CHANNELS
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, members, moment, number, required_moment, said, text
from insights.intake.record import (
    ContactRecord,
    CustomerRecord,
    DirectionName,
    Excluded,
    FeedbackRecord,
    Translation,
)
from insights.intake.wording import clean

_ANSWERED = {
    "completed": True, "in-progress": True, "answered": True, "busy": False, "no-answer": False, "noanswer": False,
    "fail": False, "failed": False, "canceled": False,
}  # fmt: skip
_KEPT = ("call_type", "call_state", "answered_by", "duration", "processing_state", "status")


def from_summary(call: Mapping[str, Any]) -> Translation:
    """Return the summary of a call as a contact. Raises BadRecord."""
    began = required_moment(call, "start_time", "created_time")
    properties = mapping(call, "properties")
    direction = _direction(text(properties.get("direction")))
    other = mapping(call, "to" if direction == "OUTBOUND" else "from")
    phone = next((text(other[one]) for one in ("number", "caller", "callee") if said(other.get(one))), "")
    return _contact(call, "call_sid", began, direction, phone, text(call.get("call_state")), "connect_duration")


def from_call(call: Mapping[str, Any]) -> Translation:
    """Return a call as a contact. Raises BadRecord."""
    if said(call.get("parent_call_sid")):
        return Excluded("Leg of a call; the call itself is read")
    direction = _direction(text(call.get("direction")))
    phone = text(call.get("to" if direction == "OUTBOUND" else "from"))
    began = required_moment(call, "start_time", "date_created")
    return _contact(call, "sid", began, direction, phone, text(call.get("status")), "duration")


def _contact(
    call: Mapping[str, Any], field: str, began: Any, direction: DirectionName | None, phone: str, state: str, talk: str
) -> Translation:
    ended = moment(call, "end_time")
    answered = _ANSWERED.get(state.lower())
    given_up = direction == "INBOUND" and state.lower() in ("canceled", "no-answer", "noanswer")
    phone = phone.removeprefix("whatsapp:")
    spam = mapping(call, "annotation").get("spam")
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=identifier(call, field),
            occurred_at=began,
            revision=microseconds(moment(call, "date_updated") or ended or began),
            channel="VOICE",
            customer=CustomerRecord(phone=phone) if phone.lstrip("+").isdigit() else None,
            contact=ContactRecord(
                direction=direction,
                ended_at=ended,
                talk_seconds=number(call, talk, least=0),
                was_answered=answered,
                was_abandoned=given_up if answered is not None else None,
            ),
            attributes={**kept(call, _KEPT), **({"spam": True} if spam is True else {})},
        ),
    )


def _direction(word: str) -> DirectionName | None:
    word = word.lower()
    if word.startswith(("inbound", "trunking_originating")):
        return "INBOUND"
    return "OUTBOUND" if word.startswith(("outbound", "trunking_terminating")) else None


def from_segment(segment: Mapping[str, Any]) -> Translation:
    """Return a segment of Flex Insights, or a conversation made of segments, as a contact. Raises BadRecord."""
    inside = [one for one in members(segment, "segments") if isinstance(one, dict)]
    if "conversation_id" in segment and not inside and "segment_id" not in segment:
        return Excluded("Conversation without segments")
    first = inside[0] if inside else segment
    if text(first.get("kind")).lower() in ("agent status", "conversation in progress"):
        return Excluded("Segment of an agent's status, not of a contact")
    began = required_moment({**first, **{k: v for k, v in segment.items() if said(v)}}, "date", "date_time", "time")
    parts: list[Mapping[str, Any]] = [*inside] or [segment]
    agents = list(dict.fromkeys(_agent(one) for one in parts if _agent(one)))
    phone = text(first.get("customer_phone"))
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=identifier(segment, "conversation_id" if inside else "segment_id"),
            occurred_at=began,
            revision=microseconds(began),
            channel=CHANNELS.get(text(first.get("communication_channel")).lower(), "VOICE" if phone else "OTHER"),
            customer=_customer_of(first, phone),
            queue=_word(first, "queue"),
            team=_word(first, "agent_team_name"),
            agent=agents[-1] if agents else "",
            contact=ContactRecord(
                direction=_direction(text(first.get("direction"))),
                wait_seconds=_sum(parts, "queue_time"),
                talk_seconds=_sum(parts, "talk_time"),
                hold_seconds=_sum(parts, "hold_time"),
                wrap_up_seconds=_sum(parts, "wrap_up_time"),
                transfers=len(agents) - 1 if len(agents) > 1 else None,
                was_answered=True if agents else None,
                reason_code=_word(first, "outcome") or None,
            ),
            attributes=kept(segment, ("external_id", "kind", "account_id")),
        ),
    )


def _customer_of(segment: Mapping[str, Any], phone: str) -> CustomerRecord:
    """Return who called. Where the number is unknown, phone and name may hold the same word."""
    name = text(segment.get("customer_name"))
    return CustomerRecord(
        phone=phone if phone.lstrip("+").isdigit() else "",
        customer_number=text(segment.get("customer_id"))[:190],
        names=(name,) if name and name != phone else (),
    )


def _agent(segment: Mapping[str, Any]) -> str:
    return _word(segment, "agent_name") or _word(segment, "agent_id")


def _word(record: Mapping[str, Any], field: str) -> str:
    return clean(text(record.get(field)))[:120] if said(record.get(field)) else ""


def _sum(parts: list[Mapping[str, Any]], field: str) -> float | None:
    told = [seconds for one in parts if (seconds := number(one, field, least=0)) is not None]
    return sum(told) if told else None
