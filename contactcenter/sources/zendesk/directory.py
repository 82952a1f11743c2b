"""Who is who: users and groups that a delivery brings along, and what they say about a ticket's customer."""

from collections.abc import Mapping
from typing import Any

from insights.intake.fields import mapping, said, text
from insights.intake.record import CustomerRecord, SpeakerRole
from insights.intake.wording import clean

_SYSTEM_AUTHOR = "-1"  # Zendesk's own hand: triggers, merges


class Directory:
    """The users and groups known, and the custom fields that were named to us."""

    def __init__(self, *, reason_field: str = "", product_field: str = "") -> None:
        self.reason_field = reason_field.strip()
        self.product_field = product_field.strip()
        self.users: dict[str, tuple[str, str, str, str, str]] = {}  # role, e-mail, phone, name, the company's number
        self.groups: dict[str, str] = {}

    def add(self, kind: str, value: Mapping[str, Any]) -> None:
        """Keep what a user or group says of itself."""
        identity = text(value.get("id"))
        if kind == "group":
            self.groups[identity] = text(value.get("name"))[:120]
        else:
            role, email, phone, name, number = (
                _told(value, field) for field in ("role", "email", "phone", "name", "external_id")
            )
            self.users[identity] = (role, email, phone, name, number)

    def knows(self, user: object) -> bool:
        """Say whether the delivery told who this user is."""
        return text(user) in self.users

    def queue(self, group: object) -> str:
        """Return the name of a group, or its id where the delivery does not name it."""
        identity = text(group) if said(group) else ""
        return self.groups.get(identity) or identity

    def speaker(self, author: str, requester: str) -> SpeakerRole:
        """Return who speaks: the customer who asked or another end user, an agent, or Zendesk itself."""
        if author == _SYSTEM_AUTHOR:
            return "SYSTEM"
        if author and author == requester:
            return "CUSTOMER"
        role = self.users.get(author, ("",))[0]
        return "CUSTOMER" if role == "end-user" else "AGENT"

    def customer(self, ticket: Mapping[str, Any], requester: str) -> CustomerRecord | None:
        """Return the customer behind a ticket, with the names to hide in its texts."""
        _, email, phone, name, number = self.users.get(requester, ("",) * 5)
        writer = mapping(mapping(mapping(ticket, "via"), "source"), "from")
        asked = mapping(ticket, "requester")
        names = [
            name,
            _told(asked, "name"),
            _told(writer, "name"),
            self.users.get(text(ticket.get("assignee_id")), ("",) * 5)[3],
        ]
        found = CustomerRecord(
            vendor_ids=(requester,) if requester else (),
            email=email or _told(asked, "email") or _told(writer, "address"),
            phone=phone or _told(asked, "phone") or _told(writer, "phone"),
            customer_number=number,
            names=tuple(dict.fromkeys(one for one in names if one)),
        )
        return None if found == CustomerRecord() else found


def _told(record: Mapping[str, Any], field: str) -> str:
    value = record.get(field)
    return clean(text(value)) if said(value) else ""
