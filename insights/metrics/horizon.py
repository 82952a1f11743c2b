"""Until when customers could have come back: the contacts after it are not in the mart yet (METRICS rule 8)."""

from datetime import UTC, datetime
from functools import lru_cache

import ibis

from insights.mart.calendar import local_day, start_of_day
from insights.mart.engine import Version


def horizon_of(version: Version, now: datetime | None = None) -> datetime | None:
    """Return the time of the mart's latest contact, at most the time it was built and at most `now`; None without any.

    It depends on the version alone (nothing is built later than now), so that asking again as of it finds the same.
    """
    end = version.note.built_at if now is None else min(now, version.note.built_at)
    return _contacts(version, end)[1]


def beginning_of(version: Version) -> datetime | None:
    """Return when the company's day of the mart's first contact began; None without any."""
    first, zone = _contacts(version, version.note.built_at)[0], version.note.time_zone
    return None if first is None else start_of_day(local_day(first, zone), zone)


@lru_cache(maxsize=64)
def _contacts(version: Version, end: datetime) -> tuple[datetime | None, datetime | None]:
    table = version.feedback
    is_contact = (table.kind == "CONTACT") & (table.direction == "INBOUND")
    until = table.occurred_at <= ibis.literal(end.astimezone(UTC))
    at = table.filter(is_contact & until).aggregate(first=table.occurred_at.min(), last=table.occurred_at.max())
    row = version.rows_of(at)[0]
    return row["first"], row["last"]
