"""Zendesk out of a warehouse: tables of tickets, comments and chats, told in the words of the API and read as those."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO

from contactcenter.sources.zendesk.conversation import from_comment
from contactcenter.sources.zendesk.directory import Directory
from contactcenter.sources.zendesk.tickets import from_ticket
from contactcenter.sources.zendesk.words import OPENED, REQUESTER, turn_identity
from insights.intake.archives import unpacked_head
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, required_moment, said, text
from insights.intake.record import Excluded, FeedbackRecord, SpeakerRole, Translation, TurnRecord
from insights.intake.source import BadRecord, Option, RawRecord, Unreadable
from insights.intake.table import as_record, unique_names
from insights.intake.table_options import FILE_OPTIONS, table_in
from insights.intake.wording import clean

# A table is known by columns that no other of them has together.
_TABLES = {
    "ticket": {"requester_id", "ticket_form_id", "via_channel"},
    "comment": {"ticket_id", "body", "user_id", "public"},
    "event": {"chat_id", "actor_id", "message"},
    "chat": {"chat_id", "visitor_id", "ticket_id"},
}
_TIMES = ("created_at", "updated_at", "created")
_ACTORS: dict[str, SpeakerRole] = {
    "agent": "AGENT",
    "end-user": "CUSTOMER",
    "visitor": "CUSTOMER",
    "__trigger": "BOT",
    "__system": "SYSTEM",
}


class ZendeskWarehouse:
    """Zendesk tables as a warehouse tool loads them."""

    key = "zendesk_warehouse"
    label = "Zendesk tables of a warehouse (CSV)"
    side = "CONTACTS"
    reads = "CSV of the tables ticket, ticket_comment, ticket_chat and ticket_chat_event, one a file; times are UTC."
    identity = "The ticket id; comments add to their ticket; a chat is chat:<id>. updated_at is the revision."
    options = (
        Option(name="reason_field", question="Which column holds the contact reason?"),
        *FILE_OPTIONS,
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is such a table."""
        first = unpacked_head(head).decode("utf-8-sig", "replace").split("\n", 1)[0]
        names = {name.strip().strip('"') for name in first.split(",")}
        if not _kind(names):
            return 0.0
        return 0.95 if "_fivetran_synced" in names or "_airbyte_extracted_at" in names else 0.8

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "WarehouseReading":
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        return WarehouseReading(file, options)


class WarehouseReading:
    """One table."""

    def __init__(self, file: BinaryIO, options: Mapping[str, str]) -> None:
        self._table = table_in(file, options)
        self.notices = self._table.notices
        first = next(iter(self._table.rows()), None)
        self._names = unique_names(first.cells) if first else []
        self._reason = options.get("reason_field", "").strip()
        self._kind = _kind(set(self._names))
        if not self._kind:
            raise Unreadable("By its columns this is no Zendesk table of tickets, comments, chats or chat events.")
        self._directory = Directory(options)
        self._asked: dict[str, tuple[str, str]] = {}  # of a ticket: when the first comment was written, and by whom
        self._agents: set[str] = set()
        self._survey_of_the_table()

    def records(self) -> Iterator[RawRecord]:
        """Yield every row. Raises Unreadable."""
        for count, row in enumerate(islice(self._table.rows(), 1, None), start=1):
            record, problem = as_record(self._names, row.cells)
            yield RawRecord(count, record, row.line, problem)

    def translate(self, record: RawRecord) -> Translation:
        """Turn one row into facts. Raises BadRecord."""
        row = _in_api_words(record.payload)
        if self._kind == "ticket":
            return from_ticket(_ticket(row, self._reason), self._directory)
        if self._kind == "comment":
            return from_comment(self._comment(row), self._directory)
        return self._from_chat_event(row) if self._kind == "event" else Excluded("Head of a chat; its events tell it")

    def _survey_of_the_table(self) -> None:
        """Read once who wrote first on each ticket, and who is named an agent anywhere."""
        for record in self.records() if self._kind in ("comment", "event") else ():
            row = record.payload
            actor, _, identity = text(row.get("actor_id")).partition(":")
            if actor == "agent" and identity:
                self._agents.add(identity)
            ticket, first = text(row.get("ticket_id")), (text(row.get("created")), text(row.get("user_id")))
            if self._kind == "comment" and ticket:
                self._asked[ticket] = min(self._asked.get(ticket, first), first)
        if self._asked:
            self.notices.append(
                "The table does not say who asked; who wrote first on a ticket was taken for the customer."
            )

    def _comment(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a comment in the words of the API, with who asked as far as the table tells."""
        opened, asked = self._asked.get(text(row.get("ticket_id")), ("", ""))
        known = {REQUESTER: asked, OPENED: f"{opened}Z" if opened else None}
        return {**row, "author_id": row.get("user_id"), "created_at": row.get("created"), **known}

    def _from_chat_event(self, row: Mapping[str, Any]) -> Translation:
        chat, at = identifier(row, "chat_id"), required_moment(row, "created_at")
        words = clean(text(row.get("message")))
        if text(row.get("type")) != "ChatMessage" or not words:
            return Excluded("Chat event without words")
        speaker, agent = self._speaker(text(row.get("actor_id")))
        turn = turn_identity(at, words)
        return (
            FeedbackRecord(
                kind="CONTACT",
                source_id=f"chat:{chat}",
                part=f"event:{turn}",
                revision=microseconds(at),
                occurred_at=at,
                channel="CHAT",
                agent=agent,
                turns=(TurnRecord(speaker=speaker, text=words, source_id=turn),),
            ),
        )

    def _speaker(self, actor: str) -> tuple[SpeakerRole, str]:
        """Return who speaks, and which agent. A bare number is a user: an agent if it is called so elsewhere."""
        kind, _, identity = actor.partition(":")
        if kind in _ACTORS:
            return _ACTORS[kind], identity if kind == "agent" else ""
        if kind.isdecimal():
            return ("AGENT", kind) if kind in self._agents else ("CUSTOMER", "")
        raise BadRecord(f"actor_id is '{actor[:40]}', which does not say who speaks.", "actor_id")


def _kind(names: set[str]) -> str:
    return next((kind for kind, columns in _TABLES.items() if columns <= names), "")


def _in_api_words(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with its times marked as the UTC they are in, and empty cells as not said."""
    told: dict[str, Any] = {name: cell if said(cell) else None for name, cell in row.items()}
    for name in _TIMES:
        if told.get(name) and not str(told[name]).rstrip().endswith("Z"):
            told[name] = f"{str(told[name]).strip()}Z"
    return told


def _ticket(row: Mapping[str, Any], reason_column: str) -> dict[str, Any]:
    writer = {"address": row.get("via_source_from_address"), "name": row.get("via_source_from_title")}
    via = {"channel": row.get("via_channel"), "source": {"from": writer, "rel": row.get("via_source_rel")}}
    custom = [
        {"id": name, "value": cell} for name, cell in row.items() if name.startswith("custom_") or name == reason_column
    ]
    return {**row, "via": via, "custom_fields": custom}
