"""The door: which texts and records are transcripts, and how one of them becomes a contact."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from contactcenter.sources.plain_transcripts.contact import from_payload
from contactcenter.sources.plain_transcripts.records import siprec_record, teams_record
from contactcenter.sources.plain_transcripts.whatsapp import conversations, looks_like_whatsapp, messages_of
from contactcenter.speech import conversation, labelled
from contactcenter.told import (
    DATE_ORDER,
    ENCODING,
    OURS,
    STARTED_AT,
    TIME_ZONE,
    Ours,
    told_order,
    told_start,
    told_zone,
)
from insights.intake.archives import unpacked, unpacked_head
from insights.intake.documents import items
from insights.intake.json_source import head_of, json_head
from insights.intake.plain_text import whole_text
from insights.intake.record import Translation
from insights.intake.source import BadRecord, Option, RawRecord, Unreadable

_TEAMS = (b'"modalities"', b'"participants"', b'"startDateTime"')
_LARGEST_XML = 8 * 2**20


class PlainTranscripts:
    """Transcripts without a vendor's format."""

    key = "plain_transcripts"
    label = "Transcript as text, WhatsApp chat, Teams or SIPREC record"
    side = "CONTACTS"
    reads = (
        'Text of "Name: words", one conversation a file; a chat that WhatsApp exported; call records of Teams (JSON); '
        "metadata of a recorded session (SIPREC, XML), which tell of the call and not what was said."
    )
    identity = (
        "The session's or call's own id; a text has that of option contact_id, or a digest of its words; a "
        "conversation of a WhatsApp chat a digest of its first message."
    )
    options = (
        STARTED_AT,
        TIME_ZONE,
        DATE_ORDER,
        OURS,
        Option(name="contact_id", question="Of which contact is this transcript, if that has an id (a session id)?"),
        Option(
            name="silence_hours",
            question="After how many hours of silence does a new contact begin in a chat?",
            default="24",
        ),
        Option(name="channel", question="By which channel was it, if a text?", choices=("VOICE", "CHAT", "OTHER")),
        ENCODING,
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is such a transcript."""
        plain = json_head(head)
        if all(mark in plain for mark in _TEAMS):
            return 0.85
        text = _text_of(head)
        if text.lstrip().startswith("<"):
            return 0.9 if "<recording" in text[:2000] and "<session" in text else 0.0
        if looks_like_whatsapp(text):
            return 0.95
        return _labelled_share(text)

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "TranscriptReading":
        """Understand `file`. Raises Unreadable when it is of another format."""
        if not self.recognise(head_of(file), options.get("filename", "")):
            raise Unreadable(f"This is no transcript. This source reads: {self.reads}")
        return TranscriptReading(file, options)


class TranscriptReading:
    """One delivery of transcripts."""

    def __init__(self, file: BinaryIO, options: Mapping[str, str]) -> None:
        self.notices: list[str] = []
        self._file, self._options, self._ours = file, options, Ours(options)
        head = unpacked_head(head_of(file))
        self._is_json = all(mark in json_head(head) for mark in _TEAMS)
        self._is_xml = _text_of(head).lstrip().startswith("<")
        self._silence = _hours(options.get("silence_hours") or "24")
        self._start = told_start(options)
        told_zone(options)

    def records(self) -> Iterator[RawRecord]:
        """Yield each conversation. Raises Unreadable."""
        if self._is_json:
            for count, item in enumerate(items(self._file), start=1):
                value = item.value if isinstance(item.value, dict) else {"value": item.value}
                is_call = not item.problem and all(mark.strip(b'"').decode() in value for mark in _TEAMS)
                yield RawRecord(count, teams_record(value) if is_call else value, item.line, item.problem)
            return
        if self._is_xml:
            yield RawRecord(1, siprec_record(unpacked(self._file).read(_LARGEST_XML)), 1)
            return
        content, notice = whole_text(self._file, self._options.get("encoding", ""))
        self._notice(notice)
        told = self._chat(content) if looks_like_whatsapp(content[:8192]) else self._text(content)
        for count, one in enumerate(told, start=1):
            yield RawRecord(count, one)

    def translate(self, record: RawRecord) -> Translation:
        """Turn one conversation into a contact. Raises BadRecord."""
        if "form" not in record.payload:
            raise BadRecord("This is no call record of Teams.")
        return from_payload(record.payload, self._ours)

    def _chat(self, content: str) -> Iterator[dict[str, Any]]:
        chat = messages_of(content, told_zone(self._options), told_order(self._options))
        if chat.left_out:
            self._notice(f"{chat.left_out} lines of the chat are no one's words (media, calls, news of the group).")
        yield from conversations(chat, self._silence)

    def _text(self, content: str) -> Iterator[dict[str, Any]]:
        if self._start is None:
            raise Unreadable(
                "A transcript as text does not say when it was. Say it (option started_at, such as "
                "2026-01-31T13:45:00+01:00)."
            )
        lines = conversation(content)
        digest = hashlib.sha256(repr([(one.name, one.words) for one in lines]).encode()).hexdigest()[:32]
        yield {
            "form": "text",
            "channel": self._options.get("channel", ""),
            "id": self._options.get("contact_id", "").strip() or f"transcript:{digest}",
            "is_part": bool(self._options.get("contact_id", "").strip()),
            "started_at": self._start.isoformat(),
            "lines": [{"speaker": one.name, "text": one.words, "offset": one.offset} for one in lines],
        }

    def _notice(self, sentence: str) -> None:
        if sentence and sentence not in self.notices:
            self.notices.append(sentence)


def _text_of(head: bytes) -> str:
    plain = unpacked_head(head)
    marked = plain[:2] in (b"\xff\xfe", b"\xfe\xff")
    return plain.decode("utf-16" if marked else "utf-8-sig", "replace")


def _labelled_share(text: str) -> float:
    """Return how sure it is that this is "Name: words": most of the first lines are, and names come back."""
    lines = [line for line in text.splitlines() if line.strip()][:40]
    if any(mark in text[:2000] for mark in ("-->", "\nFrom: ", "\nReceived: ", "Message-ID:", "\x00")):
        return 0.0
    if not lines or labelled(lines[0]) is None:
        return 0.0  # a table or a letter may hold such lines, but does not begin with one
    found = [one for line in lines if (one := labelled(line)) is not None]
    names, above = [one.name for one in found], sum(not one.words for one in found)
    speakers = set(names)
    comes_back = len(speakers) < len(names) or len(names) == 2
    return 0.6 if len(names) >= 2 and comes_back and len(names) * 2 + above >= len(lines) and len(speakers) > 1 else 0.0


def _hours(told: str) -> float:
    try:
        hours = float(told)
    except ValueError:
        hours = 0.0
    if not 0 < hours < 1_000_000:
        raise Unreadable(f"silence_hours is '{told[:20]}', which is no number of hours.")
    return hours
