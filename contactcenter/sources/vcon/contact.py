"""A vCon becomes a contact: when, by which channel, who, how long, and what was said."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from contactcenter.sources.vcon.parties import Party, customer_of, indexes, parties_of
from contactcenter.sources.vcon.words import dialog_words, is_mail, transcript_turns
from contactcenter.told import Ours
from insights.intake.dates import DateProblem, instant, microseconds
from insights.intake.fields import mapping, members, moment, number, optional_identifier, said, text
from insights.intake.record import (
    ChannelName,
    ContactRecord,
    DirectionName,
    Excluded,
    FeedbackRecord,
    Translation,
    TurnRecord,
)
from insights.intake.source import BadRecord
from insights.intake.wording import clean

_DIRECTIONS: dict[str, DirectionName] = {
    "in": "INBOUND", "inbound": "INBOUND", "incoming": "INBOUND", "out": "OUTBOUND", "outbound": "OUTBOUND",
    "outgoing": "OUTBOUND", "internal": "INTERNAL",
}  # fmt: skip
_ANSWERED = {
    "answered": True, "connected": True, "completed": True, "no answer": False, "no-answer": False, "busy": False,
    "congestion": False, "failed": False, "hung-up": False, "voicemail-no-message": False, "missed": False,
    "abandoned": False, "canceled": False, "cancelled": False, "voicemail": False,
}  # fmt: skip
_GIVEN_UP = frozenset({"hung-up", "abandoned"})
_APPLICATIONS: dict[str, ChannelName] = {
    "sms": "SMS", "mms": "SMS", "whatsapp": "MESSAGING", "messenger": "MESSAGING", "telegram": "MESSAGING",
    "email": "EMAIL", "chat": "CHAT", "webchat": "CHAT", "slack": "MESSAGING", "teams": "CHAT",
}  # fmt: skip

Dialogs = Sequence[Mapping[str, Any]]


def from_vcon(value: Mapping[str, Any], ours: Ours, zone: tzinfo | None) -> Translation:
    """Return a vCon as a contact. Raises BadRecord with the path of the field that is wrong."""
    identity = optional_identifier(value, "uuid") or _digest(value)
    parties = parties_of(value, ours)
    dialogs = _dialogs(value, len(parties))
    created = _moment(value, "created_at", zone, "created_at")
    zone = zone or _zone_of(value.get("created_at"))
    starts = [_moment(one, "start", zone, f"dialog[{place}].start") for place, one in enumerate(dialogs)]
    known = [one for one in starts if one is not None]
    began = min(known) if known else created
    if began is None:
        raise BadRecord("The vCon does not say when it happened (dialog[0].start or created_at).", "dialog[0].start")
    if not dialogs and not members(value, "analysis"):
        return Excluded("vCon without a dialog")
    turns = _turns(dialogs, starts, parties, began) or transcript_turns(value, parties, began, zone, ours)
    updated = _moment(value, "updated_at", zone, "updated_at")
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=identity,
            occurred_at=began,
            revision=microseconds(updated or created or began),
            channel=_channel(value, dialogs, parties),
            customer=customer_of(parties),
            agent=next((one.agent for one in parties if one.role == "AGENT"), "")[:120],
            language=_language(value),
            title=clean(text(value.get("subject")))[:300],
            turns=turns,
            contact=_facts(value, dialogs, starts, parties, turns),
            attributes=_attributes(value),
        ),
    )


def _digest(value: Mapping[str, Any]) -> str:
    """Return the id of a vCon without a uuid: out of what does not change when it is written again."""
    starts = [one.get("start") for one in members(value, "dialog") if isinstance(one, dict)]
    told = [value.get("created_at"), value.get("subject"), value.get("parties"), starts]
    return "vcon:" + hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:32]


def _dialogs(value: Mapping[str, Any], count: int) -> list[Mapping[str, Any]]:
    """Return the dialogs, each looked through for what it must not say. Raises BadRecord."""
    listed = value.get("dialog")
    listed = [listed] if isinstance(listed, dict) else [] if listed is None else listed
    if not isinstance(listed, list):
        raise BadRecord(f"dialog is {str(listed)[:60]!r}, where a list should stand.", "dialog")
    for place, one in enumerate(listed):
        path = f"dialog[{place}]"
        if not isinstance(one, dict):
            raise BadRecord(f"{path} is {str(one)[:60]!r}, where an object should stand.", path)
        indexes(one.get("parties"), f"{path}.parties", count)
        indexes(one.get("originator"), f"{path}.originator", count)
        try:
            number(one, "duration", least=0)
        except BadRecord as bad:
            raise BadRecord(f"{path}.{bad.reason}", f"{path}.duration") from None
    return listed


def _moment(record: Mapping[str, Any], field: str, zone: tzinfo | None, path: str) -> datetime | None:
    try:
        return moment(record, field, zone=zone)
    except BadRecord as bad:
        raise BadRecord(f"{path.removesuffix(field)}{bad.reason}", path) from None


def _zone_of(created: object) -> tzinfo | None:
    """Return the zone that created_at names: the same program wrote the other times."""
    try:
        return datetime.fromisoformat(text(created)).tzinfo if text(created) and instant(created) else None
    except (DateProblem, ValueError):
        return None


def _turns(
    dialogs: Dialogs, starts: Sequence[datetime | None], parties: Sequence[Party], began: datetime
) -> tuple[TurnRecord, ...]:
    found = []
    for place, (dialog, start) in enumerate(zip(dialogs, starts, strict=True)):
        words = dialog_words(dialog) if text(dialog.get("type")).lower() in ("text", "") else ""
        if words:
            who = _originator(dialog, f"dialog[{place}]", len(parties))
            found.append(
                TurnRecord(
                    speaker=parties[who].speaker if who is not None else "SYSTEM",
                    text=words,
                    offset_seconds=(start - began).total_seconds() if start else None,
                )
            )
    return tuple(sorted(found, key=lambda turn: turn.offset_seconds or 0.0))


def _originator(dialog: Mapping[str, Any], path: str, count: int) -> int | None:
    told = indexes(dialog.get("originator"), f"{path}.originator", count)
    return next(iter(told or indexes(dialog.get("parties"), f"{path}.parties", count)), None)


def _is_call(value: Mapping[str, Any], dialog: Mapping[str, Any]) -> bool:
    """Say whether a dialog is a call: recorded, or a text without words of which there is a transcript."""
    kind = text(dialog.get("type")).lower()
    if kind in ("recording", "video", "incomplete", "transfer"):
        return True
    return not dialog_words(dialog) and bool(members(value, "analysis"))


def _channel(value: Mapping[str, Any], dialogs: Dialogs, parties: Sequence[Party]) -> ChannelName:
    if not dialogs or any(_is_call(value, one) for one in dialogs):
        return "VOICE"
    for one in dialogs:
        named = _APPLICATIONS.get(text(one.get("application")).lower())
        if named:
            return named
    if any(is_mail(one) for one in dialogs):
        return "EMAIL"
    by_phone_only = all(one.phone and not one.address for one in parties)
    return "SMS" if parties and by_phone_only else "CHAT"


def _facts(
    value: Mapping[str, Any], dialogs: Dialogs, starts: Sequence[datetime | None], parties: Sequence[Party],
    turns: Sequence[TurnRecord],
) -> ContactRecord:  # fmt: skip
    lengths = [number(one, "duration", least=0) for one in dialogs]
    ends = [
        start + timedelta(seconds=min(length or 0.0, 10_000_000))
        for start, length in zip(starts, lengths, strict=True)
        if start is not None
    ]
    spoken = [
        length
        for one, length in zip(dialogs, lengths, strict=True)
        if length and _is_call(value, one) and text(one.get("type")).lower() != "transfer"
    ]
    answered, abandoned = _outcome(value, dialogs)
    return ContactRecord(
        direction=_direction(value, dialogs, parties),
        ended_at=max(ends) if ends and (any(lengths) or len(ends) > 1) else None,
        talk_seconds=sum(spoken) if spoken else None,
        first_response_seconds=_first_response(turns),
        transfers=sum(text(one.get("type")).lower() == "transfer" for one in dialogs) or None,
        was_answered=answered,
        was_abandoned=abandoned,
        reason_code=_told(value, dialogs, "agent_selected_disposition", "agentSelectedDisposition")[:200] or None,
    )


def _first_response(turns: Sequence[TurnRecord]) -> float | None:
    """Return how long the customer, who wrote first, waited for an agent's first words."""
    timed = [turn for turn in turns if turn.offset_seconds is not None and turn.speaker in ("CUSTOMER", "AGENT")]
    if not timed or timed[0].speaker != "CUSTOMER":
        return None
    answer = next((turn for turn in timed if turn.speaker == "AGENT"), None)
    return (answer.offset_seconds or 0.0) - (timed[0].offset_seconds or 0.0) if answer else None


