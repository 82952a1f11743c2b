"""The door: which JSON is Twilio's, of which kind a record is, and what of a page explains its records."""

import re
from collections.abc import Mapping
from typing import Any, BinaryIO

from contactcenter.json_source import JsonReading
from contactcenter.sources.twilio.callbacks import as_event, is_callback
from contactcenter.sources.twilio.calls import from_call, from_segment, from_summary
from contactcenter.sources.twilio.streams import STREAM, UNTOLD, as_told_by_the_api, is_streamed
from contactcenter.sources.twilio.tasks import from_event, from_task
from contactcenter.sources.twilio.words import TRANSCRIPT, Speakers, from_message, from_sentence, from_transcript
from contactcenter.told import OURS, STARTED_AT, TIME_ZONE, Ours, told_start
from insights.intake.archives import unpacked
from insights.intake.documents import utf8
from insights.intake.json_source import head_of, json_head
from insights.intake.record import Excluded, Translation
from insights.intake.source import Option, Unreadable

_LISTS = (
    "transcripts", "sentences", "events", "tasks", "segments", "messages", "calls", "call_summaries", "conversations",
)  # fmt: skip
# What a record must hold to be of a kind; the first that fits.
_SHAPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("stream", ("specversion", "type")),
    ("summary", ("call_sid", "call_state")),
    ("sentence", ("media_channel", "transcript")),
    ("event", ("event_type", "event_data")),
    ("task", ("assignment_status", "attributes")),
    ("transcript", ("service_sid", "media_start_time")),
    ("segment", ("segment_id",)),
    ("segment", ("conversation_id", "segments")),
    ("message", ("conversation_sid", "body")),
    ("sms", ("body", "direction", "num_segments")),
    ("call", ("sid", "direction", "phone_number_sid")),
    ("untold", (UNTOLD,)),
    ("call", ("sid", "answered_by", "direction", "start_time")),
)
_MARKS = (
    b".twilio.com/", b'"account_sid"', b'"agent_team_name"', b'"media_channel"', b'"task_queue_sid"',
    b'"conversation_sid"', STREAM,
)  # fmt: skip
_STREAMED = (b'"specversion"', STREAM)
_TRANSCRIPT_URL = re.compile(rb"/Transcripts/(GT[0-9a-fA-F]{32}|GT[0-9A-Za-z]{32})/")


class Twilio:
    """Twilio's voice intelligence, TaskRouter, Flex Insights, calls and messages."""

    key = "twilio"
    label = "Twilio"
    side = "CONTACTS"
    reads = (
        "JSON of the API, pages or single: TaskRouter tasks and events, Voice Intelligence transcripts and sentences, "
        "Flex Insights segments and conversations, call summaries, calls, messages; TaskRouter's event callbacks; "
        "events of Event Streams."
    )
    identity = (
        "The sid (a segment's and a Flex conversation's own id); events add to their task, sentences to their "
        "transcript, messages to their conversation. date_updated is the revision."
    )
    options = (
        STARTED_AT,
        TIME_ZONE,
        OURS,
        Option(name="agent_channel", question="On which media channel does the agent speak?", choices=("1", "2")),
        Option(name="transcript_sid", question="Of which transcript (GT…) are these sentences, if the file is silent?"),
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is Twilio's."""
        if is_callback(head):
            return 0.9
        plain = json_head(head)
        if all(mark in plain for mark in _STREAMED):
            return 0.97  # surer than the standard's own envelope
        if not plain or not any(mark in plain for mark in _MARKS):
            return 0.0
        for _, keys in _SHAPES:
            if all(f'"{key}"'.encode() in plain for key in keys):
                return 0.9 if b".twilio.com/" in plain or b'"account_sid"' in plain else 0.7
        return 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> JsonReading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        head = head_of(file)
        if is_callback(head):
            return TwilioReading(as_event(file), options)
        if not self.recognise(head, ""):
            raise Unreadable(f"This is no JSON of Twilio's. This source reads: {self.reads}")
        return TwilioReading(file, options)


class TwilioReading(JsonReading):
    """One delivery of Twilio's."""

    def __init__(self, file: BinaryIO, options: Mapping[str, str]) -> None:
        super().__init__(file, "Twilio", _kind, self._translated, lists=_LISTS, prepare=self._prepared)
        self._speakers = Speakers(options.get("agent_channel", ""), Ours(options), told_start(options))
        self._transcript = options.get("transcript_sid", "").strip() or _transcript_in(file)

    def _prepared(self, value: dict[str, Any]) -> dict[str, Any]:
        kind = _kind(value)
        if kind == "stream" and is_streamed(value):
            return self._prepared(as_told_by_the_api(value))
        if kind == "transcript":
            self._speakers.learn(value)
        if kind == "sentence" and self._transcript:
            value = {**value, TRANSCRIPT: value.get("transcript_sid") or self._transcript}
        if kind == "sentence" and not self._speakers.knows(value) and not self.notices:
            self.notices.append(
                "Nothing says on which channel the agent speaks; these words count as nobody's (option agent_channel)."
            )
        return value

    def _translated(self, kind: str, value: Mapping[str, Any]) -> Translation:
        if kind == "transcript":
            return from_transcript(value)
        if kind == "sentence":
            return from_sentence(value, self._speakers)
        if kind in ("message", "sms"):
            return from_message(value, self._speakers)
        if kind in _UNTOLD:
            return _UNTOLD[kind]
        return _TRANSLATORS[kind](value)


_UNTOLD = {
    "stream": Excluded("CloudEvent of another system than Twilio"),
    "untold": Excluded("Event of the stream that tells nothing new of a contact"),
}
_TRANSLATORS = {
    "task": from_task,
    "event": from_event,
    "segment": from_segment,
    "summary": from_summary,
    "call": from_call,
}


def _kind(value: Mapping[str, Any]) -> str:
    return next((kind for kind, keys in _SHAPES if all(key in value for key in keys)), "")


def _transcript_in(file: BinaryIO) -> str:
    """Return the transcript that the address of a page names: its sentences do not name it themselves."""
    plain, tail = utf8(unpacked(file)), b""
    while piece := plain.read(1 << 20):
        if found := _TRANSCRIPT_URL.search(tail + piece):
            return found[1].decode()
        tail = piece[-80:]
    return ""
