"""Google CCAI Insights and Agent Assist: transcripts in the form that they take in, and conversations they give out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from contactcenter.attributes import kept
from contactcenter.json_source import JsonReading
from contactcenter.told import STARTED_AT, TIME_ZONE, told_start
from insights.intake.dates import microseconds
from insights.intake.fields import mapping, members, moment, number, said, text, yes_or_no
from insights.intake.json_source import head_of, json_head
from insights.intake.record import (
    ChannelName,
    ContactRecord,
    CustomerRecord,
    Excluded,
    FeedbackRecord,
    SpeakerRole,
    Translation,
    TurnRecord,
)
from insights.intake.source import BadRecord, Option, Unreadable
from insights.intake.wording import clean

_NAME = "_file_name"  # added by the reading: some transcripts name their conversation only there
_ABSOLUTE = 10**12  # microseconds; anything less counts from the beginning
_ROLES: dict[str, SpeakerRole] = {
    "AGENT": "AGENT", "HUMAN_AGENT": "AGENT", "CUSTOMER": "CUSTOMER", "END_USER": "CUSTOMER",
    "ANY_AGENT": "AGENT", "AUTOMATED_AGENT": "BOT", "BOT": "BOT",
}  # fmt: skip
_SOLVED = {
    **dict.fromkeys(("resolved", "solved"), True),
    **dict.fromkeys(("unresolved", "not resolved", "escalated"), False),
}
_CHANNELS: dict[str, ChannelName] = {"PHONE_CALL": "VOICE", "VOICE": "VOICE", "CHAT": "CHAT"}


class GoogleCcai:
    """Transcripts of Google's contact-center products."""

    key = "google_ccai"
    label = "Google CCAI Insights"
    side = "CONTACTS"
    reads = (
        "Transcripts as CCAI Insights takes them in (entries with role and start_timestamp_usec), JSON or lines; "
        "conversations as its API gives them out (transcriptSegments)."
    )
    identity = "conversation_info.conversation_id, or the last part of a conversation's name; else the file's name."
    options = (
        STARTED_AT,
        TIME_ZONE,
        Option(name="channel", question="By which channel was it?", choices=("VOICE", "CHAT")),
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is such a transcript."""
        plain = json_head(head)
        if b'"entries"' in plain and b'"role"' in plain and b'"start_timestamp_usec"' in plain:
            return 0.95
        if b'"transcriptSegments"' in plain and b'"segmentParticipant"' in plain:
            return 0.95
        return 0.7 if b'"conversation_info"' in plain and b'"entries"' in plain else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> JsonReading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        if not self.recognise(head_of(file), ""):
            raise Unreadable(f"This is no transcript of Google CCAI. This source reads: {self.reads}")
        started, channel = told_start(options), options.get("channel", "")
        name = options.get("filename", "").replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".json")
        return JsonReading(
            file,
            self.label,
            _kind,
            lambda kind, value: _contact(_taken_in(value) if kind == "conversation" else value, started, channel),
            lists=("conversations",),
            prepare=lambda value: value if _identity(value) or not name else {**value, _NAME: name},
        )


def _kind(value: Mapping[str, Any]) -> str:
    if isinstance(mapping(value, "transcript").get("transcriptSegments"), list):
        return "conversation"
    return "transcript" if isinstance(value.get("entries"), list) else ""


def _taken_in(conversation: Mapping[str, Any]) -> dict[str, Any]:
    """Return a conversation of the API in the form that it is taken in. Raises BadRecord."""
    began = moment(conversation, "startTime") or moment(conversation, "createTime")
    entries = []
    for segment in members(mapping(conversation, "transcript"), "transcriptSegments"):
        who = mapping(segment, "segmentParticipant")
        at = moment(segment, "messageTime") or _word_time(segment, began) or began
        entries.append(
            {
                "text": segment.get("text"),
                "role": who.get("role"),
                "user_id": who.get("userId") or who.get("dialogflowParticipantName"),
                **({"start_timestamp_usec": microseconds(at)} if at else {}),
            }
        )
    return {
        "conversation_info": {
            "conversation_id": text(conversation.get("name")).rsplit("/", 1)[-1],
            "start_time": conversation.get("startTime"),
            "medium": conversation.get("medium") or "PHONE_CALL",
            "language_code": conversation.get("languageCode"),
            "metadata": mapping(conversation, "labels"),
        },
        "entries": entries,
    }


def _word_time(segment: Mapping[str, Any], began: datetime | None) -> datetime | None:
    """Return when the first word of a spoken segment was said: words count seconds ("1.5s") from the beginning."""
    first = next((one for one in members(segment, "words") if isinstance(one, dict)), {})
    offset = number({"startOffset": text(first.get("startOffset")).removesuffix("s")}, "startOffset", least=0)
    return None if began is None or offset is None else began + timedelta(seconds=min(offset, 10_000_000))


def _identity(value: Mapping[str, Any]) -> str:
    info = mapping(value, "conversation_info")
    return text(info.get("conversation_id") or value.get("conversation_id") or value.get(_NAME))[:190]


def _contact(value: Mapping[str, Any], started: datetime | None, channel: str) -> Translation:
    """Return a transcript as a contact. Raises BadRecord."""
    identity = _identity(value)
    if not identity:
        raise BadRecord("The transcript has no conversation_id, and its file no name.", "conversation_id")
    entries = [one for one in members(value, "entries") if isinstance(one, dict)]
    if not entries:
        return Excluded("Transcript without words")
    marks = [number(one, "start_timestamp_usec", least=0) for one in entries]
    known = [mark for mark in marks if mark is not None]
    is_absolute = bool(known) and min(known) >= _ABSOLUTE
    info = mapping(value, "conversation_info")
    told = mapping(info, "metadata")
    began = started if not is_absolute else _instant(min(known))
    began = began or moment(info, "start_time") or moment(told, "start_time")
    if began is None:
        raise BadRecord(
            "The transcript counts its time from 0 and does not say when it began (option started_at).",
            "start_timestamp_usec",
        )
    first = min(known) if is_absolute else 0.0
    spoken = "CHAT" if is_absolute else "VOICE"
    agents = _agents(entries)
    customer = next((text(one.get("user_id")) for one in entries if _role(one) == "CUSTOMER"), "")
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=identity,
            occurred_at=began,
            revision=microseconds(began),
            channel=_CHANNELS.get(channel or text(info.get("medium")).upper(), "CHAT" if spoken == "CHAT" else "VOICE"),
            customer=CustomerRecord(vendor_ids=(customer[:190],)) if _tells_people_apart(customer) else None,
            agent=agents[-1][:120] if agents else "",
            language=text(info.get("language_code"))[:12],
            turns=tuple(_turns(entries, marks, first)),
            contact=_facts(entries, told, agents, (max(known) - first) / 1e6 if known else None, began),
            attributes=kept(told, tuple(name for name in told if name not in ("generated_by", "call_type"))),
        ),
    )


def _facts(
    entries: list[Any], told: Mapping[str, Any], agents: list[str], last: float | None, began: datetime
) -> ContactRecord:
    transfers = len(agents) - 1 if agents else None
    if yes_or_no(told, "is_transfer") and not transfers:
        transfers = 1
    return ContactRecord(
        ended_at=began + timedelta(seconds=min(last, 10_000_000)) if last else None,
        transfers=transfers,
        was_answered=True if any(_role(one) == "AGENT" for one in entries) else None,
        company_says_solved=_SOLVED.get(text(told.get("outcome")).lower()),
        reason_code=clean(text(told.get("call_type")))[:200] or None,
    )


def _turns(entries: list[Any], marks: list[float | None], first: float) -> list[TurnRecord]:
    found = []
    for entry, mark in zip(entries, marks, strict=True):
        words = clean(text(entry.get("text")))
        if words:
            offset = None if mark is None else (mark - first) / 1e6
            found.append(TurnRecord(speaker=_role(entry), text=words, offset_seconds=offset))
    return found


def _role(entry: Mapping[str, Any]) -> SpeakerRole:
    word = text(entry.get("role")).upper()
    if word not in _ROLES:
        raise BadRecord(f"role is '{word[:40]}', which is none of {', '.join(_ROLES)}.", "role")
    return _ROLES[word]


def _agents(entries: list[Any]) -> list[str]:
    """Return the human agents in order; several of them are a transfer."""
    found = (text(one.get("user_id")) for one in entries if _role(one) == "AGENT" and said(one.get("user_id")))
    return list(dict.fromkeys(found))


def _tells_people_apart(user: str) -> bool:
    """The samples of the vendor number the speakers of each conversation 1 and 2; that is nobody's id."""
    return len(user) > 2


def _instant(mark: float) -> datetime:
    at = moment({"start_timestamp_usec": int(mark)}, "start_timestamp_usec")
    if at is None:
        raise BadRecord("start_timestamp_usec says no time.", "start_timestamp_usec")
    return at
