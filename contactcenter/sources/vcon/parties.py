"""The parties of a vCon: which of them are the company's, and who is the customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contactcenter.speech import persons, role_named, role_of
from contactcenter.told import Ours
from insights.intake.fields import mapping, said, text
from insights.intake.record import CustomerRecord, SpeakerRole
from insights.intake.source import BadRecord
from insights.intake.wording import clean


@dataclass(frozen=True, slots=True)
class Party:
    """One party: who it is, and on which side; None when nothing says it."""

    name: str
    address: str
    phone: str
    identity: str
    role: SpeakerRole | None

    @property
    def speaker(self) -> SpeakerRole:
        """Who speaks; who is on no known side speaks as SYSTEM."""
        return self.role or "SYSTEM"

    @property
    def agent(self) -> str:
        """What an agent is called here."""
        return self.name or self.address or self.identity


def parties_of(value: Mapping[str, Any], ours: Ours) -> list[Party]:
    """Return the parties, those without a role beside known ones counted to the other side. Raises BadRecord."""
    listed = value.get("parties")
    if not isinstance(listed, list):
        raise BadRecord(f"parties is {_shown(listed)}, where a list should stand.", "parties")
    found = [_party(one, f"parties[{place}]", ours) for place, one in enumerate(listed)]
    roles = {one.role for one in found}
    rest: SpeakerRole | None = None
    if "AGENT" in roles and "CUSTOMER" not in roles:
        rest = "CUSTOMER"
    elif "CUSTOMER" in roles and "AGENT" not in roles:
        rest = "AGENT"
    return [one if one.role else Party(one.name, one.address, one.phone, one.identity, rest) for one in found]


def indexes(value: object, path: str, count: int) -> list[int]:
    """Return the parties that a dialog names: an index, a list of them, or lists in a list. Raises BadRecord."""
    if value is None:
        return []
    if isinstance(value, list):
        return [one for place, inside in enumerate(value) for one in indexes(inside, f"{path}[{place}]", count)]
    if isinstance(value, dict):  # newer drafts may say when a party joined
        return indexes(value.get("party"), f"{path}.party", count)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadRecord(f"{path} is {_shown(value)}, which is no index of a party.", path)
    if not 0 <= value < count:
        raise BadRecord(f"{path} names party {value}, but there are {count} (from 0).", path)
    return [value]


def customer_of(parties: Sequence[Party]) -> CustomerRecord | None:
    """Return the first party on the customer's side, and the names of all to be hidden in the texts."""
    names = persons(one.name for one in parties)
    who = next((one for one in parties if one.role == "CUSTOMER"), None)
    if who is None:
        return CustomerRecord(names=names) if names else None
    return CustomerRecord(
        email=who.address, phone=who.phone, vendor_ids=(who.identity,) if who.identity else (), names=names
    )


def _party(value: object, path: str, ours: Ours) -> Party:
    if not isinstance(value, dict):
        raise BadRecord(f"{path} is {_shown(value)}, where an object should stand.", path)
    name, address, phone = _word(value, "name"), _word(value, "mailto"), _word(value, "tel")
    address = address.removeprefix("mailto:")
    phone = phone.removeprefix("tel:") or _number_in(_word(value, "sip"))
    told = role_named(_word(value, "role") or _word(mapping(value, "meta"), "role"))
    role: SpeakerRole | None = "AGENT" if ours.has(name=name, address=address, phone=phone) else told
    identity = _word(value, "uuid") or _word(value, "id")
    return Party(name, address, phone, identity, role or role_of(name, ours))


def _number_in(sip: str) -> str:
    user = sip.removeprefix("sips:").removeprefix("sip:").partition("@")[0]
    return user if user.lstrip("+").isdigit() and len(user) >= 7 else ""


def _word(record: Mapping[str, Any], field: str) -> str:
    value = record.get(field)
    return clean(text(value))[:190] if said(value) else ""


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:59] + "…"
