"""Counts of active customers, stored once per day and group; what is told last stands."""

from datetime import date, datetime

from django.db import connection

from insights.intake.copying import upsert_rows
from insights.intake.prepare import Prepared
from insights.intake.record import ExposureRecord
from insights.models import Delivery, DirtyDay

Group = tuple[date, str, str, str]
_KNOWN = """
    SELECT day, segment, region, product, customers
    FROM unnest(%s::date[], %s::text[], %s::text[], %s::text[]) AS told (day, segment, region, product)
    JOIN insights_exposure USING (day, segment, region, product)
"""


def store_exposures(facts: list[Prepared], delivery: Delivery, now: datetime) -> dict[int, str]:
    """Store counts inside the caller's transaction; return the outcome by the identity of each fact."""
    told = [(fact, *_told(fact)) for fact in facts]
    known = _known([group for _, group, _ in told])
    outcome_of: dict[int, str] = {}
    changed: dict[Group, int] = {}
    for fact, group, customers in told:
        before = known.get(group)
        outcome_of[id(fact)] = "accepted" if before is None else "unchanged" if before == customers else "updated"
        if before != customers:
            known[group] = changed[group] = customers
    columns = ("day", "segment", "region", "product", "customers", "delivery_id", "updated_at")
    rows = [(*group, changed[group], delivery.pk, now) for group in sorted(changed)]
    upsert_rows("insights_exposure", columns, rows, key=columns[:4])
    DirtyDay.objects.mark((group[0] for group in changed), now)
    return outcome_of


def _told(fact: Prepared) -> tuple[Group, int]:
    record = fact.record
    if not isinstance(record, ExposureRecord):
        raise TypeError("Only an exposure record can change an exposure.")
    return (record.day, record.segment, record.region, record.product), record.customers


def _known(groups: list[Group]) -> dict[Group, int]:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [[group[place] for group in groups] for place in range(4)])
        return {(day, segment, region, product): many for day, segment, region, product, many in cursor.fetchall()}
