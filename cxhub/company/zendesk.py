"""The help desk: tickets with their comments and metrics, and ratings, as Zendesk's API tells them."""

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from cxhub.company.conversation import Turn
from cxhub.company.ledger import Ints, Ledger
from cxhub.company.names import AGENT_NAMES
from cxhub.company.telling import Teller
from cxhub.company.vendor import Files, months, zulu
from cxhub.company.world import CHANNELS, LANGUAGES, PRODUCTS, QUEUES, REGIONS, SEGMENTS, TOPICS

HOST = "https://lumio.zendesk.com"
FIRST_TICKET = 214_001
REASON_FIELD, PRODUCT_FIELD = 17_384_920_115_233, 17_384_932_680_081
OPTIONS = {"reason_field": str(REASON_FIELD), "product_field": str(PRODUCT_FIELD)}
RATINGS = "zendesk_satisfaction_ratings.json"
RATED = 0.07  # share of tickets whose customer clicked good or bad
OFFERED = 0.25
_VIA = {"CHAT": "chat", "EMAIL": "email", "WEB": "web", "MESSAGING": "native_messaging", "VOICE": "voice"}
_USERS, _AGENTS, _GROUPS = 17_402_000_000_000, 17_301_000_000_000, 17_300_500_000_000
_LOCALES = {"en": "en-US", "de": "de"}
# Deliberately wrong, to be set aside with a reason: a status nobody knows, no time, a score nobody knows.
BAD_TICKETS, BAD_RATINGS = 2, 1


def write_zendesk(ledger: Ledger, folder: Path, rows: Ints) -> Files:
    """Write the contacts `rows` (in order of time) as tickets, a page a month, and their ratings."""
    teller, files = Teller(ledger), Files()
    for month, places in months(ledger.period, ledger.contacts.at[rows]):
        name = f"zendesk_tickets_{month}.json"
        with (folder / name).open("w", encoding="utf-8", newline="\n") as file:
            files.add(name, _write_tickets(file, ledger, teller, rows[places], is_newest=not files.names))
    with (folder / RATINGS).open("w", encoding="utf-8", newline="\n") as file:
        files.add(RATINGS, _write_ratings(file, ledger, rows))
    return files


def _write_tickets(file: TextIO, ledger: Ledger, teller: Teller, rows: Ints, *, is_newest: bool) -> int:
    """Write one page of the incremental export with its side-loads; texts are made one ticket at a time."""
    bad = _bad_tickets(ledger) if is_newest else []
    file.write('{"tickets":[')
    for place, ticket in enumerate(_tickets(ledger, teller, rows)):
        file.write(("," if place else "") + _json(ticket))
    for ticket in bad:
        file.write("," + _json(ticket))
    file.write('],"users":[')
    users = sorted({int(who) for who in ledger.contacts.customer[rows]})
    agents = (agent_user(number) for number in range(len(AGENT_NAMES)))
    for place, user in enumerate((*agents, *(customer_user(ledger, who) for who in users))):
        file.write(("," if place else "") + _json(user))
    cursor = f"MTc{int(ledger.contacts.at[rows[-1]])}fHw="
    groups = [group(number) for number in range(len(QUEUES))]
    tail = {
        "groups": groups,
        "after_url": f"{HOST}/api/v2/incremental/tickets/cursor.json?cursor={cursor}",
        "after_cursor": cursor,
        "before_url": None,
        "before_cursor": None,
        "end_of_stream": True,
    }
    file.write("]," + _json(tail)[1:])
    return len(rows) + len(bad)


def _tickets(ledger: Ledger, teller: Teller, rows: Ints) -> Iterator[dict[str, Any]]:
    for row in rows:
        subject, turns = teller.contact(int(row))
        yield ticket(ledger, int(row), subject, turns)


def ticket(ledger: Ledger, row: int, subject: str, turns: list[Turn]) -> dict[str, Any]:
    """Return one ticket with its comments and metrics inside."""
    contacts, handling = ledger.contacts, ledger.handling
    at, who = int(contacts.at[row]), int(contacts.customer[row])
    status = status_of(ledger, row)
    requester, assignee = _USERS + who * 13, _AGENTS + int(handling.agent[row]) * 29
    ended = min(at + turns[-1].offset + 120, ledger.period.ends_at() - 1)
    via = _via(CHANNELS[contacts.channel[row]], ledger, who)
    fields = [
        {"id": REASON_FIELD, "value": TOPICS[handling.reason[row]].key},
        {"id": PRODUCT_FIELD, "value": PRODUCTS[ledger.customers.product[who]]},
    ]
    number = FIRST_TICKET + row
    return {
        "url": f"{HOST}/api/v2/tickets/{number}.json", "id": number, "external_id": None, "via": via,
        "created_at": zulu(at), "updated_at": zulu(ended), "type": ("question", "problem")[row % 2],
        "subject": subject, "raw_subject": subject, "description": _first_words(turns),
        "priority": "high" if handling.was_escalated[row] else "normal", "status": status,
        "recipient": None, "requester_id": requester, "submitter_id": requester, "assignee_id": assignee,
        "organization_id": None, "group_id": _GROUPS + int(contacts.queue[row]) * 11, "collaborator_ids": [],
        "follower_ids": [], "email_cc_ids": [], "forum_topic_id": None, "problem_id": None, "has_incidents": False,
        "is_public": True, "due_at": None, "tags": _tags(ledger, row), "custom_fields": fields,
        "satisfaction_rating": {"score": "unoffered"}, "sharing_agreement_ids": [], "custom_status_id": 17300500077001,
        "fields": fields, "followup_ids": [], "ticket_form_id": 17300500060117, "brand_id": 17300500060003,
        "allow_channelback": False, "allow_attachments": True,
        "from_messaging_channel": via["channel"] == "native_messaging", "generated_timestamp": ended,
        "metric_set": metric_set(ledger, row, ended, status, turns),
        "comments": _comments(number, at, requester, assignee, via, turns),
    }  # fmt: skip


