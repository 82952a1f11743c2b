"""Which other rows a changed day reaches: a row tells of its customer's next contact, of its survey, of its contact."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from django.db import connection

from insights.mart.picked import pick_days
from insights.mart.schema import EPISODE_GAP, NEXT_CONTACT_WITHIN
from insights.mart.statement import SELF_SERVED

# The contact just before a contact of these days tells how soon its customer came back. `seen` are those the mart still
# has on these days: what is gone from the facts was somebody's next contact too.
_EARLIER_CONTACTS = """
WITH seen AS (
    SELECT f.customer_id AS customer, f.occurred_at AS moment
    FROM mart_rows f
    WHERE f.kind = 'CONTACT' AND f.customer_id IS NOT NULL
    UNION
    SELECT * FROM unnest(%(customers)s::uuid[], %(moments)s::timestamptz[])
)
SELECT before.id, before.occurred_at FROM seen CROSS JOIN LATERAL (
    SELECT f.id, f.occurred_at FROM insights_feedback f LEFT JOIN insights_contactfacts c ON c.feedback_id = f.id
    WHERE f.customer_id = seen.customer AND f.occurred_at < seen.moment
        AND f.occurred_at >= seen.moment - %(within)s AND f.kind = 'CONTACT'
        AND coalesce(c.direction, 'INBOUND') = 'INBOUND'
    ORDER BY f.occurred_at DESC LIMIT 1
) before
"""
# The same for the contact just before that mentions a topic which this one mentions, or did when the mart last saw it.
_EARLIER_ON_TOPICS = """
WITH seen AS (
    SELECT f.customer_id AS customer, f.occurred_at AS moment, t.key AS topic
    FROM mart_rows f
    JOIN insights_mention m ON m.feedback_id = f.id JOIN insights_topic t ON t.id = m.topic_id
    WHERE f.kind = 'CONTACT' AND f.customer_id IS NOT NULL
    UNION
    SELECT * FROM unnest(%(callers)s::uuid[], %(called)s::timestamptz[], %(topics)s::text[])
)
SELECT before.id, before.occurred_at FROM seen CROSS JOIN LATERAL (
    SELECT f.id, f.occurred_at FROM insights_feedback f
    JOIN insights_mention m ON m.feedback_id = f.id JOIN insights_topic t ON t.id = m.topic_id AND t.key = seen.topic
    LEFT JOIN insights_contactfacts c ON c.feedback_id = f.id
    WHERE f.customer_id = seen.customer AND f.occurred_at < seen.moment
        AND f.occurred_at >= seen.moment - %(within)s AND f.kind = 'CONTACT'
        AND coalesce(c.direction, 'INBOUND') = 'INBOUND'
    ORDER BY f.occurred_at DESC LIMIT 1
) before
"""
# Episodes: the contact just after one of these days may begin one, or no longer; and the last to begin one before tells
# by which channels it went on. Windows, not a look for each contact: a fresh mart sees all of them at once.
_EPISODES = """
WITH seen AS (
    SELECT f.customer_id AS customer, f.occurred_at AS moment
    FROM mart_rows f
    WHERE f.kind = 'CONTACT' AND f.customer_id IS NOT NULL
    UNION
    SELECT * FROM unnest(%(customers)s::uuid[], %(moments)s::timestamptz[])
),
contacts AS MATERIALIZED (
    SELECT f.id, f.customer_id, f.occurred_at
    FROM (SELECT customer, min(moment) AS first, max(moment) AS last FROM seen GROUP BY customer) s
    JOIN insights_feedback f ON f.customer_id = s.customer AND f.kind = 'CONTACT'
        AND f.occurred_at >= s.first - %(within)s - %(gap)s AND f.occurred_at < s.last + %(gap)s
    LEFT JOIN insights_contactfacts c ON c.feedback_id = f.id
    WHERE coalesce(c.direction, 'INBOUND') = 'INBOUND'
),
begun AS MATERIALIZED (
    SELECT *, coalesce(occurred_at - lag(occurred_at) OVER same_customer >= %(gap)s, true) AS is_first
    FROM contacts WINDOW same_customer AS (PARTITION BY customer_id ORDER BY occurred_at, id)
),
moments AS (
    SELECT customer_id AS customer, occurred_at AS moment, is_first, false AS is_seen FROM begun
    UNION ALL
    SELECT customer, moment, false, true FROM seen
),
beside AS (
    SELECT customer, moment, is_seen,
        max(moment) FILTER (WHERE is_first) OVER (PARTITION BY customer ORDER BY moment
            RANGE BETWEEN UNBOUNDED PRECEDING AND '1 microsecond' PRECEDING) AS begin,
        min(moment) FILTER (WHERE NOT is_seen) OVER (PARTITION BY customer ORDER BY moment DESC
            RANGE BETWEEN UNBOUNDED PRECEDING AND '1 microsecond' PRECEDING) AS next
    FROM moments
)
SELECT told.id, told.occurred_at FROM beside JOIN begun told
    ON told.customer_id = beside.customer AND told.occurred_at = beside.begin AND told.is_first
    WHERE beside.is_seen AND beside.begin > beside.moment - %(within)s
