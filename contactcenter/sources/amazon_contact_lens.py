"""Contact Lens and Transcribe Call Analytics: what was said, by whom and when, and what was measured in it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from contactcenter.amazon_streams import StreamedSource
from contactcenter.sources.amazon_connect_ctr import channel_of
from insights.intake.dates import DateProblem, instant, zone_named
from insights.intake.fields import mapping, members, moment, number, said, text
from insights.intake.json_source import JsonSource
from insights.intake.record import (
    ContactRecord,
    CustomerRecord,
    Excluded,
    FeedbackRecord,
    SpeakerRole,
    Translation,
    TurnRecord,
)
from insights.intake.source import BadRecord, Option
from insights.intake.wording import clean

CONTACTS = "amazon_connect_ctr"
_ROLES: dict[str, SpeakerRole] = {
    "AGENT": "AGENT", "CUSTOMER": "CUSTOMER", "SYSTEM": "SYSTEM", "CUSTOM_BOT": "BOT", "BOT": "BOT",
    "SUPERVISOR": "AGENT",
}  # fmt: skip
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_TIME_OF_RECORDING = re.compile(r"_(\d{8})T(\d{2}):?(\d{2})_UTC")  # ContactId_20260305T08:15_UTC.wav
_TIME_IN_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})[T_ -](\d{2})[:_-](\d{2})[:_-](\d{2})Z")
_NO_NAMES = frozenset({"SYSTEM_MESSAGE", "[PII]", "BOT", "CUSTOMER", "AGENT"})
_STARTED = Option(
    name="started_at",
    question="When did the call begin, with its time zone, if neither the file nor its name says so?",
)


def _whole(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the segments of a call that still goes on, of the API or the stream, in the shape of an analysis."""
    segments = [one for one in members(told, "Segments") if isinstance(one, dict)]
    spoken = [
        mapping(one, "Transcript") for one in segments if mapping(one, "Transcript")
    ]  # an Utterance is half of one
    matched = [name for one in segments for name in members(mapping(one, "Categories"), "MatchedCategories")]
    return {
        **told,
        "Transcript": spoken,
        "Categories": {"MatchedCategories": matched},
        "CustomerMetadata": {"ContactId": told.get("ContactId")},
        "part": f":segments:{text(spoken[0].get('Id'))}" if spoken else "",
    }


def _from_lens(told: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    told = _whole(told) if "Segments" in told or "EventType" in told else told
    name = options.get("filename", "")
    named = _UUID.search(name)
    identity = (
        text(mapping(told, "CustomerMetadata").get("ContactId"))
        or options.get("contact_id", "").strip()
        or (named.group() if named else "")
    )
    if not identity:
        raise BadRecord(
            "The file does not say of which contact it is (CustomerMetadata.ContactId), nor does its name. "
            "Say it (option contact_id).",
            "ContactId",
        )
    began = _began(told, options, name)
    turns = _turns(told, began)
    if not turns:
        return Excluded("Analysis without words")
    redacted = text(mapping(told, "ContentMetadata").get("Output")).lower() == "redacted"
    return (
        FeedbackRecord(
            kind="CONTACT",
            source=CONTACTS,
            source_id=identity,
            part=f"contact_lens{text(told.get('part'))}"[:200],
            revision=1 if redacted else 0,  # of the two that Connect writes, the redacted one stays
            occurred_at=began,
            channel=channel_of(text(told.get("Channel"))),
            customer=_people(told),
            language=text(told.get("LanguageCode"))[:12],
            turns=turns,
            contact=ContactRecord(
                first_response_seconds=_seconds(_at(told, "ResponseTime"), "AgentGreetingTimeMillis"),
                was_answered=True if any(turn.speaker == "AGENT" for turn in turns) else None,
            ),
            attributes=_measured(told),
        ),
    )


def _from_transcribe(told: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    identity = text(told.get("JobName"))
    if not identity:
        raise BadRecord("The file has no JobName, so it could not be recognised when it comes again.", "JobName")
    began = _began(told, options, f"{options.get('filename', '')} {identity}")
    turns = _turns(told, began)
    if not turns:
        return Excluded("Analysis without words")
    lasted = _seconds(mapping(told, "ConversationCharacteristics"), "TotalConversationDurationMillis")
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=identity[:200],
            occurred_at=began,
            revision=1 if text(mapping(told, "ContentMetadata").get("Output")).lower() == "redacted" else 0,
            channel=channel_of(text(told.get("Channel")) or "VOICE"),
            language=text(told.get("LanguageCode"))[:12],
            turns=turns,
            contact=ContactRecord(
                ended_at=began + timedelta(seconds=min(lasted, 1e7)) if lasted is not None else None,
                talk_seconds=lasted,
                was_answered=True if any(turn.speaker == "AGENT" for turn in turns) else None,
            ),
            attributes=_measured(told),
        ),
    )


