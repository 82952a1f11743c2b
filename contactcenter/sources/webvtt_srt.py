"""Subtitles as transcripts: WebVTT, SRT and SBV. One file is one conversation, a cue is a turn."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from typing import Any, BinaryIO

from contactcenter.speech import labelled, persons, seconds, sides
from contactcenter.told import ENCODING, OURS, STARTED_AT, TIME_ZONE, Ours, told_start
from insights.intake.archives import unpacked_head
from insights.intake.dates import DateProblem, instant, microseconds
from insights.intake.fields import number, required_moment, text
from insights.intake.plain_text import whole_text
from insights.intake.record import ChannelName, ContactRecord, CustomerRecord, FeedbackRecord, Translation, TurnRecord
from insights.intake.source import BadRecord, Option, RawRecord, Unreadable
from insights.intake.wording import clean, plain_text

_CLOCK = r"(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TIMING = re.compile(rf"^\s*({_CLOCK})\s*-->\s*({_CLOCK})(?:\s.*)?$")
_SBV = re.compile(r"^\s*(\d{1,2}:\d{2}:\d{2}\.\d{3}),(\d{1,2}:\d{2}:\d{2}\.\d{3})\s*$")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_TAG = re.compile(r"</?[a-z][^<>]*>|<(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{3}>|\{\\[^}]*\}", re.IGNORECASE)
_WEBEX = re.compile(r'^\d+ "(?P<name>[^"]{1,120})" \(\d+\)\s*$')  # the name of a cue is its speaker's
_ZOOM = re.compile(r"GMT(\d{8})-(\d{2})(\d{2})(\d{2})")
_LANGUAGE = re.compile(r"^Language:\s*([A-Za-z-]{2,12})\s*$", re.MULTILINE)
_LONGEST = 10_000_000  # seconds
_NO_START = (
    "Subtitles count from 0 and do not say when the conversation was. Say it (option started_at, such as "
    "2026-01-31T13:45:00+01:00)."
)


class WebvttSrt:
    """Transcripts in the form of subtitles."""

    key = "webvtt_srt"
    label = "Transcript as subtitles (WebVTT, SRT, SBV)"
    side = "CONTACTS"
    reads = "One conversation a file, as WebVTT (also of Zoom and Teams), SRT or SBV."
    identity = "A digest of the cues, since subtitles have no id; or the id that is told (option contact_id)."
    options = (
        STARTED_AT,
        TIME_ZONE,
        OURS,
        Option(name="contact_id", question="Which contact is it, if it has an id?"),
        Option(
            name="channel", question="By which channel was it?", choices=("VOICE", "CHAT", "OTHER"), default="VOICE"
        ),
        ENCODING,
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` holds subtitles."""
        plain = _start(head)
        if plain.startswith("WEBVTT") and plain[6:7] in ("", " ", "\t", "\n", "\r"):
            return 0.98
        lines = [line.strip() for line in plain.splitlines() if line.strip()][:3]
        if len(lines) > 1 and ((lines[0].isdecimal() and "-->" in lines[1]) or _TIMING.match(lines[0])):
            return 0.95
        return 0.95 if lines and _SBV.match(lines[0]) else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "SubtitleReading":
        """Understand `file`. Raises Unreadable when it is of another format, or where a cue has no times."""
        content, notice = whole_text(file, options.get("encoding", ""))
        if not self.recognise(content[:4096].encode(), ""):
            raise Unreadable(f"These are no subtitles. This source reads: {self.reads}")
        return SubtitleReading(content, notice, options)


_CHANNELS: Mapping[str, ChannelName] = {"CHAT": "CHAT", "OTHER": "OTHER"}


class SubtitleReading:
    """One transcript."""

    def __init__(self, content: str, notice: str, options: Mapping[str, str]) -> None:
        self.notices: list[str] = [notice] if notice else []
        self._ours = Ours(options)
        self._channel: ChannelName = _CHANNELS.get(options.get("channel", ""), "VOICE")
        self._cues = list(_without_repetitions(_cues(content)))
        if not self._cues:
            raise Unreadable("The subtitles hold no words.")
        start = told_start(options) or _start_in(options.get("filename", ""))
        if start is None:
            raise Unreadable(_NO_START)
        language = _LANGUAGE.search(content[:2000])
        self._payload: dict[str, Any] = {
            "id": options.get("contact_id", "").strip() or _digest(self._cues),
            "started_at": start.astimezone(UTC).isoformat(),
            "language": language[1] if language else "",
            "cues": self._cues,
        }
        self._say_who_is_unknown()

    def records(self) -> Iterator[RawRecord]:
        """Yield the conversation."""
        yield RawRecord(1, self._payload, 1)

    def translate(self, record: RawRecord) -> Translation:
        """Turn the conversation into a contact. Raises BadRecord."""
        payload = record.payload
        cues = [one for one in payload.get("cues") or () if isinstance(one, dict)]
        if not cues:
            raise BadRecord("The conversation holds no cues.", "cues")
        at = required_moment(payload, "started_at")
        length = max(number(one, "end", least=0) or 0.0 for one in cues)
        names = [text(one.get("speaker")) for one in cues]
        spoken = sides(names, self._ours)
        turns = tuple(
            TurnRecord(
                speaker=spoken[name],
                text=text(one.get("text")),
                offset_seconds=number(one, "start", least=0),
            )
            for name, one in zip(names, cues, strict=True)
        )
        return (
            FeedbackRecord(
                kind="CONTACT",
                source_id=text(payload.get("id")),
                occurred_at=at,
                revision=microseconds(at),
                channel=self._channel,
                customer=CustomerRecord(names=persons(spoken)) if persons(spoken) else None,
                agent=next((name for name, side in spoken.items() if side == "AGENT"), "")[:120],
                language=text(payload.get("language"))[:12],
                turns=turns,
                contact=ContactRecord(talk_seconds=length, ended_at=at + timedelta(seconds=min(length, _LONGEST))),
            ),
        )

    def _say_who_is_unknown(self) -> None:
        spoken = sides((one["speaker"] for one in self._cues), self._ours)
        unknown = [name or "nobody named" for name, side in spoken.items() if side == "SYSTEM"]
        if unknown:
            self.notices.append(
                f"Nothing says on which side these speak: {', '.join(unknown)[:200]}. Their words count as nobody's; "
                "name the agents (option ours)."
            )


