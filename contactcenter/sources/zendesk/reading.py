"""Reading a Zendesk delivery: which record is of which kind, and what of one helps to understand another."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, BinaryIO

from contactcenter.sources.zendesk.account_export import is_account_export, with_people
from contactcenter.sources.zendesk.calls import from_call
from contactcenter.sources.zendesk.conversation import (
    from_audit,
    from_comment,
    from_message,
    from_ticket_event,
    requester_in,
)
from contactcenter.sources.zendesk.directory import Directory
from contactcenter.sources.zendesk.metrics import from_metric_event, from_metrics
from contactcenter.sources.zendesk.notices import as_message, as_ticket, is_notice
from contactcenter.sources.zendesk.ratings import from_rating
from contactcenter.sources.zendesk.survey_responses import TWICE, from_survey_response
from contactcenter.sources.zendesk.tickets import from_ticket
from contactcenter.sources.zendesk.words import KIND, OPENED, REQUESTER
from insights.intake.archives import unpacked
from insights.intake.documents import Item, items, utf8
from insights.intake.json_source import loaded
from insights.intake.record import Excluded, Translation
from insights.intake.source import BadRecord, RawRecord, Unreadable

_LISTS = {
    "tickets": "ticket", "results": "", "audits": "audit", "ticket_audits": "audit", "ticket_events": "event",
    "comments": "comment", "ticket_comments": "comment", "satisfaction_ratings": "rating", "calls": "call",
    "legs": "leg", "ticket_metrics": "metrics", "metric_sets": "metrics",
    "ticket_metric_events": "metric_event", "survey_responses": "survey_response",
}  # fmt: skip
_DIRECTORY = {"users": "user", "groups": "group"}
_WRAPPERS = {
    "ticket": "ticket", "audit": "audit", "comment": "comment", "satisfaction_rating": "rating", "call": "call",
    "ticket_metric": "metrics", "user": "user", "group": "group", "survey_response": "survey_response",
}  # fmt: skip
# What a record without a name around it must hold to be of a kind; the first that fits.
_SHAPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("event", ("ticket_id", "child_events")),
    ("audit", ("ticket_id", "events")),
    ("metric_event", ("ticket_id", "metric", "instance_id")),
    ("metrics", ("ticket_id", "reply_time_in_minutes")),
    ("leg", ("call_id", "talk_time")),
    ("call", ("direction", "ticket_id", "talk_time")),
    ("rating", ("ticket_id", "score", "requester_id")),
    ("survey_response", ("answers", "expires_at")),
    ("comment", ("author_id", "body", "public")),
    ("comment", ("author_id", "plain_body")),
    ("ticket", ("requester_id", "status")),
    ("ticket", ("requester", "status", "comments")),
    ("user", ("email", "role")),
)
_STREAM = "stream"
_LEFT_OUT = {
    "leg": "Leg of a call; the call itself is read",
    "notice": "Event of a person or an organization, not of a ticket",
    _STREAM: "Record of another stream",
}
_TRANSLATORS: dict[str, Callable[[Mapping[str, Any], Directory], Translation]] = {
    "ticket": from_ticket,
    "audit": from_audit,
    "event": from_ticket_event,
    "comment": from_comment,
    "message": from_message,
    "rating": from_rating,
    "survey_response": from_survey_response,
    "call": from_call,
    "metrics": from_metrics,
    "metric_event": from_metric_event,
}


class ZendeskReading:
    """One delivery of Zendesk's."""

    def __init__(self, file: BinaryIO, options: Mapping[str, str]) -> None:
        self.notices: list[str] = []
        self._file = file
        self._directory = Directory(options)
        self._ticket = options.get("ticket_id", "").strip()
        self._tickets: dict[str, tuple[str, str]] = {}  # what is known of a ticket: requester, when it was opened
        self._guessed = 0
        self._has_conversations = False
        self._lists = tuple(
            name for name in (*_LISTS, *_DIRECTORY) if name != "comments" or not is_account_export(file)
        )
        self._survey_of_the_file()

    def records(self) -> Iterator[RawRecord]:
        """Yield each ticket, audit, comment, rating, metrics row and call once. Raises Unreadable."""
        count = 0
        for item, kind, value in self._found():
            if kind in ("user", "group", "envelope"):
                continue
            count += 1
            if item.problem or not isinstance(value, dict):
                problem = item.problem or f"Record {count} is {str(value)[:60]!r} where an object should stand."
                yield RawRecord(count, value if isinstance(value, dict) else {"value": value}, item.line, problem)
            else:
                if kind == "survey_response" and TWICE not in self.notices:
                    self.notices.append(TWICE)
                yield RawRecord(count, self._in_context(kind, value), item.line)
        if self._guessed:
            self.notices.append(
                f"For {self._guessed} tickets nobody says who asked; the first to write was taken for the customer."
            )

    def _found(self) -> Iterator[tuple[Item, str, Any]]:
        """Yield every item with its kind, and a ticket that holds its comments with the ids of its people."""
        for item in items(self._file, self._lists):
            kind, value = _kind(item)
            if kind == "ticket" and isinstance(value, dict) and value.get("comments"):
                value = with_people(value, self._directory)
            yield item, kind, value

    def translate(self, record: RawRecord) -> Translation:
        """Turn one record into facts. Raises BadRecord."""
        kind = str(record.payload.get(KIND) or _shape(record.payload))
        if kind in _LEFT_OUT:
            return Excluded(_LEFT_OUT[kind])
        translator = _TRANSLATORS.get(kind)
        if translator is None:
            raise BadRecord("This is no ticket, audit, comment, rating, metrics row or call of Zendesk's.")
        return translator(record.payload, self._directory)

    def _survey_of_the_file(self) -> None:
        """Read users and groups first: a page brings them after the tickets which they explain."""
        found = _keys_in(self._file, (b'"users"', b'"groups"', b'"role"', b'"author_id"'))
        self._has_conversations = b'"author_id"' in found
        if found.isdisjoint({b'"users"', b'"groups"', b'"role"'}):
            return
        with suppress(Unreadable):  # records() meets the same place and says so, after what comes before it
            for item in items(self._file, self._lists):
                kind, value = _kind(item)
                if kind in ("user", "group") and isinstance(value, dict):
                    self._directory.add(kind, value)
        self.notices += self._directory.notices()

    def _in_context(self, kind: str, value: dict[str, Any]) -> dict[str, Any]:
        """Add to a record what others of the delivery say about its ticket, so that it can be understood alone."""
        payload = {**value, KIND: kind}
        if kind == "comment" and self._ticket and not value.get("ticket_id"):
            payload["ticket_id"] = self._ticket
        if not self._has_conversations:
            return payload
        ticket = str(payload.get("id" if kind == "ticket" else "ticket_id") or "")
        if kind == "ticket":
            self._tickets[ticket] = (str(value.get("requester_id") or ""), str(value.get("created_at") or ""))
        elif kind in ("comment", "audit", "event"):
            requester, opened = self._tickets.get(ticket, ("", ""))
            requester = requester_in(value) or requester
            if not requester and kind == "comment" and not self._directory.knows(value.get("author_id")):
                requester = str(value.get("author_id") or "")
                self._guessed += 1
            self._tickets[ticket] = (requester, opened or str(value.get("created_at") or ""))
            payload[REQUESTER], payload[OPENED] = self._tickets[ticket]
        return payload


