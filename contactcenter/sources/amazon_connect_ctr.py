"""Amazon Connect contact records: one per contact, told again when it changes; legs of one call add to its first."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contactcenter.amazon_streams import StreamedSource
from contactcenter.attributes import kept
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, moment, number, optional_identifier, required_moment, said, text
from insights.intake.record import (
    ChannelName,
    ContactRecord,
    CustomerRecord,
    DirectionName,
    Excluded,
    FeedbackRecord,
    FeedbackReference,
    ScoreRecord,
    Translation,
)
from insights.intake.source import BadRecord, Option
from insights.intake.wording import clean

_CHANNELS: dict[str, ChannelName] = {
    "VOICE": "VOICE", "CHAT": "CHAT", "EMAIL": "EMAIL", "TASK": "OTHER", "SMS": "SMS",
}  # fmt: skip
_OUTBOUND = frozenset({"OUTBOUND", "CALLBACK", "EXTERNAL_OUTBOUND", "CAMPAIGN"})
_TRANSFERS = frozenset({"TRANSFER", "QUEUE_TRANSFER"})
_KEPT = (
    "DisconnectReason", "InitiationMethod", "AgentConnectionAttempts", "AnsweringMachineDetectionStatus",
    "PreviousContactId", "NextContactId", "RelatedContactId",
)  # fmt: skip
_PERSONAL = re.compile(r"dob|birth|ssn|social|name|mail|phone|address|street|pin|card|account|iban|passport", re.I)


def channel_of(told: str) -> ChannelName:
    """Return the channel that Connect means; a task is OTHER."""
    return _CHANNELS.get(told.upper(), "OTHER")


def direction_of(method: str, channel: ChannelName) -> DirectionName | None:
    """Return who began, as far as the way of initiation says: calls begun by API go out, chats begun by API come in."""
    method = method.upper()
    if method in _OUTBOUND or (method == "API" and channel == "VOICE"):
        return "OUTBOUND"
    return "INBOUND" if method in ("INBOUND", "API", "WEBRTC_API", "MESSAGING_PLATFORM") else None


def _from_record(told: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    identity = identifier(told, "ContactId")
    if text(told.get("InitiationMethod")).upper() == "MONITOR":
        return Excluded("Supervisor listening in, no contact of a customer")
    first = optional_identifier(told, "InitialContactId") or identity
    if first != identity:
        leg = _leg(told, first, identity)
        return leg, *_rating(told, leg, options)
    contact = _contact(told, identity, options)
    legs = (_leg(told, identity, identity),) if _goes_on(told) else ()
    return contact, *legs, *_rating(told, contact, options)


def _contact(told: Mapping[str, Any], identity: str, options: Mapping[str, str]) -> FeedbackRecord:
    channel = channel_of(text(told.get("Channel")))
    agent = mapping(told, "Agent")
    return FeedbackRecord(
        kind="CONTACT",
        source_id=identity,
        occurred_at=_began(told),
        revision=_revision(told),
        channel=channel,
        customer=_customer(told, options),
        queue=_name(mapping(told, "Queue")),
        team=_team(agent),
        agent=text(agent.get("Username"))[:120],
        language=text(told.get("LanguageCode"))[:12],
        contact=_facts(told, channel, options),
        attributes=_attributes(told),
    )


def _leg(told: Mapping[str, Any], first: str, identity: str) -> FeedbackRecord:
    """Return what this record adds to a call of several: its seconds, and who called back whoever had asked for it.

    A transfer's second agent is not the one whose contact it was.
    """
    method = text(told.get("InitiationMethod")).upper()
    agent, called_back = mapping(told, "Agent"), method == "CALLBACK"
    leg = {
        "agent": agent.get("Username"), "queue": _name(mapping(told, "Queue")), "reason": told.get("DisconnectReason"),
    }  # fmt: skip
    return FeedbackRecord(
        kind="CONTACT",
        source_id=first,
        part=f"leg:{identity}",
        adds_up=True,
        occurred_at=_began(told),
        revision=_revision(told),
        channel=channel_of(text(told.get("Channel"))),
        agent=text(agent.get("Username"))[:120] if called_back else "",
        contact=ContactRecord(
            talk_seconds=number(agent, "AgentInteractionDuration", least=0),
            hold_seconds=number(agent, "CustomerHoldDuration", least=0),
            wrap_up_seconds=number(agent, "AfterContactWorkDuration", least=0),
            transfers=1 if method in _TRANSFERS else None,
            was_answered=True if agent else False if called_back else None,
        ),
        attributes={f"leg_{identity}": kept(leg, leg)},
    )


def _began(told: Mapping[str, Any]) -> datetime:
    return required_moment(told, "InitiationTimestamp", "ConnectedToSystemTimestamp")


def _revision(told: Mapping[str, Any]) -> int:
    changed = moment(told, "LastUpdateTimestamp") or moment(told, "DisconnectTimestamp") or _began(told)
    return microseconds(changed)


def _goes_on(told: Mapping[str, Any]) -> bool:
    """Say whether other records will add to this contact."""
    return any(said(told.get(name)) for name in ("NextContactId", "TransferCompletedTimestamp"))


def _facts(told: Mapping[str, Any], channel: ChannelName, options: Mapping[str, str]) -> ContactRecord:
    """Return the facts of a contact; the seconds of one that goes on stand in its legs, which add up."""
    agent = {} if _goes_on(told) else mapping(told, "Agent")
    answered, abandoned = _outcome(told)
    transferred = any(said(told.get(name)) for name in ("TransferCompletedTimestamp", "TransferredToEndpoint"))
    reason = mapping(told, "Attributes").get(options.get("reason_attribute", ""))
    return ContactRecord(
        direction=direction_of(text(told.get("InitiationMethod")), channel),
        ended_at=moment(told, "DisconnectTimestamp"),
        wait_seconds=number(mapping(told, "Queue"), "Duration", least=0),
        talk_seconds=number(agent, "AgentInteractionDuration", least=0),
        hold_seconds=number(agent, "CustomerHoldDuration", least=0),
        wrap_up_seconds=number(agent, "AfterContactWorkDuration", least=0),
        transfers=1 if transferred else 0 if agent else None,
        was_answered=answered,
        was_abandoned=abandoned,
        reason_code=clean(text(reason))[:200] or None,
    )


def _outcome(told: Mapping[str, Any]) -> tuple[bool | None, bool | None]:
    """Return whether an agent answered, and whether the customer gave up in the queue.

    Who ended in the menu was never offered to anyone: neither is said. Who chose to be called back did not give up,
    and whether somebody answered is for that call to say.
    """
    if mapping(told, "Agent"):
        return True, False
    if not mapping(told, "Queue") or not said(told.get("DisconnectTimestamp")):
        return None, None
    went_on = any(said(told.get(name)) for name in ("NextContactId", "TransferredToEndpoint"))
    return (None, False) if went_on else (False, True)


def _customer(told: Mapping[str, Any], options: Mapping[str, str]) -> CustomerRecord | None:
    far = mapping(told, "CustomerEndpoint")
    address, kind = text(far.get("Address")), text(far.get("Type")).upper()
    number_told = mapping(told, "Attributes").get(options.get("customer_attribute", ""))
    profile = optional_identifier(told, "CustomerId")
    found = CustomerRecord(
        email=address if "@" in address else "",
        phone=address if kind in ("TELEPHONE_NUMBER", "") and "@" not in address else "",
        customer_number=clean(text(number_told)),
        vendor_ids=(profile,) if profile else (),
    )
    return None if found == CustomerRecord() else found


def _name(told: Mapping[str, Any]) -> str:
    """Return the name of a queue, or the id at the end of its ARN."""
    return (text(told.get("Name")) or text(told.get("ARN")).rsplit("/", 1)[-1])[:120]


def _team(agent: Mapping[str, Any]) -> str:
    """Return the lowest group of the agent's hierarchy."""
    groups = mapping(agent, "HierarchyGroups")
    named = [text(mapping(groups, f"Level{level}").get("GroupName")) for level in range(5, 0, -1)]
    return next((name for name in named if name), "")[:120]