UNION ALL
SELECT told.id, told.occurred_at FROM beside JOIN begun told
    ON told.customer_id = beside.customer AND told.occurred_at = beside.next
    WHERE beside.is_seen AND beside.next < beside.moment + %(gap)s
"""
_SURVEYS_AND_THEIR_CONTACTS = """
SELECT other.id, other.occurred_at
FROM mart_rows f
JOIN insights_feedback other ON other.about_id = f.id
UNION
SELECT other.id, other.occurred_at
FROM mart_rows f
JOIN insights_feedback other ON other.id = f.about_id
"""
# Sessions of self-service tell when their customer turned to a person.
_SESSIONS = f"""
WITH seen AS (
    SELECT f.customer_id AS customer, f.occurred_at AS moment
    FROM mart_rows f
    WHERE f.kind = 'CONTACT' AND f.customer_id IS NOT NULL
    UNION
    SELECT * FROM unnest(%(customers)s::uuid[], %(moments)s::timestamptz[])
)
SELECT told.id, told.occurred_at FROM seen CROSS JOIN LATERAL (
    SELECT e.id, e.occurred_at FROM insights_journeyevent e
    WHERE e.customer_id = seen.customer AND e.channel IN {SELF_SERVED}
        AND e.occurred_at < seen.moment AND e.occurred_at > seen.moment - %(within)s
    UNION ALL
    SELECT f.id, f.occurred_at FROM insights_feedback f
    WHERE f.customer_id = seen.customer AND f.kind = 'CONTACT' AND f.channel IN {SELF_SERVED}
        AND f.occurred_at < seen.moment AND f.occurred_at > seen.moment - %(within)s
) told
"""  # noqa: S608 (all of it is ours)
_GONE_SURVEYS = "SELECT id, occurred_at FROM insights_feedback WHERE id = ANY(%(gone)s::uuid[])"
_ROWS = """
WITH reached AS ({reached})
SELECT DISTINCT (occurred_at AT TIME ZONE %(zone)s)::date, id::text FROM reached
"""
_DAYS_OF_TOPICS = """
SELECT DISTINCT (f.occurred_at AT TIME ZONE %(zone)s)::date
FROM insights_mention m JOIN insights_feedback f ON f.id = m.feedback_id JOIN insights_topic t ON t.id = m.topic_id
WHERE t.key = ANY(%(keys)s::text[])
"""


@dataclass(slots=True)
class Seen:
    """What the mart has on the changed days: what is gone from the facts was somebody's next contact, too."""

    customers: list[str] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)
    callers: list[str] = field(default_factory=list)  # with `called` and `topics`: one for each topic of a contact
    called: list[datetime] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)  # the contacts that surveys are about

    def add(self, row: Mapping[str, Any]) -> None:
        """Note one row of the mart."""
        if row["kind"] == "CONTACT" and row["customer"] is not None:
            self.customers.append(row["customer"])
            self.moments.append(row["occurred_at"])
            for topic in row["topics"]:
                self.callers.append(row["customer"])
                self.called.append(row["occurred_at"])
                self.topics.append(topic)
        elif row["about"] is not None:
            self.gone.append(row["about"])


def reached_by(runs: list[tuple[date, date]], zone: str, seen: Seen) -> dict[date, list[str]]:
    """Return, by their days, the rows which tell of something on the days of `runs`."""
    given: dict[str, Any] = {
        "zone": zone,
        "within": NEXT_CONTACT_WITHIN,
        "gap": EPISODE_GAP,
        **{entry.name: getattr(seen, entry.name) for entry in fields(seen)},
    }
    reached: dict[date, set[str]] = {}
    with connection.cursor() as cursor:
        pick_days(cursor, runs, zone)
        for rows in (
            _EARLIER_CONTACTS,
            _EARLIER_ON_TOPICS,
            _EPISODES,
            _SESSIONS,
            _SURVEYS_AND_THEIR_CONTACTS,
            _GONE_SURVEYS,
        ):
            cursor.execute(_ROWS.format(reached=rows), given)
            for day, key in cursor.fetchall():
                reached.setdefault(day, set()).add(key)
    return {day: sorted(keys) for day, keys in reached.items()}


def days_of(topics: Collection[str], zone: str) -> set[date]:
    """Return the days on which these topics are mentioned."""
    if not topics:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_DAYS_OF_TOPICS, {"zone": zone, "keys": sorted(topics)})
        return {row[0] for row in cursor.fetchall()}