def _start(head: bytes) -> str:
    plain = unpacked_head(head)
    marked = plain[:2] in (b"\xff\xfe", b"\xfe\xff")
    return plain.decode("utf-16" if marked else "utf-8-sig", "replace").lstrip()


def _start_in(filename: str) -> datetime | None:
    """Return the instant in a file's name as Zoom writes it, None when it has none."""
    found = _ZOOM.search(filename)
    try:
        return instant(f"{found[1]} {found[2]}:{found[3]}:{found[4]}Z") if found else None
    except DateProblem:
        return None


def _digest(cues: list[dict[str, Any]]) -> str:
    told = repr([(one["start"], one["end"], one["speaker"], one["text"]) for one in cues])
    return "subtitles:" + hashlib.sha256(told.encode()).hexdigest()[:32]


def _cues(content: str) -> Iterator[dict[str, Any]]:
    """Yield each cue's turns. What stands before the first timing, between blocks and in notes is passed over."""
    lines = content.split("\n")
    is_webvtt = content.lstrip("\ufeff").startswith("WEBVTT")
    timings = [place for place, line in enumerate(lines) if "-->" in line or _SBV.match(line)]
    before = ""
    for place, after in pairwise([*timings, len(lines)]):
        start, end = _times(lines[place], place + 1)
        named = _WEBEX.match(lines[place - 1]) if is_webvtt and place else None
        before = named["name"] if named else before
        for speaker, words in _voices(_block(lines[place + 1 : after], is_webvtt, after < len(lines))):
            before = speaker or before
            yield {"start": start, "end": end, "speaker": before, "text": words, "line": place + 1}


def _times(line: str, number: int) -> tuple[float, float]:
    found = _TIMING.match(line) or _SBV.match(line)
    if not found:
        raise Unreadable(f"Line {number}: '{line.strip()[:80]}' is no time from and to. Mend the line and try again.")
    start, end = seconds(found[1]), seconds(found[2])
    if end < start:
        raise Unreadable(f"Line {number}: the cue ends ({found[2]}) before it begins ({found[1]}).")
    return start, end


def _block(lines: list[str], is_webvtt: bool, goes_on: bool) -> list[str]:
    """Return the lines of a cue's text. In WebVTT a blank line ends it; in SRT the number of the next cue does."""
    if is_webvtt:
        return [line.strip() for line in takewhile(str.strip, lines)]
    words = [line.strip() for line in lines if line.strip()]
    return words[:-1] if goes_on and words and words[-1].isdecimal() else words


def _voices(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield who says what in a cue: <v Name> in WebVTT, "Name: words" as Zoom and Teams write it, or nobody named."""
    marked = "\n".join(lines)
    pieces = _VOICE.split(marked)
    if len(pieces) > 1:
        told = [("", pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]
        for name, words in told:
            if said := _plain(words):
                yield clean(plain_text(name)), said
        return
    spoken: list[tuple[str, str]] = []
    for line in _plain(marked).split("\n"):
        named = labelled(line)
        if named is not None and named.words:
            spoken.append((named.name, named.words))
        elif line and spoken:
            spoken[-1] = (spoken[-1][0], f"{spoken[-1][1]}\n{line}")
        elif line:
            spoken.append(("", line))
    yield from spoken


def _plain(marked: str) -> str:
    lines = (" ".join(plain_text(_TAG.sub("", line)).split()) for line in marked.split("\n"))
    return clean("\n".join(line for line in lines if line))


def _without_repetitions(cues: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Leave out the lines that roll up: live captions show the line before once more above the new one."""
    shown: list[str] = []
    for cue in cues:
        lines = cue["text"].split("\n")
        fresh = lines
        for length in range(min(len(lines), len(shown)), 0, -1):
            if shown[-length:] == lines[:length]:
                fresh = lines[length:]
                break
        shown = lines
        if fresh:
            yield {**cue, "text": "\n".join(fresh)}
