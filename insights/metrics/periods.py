"""Half-open periods of the company's days, the buckets they fall into, and the period to compare with."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

BUCKETS: Final = ("hour", "day", "week", "month", "quarter", "year")
COMPARISONS: Final = ("previous", "year")


@dataclass(frozen=True, slots=True)
class Period:
    """Days [since, until) of the company's calendar."""

    since: date
    until: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.until - self.since).days

    def compared(self, comparison: str) -> "Period":
        """Return the period of the same length just before, or the same days a year before (29 February becomes 28)."""
        if comparison == "previous":
            return Period(self.since - timedelta(days=self.days), self.since)
        since = a_year_before(self.since)
        return Period(since, since + timedelta(days=self.days))


def a_year_before(day: date) -> date:
    """Return the same day of the year before."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def bucket_start(day: date, bucket: str) -> date:
    """Return the first day of the bucket (day, week from Monday, month, quarter, year) that holds `day`."""
    if bucket == "week":
        return day - timedelta(days=day.weekday())
    if bucket == "month":
        return day.replace(day=1)
    if bucket == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if bucket == "year":
        return day.replace(month=1, day=1)
    return day


def next_bucket(start: date, bucket: str) -> date:
    """Return the first day of the bucket after the one that begins on `start`."""
    if bucket == "week":
        return start + timedelta(days=7)
    months = {"month": 1, "quarter": 3, "year": 12}.get(bucket)
    if months is None:
        return start + timedelta(days=1)
    years, month = divmod(start.month - 1 + months, 12)
    return date(start.year + years, month + 1, 1)
