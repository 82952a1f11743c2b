"""Files such as companies deliver, written row by row, the same for the same number of rows."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, BinaryIO, NamedTuple

_SURVEY = {
    "kind": "SURVEY",
    "time_zone": "Europe/Berlin",
    "columns": {
        "id": "source_id",
        "at": "occurred_at",
        "comment": "text",
        "mail": "customer.email",
        "segment": "customer.segment",
    },
    "constants": {"channel": "EMAIL", "survey": "benchmark"},
    "scores": [{"column": "nps", "measure": "NPS"}],
}
_CONTACTS = {
    "kind": "CONTACT",
    "time_zone": "Europe/Berlin",
    "columns": {
        "id": "source_id",
        "at": "occurred_at",
        "note": "text",
        "mail": "customer.email",
        "phone": "customer.phone",
        "number": "customer.customer_number",
        "region": "customer.region",
        "queue": "queue",
        "team": "team",
        "agent": "agent",
        "wait": "wait_seconds",
        "talk": "talk_seconds",
        "answered": "was_answered",
        "reason": "reason_code",
    },
    "constants": {"channel": "VOICE"},
}
_COMMENTS = (
    "The bill was wrong again and nobody could say why.",
    "Friendly and fast, thank you!",
    "",
    "I waited 40 minutes.",
)
_LONG = " ".join([*_COMMENTS, "My router was sent to the old address, as I told your colleague on the phone."])


class Kind(NamedTuple):
    """One kind of delivery: what it is called, its source and options, and what writes one."""

    title: str
    source: str
    options: dict[str, str]
    write: Callable[[BinaryIO, int, str], None]


def _moment(number: int) -> str:
    return f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d} {number % 24:02d}:{number % 60:02d}:00"


def _table(file: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    text.detach()


def write_survey(file: BinaryIO, rows: int, run: str, longer: str = "") -> None:
    """Write `rows` survey answers of a third as many customers, each comment with `longer` behind it."""

    def row(number: int) -> tuple[Any, ...]:
        mail = f"person{number % (rows // 3 + 1)}@example.org"
        comment = _COMMENTS[number % 4] + longer
        return f"{run}-{number}", _moment(number), number % 11, comment, mail, ("home", "business")[number % 2]

    _table(file, ("id", "at", "nps", "comment", "mail", "segment"), map(row, range(rows)))


def write_long_texts(file: BinaryIO, rows: int, run: str) -> None:
    """Write survey answers of some 4,700 characters: 225,418 of them are 1 GiB."""
    write_survey(file, rows, run, longer=(" " + _LONG) * 26)


def write_contacts(file: BinaryIO, rows: int, run: str) -> None:
    """Write `rows` calls of a third as many customers, each known by a number, an address and a phone."""

    def row(number: int) -> tuple[Any, ...]:
        person = number % (rows // 3 + 1)
        who = (f"person{person}@example.com", f"+49 30 {5_000_000 + person}", f"C{person}", f"region {person % 11}")
        where = (f"queue {number % 23}", f"team {number % 40}", f"agent {number % 400}")
        call = (number % 90, number % 600, ("yes", "no")[number % 20 == 0], f"reason {number % 30}")
        return (f"{run}-{number}", _moment(number), _COMMENTS[number % 4], *who, *where, *call)

    _table(file, tuple(_CONTACTS["columns"]), map(row, range(rows)))


def write_tickets(file: BinaryIO, rows: int, run: str) -> None:
    """Write one page of Zendesk's tickets of a third as many customers, as its incremental export gives them out."""
    file.write(b'{"tickets": [')
    for number in range(rows):
        moment = _moment(number).replace(" ", "T") + "Z"
        ticket = {
            "id": int(run, 16) * 1_000_000 + number,
            "created_at": moment,
            "updated_at": moment,
            "status": ("open", "pending", "solved", "closed")[number % 4],
            "requester_id": number % (rows // 3 + 1) + 1,
            "assignee_id": number % 400,
            "group_id": number % 23,
            "subject": "The bill",
            "description": _COMMENTS[number % 4],
            "via": {"channel": "web"},
            "tags": ["billing", "vip"],
            "custom_fields": [],
            "satisfaction_rating": {"score": "good", "id": number + 1} if number % 5 == 0 else {"score": "unoffered"},
        }
        file.write((b", " if number else b"") + json.dumps(ticket).encode())
    file.write(b"]}")


SURVEY = Kind("survey answers, CSV", "csv", {"mapping": json.dumps(_SURVEY)}, write_survey)
LONG_TEXTS = SURVEY._replace(title="1 GiB of survey answers, CSV", write=write_long_texts)
CONTACTS = Kind("contacts with customers' numbers, CSV", "csv", {"mapping": json.dumps(_CONTACTS)}, write_contacts)
TICKETS = Kind("Zendesk tickets, JSON", "zendesk", {}, write_tickets)
