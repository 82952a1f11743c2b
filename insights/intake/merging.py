"""Two customers found to be one: merged with a record of what moved, and taken apart again when that was wrong."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from insights.intake.dirty import mark_days
from insights.intake.loose_links import relink_customers
from insights.models import Customer, CustomerIdentifier, CustomerMerge, Feedback, JourneyEvent
from insights.models.journey import SELF_SERVICE

_FACTS = ("segment", "region", "product", "customer_since", "annual_value")


class CannotUndo(Exception):
    """The merge cannot be undone. The message is for people."""


def merge(customers: Iterable[UUID], reason: str, now: datetime) -> UUID:
    """Make these customers one, the oldest of them, inside the caller's transaction. Returns who is left."""
    locked = list(Customer.objects.select_for_update().filter(pk__in=sorted(customers)).order_by("pk"))
    survivor = locked[0]
    for absorbed in locked[1:]:
        _absorb(survivor, absorbed, reason, now)
    return survivor.pk


def _absorb(survivor: Customer, absorbed: Customer, reason: str, now: datetime) -> None:
    CustomerMerge.objects.create(
        survivor=survivor,
        absorbed_id=absorbed.pk,
        absorbed_facts=_facts_of(absorbed),
        moved_identifiers=_move(CustomerIdentifier.objects.filter(customer=absorbed), survivor),
        moved_feedback=_move(Feedback.objects.filter(customer=absorbed), survivor),
        moved_events=_move(JourneyEvent.objects.filter(customer=absorbed), survivor),
        reason=reason,
        merged_at=now,
    )
    CustomerMerge.objects.filter(survivor=absorbed).update(survivor=survivor)
    for name in _FACTS:
        if getattr(survivor, name) in ("", None):
            setattr(survivor, name, getattr(absorbed, name))
    survivor.save(update_fields=[*_FACTS, "updated_at"])
    with connection.cursor() as cursor:  # everything has moved: nothing is left for Django's collector to look for
        cursor.execute("DELETE FROM insights_customer WHERE id = %s", [absorbed.pk])
    relink_customers([survivor.pk])
    _mark_all_of(survivor.pk, now)


def _move(rows: Any, customer: Customer) -> list[Any]:
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.model.objects.filter(pk__in=keys).update(customer=customer)
    return [str(key) if isinstance(key, UUID) else key for key in keys]


def _facts_of(customer: Customer) -> dict[str, str | None]:
    facts = {name: getattr(customer, name) for name in _FACTS}
    return {name: None if value is None else str(value) for name, value in facts.items()}


def _mark_all_of(customer: UUID, now: datetime) -> None:
    """Every row shows its customer, and every contact the time to the next one: all their days are built again."""
    sessions = JourneyEvent.objects.filter(customer_id=customer, channel__in=SELF_SERVICE)
    for rows in (Feedback.objects.filter(customer_id=customer), sessions):
        mark_days(rows.values_list("occurred_at", flat=True), now)


@transaction.atomic
def undo_merge(merge_id: UUID, now: datetime) -> Customer:
    """Take a merge apart: the absorbed customer is back with what was its own. Raises CannotUndo.

    The two are not merged again on their own: a record that names both goes to the stronger identifier's customer.
    """
    record = CustomerMerge.objects.select_for_update().filter(pk=merge_id).first()
    if record is None or record.undone_at is not None:
        raise CannotUndo("This merge is not known, or was undone already.")
    Customer.objects.select_for_update().get(pk=record.survivor_id)
    restored = Customer(pk=record.absorbed_id, **_facts_from(record.absorbed_facts))
    restored.save(force_insert=True)
    for model, keys in (
        (CustomerIdentifier, record.moved_identifiers),
        (Feedback, record.moved_feedback),
        (JourneyEvent, record.moved_events),
    ):
        model._default_manager.filter(pk__in=keys, customer_id=record.survivor_id).update(customer=restored)
    record.undone_at = now
    record.save(update_fields=["undone_at"])
    relink_customers([record.survivor_id, restored.pk])
    _mark_all_of(record.survivor_id, now)
    _mark_all_of(restored.pk, now)
    return restored


def _facts_from(facts: dict[str, str | None]) -> dict[str, Any]:
    return {name: facts.get(name) for name in _FACTS}


def kept_apart(customers: Iterable[UUID]) -> set[frozenset[UUID]]:
    """Return the pairs among these customers that people took apart."""
    some = list(customers)
    undone = CustomerMerge.objects.filter(undone_at__isnull=False).filter(
        Q(survivor_id__in=some) & Q(absorbed_id__in=some)
    )
    return {frozenset(pair) for pair in undone.values_list("survivor_id", "absorbed_id")}