def _outcome(value: Mapping[str, Any], dialogs: Dialogs) -> tuple[bool | None, bool | None]:
    """Return whether it was answered and whether the caller gave up; None where nothing says it."""
    words = [text(one.get("disposition") or mapping(one, "meta").get("disposition")).lower() for one in dialogs]
    told = [_ANSWERED[word] for word in words if word in _ANSWERED]
    if any(text(one.get("type")).lower() == "recording" for one in dialogs) or any(told):
        return True, False
    if not told:
        return None, None
    return False, any(word in _GIVEN_UP for word in words)


def _direction(value: Mapping[str, Any], dialogs: Dialogs, parties: Sequence[Party]) -> DirectionName | None:
    told = _DIRECTIONS.get(_told(value, dialogs, "direction").lower())
    if told or not dialogs or text(dialogs[0].get("type")).lower() != "recording":
        return told
    first = _originator(dialogs[0], "dialog[0]", len(parties))
    role = parties[first].role if first is not None else None
    return "INBOUND" if role == "CUSTOMER" else "OUTBOUND" if role == "AGENT" else None


def _told(value: Mapping[str, Any], dialogs: Dialogs, *names: str) -> str:
    """Return what the dialogs or the attachments say under one of these names."""
    attached = [mapping(one, "body") for one in members(value, "attachments") if isinstance(one, dict)]
    places = [*dialogs, *(mapping(one, "meta") for one in dialogs), *attached]
    found = (text(place[name]) for place in places for name in names if said(place.get(name)))
    return clean(next((word for word in found if word), ""))


def _language(value: Mapping[str, Any]) -> str:
    bodies = [mapping(one, "body") for one in members(value, "analysis") if isinstance(one, dict)]
    found = (text(body.get(name)) for body in bodies for name in ("detected_language", "language"))
    return next((word for word in found if word and len(word) <= 12), "")


def _attributes(value: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"vcon": text(value.get("vcon")) or None}
    redacted = text(mapping(value, "redacted").get("type"))
    if mapping(value, "redacted"):
        found["redacted"] = redacted or True
    if value.get("_signed"):
        found["signature"] = "not verified"
    for one in members(value, "analysis"):
        if isinstance(one, dict) and one.get("type") == "summary" and isinstance(one.get("body"), str):
            found["summary"] = clean(one["body"])[:2000]
    return {name: told for name, told in found.items() if told}
