"""TaskRouter: a task is a contact, its events add to it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from contactcenter.attributes import kept
from contactcenter.json_source import json_inside
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, moment, number, optional_identifier, required_moment, said, text
from insights.intake.record import (
    ChannelName,
    ContactRecord,
    CustomerRecord,
    DirectionName,
    Excluded,
    FeedbackRecord,
    Translation,
    TurnRecord,
)
from insights.intake.source import BadRecord
from insights.intake.wording import clean

CHANNELS: dict[str, ChannelName] = {
    "voice": "VOICE", "call": "VOICE", "chat": "CHAT", "web": "CHAT", "sms": "SMS", "whatsapp": "MESSAGING",
    "messenger": "MESSAGING", "facebook": "MESSAGING", "line": "MESSAGING", "email": "EMAIL", "video": "OTHER",
}  # fmt: skip
_STATUSES: dict[str, tuple[bool | None, bool | None]] = {  # answered, abandoned
    "pending": (None, None), "reserved": (None, None), "assigned": (True, False), "wrapping": (True, False),
    "completed": (True, False), "canceled": (None, None),
}  # fmt: skip
_OF_CONTACTS = ("task.", "task-queue.", "reservation.", "workflow.")


def from_task(task: Mapping[str, Any]) -> Translation:
    """Return a task as a contact. Raises BadRecord."""
    told = json_inside(task.get("attributes"))
    told = told if isinstance(told, dict) else {}
    created = required_moment(task, "date_created")
    status = text(task.get("assignment_status")).lower()
    if status not in _STATUSES:
        raise BadRecord(f"assignment_status is '{status[:40]}', none of {', '.join(_STATUSES)}.", "assignment_status")
    words = next((told[name] for name in ("body", "initialMessage") if isinstance(told.get(name), str)), "")
    direction = _direction(told)
    answered, abandoned = _STATUSES[status]
    if status == "canceled" and _channel(task, told) == "VOICE" and direction != "OUTBOUND":
        answered, abandoned = False, True  # TaskRouter cancels a caller's task when the caller hangs up waiting
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=identifier(task, "sid"),
            occurred_at=created,
            revision=microseconds(moment(task, "date_updated") or created),
            channel=_channel(task, told),
            customer=_customer(told, direction),
            queue=clean(text(task.get("task_queue_friendly_name") or task.get("task_queue_sid")))[:120],
            turns=(TurnRecord(speaker="CUSTOMER", text=clean(words), offset_seconds=0.0),) if clean(words) else (),
            contact=ContactRecord(
                direction=direction,
                was_answered=answered,
                was_abandoned=abandoned,
                reason_code=_reason(task, told)[:200] or None,
            ),
            attributes=kept(task, ("assignment_status", "priority", "workflow_friendly_name", "age")),
        ),
    )


def from_event(event: Mapping[str, Any]) -> Translation:
    """Return what an event tells of its task. Raises BadRecord."""
    kind, data = text(event.get("event_type")).lower(), json_inside(event.get("event_data"))
    if not kind.startswith(_OF_CONTACTS):
        return Excluded("TaskRouter event of a worker or workspace, not of a contact")
    if not isinstance(data, dict):
        raise BadRecord("event_data is no object.", "event_data")
    task = optional_identifier(data, "task_sid")
    if not task:
        return Excluded("TaskRouter event without a task")
    at = required_moment(event, "event_date", "event_date_ms")
    age = number(data, "task_age", least=0)
    told = json_inside(data.get("task_attributes"))
    told = told if isinstance(told, dict) else {}
    began = moment(data, "task_date_created") or (at - timedelta(seconds=min(age, 10_000_000)) if age else at)
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=task,
            part=f"event:{identifier(event, 'sid')}",
            occurred_at=min(began, at),
            revision=microseconds(at),
            channel=CHANNELS.get(text(data.get("task_channel_unique_name")).lower(), "OTHER"),
            customer=_customer(told, _direction(told)),
            queue=clean(text(data.get("task_queue_name")))[:120],
            agent=clean(text(data.get("worker_name")))[:120] if kind in _ANSWERS else "",
            contact=_facts(kind, at, age, data),
        ),
    )


_ANSWERS = ("reservation.accepted", "reservation.wrapup", "reservation.completed")


def _facts(kind: str, at: Any, age: float | None, data: Mapping[str, Any]) -> ContactRecord | None:
    if kind == "reservation.accepted":
        return ContactRecord(was_answered=True, wait_seconds=age)
    if kind in ("task.completed", "task.wrapup"):
        reason = clean(text(data.get("task_completed_reason")))[:200]
        return ContactRecord(was_answered=True, ended_at=at, reason_code=reason or None)
    if kind == "task.canceled":
        return ContactRecord(ended_at=at, wait_seconds=age)
    return None


def _channel(task: Mapping[str, Any], told: Mapping[str, Any]) -> ChannelName:
    words = (told.get("channelType"), told.get("channel_type"), task.get("task_channel_unique_name"))
    named = next((CHANNELS[word] for one in words if (word := text(one).lower()) in CHANNELS), None)
    return named or ("VOICE" if said(told.get("call_sid")) else "OTHER")


def _direction(told: Mapping[str, Any]) -> DirectionName | None:
    word = text(told.get("direction")).lower()
    return "INBOUND" if word.startswith("inbound") else "OUTBOUND" if word.startswith("outbound") else None


def _reason(task: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    outcome = mapping(told, "conversations").get("outcome")
    return clean(text(outcome) if said(outcome) else text(task.get("reason")) if said(task.get("reason")) else "")


def _customer(told: Mapping[str, Any], direction: DirectionName | None) -> CustomerRecord | None:
    """Return the customer as the attributes of a task tell of one; which of them are there is the company's choice."""
    who = mapping(told, "customers")
    sides = ("outbound_to", "to", "called") if direction == "OUTBOUND" else ("from", "caller", "customerAddress")
    phone = next((text(told[one]) for one in sides if said(told.get(one))), "") or text(who.get("phone"))
    phone = phone.removeprefix("whatsapp:")
    email = text(told.get("email") or who.get("email"))
    name = text(told.get("name") or who.get("name"))
    found = CustomerRecord(
        email=email if "@" in email else "",
        phone=phone if phone.lstrip("+").isdigit() else "",
        customer_number=text(who.get("external_id"))[:190],
        names=(name,) if name and not name.lstrip("+").isdigit() else (),
    )
    return None if found == CustomerRecord() else found
