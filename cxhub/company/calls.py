"""The telephone's own log: a plain CSV a month, with the caller's words transcribed.

A mapping beside it declares the columns."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from cxhub.company.ledger import Ints, Ledger
from cxhub.company.names import AGENT_NAMES
from cxhub.company.telling import Teller
from cxhub.company.vendor import Files, local, months
from cxhub.company.world import CHANNELS, LANGUAGES, PRODUCTS, QUEUES, REGIONS, SEGMENTS, TOPICS

MAPPING_FILE = "call_log.mapping.json"
FIRST_CALL = 5_500_017
BAD_CALLS = 3  # a talk time below zero, a day that does not exist, no id
SITES = ("Leipzig", "Kassel")
MAPPING: dict[str, Any] = {
    "kind": "CONTACT",
    "time_zone": "Europe/Berlin",
    "date_order": "DMY",
    "columns": {
        "Call ID": "source_id",
        "Started": "occurred_at",
        "Direction": {"field": "direction", "values": {"in": "INBOUND", "out": "OUTBOUND"}},
        "Queue": "queue",
        "Team": "team",
        "Agent": "agent",
        "Customer No": "customer.customer_number",
        "Customer name": "customer.name",
        "E-mail": "customer.email",
        "Phone": "customer.phone",
        "Segment": "customer.segment",
        "Region": "customer.region",
        "Product": "customer.product",
        "Customer since": "customer.since",
        "Annual value": "customer.annual_value",
        "Language": "language",
        "Wait s": "wait_seconds",
        "Talk s": "talk_seconds",
        "Hold s": "hold_seconds",
        "Wrap-up s": "wrap_up_seconds",
        "Transfers": "transfers",
        "Abandoned": {"field": "was_abandoned", "true": ["yes"], "false": ["no"]},
        "Escalated": {"field": "was_escalated", "true": ["yes"], "false": ["no"]},
        "Solved": {"field": "company_says_solved", "true": ["yes"], "false": ["no"]},
        "Reason": "reason_code",
        "Caller said": "text",
    },
    "constants": {"channel": "VOICE"},
}


COLUMNS = tuple(MAPPING["columns"])


def write_calls(ledger: Ledger, folder: Path) -> Files:
    """Write the contacts by voice, a file a month, and their mapping."""
    (folder / MAPPING_FILE).write_text(json.dumps(MAPPING, indent=2) + "\n", encoding="utf-8")
    teller, files = Teller(ledger), Files()
    rows = np.flatnonzero(ledger.contacts.channel == CHANNELS.index("VOICE"))
    for month, places in months(ledger.period, ledger.contacts.at[rows]):
        name = f"call_log_{month}.csv"
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            table.writerows(_call(ledger, teller, int(row)) for row in rows[places])
            bad = [] if files.names else _bad_calls(ledger, teller, rows[places])
            table.writerows(bad)
        files.add(name, len(places) + len(bad))
    return files


def call_id(row: int) -> str:
    """Return the call's id in the telephone system."""
    return f"C{FIRST_CALL + row}"


def _call(ledger: Ledger, teller: Teller, row: int) -> list[Any]:
    contacts, handling, customers = ledger.contacts, ledger.handling, ledger.customers
    who, agent = int(contacts.customer[row]), int(handling.agent[row])
    is_lost = bool(handling.was_abandoned[row])
    return [
        call_id(row), f"{local(int(contacts.at[row])):%d.%m.%Y %H:%M:%S}", "in", QUEUES[contacts.queue[row]],
        "" if is_lost else SITES[agent % 2], "" if is_lost else AGENT_NAMES[agent], customers.number(who),
        customers.name(who), customers.email(who),
        customers.phone(who), SEGMENTS[customers.segment[who]], REGIONS[customers.region[who]],
        PRODUCTS[customers.product[who]], _german_day(customers.since(who, ledger.period)),
        f"{customers.value[who]:.2f}", LANGUAGES[customers.language[who]], handling.wait[row],
        "" if is_lost else handling.talk[row], "" if is_lost else handling.hold[row],
        "" if is_lost else handling.wrap_up[row], "" if is_lost else handling.transfers[row],
        "yes" if is_lost else "no", "yes" if handling.was_escalated[row] and not is_lost else "no",
        "" if is_lost else ("no", "yes")[int(contacts.company_says[row])],
        "" if is_lost else TOPICS[handling.reason[row]].key, "" if is_lost else _said(teller, row),
    ]  # fmt: skip


def _said(teller: Teller, row: int) -> str:
    """Return what the caller said; the agent's channel is not in this log."""
    return "\n".join(turn.text for turn in teller.contact(row)[1] if turn.speaker == "customer")


def _german_day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}.{month}.{year}"


def _bad_calls(ledger: Ledger, teller: Teller, rows: Ints) -> list[list[Any]]:
    """Return rows that must be set aside, each for its own reason."""
    found = []
    for place, (column, value) in enumerate((("Talk s", -12), ("Started", "31.02.2026 11:20:00"), ("Call ID", ""))):
        row = _call(ledger, teller, int(rows[place]))
        row[COLUMNS.index("Call ID")] = f"C9{place:06d}"
        row[COLUMNS.index(column)] = value
        found.append(row)
    return found
