"""Which other days a changed day reaches: a row tells of its customer's next contact, of its survey, of its contact."""

from datetime import date, datetime
from typing import Any

from django.db import connection

from insights.mart.calendar import start_of_day
from insights.mart.schema import NEXT_CONTACT_WITHIN

# The contact just before a contact of these days tells how soon its customer came back. `seen` are those the mart still
# has on these days: what is gone from the facts was somebody's next contact too.
_EARLIER_CONTACTS = """
WITH seen AS (
    SELECT f.customer_id AS customer, f.occurred_at AS moment
    FROM insights_feedback f JOIN ranges r ON f.occurred_at >= r.since AND f.occurred_at < r.until
    WHERE f.kind = 'CONTACT' AND f.customer_id IS NOT NULL
    UNION
    SELECT * FROM unnest(%(customers)s::uuid[], %(moments)s::timestamptz[])
)
SELECT before.occurred_at FROM seen CROSS JOIN LATERAL (
    SELECT f.occurred_at FROM insights_feedback f LEFT JOIN insights_contactfacts c ON c.feedback_id = f.id
    WHERE f.customer_id = seen.customer AND f.occurred_at < seen.moment
        AND f.occurred_at >= seen.moment - %(within)s AND f.kind = 'CONTACT'
        AND coalesce(c.direction, 'INBOUND') = 'INBOUND'
    ORDER BY f.occurred_at DESC LIMIT 1
) before
"""
_SURVEYS_AND_THEIR_CONTACTS = """
SELECT other.occurred_at
FROM insights_feedback f JOIN ranges r ON f.occurred_at >= r.since AND f.occurred_at < r.until
JOIN insights_feedback other ON other.about_id = f.id
UNION
SELECT other.occurred_at
FROM insights_feedback f JOIN ranges r ON f.occurred_at >= r.since AND f.occurred_at < r.until
JOIN insights_feedback other ON other.id = f.about_id
"""
_DAYS = """
WITH ranges AS (SELECT * FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[]) AS r (since, until)),
reached AS ({reached})
SELECT DISTINCT (occurred_at AT TIME ZONE %(zone)s)::date FROM reached
"""


def reached_by(
    runs: list[tuple[date, date]], zone: str, *, seen: tuple[list[str], list[datetime]], gone: list[str]
) -> set[date]:
    """Return the days that hold rows which tell of something on the days of `runs`.

    `seen` are customers and moments of the contacts that the mart has on those days, `gone` the contacts that
    the mart's surveys of those days are about.
    """
    given: dict[str, Any] = {
        "since": [start_of_day(since, zone) for since, _ in runs],
        "until": [start_of_day(until, zone) for _, until in runs],
        "zone": zone,
        "customers": seen[0],
        "moments": seen[1],
        "gone": gone,
        "within": NEXT_CONTACT_WITHIN,
    }
    gone_surveys = "SELECT occurred_at FROM insights_feedback WHERE id = ANY(%(gone)s::uuid[])"
    days: set[date] = set()
    with connection.cursor() as cursor:
        for reached in (_EARLIER_CONTACTS, _SURVEYS_AND_THEIR_CONTACTS, gone_surveys):
            cursor.execute(_DAYS.format(reached=reached), given)
            days.update(row[0] for row in cursor.fetchall())
    return days
