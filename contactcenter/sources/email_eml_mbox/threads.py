"""Which mails belong together: by what they refer to, else by subject and people; and who opened, who answered."""

import hashlib
import re
from datetime import datetime
from email.message import Message
from itertools import pairwise

from contactcenter.sources.email_eml_mbox.body import header, people

_IDENTITY = re.compile(r"<([^<>\s]{1,900})>")
_REPLY = re.compile(r"^\s*(?:(?:re|aw|antw|sv|vs|rif|ref|fw|fwd|wg|tr|rv|enc)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


def identity_of(message: Message, content: bytes) -> str:
    """Return the Message-ID, or a digest of the mail where it has none."""
    found = _IDENTITY.search(header(message, "Message-ID"))
    return found[1] if found else "digest:" + hashlib.sha256(content.strip()).hexdigest()[:32]


def copy_of(message: Message, identity: str) -> str:
    """Return what tells mails apart that claim the same Message-ID: the digest of it, the date and the sender."""
    told = repr((identity, header(message, "Date"), people(message, "From")))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def parents_of(message: Message) -> list[str]:
    """Return the mails that this one refers to, the oldest first."""
    found = _IDENTITY.findall(header(message, "References")) + _IDENTITY.findall(header(message, "In-Reply-To"))
    return list(dict.fromkeys(found))


def subject_of(message: Message) -> tuple[str, bool]:
    """Return the subject without "Re:" and its like, and whether there was one."""
    subject = header(message, "Subject")
    bare = _REPLY.sub("", subject)
    return bare.strip(), bare != subject


class Threads:
    """The threads of one delivery, learned in a first pass over all headers."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._subjects: dict[tuple[str, frozenset[str]], str] = {}
        self._mails: list[tuple[str, datetime | None, str, bool]] = []
        self._opened: dict[str, tuple[datetime, str, bool]] = {}
        self._answered: dict[str, tuple[datetime, str]] = {}

    def add(self, message: Message, identity: str, sent: datetime | None) -> None:
        """Learn what one mail says of its thread."""
        parents = [one for one in parents_of(message) if one != identity]
        subject, is_reply = subject_of(message)
        everyone = people(message, "From", "To", "Cc")
        key = (subject.lower(), frozenset(address for _, address in everyone))
        if not parents and is_reply and key in self._subjects:
            parents = [self._subjects[key]]
        for older, newer in pairwise([*parents, identity]):
            if newer != older and self.root(older) != newer:
                self._parent.setdefault(newer, older)
        self._subjects.setdefault(key, identity)
        sender = next((address for _, address in people(message, "From")), "")
        answers = is_reply or bool(header(message, "In-Reply-To"))
        self._mails.append((identity, sent, sender, answers))

    def root(self, identity: str) -> str:
        """Return the oldest mail known of the thread."""
        seen = {identity}
        while (parent := self._parent.get(identity)) is not None and parent not in seen:
            seen.add(parent)
            identity = parent
        return identity

    def settle(self) -> None:
        """Find out who opened each thread, and who answered first."""
        timed = sorted((sent, identity, sender, reply) for identity, sent, sender, reply in self._mails if sent)
        for sent, identity, sender, is_reply in timed:
            root = self.root(identity)
            opened = self._opened.setdefault(root, (sent, sender, is_reply))
            if sender != opened[1]:
                self._answered.setdefault(root, (sent, sender))
        self._mails.clear()

    def opened(self, root: str) -> tuple[datetime, str] | None:
        """Return when and by whom a thread was opened, None when its first mail is not here."""
        found = self._opened.get(root)
        return (found[0], found[1]) if found and not found[2] else None

    def first_answer(self, root: str) -> tuple[datetime, str] | None:
        """Return when and by whom it was first answered by somebody else."""
        return self._answered.get(root)
