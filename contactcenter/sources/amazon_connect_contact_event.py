"""Amazon Connect events: what happens to a contact, as parts of it; evaluations of it; and what agents do, left out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contactcenter.amazon_streams import StreamedSource
from contactcenter.attributes import kept
from contactcenter.sources.amazon_connect_ctr import channel_of, direction_of
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, moment, number, optional_identifier, required_moment, text
from insights.intake.record import ContactRecord, Excluded, FeedbackRecord, Translation
from insights.intake.source import BadRecord

CONTACTS = "amazon_connect_ctr"
_EVENTS = frozenset(
    {
        "INITIATED", "QUEUED", "CONNECTED_TO_AGENT", "CONNECTED_TO_SYSTEM", "DISCONNECTED", "COMPLETED",
        "CONTACT_DATA_UPDATED", "CALLBACK_INITIATED", "HOLD", "UNHOLD", "TRANSFERRED", "AMD_DISABLED", "PAUSED",
        "RESUMED", "WEBRTC_CONTACT_INITIATED",
    }
)  # fmt: skip


def _translate(told: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    if "CurrentAgentSnapshot" in told or "AgentARN" in told:
        return Excluded("Agent event: says what an agent does, not what happens to a contact")
    if "evaluationId" in told:
        return _from_evaluation(told)
    return _from_event(told)


def _folded(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the object with its keys as documented: older events begin some of them with a capital."""
    return {name[:1].lower() + name[1:]: value for name, value in told.items()}


def _from_event(told: Mapping[str, Any]) -> Translation:
    event = _folded(mapping(told, "detail") or told)
    kind = text(event.get("eventType")).upper()
    if kind not in _EVENTS:
        raise BadRecord(f"eventType is '{kind[:40]}', which is no event of a contact.", "eventType")
    contact = identifier(event, "contactId")
    first = optional_identifier(event, "initialContactId") or contact
    agent, queue = _folded(mapping(event, "agentInfo")), _folded(mapping(event, "queueInfo"))
    at = _moment_of(told, event, agent, queue, kind)
    channel = channel_of(text(event.get("channel")))
    which = text(told.get("id")) or f"{kind}:{microseconds(at)}"
    return (
        FeedbackRecord(
            kind="CONTACT",
            source=CONTACTS,
            source_id=first,
            part=f"event:{which}"[:200],
            revision=microseconds(at),
            occurred_at=moment(event, "initiationTimestamp") or at,
            channel=channel,
            contact=_facts(event, kind, agent, queue) if first == contact else None,
            attributes=_attributes(event, agent, queue),
        ),
    )


def _moment_of(
    told: Mapping[str, Any], event: Mapping[str, Any], agent: Mapping[str, Any], queue: Mapping[str, Any], kind: str
) -> datetime:
    """Return when it happened: as the envelope says, else by the event's own time."""
    own = {
        "CONNECTED_TO_AGENT": moment(agent, "connectedToAgentTimestamp"),
        "QUEUED": moment(queue, "enqueueTimestamp"),
        "DISCONNECTED": moment(event, "disconnectTimestamp"),
        "COMPLETED": moment(event, "disconnectTimestamp"),
    }.get(kind)
    return own or moment(told, "time") or required_moment(event, "initiationTimestamp", "time")


def _facts(event: Mapping[str, Any], kind: str, agent: Mapping[str, Any], queue: Mapping[str, Any]) -> ContactRecord:
    connected, queued = moment(agent, "connectedToAgentTimestamp"), moment(queue, "enqueueTimestamp")
    waited = (connected - queued).total_seconds() if connected and queued else None
    ended = kind in ("DISCONNECTED", "COMPLETED")
    went_on = any(event.get(name) for name in ("nextContactId", "transferredToEndpoint"))
    return ContactRecord(
        direction=direction_of(text(event.get("initiationMethod")), channel_of(text(event.get("channel")))),
        ended_at=moment(event, "disconnectTimestamp") if ended else None,
        wait_seconds=waited if waited is not None and waited >= 0 else None,
        was_answered=True if agent else None,
        was_abandoned=True if ended and queue and not agent and not went_on else None,
    )


def _attributes(event: Mapping[str, Any], agent: Mapping[str, Any], queue: Mapping[str, Any]) -> dict[str, Any]:
    """Events name queue and agent by ARN only; the contact record, which names them, has the first word on those."""
    arns = {"queue_id": text(queue.get("queueArn")), "agent_id": text(agent.get("agentArn"))}
    found = kept(event, ("initiationMethod", "disconnectReason"))
    return found | {name: arn.rsplit("/", 1)[-1] for name, arn in arns.items() if arn}


def _from_evaluation(told: Mapping[str, Any]) -> Translation:
    about = mapping(told, "metadata")
    at = required_moment(about, "evaluationSubmitTimestamp", "evaluationStartTimestamp")
    score = number(mapping(told, "score"), "percentage")
    if score is None:
        score = number(mapping(about, "score"), "percentage")
    identity = identifier(told, "evaluationId")
    return (
        FeedbackRecord(
            kind="CONTACT",
            source=CONTACTS,
            source_id=identifier(about, "contactId"),
            part=f"evaluation:{identity}",
            revision=microseconds(at),
            occurred_at=at,
            channel="OTHER",
            attributes={} if score is None else {"evaluation_percent": score},
        ),
    )


AMAZON_CONNECT_CONTACT_EVENT = StreamedSource(
    key="amazon_connect_contact_event",
    label="Amazon Connect events",
    side="CONTACTS",
    reads=(
        "JSON of contact events (EventBridge, with or without the envelope), evaluations, and the agent event stream: "
        "one or many, lists, lines, one after the other, or in base64 as Kinesis and Firehose hand them on."
    ),
    identity=(
        "The envelope's id, else event and time; what it says adds to the contact of 'amazon_connect_ctr' with the "
        "same contactId."
    ),
    translate=_translate,
    marks=(
        (b'Amazon Connect Contact Event',),
        (b'"eventType"', b'"contactId"', b'"instanceArn"'),
        (b'"contactId"', b'"initiationMethod"', b'"eventType"'),
        (b'"CurrentAgentSnapshot"',),
        (b'"AgentARN"', b'"EventType"', b'"EventId"'),
        (b'"evaluationId"', b'"contactId"', b'"sections"'),
    ),
    several=True,
    record_has=(
        ("contactId", "eventType"), ("ContactId", "EventType"), ("detail", "detail-type"), ("AgentARN",),
        ("CurrentAgentSnapshot",), ("evaluationId", "metadata"),
    ),
    sureness=0.9,
)  # fmt: skip
