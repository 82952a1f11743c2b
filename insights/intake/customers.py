"""What is known of customers beside who they are: segment, region, product, since when, what they are worth."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from insights.intake.copying import staged
from insights.intake.prepare import Key, Prepared
from insights.intake.record import CustomerRecord, ExposureRecord
from insights.intake.state import FeedbackState

_NAMES = ("segment", "region", "product", "customer_since", "annual_value")
_SNAPSHOT = ("segment", "region", "product")
_KNOWN = """
    SELECT customer.id, customer.segment, customer.region, customer.product, customer.customer_since,
           customer.annual_value, newest.occurred_at
    FROM insights_customer AS customer
    LEFT JOIN LATERAL (
        SELECT occurred_at FROM insights_feedback WHERE customer_id = customer.id ORDER BY occurred_at DESC LIMIT 1
    ) AS newest ON true
    WHERE customer.id = ANY(%s)
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
    changed: dict[UUID, dict[str, Any]] = {}
    pairs = [(fact, key) for fact, key in zip(told, customers, strict=True) if key in known]
    by_time = sorted(pairs, key=lambda pair: pair[0].record.occurred_at)
    for fact, key in by_time:
        if key is not None and (news := _news(fact, *known[key])):
            known[key][0].update(news)
            changed[key] = known[key][0]
    _write(changed)
    for fact, key in by_time:
        state = states.get(fact.key)
        if state is not None and state.is_new:
            facts = known[key][0]
            for name in _SNAPSHOT:
                if facts[name] and not state.value(name):
                    state.values[name] = facts[name]


def _load(keys: list[UUID]) -> dict[UUID | None, tuple[dict[str, Any], datetime | None]]:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [keys])
        return {row[0]: (dict(zip(_NAMES, row[1:6], strict=True)), row[6]) for row in cursor.fetchall()}


def _news(fact: Prepared, facts: dict[str, Any], newest: datetime | None) -> dict[str, Any]:
    """Return what the record changes about its customer."""
    record = None if isinstance(fact.record, ExposureRecord) else fact.record.customer
    if record is None:
        return {}
    is_newest = newest is None or fact.record.occurred_at >= newest
    return {
        name: value
        for name, value in zip(_NAMES, _said(record), strict=True)
        if value not in (None, "") and value != facts[name] and (is_newest or facts[name] in (None, ""))
    }


def _said(record: CustomerRecord) -> tuple[str | date | Decimal | None, ...]:
    """Return what a record says of its customer, in the order of _NAMES."""
    value = record.annual_value
    worth = None if value is None else Decimal(str(round(value, 2))).quantize(Decimal("0.01"))
    return (record.segment, record.region, record.product, record.customer_since, worth)


def _write(changed: dict[UUID, dict[str, Any]]) -> None:
    if not changed:
        return
    rows = [(key, *(facts[name] for name in _NAMES)) for key, facts in sorted(changed.items())]
    told = ", ".join(f"{name} = told.{name}" for name in _NAMES)
    with staged("insights_customer", ("id", *_NAMES), rows) as stage, connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE insights_customer AS customer SET {told}, updated_at = now() FROM {stage} AS told "  # noqa: S608
            "WHERE customer.id = told.id"
        )
