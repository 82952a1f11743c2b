"""What was said: transcripts of Voice Intelligence and their sentences, messages of conversations."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contactcenter.attributes import kept
from contactcenter.speech import role_named
from contactcenter.told import Ours
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, members, moment, number, required_moment, said, text
from insights.intake.record import (
    ContactRecord,
    CustomerRecord,
    Excluded,
    FeedbackRecord,
    SpeakerRole,
    Translation,
    TurnRecord,
)
from insights.intake.source import BadRecord
from insights.intake.wording import clean

TRANSCRIPT = "_transcript_sid"  # added to a sentence by the reading, so that it can be understood alone


class Speakers:
    """Which channel is the agent's, who is the company, and when a transcript without its head began."""

    def __init__(self, agent_channel: str, ours: Ours, started: datetime | None) -> None:
        self._agent_channel, self.ours, self.started = agent_channel, ours, started
        self._known: dict[tuple[str, str], SpeakerRole] = {}
        self._began: dict[str, datetime] = {}

    def learn(self, transcript: Mapping[str, Any]) -> None:
        """Keep what a transcript says of its participants and its beginning."""
        sid = text(transcript.get("sid"))
        for one in members(mapping(transcript, "channel"), "participants"):
            role = role_named(text(one.get("role"))) if isinstance(one, dict) else None
            if role:
                self._known[sid, text(one.get("channel_participant"))] = role
        try:
            began = moment(transcript, "media_start_time") or moment(transcript, "date_created")
        except BadRecord:  # the transcript itself will say so
            return
        if began:
            self._began[sid] = began

    def knows(self, sentence: Mapping[str, Any]) -> bool:
        """Say whether it is known who speaks."""
        return self.speaker(sentence) != "SYSTEM"

    def speaker(self, sentence: Mapping[str, Any]) -> SpeakerRole:
        """Return who speaks in a sentence; SYSTEM when nothing says it."""
        channel = text(sentence.get("media_channel"))
        if self._agent_channel:
            return "AGENT" if channel == self._agent_channel else "CUSTOMER"
        return self._known.get((text(sentence.get(TRANSCRIPT)), channel), "SYSTEM")

    def began(self, transcript: str) -> datetime | None:
        """Return when a transcript began."""
        return self._began.get(transcript) or self.started


def from_transcript(transcript: Mapping[str, Any]) -> Translation:
    """Return a transcript's head as a contact by voice. Raises BadRecord."""
    if text(transcript.get("status")).lower() in ("failed", "error", "canceled"):
        return Excluded("Transcript that failed")
    created = required_moment(transcript, "media_start_time", "date_created")
    people = [one for one in members(mapping(transcript, "channel"), "participants") if isinstance(one, dict)]
    customer = next((one for one in people if role_named(text(one.get("role"))) == "CUSTOMER"), {})
    phone = text(customer.get("media_participant_id"))
    names = tuple(name for one in people if (name := text(one.get("full_name"))))
    agent = next((one for one in people if role_named(text(one.get("role"))) == "AGENT"), {})
    found = CustomerRecord(
        vendor_ids=(text(transcript.get("customer_key"))[:190],) if said(transcript.get("customer_key")) else (),
        phone=phone if phone.lstrip("+").isdigit() else "",
        email=text(customer.get("email")),
        names=names,
    )
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=identifier(transcript, "sid"),
            occurred_at=created,
            revision=microseconds(moment(transcript, "date_updated") or created),
            channel="VOICE",
            customer=None if found == CustomerRecord() else found,
            agent=text(agent.get("user_id") or agent.get("full_name"))[:120],
            language=text(transcript.get("language_code"))[:12],
            contact=ContactRecord(talk_seconds=number(transcript, "duration", least=0) or None),
            attributes=kept(transcript, ("status", "redaction")),
        ),
    )


def from_sentence(sentence: Mapping[str, Any], speakers: Speakers) -> Translation:
    """Return a sentence as a part of its transcript. Raises BadRecord."""
    transcript = text(sentence.get(TRANSCRIPT))
    if not transcript:
        raise BadRecord("The sentence does not say of which transcript it is (option transcript_sid).", TRANSCRIPT)
    words = clean(text(sentence.get("transcript")))
    if not words:
        return Excluded("Sentence without words")
    began = speakers.began(transcript)
    if began is None:
        raise BadRecord(
            "Sentences count from the beginning of their transcript and do not say when that was (option started_at).",
            "start_time",
        )
    sid = identifier(sentence, "sid")
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=transcript,
            part=f"sentence:{sid}",
            occurred_at=began,
            revision=microseconds(began),
            channel="VOICE",
            turns=(
                TurnRecord(
                    speaker=speakers.speaker(sentence),
                    text=words,
                    offset_seconds=number(sentence, "start_time", least=0),
                    source_id=sid,
                ),
            ),
        ),
    )


def from_message(message: Mapping[str, Any], speakers: Speakers) -> Translation:
    """Return a message as a part of its conversation; one of its own (an SMS) as a contact. Raises BadRecord."""
    words = clean(text(message.get("body")))
    if not words:
        return Excluded("Message without words")
    sent = required_moment(message, "date_created", "date_sent")
    sid, conversation = identifier(message, "sid"), text(message.get("conversation_sid"))
    inbound = text(message.get("direction")).lower().startswith("inbound")
    author = text(message.get("author")) if conversation else text(message.get("from" if inbound else "to"))
    address = author.partition(":")[2] if author.startswith(("whatsapp:", "messenger:", "sms:")) else author
    side = _side(author, address, speakers.ours) if conversation else "CUSTOMER" if inbound else "AGENT"
    phone = address if address.lstrip("+").isdigit() and (side == "CUSTOMER" or not conversation) else ""
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=conversation or sid,
            part=f"message:{sid}" if conversation else "",
            occurred_at=sent,
            revision=microseconds(moment(message, "date_updated") or sent),
            channel="MESSAGING" if conversation or author.startswith("whatsapp:") else "SMS",
            customer=CustomerRecord(phone=phone) if phone else None,
            agent=author[:120] if side == "AGENT" and conversation else "",
            turns=(TurnRecord(speaker=side, text=words, offset_seconds=0.0, source_id=sid),),
            contact=None if conversation else ContactRecord(direction="INBOUND" if inbound else "OUTBOUND"),
        ),
    )


def _side(author: str, address: str, ours: Ours) -> SpeakerRole:
    """A customer writes from a number or an address; who has a name of the company's making is an agent."""
    if author.lower() in ("system", "bot"):
        return "BOT" if author.lower() == "bot" else "SYSTEM"
    if ours:
        return "AGENT" if ours.has(name=author, address=address, phone=address) else "CUSTOMER"
    return "CUSTOMER" if address.lstrip("+").isdigit() or author != address else "AGENT"