def status_of(ledger: Ledger, row: int) -> str:
    """Return the status: what the company calls solved is closed four weeks later; the rest stays open or waits."""
    if ledger.contacts.company_says[row]:
        return "solved" if ledger.contacts.day[row] > ledger.period.days - 28 else "closed"
    return ("pending", "open", "hold", "pending")[row % 4]


def _first_words(turns: list[Turn]) -> str:
    return next(turn.text for turn in turns if turn.speaker == "customer")


def _via(channel: str, ledger: Ledger, who: int) -> dict[str, Any]:
    source: dict[str, Any] = {"from": {}, "to": {}, "rel": None}
    if channel == "EMAIL":
        source["from"] = {"address": ledger.customers.email(who), "name": ledger.customers.name(who)}
        source["to"] = {"name": "Lumio Customer Service", "address": "service@lumio.example"}
    return {"channel": _VIA[channel], "source": source}


def _tags(ledger: Ledger, row: int) -> list[str]:
    tags = [QUEUES[ledger.contacts.queue[row]].lower().replace(" ", "_")]
    if ledger.handling.was_escalated[row]:
        tags.append("escalated")
    return tags


def _comments(
    number: int, at: int, requester: int, assignee: int, via: dict[str, Any], turns: list[Turn]
) -> list[dict[str, Any]]:
    found = []
    for place, turn in enumerate(turns):
        key = 17_500_000_000_000 + number * 64 + place
        found.append(
            {
                "id": key,
                "type": "Comment",
                "author_id": requester if turn.speaker == "customer" else assignee,
                "body": turn.text,
                "html_body": _html(turn.text),
                "plain_body": turn.text,
                "public": turn.speaker != "note",
                "attachments": [],
                "audit_id": key - 1,
                "via": via,
                "created_at": zulu(at + turn.offset),
                "metadata": {"system": {}, "custom": {}},
            }
        )
    return found


def _html(text: str) -> str:
    paragraphs = html.escape(text, quote=False).split("\n\n")
    inner = "".join(f'<p dir="auto">{part.replace(chr(10), "<br>")}</p>' for part in paragraphs)
    return f'<div class="zd-comment" dir="auto">{inner}</div>'


