"""Days whose facts changed, marked so that the mart rebuilds them."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from insights.intake.copying import array_of

_MARK = """
    INSERT INTO insights_dirtyday (day, marks, marked_at)
    SELECT day, 1, %s FROM unnest(%s::date[]) AS days (day) ORDER BY day
    ON CONFLICT (day) DO UPDATE SET marks = insights_dirtyday.marks + 1, marked_at = EXCLUDED.marked_at
"""
_PREVIOUS_CONTACTS = """
    SELECT DISTINCT (previous.occurred_at AT TIME ZONE %s)::date
    FROM unnest(%s::uuid[], %s::timestamptz[]) AS told (customer_id, occurred_at)
    CROSS JOIN LATERAL (
        SELECT occurred_at FROM insights_feedback
        WHERE customer_id = told.customer_id AND kind = 'CONTACT' AND occurred_at < told.occurred_at
        ORDER BY occurred_at DESC LIMIT 1
    ) AS previous
"""


def company_day(moment: datetime) -> date:
    """Return the day of the company's calendar (METRICS rule 6)."""
    return moment.astimezone(ZoneInfo(settings.REPORTING_TIME_ZONE)).date()


def mark_days(moments: Iterable[datetime], now: datetime, more: Iterable[date] = ()) -> None:
    """Mark the days of these moments, and `more`, in order, so that two writers never wait in a circle."""
    days = sorted({*(company_day(moment) for moment in moments), *more})
    if days:
        with connection.cursor() as cursor:
            cursor.execute(_MARK, [now, days])


def days_of_previous_contacts(contacts: Iterable[tuple[UUID, datetime]]) -> set[date]:
    """Return the days of the same customers' contacts before these: their time to the next contact changes."""
    told = set(contacts)
    if not told:
        return set()
    customers = array_of([customer for customer, _ in told])
    moments = "{" + ",".join([f'"{moment}"' for _, moment in told]) + "}"
    with connection.cursor() as cursor:
        cursor.execute(_PREVIOUS_CONTACTS, [settings.REPORTING_TIME_ZONE, customers, moments])
        return {row[0] for row in cursor.fetchall()}
