"""WhatsApp's export of a chat: one message after the other, times to the minute, dates in the telephone's order."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from insights.intake.dates import DateOrder, DateProblem, instant, order_of
from insights.intake.source import Unreadable

_MESSAGE = re.compile(
    r"^\u200e?\[?(?P<day>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}),?\s+(?:(?:à|às|um|om|kl\.?|a las)\s+)?"
    r"(?P<asian>[上下]午|午[前後]|오[전후])?\s?(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)"
    r"(?:\s*(?P<half>[AaPp])\.?\s?[Mm]\.?)?(?:\]\s*(?:[-–]\s*)?|\s*[-–]\s+)(?P<rest>.*)$"
)
_SPOKEN = re.compile(r"^\u200e?(?P<name>[^:]{1,80}):\s(?P<words>.*)$", re.DOTALL)
# What WhatsApp says itself, in any language: before it stands a mark, or it stands in angle brackets, or it is the
# name of a file that was attached.
_LEFT_OUT = re.compile(
    r"^(?:\u200e.*|<[^<>]{3,60}>|\S+ (?:omitted|weggelassen)|[\w-]+\.\w{2,4} \([^()]{4,40}\)"
    r"|This message was deleted\.?|You deleted this message\.?|Diese Nachricht wurde gelöscht\.?"
    r"|Missed (?:voice|video) call.*)$",
    re.IGNORECASE | re.DOTALL,
)
_EDITED = re.compile(
    r"\s*<(?:This message was edited|Diese Nachricht wurde bearbeitet|Ce message a été modifié|Se editó este mensaje"
    r"|Mensagem editada|Deze? bericht is bewerkt|Questo messaggio è stato modificato)\.?>$"
)


@dataclass(slots=True)
class Chat:
    """An export taken apart: its messages, and how many lines were no one's words."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    left_out: int = 0


def looks_like_whatsapp(text: str) -> bool:
    """Say whether one of the first lines is a message of WhatsApp's."""
    lines = [line for line in text.splitlines() if line.strip()][:5]
    return any((found := _MESSAGE.match(line)) is not None and _SPOKEN.match(found["rest"]) for line in lines)


def messages_of(text: str, zone: tzinfo | None, order: DateOrder | None) -> Chat:
    """Return the chat. Raises Unreadable when its dates can mean two things or its times lie in no known zone."""
    lines = text.replace("\u202f", " ").replace("\xa0", " ").split("\n")
    found = [(number, _MESSAGE.match(line), line) for number, line in enumerate(lines, start=1)]
    order = order or order_of(one["day"] for _, one, _ in found if one)
    chat = Chat()
    for number, message, line in found:
        if message is None:
            if chat.messages and line.strip():
                chat.messages[-1]["text"] += f"\n{line.strip()}"
            continue
        at = _moment(message, number, zone, order)
        spoken = _SPOKEN.match(message["rest"])
        if spoken is None or _LEFT_OUT.match(spoken["words"].strip()):
            chat.left_out += 1
            continue
        words = _EDITED.sub("", spoken["words"].replace("\u200e", "").strip())
        chat.messages.append({"at": at.isoformat(), "speaker": spoken["name"].strip(), "text": words, "line": number})
    return chat


def conversations(chat: Chat, silence_hours: float) -> Iterator[dict[str, Any]]:
    """Yield each conversation of a chat: after so many hours of silence another one begins."""
    current: list[dict[str, Any]] = []
    for message in chat.messages:
        at = datetime.fromisoformat(message["at"])
        if current and at - datetime.fromisoformat(current[-1]["at"]) > timedelta(hours=silence_hours):
            yield _conversation(current)
            current = []
        current.append(message)
    if current:
        yield _conversation(current)


def _conversation(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the messages with an id out of the first of them: it stays when the chat goes on."""
    first = messages[0]
    began = datetime.fromisoformat(first["at"])
    told = repr((first["at"], first["speaker"], first["text"]))
    return {
        "form": "whatsapp",
        "id": "whatsapp:" + hashlib.sha256(told.encode()).hexdigest()[:32],
        "started_at": first["at"],
        "ended_at": messages[-1]["at"],
        "lines": [
            {
                "speaker": one["speaker"],
                "text": one["text"],
                "offset": (datetime.fromisoformat(one["at"]) - began).total_seconds(),
            }
            for one in messages
        ],
    }


def _moment(message: re.Match[str], number: int, zone: tzinfo | None, order: DateOrder | None) -> datetime:
    half = f" {message['half']}M" if message["half"] else ""
    if message["asian"]:
        half = " AM" if message["asian"] in ("上午", "午前", "오전") else " PM"
    try:
        return instant(f"{message['day']} {message['clock'].replace('.', ':')}{half}", zone=zone, order=order)
    except DateProblem as problem:
        raise Unreadable(f"Line {number}: {problem}") from None
