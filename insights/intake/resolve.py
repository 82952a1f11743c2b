"""From identifiers to customers, for a whole batch in a handful of statements, safe beside other workers."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from insights.intake.copying import array_of, copy_rows
from insights.intake.identity import CUSTOMER_NUMBER, EMAIL, PHONE, STRENGTH, Groups, Identifier
from insights.intake.merging import kept_apart, merge
from insights.models.keys import new_key

SHARED_PHONE_PEOPLE = 20
"""A phone that more people than this gave (a switchboard, a call shop) says nothing about who is calling."""

MOST_ATTEMPTS = 6
_NUMBER = attrgetter("int")  # keys compare by it, many times slower

_KNOWN = """
    SELECT digest, customer_id FROM insights_customeridentifier
    WHERE kind = %s AND namespace = %s AND digest = ANY(%s::text[])
"""
_ADD = """
    INSERT INTO insights_customeridentifier (kind, namespace, digest, customer_id, created_at)
    SELECT kind, namespace, digest, customer_id, %s
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::uuid[]) AS told (kind, namespace, digest, customer_id)
    ORDER BY kind, namespace, digest
    ON CONFLICT (kind, namespace, digest) DO NOTHING
"""
_CROWDED = """
    SELECT phone.digest FROM unnest(%s::text[]) AS told (digest)
    JOIN insights_customeridentifier AS phone
      ON phone.kind = 'PHONE' AND phone.namespace = '' AND phone.digest = told.digest
    JOIN insights_customeridentifier AS person
      ON person.customer_id = phone.customer_id AND person.kind IN ('EMAIL', 'CUSTOMER_NUMBER')
    GROUP BY phone.digest HAVING count(*) > %s
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
    for some in dict.fromkeys(told):
        if some:
            groups.join(some)
    members = groups.members()
    known = _known([one for group in members.values() for one in group])
    found = {first: _found(group, known) for first, group in members.items()}
    several = [customers for customers in found.values() if len(customers) > 1]
    apart = kept_apart({customer for customers in several for customer in customers}) if several else set()
    customers: dict[Identifier, UUID] = {}
    became: dict[UUID, UUID] = {}  # another group of this batch may name a customer that one before it merged away
    for first, group in members.items():
        here = list(dict.fromkeys(_last(customer, became) for customer in found[first]))
        if len(here) > 1:
            here_known = {one: _last(known[one], became) for one in group if one in known}
            customers.update(_customers_of(group, here_known, apart, now))
            kept = {customers[one] for one in group}
            if len(kept) == 1:
                became.update(dict.fromkeys(set(here) - kept, *kept))
        else:
            customers.update(dict.fromkeys(group, here[0] if here else new_key()))
    customers = {one: _last(customer, became) for one, customer in customers.items()}
    _add({one: customer for one, customer in customers.items() if one not in known}, known.values(), now)
    return customers


def _last(customer: UUID, became: dict[UUID, UUID]) -> UUID:
    """Return the customer in whom this one lives on."""
    while customer in became:
        customer = became[customer]
    return customer


def _found(group: list[Identifier], known: dict[Identifier, UUID]) -> list[UUID]:
    """Return the customers that a group names: hardly ever more than one."""
    found: list[UUID] = []
    for one in group:
        customer = known.get(one)
        if customer is not None and customer not in found:
            found.append(customer)
    return found


def _known(some: list[Identifier]) -> dict[Identifier, UUID]:
    digests: dict[tuple[str, str], list[str]] = {}  # a look-up per kind, so that it goes through the index
    for one in some:
        digests.setdefault((one.kind, one.namespace), []).append(one.digest)
    known: dict[Identifier, UUID] = {}
    with connection.cursor() as cursor:
        for (kind, namespace), of_kind in sorted(digests.items()):
            cursor.execute(_KNOWN, [kind, namespace, array_of(sorted(of_kind))])
            known.update((Identifier(kind, namespace, digest), customer) for digest, customer in cursor.fetchall())
    return known


def _customers_of(
    group: list[Identifier], known: dict[Identifier, UUID], apart: set[frozenset[UUID]], now: datetime
) -> dict[Identifier, UUID]:
    """Return the customer of each identifier of a group that names several: one, unless people took them apart."""
    found = sorted({known[one] for one in group if one in known})
    if any(pair <= set(found) for pair in apart):
        strongest = known[min((one for one in group if one in known), key=lambda one: STRENGTH[one.kind])]
        return {one: known.get(one, strongest) for one in group}
    shared = sorted({one.kind for one in group if one in known}, key=lambda kind: STRENGTH[kind])
    try:
        return dict.fromkeys(group, merge(found, f"One record names both: {', '.join(shared)}", now))
    except IndexError:  # all of them were absorbed while we waited for their rows
        raise _Raced from None


def _add(new: dict[Identifier, UUID], existing: Iterable[UUID], now: datetime) -> None:
    """Write new identifiers and the customers they belong to, in sorted order; raise _Raced when one was taken."""
    if not new:
        return
    made = sorted(set(new.values()).difference(existing), key=_NUMBER)
    copy_rows(
        "insights_customer",
        ("id", "segment", "region", "product", "created_at", "updated_at"),
        [(customer, "", "", "", now, now) for customer in made],
    )
    some = sorted(new)
    with connection.cursor() as cursor:
        kinds, digests = array_of(one.kind for one in some), array_of(one.digest for one in some)
        namespaces = [one.namespace for one in some]
        cursor.execute(_ADD, [timezone.now(), kinds, namespaces, digests, array_of(new[one] for one in some)])
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
    for phone_digest, one in _people_known_by(people):
        people[phone_digest].add(one)
    shared = {digest for digest, given in people.items() if len(given) > SHARED_PHONE_PEOPLE}
    if not shared:
        return list(told)
    return [tuple(one for one in some if one.kind != PHONE or one.digest not in shared) for some in told]


def _people_known_by(people: dict[str, set[Identifier]]) -> list[tuple[str, Identifier]]:
    """Return who gave these phones before, of those only that too many may share, counted with this batch."""
    most_here = max(len(given) for given in people.values())
    with connection.cursor() as cursor:
        cursor.execute(_CROWDED, [array_of(people), max(0, SHARED_PHONE_PEOPLE - most_here)])
        crowded = [row[0] for row in cursor.fetchall()]
        if crowded:
            cursor.execute(_PEOPLE_OF, [array_of(crowded)])
        return [(phone, Identifier(*one)) for phone, *one in cursor.fetchall()] if crowded else []