def _attributes(told: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in mapping(told, "Attributes").items() if not _PERSONAL.search(name)}
    named = {f"attribute_{name}"[:100]: value for name, value in kept(own, own).items()}
    return kept(told, _KEPT) | named | kept(mapping(told, "Agent"), ("NumberOfHolds", "LongestHoldDuration"))


def _rating(told: Mapping[str, Any], contact: FeedbackRecord, options: Mapping[str, str]) -> tuple[FeedbackRecord, ...]:
    """Return the answer that a survey flow wrote into an attribute, where people said which and on what scale."""
    name = options.get("rating_attribute", "")
    answers = mapping(told, "Attributes")
    value = number(answers, name) if name else None
    if value is None:
        return ()
    scale = re.fullmatch(r"\s*(\d{1,3})\s*-\s*(\d{1,3})\s*", options.get("rating_scale") or "1-5")
    if scale is None:
        raise BadRecord("rating_scale is no scale such as 1-5.", name)
    score = ScoreRecord(
        measure="CSAT", question=name[:200], value=value, scale_minimum=int(scale[1]), scale_maximum=int(scale[2])
    )
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=f"rating:{identifier(told, 'ContactId')}",
            occurred_at=moment(told, "DisconnectTimestamp") or contact.occurred_at,
            revision=contact.revision,
            channel=contact.channel,
            customer=contact.customer,
            survey="Amazon Connect post-contact survey",
            journey_stage="SUPPORT",
            scores=(score,),
            about=FeedbackReference(source_id=contact.source_id),
        ),
    )


AMAZON_CONNECT_CTR = StreamedSource(
    key="amazon_connect_ctr",
    label="Amazon Connect contact records",
    side="CONTACTS",
    reads=(
        "JSON of contact (trace) records, one or many: lists, lines, one after the other as Firehose writes them, or "
        "in base64 as Kinesis and Firehose hand them on."
    ),
    identity="The ContactId; a leg adds to the contact named by InitialContactId. LastUpdateTimestamp is the revision.",
    translate=_from_record,
    marks=(
        (b'"AWSContactTraceRecordFormatVersion"',),
        (b'"ContactId"', b'"InitiationMethod"', b'"CustomerEndpoint"'),
    ),
    never=(b'"CurrentAgentSnapshot"', b'"Transcript"'),
    several=True,
    lists=("ContactTraceRecords", "Contacts"),
    record_has=(("ContactId", "InitiationTimestamp"), ("ContactId", "Channel")),
    wrapped_in=("Contact", "detail"),
    options=(
        Option(name="reason_attribute", question="Which contact attribute holds the contact reason or disposition?"),
        Option(name="customer_attribute", question="Which contact attribute holds your own customer number?"),
        Option(name="rating_attribute", question="Which contact attribute holds the answer of a post-contact survey?"),
        Option(name="rating_scale", question="On which scale is that answer?", default="1-5"),
    ),
    sureness=0.9,
)
