"""The company's days and hours as instants: right on days of 23, 24.5 and 25 hours, and where midnight is skipped."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

_STEP = timedelta(minutes=15)  # every clock change since 1972 fell on a quarter of an hour


def start_of_day(day: date, zone: str) -> datetime:
    """Return the instant (UTC) at which `day` begins in the IANA zone, also where its midnight is skipped."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@lru_cache(maxsize=4096)
def hours_of_day(day: date, zone: str) -> tuple[datetime, ...]:
    """Return the instants (UTC) at which the clock hours of `day` begin.

    An hour that the clock shows twice is two hours; one that a change cuts short begins at the change.
    """
    hours: list[datetime] = []
    shown: tuple[int, timedelta | None] | None = None
    tz = ZoneInfo(zone)
    instant, end = start_of_day(day, zone), start_of_day(day + timedelta(days=1), zone)
    while instant < end:
        local = instant.astimezone(tz)
        if (local.hour, local.utcoffset()) != shown:
            shown = (local.hour, local.utcoffset())
            hours.append(instant)
        instant += _STEP
    return tuple(hours)


def days_between(since: date, until: date) -> Iterator[date]:
    """Yield the days [since, until)."""
    for number in range((until - since).days):
        yield since + timedelta(days=number)


def local_day(instant: datetime, zone: str | None = None) -> date:
    """Return the company's day that holds the instant, by the reporting zone unless another is given."""
    return instant.astimezone(ZoneInfo(zone or settings.REPORTING_TIME_ZONE)).date()


def runs_of(days: set[date]) -> list[tuple[date, date]]:
    """Return the days as runs [first, last + 1) without gaps, in order."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and runs[-1][1] == day:
            runs[-1] = (runs[-1][0], day + timedelta(days=1))
        else:
            runs.append((day, day + timedelta(days=1)))
    return runs
