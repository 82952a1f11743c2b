"""Until when customers could have come back: the contacts after it are not in the mart yet (METRICS rule 8)."""

from datetime import UTC, datetime
from functools import lru_cache

import ibis

from insights.mart.engine import Version


def horizon_of(version: Version, now: datetime | None = None) -> datetime | None:
    """Return the time of the mart's latest contact, at most the time it was built and at most `now`; None without any.

    It depends on the version alone (nothing is built later than now), so that asking again as of it finds the same.
    """
    end = version.note.built_at if now is None else min(now, version.note.built_at)
    return _latest_contact(version, end)


@lru_cache(maxsize=64)
def _latest_contact(version: Version, end: datetime) -> datetime | None:
    table = version.feedback
    is_contact = (table.kind == "CONTACT") & (table.direction == "INBOUND")
    until = table.occurred_at <= ibis.literal(end.astimezone(UTC))
    latest = table.filter(is_contact & until).aggregate(at=table.occurred_at.max())
    at: datetime | None = version.rows_of(latest)[0]["at"]
    return at
