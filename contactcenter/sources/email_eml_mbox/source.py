"""The door: which files are mails, and how each of them becomes a contact or adds to one."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message as Mail
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO

from contactcenter.sources.email_eml_mbox.body import header, people, words_of
from contactcenter.sources.email_eml_mbox.contact import from_mail
from contactcenter.sources.email_eml_mbox.mailbox import Message, looks_like_mail, messages
from contactcenter.sources.email_eml_mbox.threads import Threads, copy_of, identity_of, subject_of
from contactcenter.told import OURS, TIME_ZONE, Ours, told_zone
from insights.intake.archives import unpacked, unpacked_head
from insights.intake.dates import DateProblem, instant
from insights.intake.json_source import head_of
from insights.intake.record import Translation
from insights.intake.source import Option, RawRecord, Unreadable

_AUTOMATIC = ("auto-replied", "auto-generated", "auto-notified")
_BULK = ("bulk", "junk", "auto_reply", "list")
_MACHINES = ("mailer-daemon@", "postmaster@")


class EmailEmlMbox:
    """Mails as files."""

    key = "email_eml_mbox"
    label = "E-mail (.eml, .mbox)"
    side = "CONTACTS"
    reads = "Single mails (.eml) and mailboxes (.mbox), plain or packed; attachments are ignored."
    identity = (
        "A thread is one contact, known by the Message-ID of its first mail; each mail adds to it once, known by "
        "Message-ID, date and sender, or by a digest."
    )
    options = (
        OURS,
        TIME_ZONE,
        Option(name="sent_at", question="When was a mail sent that does not say so itself?"),
        Option(name="queue", question="Of which queue or mailbox are these mails?"),
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` holds mails."""
        plain = unpacked_head(head).removeprefix(b"\xef\xbb\xbf")
        named = filename.lower().removesuffix(".gz").endswith((".eml", ".mbox", ".mbx"))
        if looks_like_mail(plain):
            return 0.97 if named else 0.9
        return 0.6 if named and b"\nFrom " in plain and b"\nSubject:" in plain else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "MailReading":
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        head = head_of(file)
        if not self.recognise(head, options.get("filename", "") or ".mbox"):
            raise Unreadable(f"This is no mail and no mailbox. This source reads: {self.reads}")
        return MailReading(file, options)


class MailReading:
    """One delivery of mails."""

    def __init__(self, file: BinaryIO, options: Mapping[str, str]) -> None:
        self.notices: list[str] = []
        self._file, self._ours, self._zone = file, Ours(options), told_zone(options)
        self._queue = options.get("queue", "").strip()
        self._sent_at = options.get("sent_at", "").strip()
        try:
            if self._sent_at:
                instant(self._sent_at, zone=self._zone)
        except DateProblem as problem:
            raise Unreadable(f"sent_at: {problem}") from None

    def records(self) -> Iterator[RawRecord]:
        """Yield every mail. The first pass reads the headers only, so that threads are known in any order."""
        threads = Threads()
        for one in messages(unpacked(self._file)):
            mail = message_from_bytes(_headers(one.content))
            threads.add(mail, _identity(mail, one), _when(self._sent(mail, one)))
        threads.settle()
        attachments = guessed = 0
        for number, one in enumerate(messages(unpacked(self._file)), start=1):
            payload, problem = self._payload(one, threads)
            attachments += payload.get("attachments", 0)
            guessed += not self._ours and not problem
            if number == 1 and problem == _NO_MAIL:
                self.notices.append("What stands before the first mail of the mailbox is no mail and was set aside.")
            yield RawRecord(number, payload, one.line, problem)
        if attachments:
            self.notices.append(f"{attachments} attachments were ignored.")
        if guessed:
            self.notices.append(
                "Nobody said which addresses are the company's: who opened a thread was taken for the customer, and "
                "where its first mail is not here the words count as nobody's. Say it with option ours."
            )

    def translate(self, record: RawRecord) -> Translation:
        """Turn one mail into a contact or a part of one. Raises BadRecord."""
        return from_mail(record.payload, self._ours, self._zone, self._queue)

    def _payload(self, one: Message, threads: Threads) -> tuple[dict[str, Any], str]:
        if one.is_too_long:
            return {"line": one.line}, "The mail is larger than 64 MB."
        mail = message_from_bytes(one.content)
        sender = people(mail, "From") or people(mail, "Sender") or people(mail, "Return-Path")
        if not sender and not header(mail, "Subject"):
            return {"text": one.content[:500].decode("utf-8", "replace")}, _NO_MAIL
        identity = _identity(mail, one)
        root = threads.root(identity)
        opened, answer = threads.opened(root), threads.first_answer(root)
        text, attachments = words_of(mail)
        return {
            "id": identity,
            "copy": copy_of(mail, identity),
            "thread": root,
            "date": self._sent(mail, one),
            "from": sender[:1],
            "to": people(mail, "To", "Cc", "Delivered-To")[:50],
            "subject": subject_of(mail)[0][:300],
            "text": text,
            "attachments": attachments,
            "opened_at": opened[0].isoformat() if opened else "",
            "opened_by": opened[1] if opened else "",
            "answered_at": answer[0].isoformat() if answer else "",
            "answered_by": answer[1] if answer else "",
            "automatic": _is_automatic(mail, sender),
        }, ""

    def _sent(self, mail: Mail, one: Message) -> str:
        """Return when a mail was sent: as it says, as a server says that received it, as the mailbox says, or told."""
        received = str(mail.get("Received") or "").rpartition(";")[2]
        for told in (header(mail, "Date"), received):
            if found := _date(told):
                return found
        return _mailbox_date(one.separator) or self._sent_at


_NO_MAIL = "This is no mail: it names neither a sender nor a subject."


def _headers(content: bytes) -> bytes:
    for end in (b"\n\n", b"\r\n\r\n"):
        place = content.find(end)
        if place >= 0:
            return content[: place + len(end)]
    return content


def _identity(mail: Mail, one: Message) -> str:
    return identity_of(mail, one.content)


def _date(told: str) -> str:
    """Return a mail's date in ISO form; one without a zone stays without, and is asked about later."""
    try:
        found = parsedate_to_datetime(told.strip())
        if found.tzinfo is None and "-0000" in told:
            found = found.replace(tzinfo=UTC)
        return found.isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _mailbox_date(separator: str) -> str:
    """Return the date in a mailbox's "From …" line, which is UTC by its standard (RFC 4155)."""
    words = separator.split()
    for first in range(1, len(words)):
        with_zone = f"{' '.join(words[first:])}"
        try:
            found = datetime.strptime(with_zone[:40], "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        except ValueError:
            continue
        return found.isoformat()
    return ""


def _when(told: str) -> datetime | None:
    try:
        return instant(told) if told else None
    except DateProblem:
        return None


def _is_automatic(mail: Mail, sender: list[tuple[str, str]]) -> bool:
    told = header(mail, "Auto-Submitted").lower()
    return (
        told.startswith(_AUTOMATIC)
        or header(mail, "Precedence").lower() in _BULK
        or bool(header(mail, "X-Autoreply") or header(mail, "X-Autorespond"))
        or mail.get_content_type() == "multipart/report"
        or any(address.startswith(_MACHINES) for _, address in sender)
    )