def _kind(item: Item) -> tuple[str, Any]:
    """Return of which kind an item is, and the record inside it."""
    if item.name in _DIRECTORY:
        return _DIRECTORY[item.name], item.value
    if item.name:
        return _LISTS[item.name] or _shape(item.value), item.value
    if item.problem or not isinstance(item.value, dict):
        return "", item.value
    value, stream = loaded(item.value)
    return (_STREAM, value) if stream and not _shape(value) else _kind_of_one(value)


def _kind_of_one(value: Mapping[str, Any]) -> tuple[str, Any]:
    """Return of which kind an object is that stands in no list, and the record inside it."""
    if is_notice(value):
        ticket, message = as_ticket(value), as_message(value)
        return ("ticket", ticket) if ticket else ("message", message) if message else ("notice", value)
    if not value or (any(value.get(name) == [] for name in (*_LISTS, *_DIRECTORY)) and not _shape(value)):
        return "envelope", value  # the rest of a page: its cursor, its count
    for name, kind in _WRAPPERS.items():
        if isinstance(value.get(name), dict) and not _shape(value):
            return kind, value[name]
    return _shape(value), value


def _shape(value: object) -> str:
    if not isinstance(value, Mapping):
        return ""
    return next((kind for kind, keys in _SHAPES if all(key in value for key in keys)), "")


def _keys_in(file: BinaryIO, keys: tuple[bytes, ...]) -> set[bytes]:
    """Return which of the keys occur anywhere in the file, without parsing it."""
    plain, tail, found = utf8(unpacked(file)), b"", set()
    while piece := plain.read(1 << 20):
        window = tail + piece
        found |= {key for key in keys if key in window}
        tail = piece[-16:]
    return found
