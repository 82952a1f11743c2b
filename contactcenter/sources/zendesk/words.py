"""Zendesk's words for channels, changes and utterances, and the keys by which we put context into a payload."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import mapping, moment, number, text
from insights.intake.record import ChannelName

_NO_LETTERS = re.compile(r"[\W_]+")
# Added to a payload by the reading, so that a record which is mended later can still be understood alone.
KIND = "_kind"
REQUESTER = "_requester_id"
OPENED = "_ticket_created_at"
FIELD_OPTION = "field."  # "field.360001" names the ticket's custom field of that id

_CHANNELS: dict[str, ChannelName] = {
    "email": "EMAIL", "web": "WEB", "web_form": "WEB", "help_center": "WEB", "web_widget": "WEB", "voice": "VOICE",
    "phone_call_inbound": "VOICE", "phone_call_outbound": "VOICE", "phone": "VOICE", "voicemail": "VOICE",
    "chat": "CHAT", "chat_transcript": "CHAT", "messaging": "MESSAGING", "native_messaging": "MESSAGING",
    "whatsapp": "MESSAGING", "line": "MESSAGING", "telegram": "MESSAGING", "sunshine_conversations_api": "MESSAGING",
    "any_channel": "MESSAGING", "facebook": "SOCIAL", "twitter": "SOCIAL", "twitter_dm": "SOCIAL",
    "twitter_favorite": "SOCIAL", "instagram_dm": "SOCIAL", "sms": "SMS", "mobile": "APP", "mobile_sdk": "APP",
    "ios": "APP", "android": "APP", "answer_bot_for_web_widget": "BOT",
}  # fmt: skip


def revision(record: Mapping[str, Any], otherwise: datetime) -> int:
    """Return when the record last changed, in microseconds: updated_at, else when exported, else its beginning."""
    updated = moment(record, "updated_at")
    if updated is not None:
        return microseconds(updated)
    seconds = number(record, "generated_timestamp", least=0)
    return int(seconds * 1_000_000) if seconds and seconds < 7e9 else microseconds(otherwise)


def channel(record: Mapping[str, Any]) -> ChannelName:
    """Return the channel that via.channel means; one we do not know is OTHER."""
    return _CHANNELS.get(text(mapping(record, "via").get("channel")).lower(), "OTHER")


def turn_identity(said_at: datetime, words: str) -> str:
    """Return the id of an utterance out of when and what.

    A ticket's description is its first comment told again, without that comment's id: only so the two become one turn.
    """
    letters = _NO_LETTERS.sub("", words.lower())
    return f"{said_at:%Y%m%dT%H%M%SZ}-{hashlib.sha256(letters.encode()).hexdigest()[:12]}"
