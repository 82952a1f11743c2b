"""From identifiers to customers, for a whole batch in a handful of statements, safe beside other workers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from insights.intake.copying import copy_rows
from insights.intake.identity import CUSTOMER_NUMBER, EMAIL, PHONE, STRENGTH, Groups, Identifier
from insights.intake.merging import kept_apart, merge
from insights.models.keys import new_key

SHARED_PHONE_PEOPLE = 20
"""A phone that more people than this gave (a switchboard, a call shop) says nothing about who is calling."""

MOST_ATTEMPTS = 6

_KNOWN = """
    SELECT kind, namespace, digest, customer_id FROM insights_customeridentifier
    WHERE kind = %s AND namespace = %s AND digest = ANY(%s)
"""
_ADD = """
    INSERT INTO insights_customeridentifier (kind, namespace, digest, customer_id, created_at)
    SELECT kind, namespace, digest, customer_id, %s
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::uuid[]) AS told (kind, namespace, digest, customer_id)
    ORDER BY kind, namespace, digest
    ON CONFLICT (kind, namespace, digest) DO NOTHING
"""
_PEOPLE_OF = """
    SELECT phone.digest, person.kind, person.namespace, person.digest FROM unnest(%s::text[]) AS told (digest)
    JOIN insights_customeridentifier AS phone
      ON phone.kind = 'PHONE' AND phone.namespace = '' AND phone.digest = told.digest
    JOIN insights_customeridentifier AS person
      ON person.customer_id = phone.customer_id AND person.kind IN ('EMAIL', 'CUSTOMER_NUMBER')
"""


class _Raced(Exception):
    """Another worker wrote one of our identifiers first; it is looked up again."""


def resolve(told: Sequence[tuple[Identifier, ...]], now: datetime) -> list[UUID | None]:
    """Return the customer of each record, made, found or merged, inside the caller's transaction."""
    told = _without_shared_phones(told)
    if not any(told):
        return [None] * len(told)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            with transaction.atomic():
                customers = _resolve_once(told, now)
            return [_strongest(some, customers) for some in told]
        except _Raced:
            if attempt == MOST_ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _strongest(some: tuple[Identifier, ...], customers: dict[Identifier, UUID]) -> UUID | None:
    return customers[min(some, key=lambda one: STRENGTH[one.kind])] if some else None


def _resolve_once(told: Sequence[tuple[Identifier, ...]], now: datetime) -> dict[Identifier, UUID]:
    groups = Groups()
    for some in told:
        if some:
            groups.join(some)
    members = groups.members()
    known = _known([one for group in members.values() for one in group])
    apart = _kept_apart_within(members, known)
    customers: dict[Identifier, UUID] = {}
    for group in members.values():
        customers.update(_customers_of(group, known, apart, now))
    _add({one: customer for one, customer in customers.items() if one not in known}, set(known.values()), now)
    return customers


def _known(some: list[Identifier]) -> dict[Identifier, UUID]:
    digests: dict[tuple[str, str], list[str]] = {}  # a look-up per kind, so that it goes through the index
    for one in some:
        digests.setdefault((one.kind, one.namespace), []).append(one.digest)
    known: dict[Identifier, UUID] = {}
    with connection.cursor() as cursor:
        for (kind, namespace), of_kind in sorted(digests.items()):
            cursor.execute(_KNOWN, [kind, namespace, sorted(of_kind)])
            known.update((Identifier(*told), customer) for *told, customer in cursor.fetchall())
    return known


def _kept_apart_within(
    members: dict[Identifier, list[Identifier]], known: dict[Identifier, UUID]
) -> set[frozenset[UUID]]:
    several = [{known[one] for one in group if one in known} for group in members.values()]
    suspects = {customer for customers in several if len(customers) > 1 for customer in customers}
    return kept_apart(suspects) if suspects else set()


def _customers_of(
    group: list[Identifier], known: dict[Identifier, UUID], apart: set[frozenset[UUID]], now: datetime
) -> dict[Identifier, UUID]:
    """Return the customer of each identifier of one group: one for all, unless people took its customers apart."""
    found = sorted({known[one] for one in group if one in known})
    if not found:
        return dict.fromkeys(group, new_key())
    if len(found) == 1:
        return dict.fromkeys(group, found[0])
    if any(pair <= set(found) for pair in apart):
        strongest = known[min((one for one in group if one in known), key=lambda one: STRENGTH[one.kind])]
        return {one: known.get(one, strongest) for one in group}
    shared = sorted({one.kind for one in group if one in known}, key=lambda kind: STRENGTH[kind])
    try:
        return dict.fromkeys(group, merge(found, f"One record names both: {', '.join(shared)}", now))
    except IndexError:  # all of them were absorbed while we waited for their rows
        raise _Raced from None


def _add(new: dict[Identifier, UUID], existing: set[UUID], now: datetime) -> None:
    """Write new identifiers and the customers they belong to, in sorted order; raise _Raced when one was taken."""
    if not new:
        return
    made = sorted(set(new.values()) - existing)
    copy_rows(
        "insights_customer",
        ("id", "segment", "region", "product", "created_at", "updated_at"),
        [(customer, "", "", "", now, now) for customer in made],
    )
    some = sorted(new)
    with connection.cursor() as cursor:
        columns = [[getattr(one, name) for one in some] for name in ("kind", "namespace", "digest")]
        cursor.execute(_ADD, [timezone.now(), *columns, [new[one] for one in some]])
        if cursor.rowcount != len(some):
            raise _Raced


def _without_shared_phones(told: Sequence[tuple[Identifier, ...]]) -> list[tuple[Identifier, ...]]:
    """Leave out the phones that too many people gave, in this batch or before."""
    people: dict[str, set[Identifier]] = {}
    for some in told:
        for phone in some:
            if phone.kind == PHONE:
                people.setdefault(phone.digest, set()).update(
                    one for one in some if one.kind in (EMAIL, CUSTOMER_NUMBER)
                )
    if not people:
        return list(told)
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE_OF, [list(people)])
        for phone_digest, kind, namespace, digest in cursor.fetchall():
            people[phone_digest].add(Identifier(kind, namespace, digest))
    shared = {digest for digest, given in people.items() if len(given) > SHARED_PHONE_PEOPLE}
    if not shared:
        return list(told)
    return [tuple(one for one in some if one.kind != PHONE or one.digest not in shared) for some in told]
