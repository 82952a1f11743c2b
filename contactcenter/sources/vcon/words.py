"""What was said in a vCon: in its dialogs where they hold text, otherwise in the transcripts made of them."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from contactcenter.json_source import json_inside
from contactcenter.quoted import own_html, own_words
from contactcenter.sources.vcon.parties import Party, indexes
from contactcenter.speech import conversation, role_named, sides
from contactcenter.told import Ours
from insights.intake.dates import DateProblem, instant
from insights.intake.fields import members, said, text
from insights.intake.record import SpeakerRole, TurnRecord
from insights.intake.wording import clean, plain_text

_TRANSCRIPTS = ("diarized", "transcript", "wtf_transcription", "transcription")
_INSIDE = ("transcript", "segments", "messages", "turns", "utterances", "results", "dialog", "sentences", "text")
_WORDS = ("text", "message", "transcript", "body", "content", "sentence", "utterance")
_WHO = ("party", "parties", "speaker", "speaker_role", "role", "channel")
_WHEN = ("start", "start_time", "offset", "start_offset", "begin", "timestamp", "time", "start_seconds")
_ABSOLUTE = 100_000_000  # seconds: more than three years into a call, so an instant


def dialog_words(dialog: Mapping[str, Any]) -> str:
    """Return what a text dialog says itself: decoded, without markup, without what a mail quotes."""
    body = dialog.get("body")
    if isinstance(body, dict):
        body = next((body[name] for name in _WORDS if isinstance(body.get(name), str)), "")
    if not isinstance(body, str):
        return ""
    if text(dialog.get("encoding")).lower() == "base64url":
        body = _decoded(body)
    elif text(dialog.get("encoding")).lower() == "json":
        inside = json_inside(body)
        body = inside if isinstance(inside, str) else body
    kind = text(dialog.get("mediatype") or dialog.get("mimetype")).lower()
    if "html" in kind:
        body = own_html(body)
    words = clean(plain_text(body))
    return own_words(words) or words if is_mail(dialog) else words


def is_mail(dialog: Mapping[str, Any]) -> bool:
    """Say whether a text dialog is a mail."""
    kind = text(dialog.get("mediatype") or dialog.get("mimetype")).lower()
    return (
        "rfc822" in kind or text(dialog.get("application")).lower() == "email" or "@" in text(dialog.get("message_id"))
    )


def transcript_turns(
    value: Mapping[str, Any], parties: Sequence[Party], began: datetime, zone: tzinfo | None, ours: Ours
) -> tuple[TurnRecord, ...]:
    """Return the turns of the transcripts; of several of one dialog the one that tells the most speakers apart."""
    best: dict[str, tuple[TurnRecord, ...]] = {}
    for analysis in members(value, "analysis"):
        if not isinstance(analysis, dict) or text(analysis.get("type")).lower() not in _TRANSCRIPTS:
            continue
        which = repr(analysis.get("dialog"))
        turns = _turns_in(_body(analysis), parties, began, zone, ours)
        if _worth(turns) > _worth(best.get(which, ())):
            best[which] = turns
    return tuple(turn for turns in best.values() for turn in turns)


def _worth(turns: Sequence[TurnRecord]) -> tuple[int, int]:
    return len({turn.speaker for turn in turns} - {"SYSTEM"}), int(bool(turns))


def _body(analysis: Mapping[str, Any]) -> Any:
    body = analysis.get("body")
    if isinstance(body, str) and text(analysis.get("encoding")).lower() == "base64url":
        body = _decoded(body)
    return json_inside(body)


def _turns_in(
    body: Any, parties: Sequence[Party], began: datetime, zone: tzinfo | None, ours: Ours
) -> tuple[TurnRecord, ...]:
    if isinstance(body, str):
        return _turns_of_text(body, parties, ours)
    if isinstance(body, dict):
        lists = [name for name in (*_INSIDE, "channels") if isinstance(body.get(name), list)]
        inside = body[lists[0]] if lists else next((body[name] for name in _INSIDE if body.get(name)), None)
        return _turns_in(inside, parties, began, zone, ours) if inside is not body else ()
    if isinstance(body, list):
        return _turns_of_list(body, parties, began, zone, ours)
    return ()


def _turns_of_text(body: str, parties: Sequence[Party], ours: Ours) -> tuple[TurnRecord, ...]:
    lines = conversation(body)
    known = {one.name.lower(): one.role for one in parties if one.name and one.role}
    spoken: dict[str, SpeakerRole] = {}
    for name, side in sides((line.name for line in lines), ours).items():
        spoken[name] = known.get(name.lower()) or side
    return tuple(TurnRecord(speaker=spoken[line.name], text=line.words, offset_seconds=line.offset) for line in lines)


def _turns_of_list(
    listed: list[Any], parties: Sequence[Party], began: datetime, zone: tzinfo | None, ours: Ours
) -> tuple[TurnRecord, ...]:
    some = [one for one in listed if isinstance(one, dict)]
    names = sides((text(one[key]) for one in some for key in _WHO if isinstance(one.get(key), str)), ours)
    found = []
    for one in some:
        words = next((one[name] for name in _WORDS if isinstance(one.get(name), str)), "")
        words = clean(plain_text(words))
        if words:
            found.append(
                TurnRecord(speaker=_speaker(one, parties, names), text=words, offset_seconds=_offset(one, began, zone))
            )
    return tuple(found)


def _speaker(one: Mapping[str, Any], parties: Sequence[Party], names: Mapping[str, SpeakerRole]) -> SpeakerRole:
    for key in _WHO:
        value = one.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str) and said(value):
            told = next((party.role for party in parties if party.role and party.name == text(value)), None)
            return told or role_named(value) or names.get(text(value), "SYSTEM")
        if isinstance(value, int) and not isinstance(value, bool) and key != "channel" and 0 <= value < len(parties):
            return parties[indexes(value, key, len(parties))[0]].speaker
    return "SYSTEM"


def _offset(one: Mapping[str, Any], began: datetime, zone: tzinfo | None) -> float | None:
    """Return the seconds from the beginning; some transcripts tell the instant instead."""
    value = next((one[key] for key in _WHEN if said(one.get(key))), None)
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is not None and 0 <= number < _ABSOLUTE:
        return number
    try:
        return max(0.0, (instant(value, zone=zone) - began).total_seconds())
    except DateProblem:
        return None


def _decoded(body: str) -> str:
    try:
        return base64.urlsafe_b64decode(body.strip() + "=" * (-len(body.strip()) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
