"""A mailbox as a stream of messages: one after the other, each bounded, never the whole in memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LARGEST_MESSAGE = 64 * 2**20
_LONGEST_LINE = 2**20
_SEPARATOR = re.compile(
    rb"^From (?:\S+ +|.{0,200}? )?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +[A-Za-z0-9]{1,3} +[A-Za-z0-9]{1,3} .*\d{2}:\d{2}"
)
_HEADER = re.compile(rb"^(?:[!-9;-~]{1,70}:|>?From |[ \t]+\S)")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(slots=True)
class Message:
    """One message as it stands in the file: its bytes, the line it begins on, and what the mailbox says before it."""

    content: bytes
    line: int
    separator: str = ""
    is_too_long: bool = False


def looks_like_mail(head: bytes) -> bool:
    """Say whether a file begins with the headers of a mail, or with a mailbox's line before them."""
    lines = head.lstrip().split(b"\n", 60)
    if lines and lines[0].startswith(b"From "):
        lines = lines[1:]
    names: set[bytes] = set()
    for line in lines:
        if not line.strip():
            break
        if not _HEADER.match(line):
            return False
        if not line[:1].isspace():
            names.add(line.partition(b":")[0].strip().lower())
    known = {b"from", b"to", b"subject", b"date", b"message-id", b"received", b"mime-version", b"return-path"}
    return len(names & known) >= 2


def messages(file: BinaryIO) -> Iterator[Message]:
    """Yield the messages of a mailbox, or the one of an .eml file. Text before a mailbox's first message is one too.

    A line "From …" separates only behind an empty line and before a header: in a text it is a sentence.
    """
    head = file.read(8192)
    file.seek(0)
    is_single = not head.lstrip().startswith(b"From ") and looks_like_mail(head)
    current, size, number, before, waiting = Message(b"", 1), 0, 0, b"", b""
    pieces: list[bytes] = []
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if waiting:
            if _HEADER.match(line) and line.strip():
                if any(piece.strip() for piece in pieces) or current.separator:
                    yield _finished(current, pieces)
                current = Message(b"", number - 1, waiting.decode("utf-8", "replace").strip())
                pieces, size = [], 0
            else:
                pieces.append(waiting)
            waiting = b""
        if not is_single and not before.strip() and line.startswith(b"From ") and _SEPARATOR.match(line):
            waiting = line
        elif size < LARGEST_MESSAGE:
            pieces.append(line)
            size += len(line)
        else:
            current.is_too_long = True
        before = line
    pieces.append(waiting)
    if any(piece.strip() for piece in pieces) or current.separator:
        yield _finished(current, pieces)


def _finished(message: Message, pieces: list[bytes]) -> Message:
    content = b"".join(pieces)
    message.content = _QUOTED_FROM.sub(rb"\1", content) if message.separator else content
    return message
