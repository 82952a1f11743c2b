"""Who a record is from: identifiers made alike, kept as keyed digests, and resolved for a whole batch at once.

Two records are from one customer when they share an e-mail, a phone, the company's customer number, or a vendor's id
within one source and account. Nothing else joins people; a vendor's id never does so across accounts.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from django.conf import settings

from insights.intake.record import CustomerRecord
from insights.intake.sealing import derived_key
from insights.intake.telephones import normal_phone

CUSTOMER_NUMBER, EMAIL, VENDOR_ID, PHONE = "CUSTOMER_NUMBER", "EMAIL", "VENDOR_ID", "PHONE"
STRENGTH = {CUSTOMER_NUMBER: 0, EMAIL: 1, VENDOR_ID: 2, PHONE: 3}
LONGEST_NAMESPACE = 120
_PURPOSE = b"cxhub identifiers"


class Identifier(NamedTuple):
    """One name a system has for a customer, as a keyed digest. A tuple: it is hashed and compared all the time."""

    kind: str
    namespace: str
    digest: str


def normal_email(email: str) -> str:
    """Return the address as it is compared: trimmed and casefolded; "" where it is none. No provider's tricks."""
    address = email.strip().removeprefix("mailto:").casefold()
    return address if "@" in address[1:-1] and " " not in address else ""


def keyed_digest(value: str) -> str:
    """Return the HMAC-SHA256 of `value` under the key of identifiers: it can be matched, not read."""
    return _digest(derived_key(_PURPOSE), value)


@lru_cache(maxsize=8192)
def _digest(key: bytes, value: str) -> str:
    begun, begun_outside = _keyed(key)
    inner, outer = begun.copy(), begun_outside.copy()
    inner.update(value.encode())
    outer.update(inner.digest())
    return outer.hexdigest()


@lru_cache(maxsize=4)
def _keyed(key: bytes) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """Return both halves of HMAC-SHA256 (RFC 2104), the key, of up to 64 bytes, gone in already.

    hmac.digest() takes three times as long for an address, and lets another thread in each time.
    """
    padded = key.ljust(64, b"\0")
    return sha256(bytes(byte ^ 0x36 for byte in padded)), sha256(bytes(byte ^ 0x5C for byte in padded))


def namespace_of(source: str, account: str) -> str:
    """Return the namespace of a vendor's ids: they mean something within one source and account only."""
    namespace = f"{source}:{account}"
    return namespace if len(namespace) <= LONGEST_NAMESPACE else f"{source[:50]}:{keyed_digest(namespace)}"


def identifiers_of(customer: CustomerRecord | None, source: str, account: str) -> tuple[Identifier, ...]:
    """Return the digests of what the record knows about who it is from, the strongest first."""
    if customer is None:
        return ()
    key = derived_key(_PURPOSE)
    found: list[Identifier] = []
    if number := customer.customer_number.strip():
        found.append(Identifier(CUSTOMER_NUMBER, "", _digest(key, number)))
    if email := normal_email(customer.email):
        found.append(Identifier(EMAIL, "", _digest(key, email)))
    for vendor_id in customer.vendor_ids:
        if told := vendor_id.strip():
            found.append(Identifier(VENDOR_ID, namespace_of(source, account), _digest(key, told)))
    told = customer.phone.strip()
    if told and (phone := normal_phone(told, settings.DEFAULT_PHONE_REGION)):
        found.append(Identifier(PHONE, "", _digest(key, phone)))
    return tuple(found)


class Groups:
    """Union-find over identifiers: which of them belong to one person."""

    def __init__(self) -> None:
        self._above: dict[Identifier, Identifier] = {}

    def root(self, one: Identifier) -> Identifier:
        """Return the identifier that stands for the group of `one`."""
        above = self._above
        next_one = above.setdefault(one, one)
        while next_one != one:
            above[one] = above[next_one]
            one = above[one]
            next_one = above[one]
        return one

    def join(self, some: Sequence[Identifier]) -> None:
        """Put all of `some` into one group."""
        first = self.root(some[0])
        if len(some) > 1:
            for other in some[1:]:
                self._above[self.root(other)] = first

    def members(self) -> dict[Identifier, list[Identifier]]:
        """Return the groups by the identifier that stands for each."""
        groups: dict[Identifier, list[Identifier]] = {}
        for one in list(self._above):
            groups.setdefault(self.root(one), []).append(one)
        return groups
