"""A conversation of any of these forms becomes a contact."""

from collections.abc import Mapping
from typing import Any

from contactcenter.speech import persons, role_of, sides
from contactcenter.told import Ours
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, members, moment, number, required_moment, text
from insights.intake.record import (
    ChannelName,
    ContactRecord,
    CustomerRecord,
    DirectionName,
    Excluded,
    FeedbackRecord,
    SpeakerRole,
    Translation,
    TurnRecord,
)

_CHANNELS: dict[str, ChannelName] = {
    "whatsapp": "MESSAGING", "teams": "VOICE", "siprec": "VOICE", "text": "VOICE", "CHAT": "CHAT", "VOICE": "VOICE",
}  # fmt: skip
_DIRECTIONS: dict[str, DirectionName] = {"inbound": "INBOUND", "outbound": "OUTBOUND", "internal": "INTERNAL"}


def from_payload(payload: Mapping[str, Any], ours: Ours) -> Translation:
    """Return a conversation as a contact, or its words as a part of the contact that was named. Raises BadRecord."""
    lines = [one for one in members(payload, "lines") if isinstance(one, dict) and text(one.get("text"))]
    people = [one for one in members(payload, "people") if isinstance(one, dict)]
    if not lines and not people:
        return Excluded("Conversation without words")
    began = required_moment(payload, "started_at")
    ended = moment(payload, "ended_at")
    spoken = _sides(lines, people, payload, ours)
    agents = [name for name, side in spoken.items() if side == "AGENT" and name]
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=identifier(payload, "id"),
            part="transcript" if payload.get("is_part") else "",
            occurred_at=began,
            revision=microseconds(moment(payload, "changed_at") or ended or began),
            channel=_CHANNELS.get(text(payload.get("channel")) or text(payload.get("form")), "OTHER"),
            customer=_customer(people, spoken),
            agent=agents[0][:120] if agents else "",
            title=text(payload.get("title"))[:300],
            turns=tuple(
                TurnRecord(
                    speaker=spoken.get(text(one.get("speaker")), "SYSTEM"),
                    text=text(one.get("text")),
                    offset_seconds=number(one, "offset", least=0),
                    source_id=f"line:{place}" if payload.get("is_part") else "",
                )
                for place, one in enumerate(lines)
            ),
            contact=ContactRecord(
                direction=_DIRECTIONS.get(text(payload.get("direction")).lower()),
                ended_at=ended,
                talk_seconds=_talked(payload),
                was_answered=True if spoken and agents and lines else None,
            ),
        ),
    )


def _talked(payload: Mapping[str, Any]) -> float | None:
    """Return how long a call was, from its beginning and end; a chat of hours is no talk of hours."""
    began, ended = moment(payload, "started_at"), moment(payload, "ended_at")
    if payload.get("form") not in ("siprec", "teams") or began is None or ended is None or ended < began:
        return None
    return (ended - began).total_seconds()


def _sides(
    lines: list[dict[str, Any]], people: list[dict[str, Any]], payload: Mapping[str, Any], ours: Ours
) -> dict[str, SpeakerRole]:
    """Return on which side each name stands: told, named so, or by who called whom."""
    names = [*(text(one.get("name")) for one in people), *(text(one.get("speaker")) for one in lines)]
    known: dict[str, SpeakerRole] = {}
    direction = text(payload.get("direction")).lower()
    called = {"inbound": "caller", "outbound": "callee"}  # which of the two is the customer
    for one in people:
        name = text(one.get("name"))
        if ours.has(name=name, address=text(one.get("address")), phone=text(one.get("number"))):
            known[name] = "AGENT"
        elif one.get("side") in ("caller", "callee") and direction in called and not role_of(name, ours):
            known[name] = "CUSTOMER" if one["side"] == called[direction] else "AGENT"
    unknown = [name for name in names if name not in known]
    rest = sides([*unknown, *(["agent"] if "AGENT" in known.values() else [])], ours)
    return {name: known.get(name) or rest.get(name, "SYSTEM") for name in dict.fromkeys(names)}


def _customer(people: list[dict[str, Any]], spoken: Mapping[str, SpeakerRole]) -> CustomerRecord | None:
    names = persons(spoken)
    who = next((one for one in people if spoken.get(text(one.get("name"))) == "CUSTOMER"), {})
    address = text(who.get("address"))
    found = CustomerRecord(
        email=address if "@" in address else "",
        phone=text(who.get("number")),
        vendor_ids=(text(who["id"]),) if text(who.get("id")) else (),
        names=names,
    )
    return None if found == CustomerRecord() else found