def metric_set(ledger: Ledger, row: int, ended: int, status: str, turns: list[Turn]) -> dict[str, Any]:
    """Return what Zendesk measured: minutes, by the calendar and by business hours."""
    contacts, handling = ledger.contacts, ledger.handling
    at, is_done = int(contacts.at[row]), status in ("solved", "closed")
    reply, whole = int(handling.first_reply[row]) // 60, max(1, (ended - at) // 60)
    number = FIRST_TICKET + row
    return {
        "url": f"{HOST}/api/v2/ticket_metrics/{17_600_000_000_000 + number}.json", "id": 17_600_000_000_000 + number,
        "ticket_id": number, "created_at": zulu(at), "updated_at": zulu(ended), "group_stations": 1,
        "assignee_stations": 1 + int(handling.transfers[row]), "reopens": int(handling.was_reopened[row]),
        "replies": sum(turn.speaker == "agent" for turn in turns), "assignee_updated_at": zulu(ended),
        "requester_updated_at": zulu(ended), "status_updated_at": zulu(ended), "initially_assigned_at": zulu(at),
        "assigned_at": zulu(at), "solved_at": zulu(ended) if is_done else None, "latest_comment_added_at": zulu(ended),
        "reply_time_in_minutes": {"calendar": reply, "business": min(reply, reply // 2 + 1)},
        "first_resolution_time_in_minutes": {"calendar": whole if is_done else None, "business": None},
        "full_resolution_time_in_minutes": {"calendar": whole if is_done else None, "business": None},
        "agent_wait_time_in_minutes": {"calendar": None, "business": None},
        "requester_wait_time_in_minutes": {"calendar": reply, "business": None},
        "on_hold_time_in_minutes": {"calendar": 0, "business": 0},
    }  # fmt: skip


def customer_user(ledger: Ledger, who: int) -> dict[str, Any]:
    """Return the end user for a customer."""
    customers, key = ledger.customers, _USERS + who * 13
    language = LANGUAGES[customers.language[who]]
    fields = {
        "segment": SEGMENTS[customers.segment[who]],
        "region": REGIONS[customers.region[who]],
        "product": PRODUCTS[customers.product[who]],
        "customer_since": customers.since(who, ledger.period),
        "annual_value": float(customers.value[who]),
    }
    return _user(key, customers.name(who), customers.email(who), "end-user", customers.phone(who) or None) | {
        "external_id": customers.number(who),
        "locale": _LOCALES.get(language, language),
        "user_fields": fields,
    }


def agent_user(number: int) -> dict[str, Any]:
    """Return the user for an agent."""
    name = AGENT_NAMES[number]
    email = name.lower().replace(" ", ".") + "@lumio.example"
    return _user(_AGENTS + number * 29, name, email, "agent", None)


def _user(key: int, name: str, email: str, role: str, phone: str | None) -> dict[str, Any]:
    return {
        "id": key, "url": f"{HOST}/api/v2/users/{key}.json", "name": name, "email": email,
        "created_at": "2024-03-01T09:00:00Z", "updated_at": "2024-03-01T09:00:00Z", "time_zone": "Berlin",
        "iana_time_zone": "Europe/Berlin", "phone": phone, "shared_phone_number": None, "photo": None,
        "locale": "en-US", "organization_id": None, "role": role, "verified": True, "external_id": None,
        "tags": [], "alias": None, "active": True, "shared": False, "suspended": False, "user_fields": {},
    }  # fmt: skip


def group(number: int) -> dict[str, Any]:
    """Return the group that is a queue."""
    key = _GROUPS + number * 11
    return {
        "url": f"{HOST}/api/v2/groups/{key}.json", "id": key, "is_public": True, "name": QUEUES[number],
        "description": "", "default": number == 0, "deleted": False,
        "created_at": "2024-03-01T09:00:00Z", "updated_at": "2024-03-01T09:00:00Z",
    }  # fmt: skip


def _write_ratings(file: TextIO, ledger: Ledger, rows: Ints) -> int:
    draws = np.random.default_rng([ledger.seed, 7]).random((len(ledger.contacts), 2))
    rated = rows[draws[rows, 0] < RATED + OFFERED]
    wrong = rating(ledger, int(rows[-1]), (0.0, 0.0)) | {"id": 17_700_000_000_001, "score": "splendid"}
    file.write('{"satisfaction_ratings":[')
    for row in rated:
        file.write(_json(rating(ledger, int(row), draws[row])) + ",")
    count = len(rated) + BAD_RATINGS
    file.write(_json(wrong) + f'],"next_page":null,"previous_page":null,"count":{count}}}')
    return count


def rating(ledger: Ledger, row: int, draw: Any) -> dict[str, Any]:
    """Return the rating of a ticket: good or bad by mood and outcome, or only offered."""
    contacts, handling = ledger.contacts, ledger.handling
    at = min(int(contacts.at[row]) + 7200, ledger.period.ends_at() - 1)
    number = FIRST_TICKET + row
    good = contacts.was_solved[row] and handling.mood[row] + 1.4 * draw[1] > -0.2
    score = ("good" if good else "bad") if draw[0] < RATED else "offered"
    return {
        "url": f"{HOST}/api/v2/satisfaction_ratings/{17_700_000_000_000 + number}.json",
        "id": 17_700_000_000_000 + number, "assignee_id": _AGENTS + int(handling.agent[row]) * 29,
        "group_id": _GROUPS + int(contacts.queue[row]) * 11, "requester_id": _USERS + int(contacts.customer[row]) * 13,
        "ticket_id": number, "score": score, "created_at": zulu(at), "updated_at": zulu(at), "comment": None,
        "reason": "No reason provided", "reason_id": 17300500081010,
    }  # fmt: skip


def _bad_tickets(ledger: Ledger) -> list[dict[str, Any]]:
    """Return tickets that must be set aside (an unknown status, no time) or left out (deleted)."""
    at = zulu(ledger.period.ends_at() - 4000)
    base = {
        "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": at, "updated_at": at, "requester_id": _USERS, "tags": [], "custom_fields": [],
    }  # fmt: skip
    return [
        base
        | {"id": 90_001, "status": "archived", "subject": "Moved from the old system", "description": "old ticket"},
        base | {"id": 90_002, "status": "open", "created_at": None, "subject": "No date", "description": "no date"},
        base | {"id": 90_003, "status": "deleted", "subject": "Spam", "description": "Scrubbed"},
        base | {"id": 90_004, "status": "deleted", "subject": "Spam", "description": "Scrubbed"},
    ]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
