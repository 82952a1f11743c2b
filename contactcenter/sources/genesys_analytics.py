"""Genesys Cloud: conversation details of analytics, with the surveys inside them, and the events of conversations."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from contactcenter.attributes import kept
from contactcenter.sources.genesys_sessions import Session, facts_of, sessions_of
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
)
from insights.intake.json_source import JsonSource
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
from insights.intake.source import BadRecord
from insights.intake.wording import clean

_CHANNELS: dict[str, ChannelName] = {
    "voice": "VOICE", "call": "VOICE", "callback": "VOICE", "internalmessage": "OTHER", "chat": "CHAT",
    "webchat": "CHAT", "webmessaging": "CHAT", "email": "EMAIL", "message": "MESSAGING", "sms": "SMS",
    "social": "SOCIAL", "socialexpression": "SOCIAL", "video": "VOICE",
}  # fmt: skip
DIRECTIONS: dict[str, DirectionName] = {"inbound": "INBOUND", "outbound": "OUTBOUND"}
_CUSTOMERS = frozenset({"customer", "external"})
_PREFIX = "v2.detail.events.conversation."


def channel_of(media: str) -> ChannelName:
    """Return the channel that a media type means; one we do not know is OTHER."""
    return _CHANNELS.get(media.lower().replace("_", ""), "OTHER")


def address(told: object) -> str:
    """Return a number or mail address without the scheme in front of it."""
    found = text(told) if said(told) else ""
    for scheme in ("tel:", "sip:", "mailto:"):
        found = found.removeprefix(scheme)
    return found if "@" not in found or not found.endswith(("localhost", ".purecloud.com", ".mypurecloud.com")) else ""


def _translate(told: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    return _from_detail(told) if "participants" in told else _from_event(told)


def _from_detail(told: Mapping[str, Any]) -> Translation:
    identity, began = identifier(told, "conversationId"), required_moment(told, "conversationStart")
    people: list[Mapping[str, Any]] = [one for one in members(told, "participants") if isinstance(one, dict)]
    if not people:
        raise BadRecord("The conversation has no participants.", "participants")
    sessions = sessions_of(people)
    theirs = [one for one in sessions if one.purpose in _CUSTOMERS] or sessions
    media = theirs[0].media if theirs else ""
    direction = _direction(told, theirs)
    contact = FeedbackRecord(
        kind="CONTACT",
        source_id=identity,
        occurred_at=began,
        revision=_revision(told, sessions, began),
        channel=channel_of(theirs[0].message_type or media) if theirs else "OTHER",
        customer=_customer(people, theirs, direction),
        queue=_last(one.queue for one in sessions if one.is_agents) or _last(one.queue for one in sessions),
        team=_last(one.team for one in sessions if one.is_agents),
        agent=_last(one.user for one in sessions if one.is_agents),
        contact=facts_of(sessions, direction, moment(told, "conversationEnd")),
        attributes=_attributes(told, sessions),
    )
    return contact, *_surveys(told, contact)


def _direction(told: Mapping[str, Any], theirs: list[Session]) -> DirectionName | None:
    words = [text(told.get("originatingDirection")), *(one.direction for one in theirs)]
    found = next((DIRECTIONS[word.lower()] for word in words if word.lower() in DIRECTIONS), None)
    return found or ("OUTBOUND" if any(one.campaign for one in theirs) else None)


def _revision(told: Mapping[str, Any], sessions: list[Session], began: datetime) -> int:
    """Genesys counts no versions: a conversation has grown when something in it happened later."""
    latest = max([began, *(one.latest for one in sessions if one.latest is not None)])
    return microseconds(max(latest, moment(told, "conversationEnd") or latest))


def _customer(
    people: list[Mapping[str, Any]], theirs: list[Session], direction: DirectionName | None
) -> CustomerRecord | None:
    told = [one for one in people if text(one.get("purpose")).lower() in _CUSTOMERS]
    addresses = [address(one.told_to if direction == "OUTBOUND" else one.told_by) for one in theirs]
    outside = [text(one["externalContactId"]) for one in told if said(one.get("externalContactId"))]
    found = CustomerRecord(
        vendor_ids=tuple(outside[:1]),
        email=next((one for one in addresses if "@" in one), ""),
        phone=next((one for one in addresses if "@" not in one and any(letter.isdigit() for letter in one)), ""),
        names=_names(told),
    )
    return None if found == CustomerRecord() else found


def _names(people: list[Mapping[str, Any]]) -> tuple[str, ...]:
    named = [clean(text(one["participantName"])) for one in people if said(one.get("participantName"))]
    return tuple(name for name in dict.fromkeys(named) if name.lower() not in ("customer", "anonymous", "unknown"))


def _last(told: Iterable[str]) -> str:
    return next((one for one in reversed(list(told)) if one), "")[:120]


def _attributes(told: Mapping[str, Any], sessions: list[Session]) -> dict[str, Any]:
    found = kept(told, ("externalTag", "mediaStatsMinConversationMos"))
    notes = [one.note for one in sessions if one.note]
    codes = [one.wrap_up for one in sessions if one.wrap_up]
    divisions = [text(one) for one in members(told, "divisionIds") if text(one)]
    listed = {"division_ids": divisions, "wrap_up_codes": codes, "wrap_up_notes": notes}
    return found | {name: values for name, values in listed.items() if values}


def _surveys(told: Mapping[str, Any], contact: FeedbackRecord) -> tuple[FeedbackRecord, ...]:
    listed = [one for one in members(told, "surveys") if isinstance(one, dict)]
    return tuple(answer for one in listed if (answer := _survey(one, contact)) is not None)


def _survey(survey: Mapping[str, Any], contact: FeedbackRecord) -> FeedbackRecord | None:
    """Return an answered survey; one that was only sent is no answer."""
    nps, total = number(survey, "surveyPromoterScore"), number(survey, "oSurveyTotalScore", least=0)
    if text(survey.get("surveyStatus")).lower() not in ("finished", "completed", "") or (nps is None and total is None):
        return None
    scores = []
    if nps is not None:
        scores.append(ScoreRecord(measure="NPS", question="nps", value=nps, scale_minimum=0, scale_maximum=10))
    if total is not None:
        scores.append(ScoreRecord(measure="OTHER", question="total", value=total, scale_minimum=0, scale_maximum=100))
    at = moment(survey, "surveyCompletedDate") or moment(survey, "eventTime") or contact.occurred_at
    return FeedbackRecord(
        kind="SURVEY",
        source_id=f"survey:{identifier(survey, 'surveyId')}",
        occurred_at=at,
        revision=microseconds(at),
        channel="VOICE" if text(survey.get("surveyType")).lower() == "voice" else "WEB",
        customer=contact.customer,
        survey=clean(text(survey.get("surveyFormName")))[:200] or "Genesys survey",
        journey_stage="SUPPORT",
        queue=optional_identifier(survey, "queueId")[:120] or contact.queue,
        agent=optional_identifier(survey, "userId")[:120] or contact.agent,
        scores=tuple(scores),
        about=FeedbackReference(source_id=contact.source_id),
    )


def _from_event(told: Mapping[str, Any]) -> Translation:
    """Return an event as a part of its conversation: what ended, was worded, or was measured there."""
    detail = mapping(told, "detail") or told
    topic = text(detail.get("topicName")) or text(told.get("detail-type"))
    body = mapping(detail, "eventBody") or detail
    conversation, at = identifier(body, "conversationId"), required_moment(body, "eventTime")
    kind = ".".join(topic.removeprefix(_PREFIX).split(".")[1:]) if topic.startswith(_PREFIX) else ""
    if not kind:
        return Excluded("Event that says nothing of a conversation")
    which = text(told.get("id")) or ":".join(text(body.get(name)) for name in ("participantId", "sessionId"))
    lasted = _seconds(body, "interactingDurationMs")
    began = at - timedelta(seconds=lasted) if lasted and kind == "customer.end" else at
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=conversation,
            part=f"event:{kind}:{which}"[:200],
            revision=microseconds(at),
            occurred_at=began,
            channel=channel_of(text(body.get("mediaType"))),
            customer=_customer_of_event(body),
            queue=optional_identifier(body, "queueId")[:120],
            agent=optional_identifier(body, "userId")[:120],
            contact=_facts_of_event(body, kind, at),
            attributes=kept(body, ("provider", "disconnectType", "wrapupNotes")),
        ),
    )


def _customer_of_event(body: Mapping[str, Any]) -> CustomerRecord | None:
    outside = optional_identifier(body, "externalContactId")
    far = address(body.get("dnis") if text(body.get("direction")).lower() == "outbound" else body.get("ani"))
    found = CustomerRecord(vendor_ids=(outside,) if outside else (), phone="" if "@" in far else far)
    return None if found == CustomerRecord() else found


def _facts_of_event(body: Mapping[str, Any], kind: str, at: datetime) -> ContactRecord:
    of_agent = kind in ("user.end", "agent.end")
    return ContactRecord(
        direction=DIRECTIONS.get(text(body.get("direction")).lower()),
        ended_at=at if kind == "customer.end" else None,
        wait_seconds=_seconds(body, "connectedDurationMs") if kind == "acd.end" else None,
        talk_seconds=_seconds(body, "interactingDurationMs") if of_agent else None,
        hold_seconds=_seconds(body, "heldDurationMs") if of_agent else None,
        wrap_up_seconds=_seconds(body, "wrapupDurationMs") if kind.endswith("wrapup") else None,
        was_answered=True if of_agent and (_seconds(body, "interactingDurationMs") or 0) > 0 else None,
        reason_code=optional_identifier(body, "wrapupCode") or None if kind.endswith("wrapup") else None,
    )


def _seconds(record: Mapping[str, Any], field: str) -> float | None:
    told = number(record, field, least=0)
    return None if told is None else told / 1000


GENESYS_ANALYTICS = JsonSource(
    key="genesys_analytics",
    label="Genesys Cloud conversations",
    side="CONTACTS",
    reads=(
        "JSON or JSON lines of conversation details (query results, jobs, single ones) with their surveys, and "
        "conversation events as EventBridge or notifications deliver them."
    ),
    identity="The conversationId; a survey is survey:<id>; events and transcripts add to their conversation.",
    translate=_translate,
    marks=(
        (b'"conversationId"', b'"participants"', b'"conversationStart"'),
        (b'"conversationId"', b'"participants"', b'"sessions"'),
        (b"v2.detail.events.conversation", b'"eventBody"'),
    ),
    never=(b'"phrases"',),
    lists=("conversations",),
    record_has=(("conversationId", "participants"), ("detail", "detail-type"), ("topicName", "eventBody")),
    wrapped_in=("conversation",),
)
