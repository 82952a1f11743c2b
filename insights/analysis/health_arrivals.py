"""What was delivered, per account of a source: how lately against its rhythm, set aside, left out; and connections."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from insights.models import Connection

DAYS = 90
FEWEST_GAPS = 4  # before that there is no rhythm to be late against
LATE_TIMES = 3.0  # so many usual gaps of silence are worth a look
LEAST_LATE_HOURS = 2.0
_DELIVERIES = """
    WITH recent AS (
        SELECT source, account, created_at, read, accepted, updated, unchanged, set_aside, excluded, state,
            extract(epoch FROM created_at - lag(created_at) OVER (PARTITION BY source, account ORDER BY created_at))
                / 3600 AS gap
        FROM insights_delivery WHERE created_at >= %(since)s
    )
    SELECT source, account, count(*), max(created_at), coalesce(sum(read), 0), coalesce(sum(excluded), 0),
        count(*) FILTER (WHERE state = 'FAILED' AND created_at >= %(recent)s),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) FILTER (WHERE gap > 0.02), count(*) FILTER (WHERE gap > 0.02)
    FROM recent GROUP BY source, account
"""  # deliveries a minute apart are one act: several files dropped together
_FRESH = "SELECT source, account, latest_record_at, delivered_at FROM insights_freshness WHERE stage = 'INTAKE'"
_SET_ASIDE = """
    SELECT delivery.source, delivery.account, count(*) FILTER (WHERE aside.state = 'OPEN'),
        count(*) FILTER (WHERE aside.state = 'REPLAYED'),
        (array_agg(delivery.id ORDER BY aside.id DESC) FILTER (WHERE aside.state = 'OPEN'))[1]
    FROM insights_setaside AS aside JOIN insights_delivery AS delivery ON delivery.id = aside.delivery_id
    WHERE delivery.created_at >= %(since)s GROUP BY delivery.source, delivery.account
"""
_EXCLUDED = """
    SELECT source, account, reason, sum(many::bigint)
    FROM insights_delivery CROSS JOIN jsonb_each_text(excluded_reasons) AS told (reason, many)
    WHERE excluded > 0 AND created_at >= %(since)s GROUP BY source, account, reason ORDER BY 4 DESC, 3
"""


@dataclass(slots=True)
class Arrivals:
    """What one account delivered in the last 90 days. `usual_hours` is the median gap; None without a rhythm yet."""

    latest_record_at: datetime | None = None
    delivered_at: datetime | None = None
    silent_hours: float | None = None
    usual_hours: float | None = None
    deliveries: int = 0
    failed: int = 0  # in the last 7 days
    read: int = 0
    set_aside_open: int = 0
    set_aside_replayed: int = 0
    set_aside_in: str = ""  # the delivery that has the newest of them
    excluded: int = 0
    excluded_reasons: dict[str, int] = field(default_factory=dict)

    @property
    def is_late(self) -> bool:
        """Whether it is silent for much longer than usual."""
        if self.silent_hours is None or self.usual_hours is None:
            return False
        return self.silent_hours > max(LATE_TIMES * self.usual_hours, LEAST_LATE_HOURS)

    @property
    def set_aside_share(self) -> float | None:
        """Of the records read, the share still set aside; None where nothing was read."""
        return self.set_aside_open / self.read if self.read else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionTrouble:
    """A webhook or pull that fails."""

    label: str
    kind: str
    source: str
    account: str
    failures: int
    error: str
    tried_at: datetime | None
    delivered_at: datetime | None


def arrivals(now: datetime) -> dict[tuple[str, str], Arrivals]:
    """Return what each account delivered, in four statements."""
    given = {"since": now - timedelta(days=DAYS), "recent": now - timedelta(days=7)}
    found: dict[tuple[str, str], Arrivals] = {}
    for source, account, latest, delivered in _rows(_FRESH, given):
        one = found[source, account] = Arrivals(latest_record_at=latest, delivered_at=delivered)
        one.silent_hours = None if delivered is None else (now - delivered).total_seconds() / 3600
    for source, account, deliveries, last, read, excluded, failed, gap, gaps in _rows(_DELIVERIES, given):
        one = found.setdefault((source, account), Arrivals())
        one.deliveries, one.read, one.excluded, one.failed = deliveries, int(read), int(excluded), failed
        one.usual_hours = float(gap) if gaps >= FEWEST_GAPS else None
        if one.delivered_at is None:
            one.silent_hours = (now - last).total_seconds() / 3600
    for source, account, still, replayed, delivery in _rows(_SET_ASIDE, given):
        one = found.setdefault((source, account), Arrivals())
        one.set_aside_open, one.set_aside_replayed, one.set_aside_in = still, replayed, str(delivery or "")
    for source, account, reason, many in _rows(_EXCLUDED, given):
        found.setdefault((source, account), Arrivals()).excluded_reasons[reason] = int(many)
    return found


def connection_troubles(now: datetime) -> list[ConnectionTrouble]:
    """Return the active webhooks and pulls whose last tries failed, or that nobody asked for long after it was due."""
    late = Q(kind=Connection.Kind.PULL, next_at__lt=now - timedelta(hours=1))
    return [
        ConnectionTrouble(
            label=one.label,
            kind=one.kind,
            source=one.source,
            account=one.account,
            failures=one.failures,
            error=one.error or "It is due for over an hour and no worker has asked. Is a worker running?",
            tried_at=one.tried_at,
            delivered_at=one.delivered_at,
        )
        for one in Connection.objects.filter(Q(failures__gt=0) | late, is_active=True)
    ]


def _rows(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
