"""Service requests that cities publish (311): New York's table, and the columns other cities use for the same."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from contactcenter.told import DATE_ORDER, TIME_ZONE, told_order, told_zone
from insights.intake.archives import unpacked_head
from insights.intake.dates import microseconds, zone_named
from insights.intake.fields import identifier, moment, required_moment, said, text
from insights.intake.record import ChannelName, ContactRecord, CustomerRecord, FeedbackRecord, Translation, TurnRecord
from insights.intake.source import RawRecord, Unreadable
from insights.intake.table import as_record, delimiter_of, unique_names
from insights.intake.table_options import FILE_OPTIONS, table_in
from insights.intake.wording import clean, plain_text

# What a column is called, city by city; the first that is there counts. Names are compared without case and marks.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": (
        "unique_key", "sr_number", "caseid", "service_request_id", "case_enquiry_id", "srnumber", "request_id",
        "service_request_(sr)_number", "servicerequestnum",
    ),
    "opened": ("created_date", "opened", "requested_datetime", "open_dt", "createddate", "open_date"),
    "closed": ("closed_date", "closed", "closed_dt", "closeddate", "close_date", "closedate"),
    "changed": (
        "resolution_action_updated_date", "updated_datetime", "updated", "last_modified_date", "updateddate",
        "last_update_date", "status_change_date", "statusdate",
    ),
    "queue": ("agency", "owner_department", "responsible_agency", "agency_responsible", "department", "owner"),
    "reason": (
        "complaint_type", "problem", "problem_(formerly_complaint_type)", "sr_type", "service_name", "category",
        "requesttype", "case_title", "sr_description", "srtype",
    ),
    "detail": (
        "descriptor", "problem_detail", "problem_detail_(formerly_descriptor)", "service_subtype", "request_type",
        "service_details", "reason",
    ),
    "status": ("status", "case_status", "status_description", "sr_status", "srstatus"),
    "answer": ("resolution_description", "status_notes", "closure_reason", "resolution"),
    "channel": ("open_data_channel_type", "origin", "source", "requestsource", "method_received", "methodreceived"),
}  # fmt: skip
_TELLING = frozenset(_COLUMNS["id"]) - {"request_id"}
_KEPT = ("descriptor", "borough", "location_type", "status", "agency_name", "problem_detail", "address_type")
_CHANNELS: dict[str, ChannelName] = {
    "phone": "VOICE", "phone call": "VOICE", "call": "VOICE", "constituent call": "VOICE", "online": "WEB",
    "web": "WEB", "internet": "WEB", "web self service": "WEB", "self-service": "WEB", "mobile": "APP",
    "mobile device": "APP", "mobile/open311": "APP", "open311 interface": "APP", "citizens connect app": "APP",
    "app": "APP", "email": "EMAIL", "e-mail in": "EMAIL", "twitter": "SOCIAL",
}  # fmt: skip
_CLOSED, _OPEN = ("closed", "completed", "resolved"), ("open", "in progress", "assigned", "started", "pending", "new")
_NEW_YORK = (
    frozenset({"unique_key", "complaint_type"}), frozenset({"unique_key", "problem_(formerly_complaint_type)"}),
)  # fmt: skip


class City311Csv:
    """Published service requests."""

    key = "city_311_csv"
    label = "City service requests (311, CSV)"
    side = "CONTACTS"
    reads = "CSV of 311 service requests: New York's, and those of cities with the same columns by other names."
    identity = "unique_key (or the city's own number); the last change is the revision."
    options = (TIME_ZONE, DATE_ORDER, *FILE_OPTIONS)

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is such a table."""
        first = unpacked_head(head).decode("utf-8-sig", "replace").split("\n", 1)[0]
        names = {_plain(name.strip().strip('"')) for name in first.split(delimiter_of(first))}
        if {"created_date", "agency"} <= names and any(columns <= names for columns in _NEW_YORK):
            return 0.95
        found = {what for what, columns in _COLUMNS.items() if not names.isdisjoint(columns)}
        telling = names & _TELLING
        return 0.7 if telling and {"opened", "reason", "status"} <= found else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "RequestReading":
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        return RequestReading(file, options)


class RequestReading:
    """One table of requests."""

    def __init__(self, file: BinaryIO, options: Mapping[str, str]) -> None:
        self._table = table_in(file, options)
        self.notices = self._table.notices
        header = next(iter(self._table.rows()), None)
        self._names = [_plain(name) for name in unique_names(header.cells)] if header else []
        self._columns = {
            what: next((one for one in columns if one in self._names), "") for what, columns in _COLUMNS.items()
        }
        if not all(self._columns[what] for what in ("id", "opened", "reason")):
            raise Unreadable(f"This is no table of service requests. This source reads: {City311Csv.reads}")
        self._zone, self._order = told_zone(options), told_order(options) or "MDY"
        if self._zone is None and any(columns <= set(self._names) for columns in _NEW_YORK):
            self._zone = zone_named("America/New_York")
            self.notices.append("The times name no zone; they are New York's, as the city publishes them.")

    def records(self) -> Iterator[RawRecord]:
        """Yield every request. Raises Unreadable."""
        for count, row in enumerate(islice(self._table.rows(), 1, None), start=1):
            record, problem = as_record(self._names, row.cells)
            yield RawRecord(count, record, row.line, problem)

    def translate(self, record: RawRecord) -> Translation:
        """Turn one request into a contact. Raises BadRecord."""
        row = record.payload
        opened = required_moment(row, self._columns["opened"], zone=self._zone, order=self._order)
        closed = self._moment(row, "closed")
        changed = self._moment(row, "changed") or closed or opened
        reason, detail, answer = self._word(row, "reason"), self._word(row, "detail"), self._word(row, "answer")
        status = self._word(row, "status").lower()
        borough = text(row.get("borough"))
        return (
            FeedbackRecord(
                kind="CONTACT",
                source_id=identifier(row, self._columns["id"]),
                occurred_at=opened,
                revision=microseconds(max(changed, opened)),
                channel=_CHANNELS.get(self._word(row, "channel").lower(), "OTHER"),
                customer=CustomerRecord(region=borough[:80]) if said(borough) and borough != "Unspecified" else None,
                queue=self._word(row, "queue")[:120],
                title=": ".join(word for word in (reason, detail) if word)[:300],
                turns=(self._answer(answer, opened, closed),) if answer else (),
                contact=ContactRecord(
                    direction="INBOUND",
                    ended_at=closed if closed and closed >= opened else None,
                    company_says_solved=_solved(status),
                    reason_code=reason[:200] or None,
                ),
                attributes={name: row[name] for name in _KEPT if said(row.get(name)) and row[name] != "Unspecified"},
            ),
        )

    def _answer(self, answer: str, opened: datetime, closed: datetime | None) -> TurnRecord:
        """What the agency did about it, in its words, at the time it closed the request."""
        offset = max(0.0, (closed - opened).total_seconds()) if closed else None
        return TurnRecord(speaker="AGENT", text=answer, offset_seconds=offset)

    def _moment(self, row: Mapping[str, Any], what: str) -> datetime | None:
        column = self._columns[what]
        return moment(row, column, zone=self._zone, order=self._order) if column else None

    def _word(self, row: Mapping[str, Any], what: str) -> str:
        value = row.get(self._columns[what])
        return clean(plain_text(text(value))) if said(value) else ""


def _plain(name: str) -> str:
    return "_".join(name.lower().split()).strip("_")


def _solved(status: str) -> bool | None:
    if status.startswith(_CLOSED):
        return True
    return False if status.startswith(_OPEN) else None
