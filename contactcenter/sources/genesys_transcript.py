"""Genesys Cloud transcripts: what was said, as a part of the conversation that analytics tells the rest of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contactcenter.sources.genesys_analytics import DIRECTIONS, address, channel_of
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, members, moment, number, required_moment, said, text
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
from insights.intake.wording import clean

CONTACTS = "genesys_analytics"
_SPEAKERS: dict[str, SpeakerRole] = {
    "internal": "AGENT", "external": "CUSTOMER", "agent": "AGENT", "user": "AGENT", "customer": "CUSTOMER",
    "ivr": "BOT", "bot": "BOT", "botflow": "BOT", "acd": "SYSTEM", "workflow": "SYSTEM",
}  # fmt: skip


def _from_transcript(told: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    began = required_moment(told, "conversationStartTime", "startTime")
    communication = text(told.get("communicationId")) or "all"
    turns, language = _turns(told, began, communication)
    if not turns:
        return Excluded("Transcript without words")
    people: list[Mapping[str, Any]] = [one for one in members(told, "participants") if isinstance(one, dict)]
    first: Mapping[str, Any] = next((one for one in people if _purpose(one) in ("customer", "external")), {})
    agents = [one for one in people if _purpose(one) in ("agent", "user")]
    direction = DIRECTIONS.get(text(first.get("initialDirection")).lower())
    return (
        FeedbackRecord(
            kind="CONTACT",
            source=CONTACTS,
            source_id=identifier(told, "conversationId"),
            part=f"transcript:{communication}"[:200],
            revision=microseconds(moment(told, "startTime") or began),
            occurred_at=began,
            channel=channel_of(text(told.get("mediaType"))),
            customer=_customer(first, direction == "OUTBOUND"),
            queue=_told([*agents, first], "queueId"),
            agent=_told(agents, "userId"),
            language=language,
            turns=turns,
            contact=ContactRecord(
                direction=direction,
                ended_at=moment(first, "endTimeMs"),
                was_answered=True if any(turn.speaker == "AGENT" for turn in turns) else None,
            ),
        ),
    )


def _turns(told: Mapping[str, Any], began: datetime, communication: str) -> tuple[tuple[TurnRecord, ...], str]:
    found: list[TurnRecord] = []
    language = ""
    for transcript in members(told, "transcripts"):
        if not isinstance(transcript, dict):
            continue
        language = language or text(transcript.get("language"))
        found += [_turn(one, began) for one in members(transcript, "phrases") if isinstance(one, dict)]
    spoken = [turn for turn in found if turn.text]
    spoken.sort(key=lambda turn: (turn.offset_seconds is None, turn.offset_seconds or 0.0))
    named = (
        TurnRecord(
            speaker=turn.speaker,
            text=turn.text,
            offset_seconds=turn.offset_seconds,
            source_id=f"phrase:{communication}:{place}",
        )
        for place, turn in enumerate(spoken)
    )
    return tuple(named), language[:12]


def _turn(phrase: Mapping[str, Any], began: datetime) -> TurnRecord:
    at = moment(phrase, "startTimeMs")
    if at is None and number(phrase, "offsetMs") is not None:
        offset: float | None = (number(phrase, "offsetMs") or 0.0) / 1000
    else:
        offset = (at - began).total_seconds() if at else None
    return TurnRecord(
        speaker=_SPEAKERS.get(_purpose(phrase), "SYSTEM"),
        text=clean(text(phrase.get("decoratedText"))) or clean(text(phrase.get("text"))),
        offset_seconds=None if offset is None else max(0.0, offset),
    )


def _purpose(told: Mapping[str, Any]) -> str:
    return text(told.get("participantPurpose")).lower()


def _told(people: list[Mapping[str, Any]], field: str) -> str:
    return next((text(one[field])[:120] for one in people if said(one.get(field))), "")


def _customer(told: Mapping[str, Any], was_called: bool) -> CustomerRecord | None:
    far = address(told.get("dnis" if was_called else "ani"))
    found = CustomerRecord(email=far if "@" in far else "", phone="" if "@" in far else far)
    return None if found == CustomerRecord() else found


GENESYS_TRANSCRIPT = JsonSource(
    key="genesys_transcript",
    label="Genesys Cloud transcripts",
    side="CONTACTS",
    reads="JSON of a transcript as speech and text analytics gives it, one conversation a file or JSON lines of them.",
    identity="The conversationId: a transcript adds what was said to the conversation of 'genesys_analytics'.",
    translate=_from_transcript,
    marks=((b'"transcripts"', b'"phrases"', b'"conversationId"'), (b'"participantPurpose"', b'"phrases"')),
    record_has=(("conversationId", "transcripts"),),
    sureness=0.9,
)
