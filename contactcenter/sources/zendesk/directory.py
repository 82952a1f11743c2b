"""Who is who: users and groups that a delivery brings along, and what they say about a ticket's customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from contactcenter.sources.zendesk.words import FIELD_OPTION
from insights.intake.fields import mapping, moment, number, said, text
from insights.intake.record import CustomerRecord, SpeakerRole
from insights.intake.source import BadRecord
from insights.intake.wording import clean

_SYSTEM_AUTHOR = "-1"  # Zendesk's own hand: triggers, merges
# What a company's own user field is taken for when nobody says so: only by names that leave no doubt.
_OBVIOUS = {
    "segment": ("segment", "customer_segment"),
    "region": ("region", "customer_region"),
    "product": ("product", "customer_product"),
    "customer_since": ("customer_since", "customer_since_date"),
    "annual_value": ("annual_value", "customer_annual_value"),
    "customer_number": ("customer_number", "customer_no"),
}


@dataclass(frozen=True, slots=True)
class User:
    """A user of the help desk: an agent or a customer."""

    role: str = ""
    name: str = ""
    facts: CustomerRecord = field(default_factory=CustomerRecord)


_NOBODY = User()


class Directory:
    """The users and groups known, and which custom fields of users and tickets hold what."""

    def __init__(self, options: Mapping[str, str] | None = None) -> None:
        told = {name: value.strip() for name, value in (options or {}).items() if value.strip()}
        self._named = {fact: told[f"{fact}_field"] for fact in _OBVIOUS if f"{fact}_field" in told}
        self.ticket_fields = {
            name.removeprefix(FIELD_OPTION): fact for name, fact in told.items() if name.startswith(FIELD_OPTION)
        }
        if "reason_field" in told:
            self.ticket_fields[told["reason_field"]] = "reason_code"
        if self._named.get("product", "").isdecimal():  # tickets' fields have numbers, users' fields have names
            self.ticket_fields[self._named.pop("product")] = "product"
        self.users: dict[str, User] = {}
        self.groups: dict[str, str] = {}
        self._found: set[str] = set()  # which named user fields any user has
        self._unreadable: dict[str, int] = {}  # of which field: how many users

    def add(self, kind: str, value: Mapping[str, Any]) -> None:
        """Keep what a user or group says of itself."""
        identity = text(value.get("id"))
        if kind == "group":
            self.groups[identity] = text(value.get("name"))[:120]
            return
        name = _told(value, "name")
        self.users[identity] = User(_told(value, "role"), name, self._facts(value, identity, name))

    def notices(self) -> list[str]:
        """Return what people should know of the users and groups that were read."""
        if not (self.users or self.groups):
            return []
        missing = [option for fact, option in self._named.items() if fact not in self._found and self.users]
        return [
            f"{len(self.users)} users and {len(self.groups)} groups were read for their names.",
            *(f"No user has the field '{name}'." for name in missing),
            *(f"{name} of {count} users cannot be read and was left out." for name, count in self._unreadable.items()),
        ]

    def _facts(self, user: Mapping[str, Any], identity: str, name: str) -> CustomerRecord:
        told = mapping(user, "user_fields")
        found = {fact: self._field_of(fact, told) for fact in _OBVIOUS}
        return CustomerRecord(
            email=_told(user, "email"),
            phone=_told(user, "phone"),
            customer_number=(_told(told, found["customer_number"]) if "customer_number" in self._named else "")
            or _told(user, "external_id")
            or _told(told, found["customer_number"]),
            vendor_ids=(identity,) if identity else (),
            names=(name,) if name else (),
            segment=_told(told, found["segment"])[:80] or None,
            region=_told(told, found["region"])[:80] or None,
            product=_told(told, found["product"])[:120] or None,
            customer_since=self._day(told, found["customer_since"]),
            annual_value=self._amount(told, found["annual_value"]),
        )

    def _field_of(self, fact: str, told: Mapping[str, Any]) -> str:
        """Return the user field that holds a fact: the named one, else an obvious one, "" where there is none."""
        names = (self._named[fact],) if fact in self._named else _OBVIOUS[fact]
        name = next((name for name in names if name in told), "")
        if name:
            self._found.add(fact)
        return name

    def _day(self, told: Mapping[str, Any], name: str) -> date | None:
        value = told.get(name)
        if isinstance(value, str) and len(value.strip()) == 10:  # a day has no time zone
            try:
                return date.fromisoformat(value.strip())
            except ValueError:
                self._leave_out(name)
                return None
        try:
            found = moment(told, name)
        except BadRecord:
            self._leave_out(name)
            return None
        return found.date() if found else None

    def _amount(self, told: Mapping[str, Any], name: str) -> float | None:
        try:
            return number(told, name, least=0)
        except BadRecord:
            self._leave_out(name)
            return None

    def _leave_out(self, name: str) -> None:
        """Count a user's field that cannot be read: a user is no record that could be set aside."""
        self._unreadable[name] = self._unreadable.get(name, 0) + 1

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
        return "CUSTOMER" if self.users.get(author, _NOBODY).role == "end-user" else "AGENT"

    def customer(self, record: Mapping[str, Any], requester: str) -> CustomerRecord | None:
        """Return the customer behind a ticket or a part of it, with the names to hide in its texts.

        Hidden are the names of the customer, of the agent who has the ticket and of whoever wrote this part.
        """
        facts = self.users.get(requester, _NOBODY).facts
        writer = mapping(mapping(mapping(record, "via"), "source"), "from")
        asked = mapping(record, "requester")
        others = (text(record.get(name)) for name in ("assignee_id", "author_id"))
        names = (
            *facts.names,
            _told(asked, "name"),
            _told(writer, "name"),
            *(self.users.get(other, _NOBODY).name for other in others),
        )
        found = replace(
            facts,
            vendor_ids=(requester,) if requester else (),
            email=facts.email or _told(asked, "email") or _told(writer, "address"),
            phone=facts.phone or _told(asked, "phone") or _told(writer, "phone"),
            names=tuple(dict.fromkeys(name for name in names if name)),
        )
        return None if found == _NOBODY.facts else found


def _told(record: Mapping[str, Any], field: str) -> str:
    value = record.get(field)
    return clean(text(value)) if said(value) else ""
