"""Zendesk's export of a whole account: tickets one a line, each with its people as objects and its comments inside."""

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

from contactcenter.sources.zendesk.directory import Directory
from insights.intake.archives import unpacked
from insights.intake.documents import utf8

_PEOPLE = {"requester": "user", "submitter": "user", "assignee": "user", "group": "group"}
_FIRST_LINE = 16 * 2**20


def is_account_export(file: BinaryIO) -> bool:
    """Say whether the first line is a ticket with its comments inside."""
    line = utf8(unpacked(file)).readline(_FIRST_LINE)
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and isinstance(told.get("comments"), list) and "status" in told and "id" in told


def with_people(ticket: Mapping[str, Any], directory: Directory) -> dict[str, Any]:
    """Return the ticket with its people's ids, as the API tells them; what is said of them goes into the directory."""
    told = dict(ticket)
    for name, kind in _PEOPLE.items():
        person = ticket.get(name)
        if isinstance(person, dict) and "id" in person:
            told.setdefault(f"{name}_id", person["id"])
            directory.add(kind, person)
    return told
