"""A mail becomes a contact when it opens a thread, and a part of that contact when it goes on with one."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from contactcenter.told import Ours
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, members, moment, required_moment, text
from insights.intake.record import (
    ContactRecord,
    CustomerRecord,
    DirectionName,
    Excluded,
    FeedbackRecord,
    SpeakerRole,
    Translation,
    TurnRecord,
)
from insights.intake.source import BadRecord
from insights.intake.wording import clean

_LONGEST_ID = 190


def from_mail(mail: Mapping[str, Any], ours: Ours, zone: tzinfo | None, queue: str) -> Translation:
    """Return a mail as a contact, or as a part of its thread. Raises BadRecord."""
    if mail.get("automatic"):
        return Excluded("Automatic mail: a reply of a machine, a bounce, or bulk")
    if not mail.get("date"):
        raise BadRecord("The mail does not say when it was sent. Say it (option sent_at).", "date")
    sent = required_moment(mail, "date", zone=zone)
    words = clean(text(mail.get("text")))
    is_first = mail.get("thread") == mail.get("id")
    if not words and not is_first:
        return Excluded("Mail without words of its own")
    side = _side(_sender(mail), mail, ours)
    opened = moment(mail, "opened_at") or sent
    began = min(opened, sent)
    copy = identifier(mail, "copy")
    turn = TurnRecord(speaker=side, text=words, offset_seconds=(sent - began).total_seconds(), source_id=f"mail:{copy}")
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=text(mail.get("thread"))[:_LONGEST_ID],
            part="" if is_first else f"mail:{copy}",
            occurred_at=sent if is_first else began,
            revision=microseconds(sent),
            channel="EMAIL",
            customer=_customer(mail, side, ours),
            queue=queue[:120],
            agent=_sender(mail)[1].partition("@")[0][:120] if side == "AGENT" else "",
            title=text(mail.get("subject"))[:300],
            turns=(turn,) if words else (),
            contact=_facts(mail, side, sent, opened, ours, is_first),
            attributes={"attachments": mail["attachments"]} if mail.get("attachments") else {},
        ),
    )


def _people(mail: Mapping[str, Any], field: str) -> list[tuple[str, str]]:
    listed = (one for one in members(mail, field) if isinstance(one, list | tuple) and len(one) == 2)
    return [(text(name), text(address)) for name, address in listed]


def _sender(mail: Mapping[str, Any]) -> tuple[str, str]:
    return next(iter(_people(mail, "from")), ("", ""))


def _side(person: tuple[str, str], mail: Mapping[str, Any], ours: Ours) -> SpeakerRole:
    """Return on which side somebody writes: as told, else by who opened the thread; SYSTEM where neither is known."""
    name, address = person
    if ours:
        return "AGENT" if ours.has(name=name, address=address) else "CUSTOMER"
    opener = text(mail.get("opened_by"))
    if not opener:
        return "SYSTEM"
    return "CUSTOMER" if address == opener else "AGENT"


def _customer(mail: Mapping[str, Any], side: SpeakerRole, ours: Ours) -> CustomerRecord | None:
    """Return the customer: who writes, or to whom the company writes; and all names, to be hidden."""
    everyone = [_sender(mail), *_people(mail, "to")]
    who = _sender(mail)
    if side != "CUSTOMER":
        who = next((one for one in everyone if _side(one, mail, ours) == "CUSTOMER"), ("", ""))
    names = tuple(dict.fromkeys(name for name, _ in everyone if name))
    found = CustomerRecord(email=who[1], names=names)
    return None if found == CustomerRecord() else found


def _facts(
    mail: Mapping[str, Any], side: SpeakerRole, sent: datetime, opened: datetime, ours: Ours, is_first: bool
) -> ContactRecord | None:
    if is_first and side != "SYSTEM":
        direction: DirectionName = "INBOUND" if side == "CUSTOMER" else "OUTBOUND"
        others = _people(mail, "to")
        if ours and side == "AGENT" and others and all(ours.has(name=name, address=one) for name, one in others):
            direction = "INTERNAL"
        return ContactRecord(direction=direction)
    answers = side == "AGENT" and moment(mail, "answered_at") == sent and mail.get("answered_by") == _sender(mail)[1]
    if not answers or _side(("", text(mail.get("opened_by"))), mail, ours) != "CUSTOMER":
        return ContactRecord(was_answered=True) if side == "AGENT" and not is_first else None
    return ContactRecord(was_answered=True, first_response_seconds=max(0.0, (sent - opened).total_seconds()))