def _began(told: Mapping[str, Any], options: Mapping[str, str], name: str) -> datetime:
    """Return when it began: a chat says it, of a call only its file's name does."""
    said_at = [moment(item, "AbsoluteTime") for item in members(told, "Transcript") if isinstance(item, dict)]
    known = [at for at in said_at if at is not None]
    if known:
        return min(known)
    written = options.get("started_at", "").strip() or _written_in(name, told)
    if not written:
        raise BadRecord(
            "Neither the file nor its name says when the call began. Keep the name it was stored under, or say when "
            "(option started_at, such as 2026-01-31T13:45:00Z).",
            "started_at",
        )
    try:
        return instant(written, zone=zone_named(options["time_zone"]) if options.get("time_zone") else None)
    except DateProblem as problem:
        raise BadRecord(f"started_at: {problem}", "started_at") from None


def _written_in(name: str, told: Mapping[str, Any]) -> str:
    """Return the time in the file's name, else in that of the recording which was analysed; "" where none is."""
    if found := _TIME_IN_NAME.search(name):
        return f"{found[1]}T{found[2]}:{found[3]}:{found[4]}Z"
    recorded = _TIME_OF_RECORDING.search(text(mapping(told, "CustomerMetadata").get("InputS3Uri")))
    return f"{recorded[1]} {recorded[2]}:{recorded[3]}Z" if recorded else ""


def _turns(told: Mapping[str, Any], began: datetime) -> tuple[TurnRecord, ...]:
    roles = _roles(told)
    items = [item for item in members(told, "Transcript") if isinstance(item, dict)]
    turns = (_turn(item, place, roles, began) for place, item in enumerate(items))
    return tuple(turn for turn in turns if turn is not None)


def _turn(item: Mapping[str, Any], place: int, roles: Mapping[str, str], began: datetime) -> TurnRecord | None:
    words = clean(text(item.get("Content")))
    if not words or text(item.get("Type")).upper() not in ("", "MESSAGE"):
        return None
    role = text(item.get("ParticipantRole")) or roles.get(text(item.get("ParticipantId")), "")
    offset = number(item, "BeginOffsetMillis", least=0)
    at = moment(item, "AbsoluteTime")
    if offset is None and at is not None:
        offset = (at - began).total_seconds() * 1000
    return TurnRecord(
        speaker=_ROLES.get(role.upper(), "SYSTEM"),
        text=words,
        offset_seconds=None if offset is None else round(offset / 1000, 3),
        source_id=f"{place}:{text(item.get('Id'))}"[:200],
    )


