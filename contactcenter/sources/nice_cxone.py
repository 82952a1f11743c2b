"""NICE CXone (inContact): contacts of the reporting API, in which every value may be a text."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from contactcenter.attributes import kept
from insights.intake.dates import microseconds
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
from insights.intake.json_source import JsonSource
from insights.intake.record import (
    ChannelName,
    ContactRecord,
    CustomerRecord,
    DirectionName,
    FeedbackRecord,
    Translation,
)
from insights.intake.wording import clean

_CHANNELS: dict[str, ChannelName] = {
    "call": "VOICE", "phone call": "VOICE", "phone": "VOICE", "voice": "VOICE", "voicemail": "VOICE",
    "voice mail": "VOICE",
    "chat": "CHAT", "email": "EMAIL", "e-mail": "EMAIL", "sms": "SMS", "text": "SMS", "social": "SOCIAL",
    "digital": "MESSAGING", "work item": "OTHER", "workitem": "OTHER",
}  # fmt: skip
_MEDIA: dict[str, ChannelName] = {"1": "EMAIL", "3": "CHAT", "4": "VOICE", "5": "VOICE", "8": "SOCIAL"}
_KEPT = (
    "campaignName", "pointOfContactName", "dispositionNotes", "preQueueSeconds", "postQueueSeconds", "holdCount",
    "confSeconds", "releaseSeconds", "isShortAbandon", "isTakeover", "isRefused", "refuseReason", "serviceLevelFlag",
    "state", "transferIndicatorName", "primaryDispositionId", "secondaryDispositionId", "tags",
)  # fmt: skip


def _from_contact(told: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    identity = identifier(told, "contactId")
    master = optional_identifier(told, "masterContactId")
    if not master or master in ("0", identity):
        return _contact(told, identity), _leg(told, identity, identity)
    return (_leg(told, master, identity),)


def _contact(told: Mapping[str, Any], identity: str) -> FeedbackRecord:
    direction: DirectionName = "OUTBOUND" if yes_or_no(told, "isOutbound") else "INBOUND"
    began = _began(told)
    agent = optional_identifier(told, "agentId")
    return FeedbackRecord(
        kind="CONTACT",
        source_id=identity,
        occurred_at=began,
        revision=microseconds(moment(told, "lastUpdateTime", zone=UTC) or began),
        channel=_channel(told),
        customer=_customer(told, direction),
        queue=_named(told, "skillName", "skillId"),
        team=_named(told, "teamName", "teamId"),
        agent="" if agent == "0" else agent[:120],
        contact=_facts(told, direction, began),
        attributes=kept(told, _KEPT),
    )


def _facts(told: Mapping[str, Any], direction: DirectionName, began: datetime) -> ContactRecord:
    """Return the facts of a contact. Its agents' seconds stand in its legs: no record says how many there are."""
    with_agent, lasted = (number(told, name, least=0) for name in ("agentSeconds", "totalDurationSeconds"))
    abandoned = yes_or_no(told, "abandoned")
    running = yes_or_no(told, "isActive")
    return ContactRecord(
        direction=direction,
        ended_at=began + timedelta(seconds=min(lasted, 1e8)) if lasted is not None and not running else None,
        wait_seconds=number(told, "inQueueSeconds", least=0),
        transfers=_transfers(told),
        was_answered=None if with_agent is None else with_agent > 0 and not abandoned,
        was_abandoned=abandoned,
        reason_code=_reason(told),
    )


def _leg(told: Mapping[str, Any], master: str, identity: str) -> FeedbackRecord:
    """Return what one record adds to its master contact: the seconds of its agent, and that it was passed on."""
    with_agent, held = number(told, "agentSeconds", least=0), number(told, "holdSeconds", least=0)
    began = _began(told)
    is_later = master != identity
    told_of_leg = kept(told, ("agentId", "skillName", "teamName")) if is_later else {}
    return FeedbackRecord(
        kind="CONTACT",
        source_id=master,
        part=f"leg:{identity}",
        adds_up=True,
        occurred_at=began,
        revision=microseconds(moment(told, "lastUpdateTime", zone=UTC) or began),
        channel=_channel(told),
        contact=ContactRecord(
            talk_seconds=None if with_agent is None else max(0.0, with_agent - (held or 0.0)),
            hold_seconds=held,
            wrap_up_seconds=number(told, "ACWSeconds" if "ACWSeconds" in told else "acwSeconds", least=0),
            transfers=1 if is_later else None,
            was_answered=True if is_later and with_agent else None,
        ),
        attributes={f"leg_{identity}": told_of_leg} if told_of_leg else {},
    )


def _began(told: Mapping[str, Any]) -> datetime:
    return required_moment(told, "contactStart", "contactStartDate", zone=UTC)


def _transfers(told: Mapping[str, Any]) -> int | None:
    word, code = text(told.get("transferIndicatorName")), text(told.get("transferIndicatorId"))
    if not word and not code:
        return None
    return 1 if (said(word) if word else code != "0") else None  # a later leg may yet say otherwise


def _reason(told: Mapping[str, Any]) -> str | None:
    named = clean(text(told.get("primaryDispositionName"))) or clean(text(told.get("dispositionName")))
    code = text(told.get("primaryDispositionId"))
    return named[:200] or (code if code not in ("", "0") else "") or None


def _channel(told: Mapping[str, Any]) -> ChannelName:
    named = text(told.get("mediaTypeName")).lower()
    return _CHANNELS.get(named) or _MEDIA.get(text(told.get("mediaType")) or text(told.get("mediaTypeId")), "OTHER")


def _named(told: Mapping[str, Any], name: str, code: str) -> str:
    found = text(told.get(name)) or text(told.get(code))
    return "" if found == "0" else found[:120]


def _customer(told: Mapping[str, Any], direction: DirectionName) -> CustomerRecord | None:
    """Return who called or was called, and hide the agent's name in the notes."""
    far = text(told.get("toAddr" if direction == "OUTBOUND" else "fromAddr"))
    agent = " ".join(text(told.get(part)) for part in ("firstName", "lastName")).strip()
    found = CustomerRecord(
        email=far if "@" in far else "",
        phone=far if "@" not in far and any(letter.isdigit() for letter in far) else "",
        names=(agent,) if agent else (),
    )
    return None if found == CustomerRecord() else found


NICE_CXONE = JsonSource(
    key="nice_cxone",
    label="NICE CXone",
    side="CONTACTS",
    reads="JSON of contacts from the reporting API: completed or active, a list or a single one.",
    identity="The contactId; a leg adds to its masterContactId. lastUpdateTime is the revision.",
    translate=_from_contact,
    marks=(
        (b'"contactId"', b'"masterContactId"'),
        (b'"contactId"', b'"ACWSeconds"'),
        (b'"completedContacts"', b'"contactStart"'),
    ),
    lists=(
        "resultSet.completedContacts", "resultSet.contacts", "resultSet.activeContacts", "completedContacts",
        "contacts", "activeContacts",
    ),
    record_has=(("contactId", "masterContactId"), ("contactId", "contactStart"), ("contactId", "mediaTypeName")),
    wrapped_in=("resultSet", "contact"),
)  # fmt: skip
