"""What is known of customers beside who they are: segment, region, product, since when, what they are worth."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection

from insights.intake.copying import array_of, staged
from insights.intake.prepare import Key, Prepared
from insights.intake.record import CustomerRecord, ExposureRecord
from insights.intake.state import FeedbackState

_NAMES = ("segment", "region", "product", "customer_since", "annual_value")
_TOLD = attrgetter(*_NAMES)
_WHEN = attrgetter("record.occurred_at")
_EMPTY = (None, "")
_SNAPSHOT = ("segment", "region", "product")
_KNOWN = """
    SELECT id, segment, region, product, customer_since, annual_value FROM insights_customer WHERE id = ANY(%s::uuid[])
"""
_NEWEST = """
    SELECT told.id, newest.occurred_at FROM unnest(%s::uuid[]) AS told (id)
    CROSS JOIN LATERAL (
        SELECT occurred_at FROM insights_feedback WHERE customer_id = told.id ORDER BY occurred_at DESC LIMIT 1
    ) AS newest
"""


def tell_customers(
    told: Sequence[Prepared], customers: Sequence[UUID | None], states: dict[Key, FeedbackState]
) -> None:
    """Let customers learn from the newest record, and new feedback take the snapshot of its customer.

    A record older than what is known of the customer fills gaps only; what is empty never erases.
    """
    keys = [customer for customer in set(customers) if customer is not None]
    if not keys:
        return
    known = _load(keys)
    facts_of = _by_customer(told, customers, known)
    newest = _newest_of([key for key, facts in facts_of.items() if _is_contradicted(facts, known[key])])
    changed: dict[UUID, dict[str, Any]] = {}
    for key, facts in facts_of.items():
        learned = known[key]
        for fact in facts:
            if news := _news(fact, learned, newest.get(key) if newest else None):
                learned.update(news)
                changed[key] = learned
        _hand_on(facts, learned, states)
    _write(changed)


def _by_customer(
    told: Sequence[Prepared], customers: Sequence[UUID | None], known: Iterable[UUID]
) -> dict[UUID, list[Prepared]]:
    """Return what is told of each known customer, the oldest first."""
    facts_of: dict[UUID, list[Prepared]] = {key: [] for key in known}
    for fact, customer in zip(told, customers, strict=True):
        if customer in facts_of:
            facts_of[customer].append(fact)
    for facts in facts_of.values():
        if len(facts) > 1:
            facts.sort(key=_WHEN)
    return facts_of


def _hand_on(facts: list[Prepared], learned: dict[str, Any], states: dict[Key, FeedbackState]) -> None:
    """Give new feedback the snapshot of its customer, where it does not say so itself."""
    snapshot = [(name, learned[name]) for name in _SNAPSHOT if learned[name]]
    for fact in facts if snapshot else ():
        state = states.get(fact.key)
        if state is not None and state.is_new:
            for name, value in snapshot:
                if not state.values.get(name):
                    state.values[name] = value


def _load(keys: list[UUID]) -> dict[UUID, dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [array_of(keys)])
        return {row[0]: dict(zip(_NAMES, row[1:], strict=True)) for row in cursor.fetchall()}


def _is_contradicted(facts: list[Prepared], known: Mapping[str, Any]) -> bool:
    """Whether something else is said of a customer than is known, or two things at once: then the newest counts."""
    said: dict[str, Any] = {}
    for fact in facts:
        for name, value in _said(_customer_of(fact)):
            before = known[name]
            if value != said.setdefault(name, value if before in _EMPTY else before):
                return True
    return False


def _newest_of(customers: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when each of these customers' newest feedback was."""
    if not customers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [array_of(customers)])
        return dict(cursor.fetchall())


def _customer_of(fact: Prepared) -> CustomerRecord | None:
    return None if isinstance(fact.record, ExposureRecord) else fact.record.customer


def _news(fact: Prepared, facts: dict[str, Any], newest: datetime | None) -> dict[str, Any]:
    """Return what the record changes about its customer."""
    is_newest = newest is None or fact.record.occurred_at >= newest
    return {
        name: value
        for name, value in _said(_customer_of(fact))
        if value != facts[name] and (is_newest or facts[name] in _EMPTY)
    }


def _said(record: CustomerRecord | None) -> list[tuple[str, str | date | Decimal]]:
    """Return what a record says of its customer."""
    if record is None:
        return []
    said = [(name, value) for name, value in zip(_NAMES, _TOLD(record), strict=True) if value not in _EMPTY]
    if record.annual_value is not None:
        said[-1] = ("annual_value", Decimal(str(round(record.annual_value, 2))).quantize(Decimal("0.01")))
    return said


def _write(changed: dict[UUID, dict[str, Any]]) -> None:
    if not changed:
        return
    rows = [
        (key, *(facts[name] for name in _NAMES)) for key, facts in sorted(changed.items(), key=lambda one: one[0].int)
    ]
    told = ", ".join(f"{name} = told.{name}" for name in _NAMES)
    with staged("insights_customer", ("id", *_NAMES), rows) as stage, connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE insights_customer AS customer SET {told}, updated_at = now() FROM {stage} AS told "  # noqa: S608
            "WHERE customer.id = told.id"
        )