def _roles(told: Mapping[str, Any]) -> dict[str, str]:
    """Return who has which role. A redacted chat hides it, but says it again beside what was measured."""
    people = [one for one in members(told, "Participants") if isinstance(one, dict)]
    found = {text(one.get("ParticipantId")): text(one.get("ParticipantRole")) for one in people}
    spoken = {
        text(item.get("Id")): text(item.get("ParticipantId"))
        for item in members(told, "Transcript")
        if isinstance(item, dict)
    }
    for group in members(_at(told, "Sentiment"), "DetailsByTranscriptItemGroup"):
        for item in members(group, "TranscriptItems") if isinstance(group, dict) else ():
            person = spoken.get(text(item.get("Id")), "") if isinstance(item, dict) else ""
            if person and not found.get(person):
                found[person] = text(group.get("ParticipantRole"))
    named = {role: role for role in _ROLES}
    return named | {person: role for person, role in found.items() if role}


def _at(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return mapping(mapping(told, "ConversationCharacteristics"), name)


def _people(told: Mapping[str, Any]) -> CustomerRecord | None:
    people = [one for one in members(told, "Participants") if isinstance(one, dict)]
    named = [clean(text(one["DisplayName"])) for one in people if said(one.get("DisplayName"))]
    names = tuple(dict.fromkeys(name for name in named if name and name.upper() not in _NO_NAMES))
    return CustomerRecord(names=names) if names else None


def _measured(told: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    categories = [text(one) for one in members(mapping(told, "Categories"), "MatchedCategories") if text(one)]
    if categories:
        found["categories"] = categories
    overall = _at(told, "Sentiment").get("OverallSentiment")
    by_role = overall if isinstance(overall, dict) else {}
    for role, score in (mapping(by_role, "DetailsByParticipantRole") or by_role).items():
        if role in _ROLES and isinstance(score, int | float):
            found[f"vendor_sentiment_{role.lower()}"] = score
    silent = _seconds(_at(told, "NonTalkTime"), "TotalTimeMillis")
    interrupted = number(_at(told, "Interruptions"), "TotalCount", least=0)
    measured = {"non_talk_seconds": silent, "interruptions": interrupted}
    redacted = text(mapping(told, "ContentMetadata").get("Output"))
    return found | {name: value for name, value in measured.items() if value is not None} | {"output": redacted}


def _seconds(record: Mapping[str, Any], field: str) -> float | None:
    told = number(record, field, least=0)
    return None if told is None else told / 1000


AMAZON_CONTACT_LENS = StreamedSource(
    key="amazon_contact_lens",
    label="Amazon Connect Contact Lens",
    side="CONTACTS",
    reads=(
        "JSON of an analysed call or chat, original or redacted (of both, the redacted one stays), or its segments "
        "while it goes on, of the API or the stream; not both of one call."
    ),
    identity="The ContactId: what was said adds to the contact of 'amazon_connect_ctr'.",
    translate=_from_lens,
    marks=(
        (b'"ConversationCharacteristics"', b'"Channel"'),
        (b'"LoudnessScore"', b'"Content"'),
        (b'"ChatTranscriptVersion"',),
        (b'"CustomerMetadata"', b'"Transcript"'),
        (b'"Segments"', b'"ParticipantRole"', b'"BeginOffsetMillis"'),
    ),
    never=(b'"LoudnessScores"', b'"JobName"'),
    several=True,
    record_has=(("Transcript",), ("Segments",), ("EventType", "ContactId")),
    options=(
        Option(name="contact_id", question="Of which contact is it, if neither the file nor its name says so?"),
        _STARTED,
        Option(name="time_zone", question="In which time zone is started_at, if it names none?"),
    ),
    sureness=0.9,
)
AWS_TRANSCRIBE_CALL_ANALYTICS = JsonSource(
    key="aws_transcribe_call_analytics",
    label="Amazon Transcribe Call Analytics",
    side="CONTACTS",
    reads="JSON of a call analytics job, original or redacted.",
    identity="The JobName.",
    translate=_from_transcribe,
    marks=((b'"LoudnessScores"', b'"BeginOffsetMillis"'), (b'"JobName"', b'"ConversationCharacteristics"')),
    never=(b'"CustomerMetadata"',),
    record_has=(("Transcript",),),
    options=(_STARTED, Option(name="time_zone", question="In which time zone is started_at, if it names none?")),
    sureness=0.9,
)
