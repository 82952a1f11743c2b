"""When customers get in touch: weekdays, holidays, hours and the trend, in the company's time zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from dateutil.easter import easter
from numpy.typing import NDArray

ZONE = ZoneInfo("Europe/Berlin")
WEEKDAY_WEIGHTS = (1.26, 1.12, 1.05, 1.00, 0.95, 0.48, 0.22)  # Monday first
HOLIDAY_WEIGHT = 0.30
TREND = 0.08  # more at the end than at the beginning
OPENS, CLOSES = 8, 20  # of the phone and the chat
OPEN_HOURS = (9, 12, 12, 11, 9, 8, 8, 9, 10, 8, 6, 4)  # weights from 8 to 20
ANY_HOURS = (1, 1, 0.5, 0.5, 0.5, 1, 2, 4, 7, 9, 9, 8, 7, 7, 7, 7, 7, 8, 9, 10, 10, 8, 5, 3)  # writing, day and night


@dataclass(frozen=True, slots=True)
class Period:
    """The days of the company's history, the last one being yesterday."""

    since: date
    days: int

    @classmethod
    def ending_before(cls, today: date, days: int) -> "Period":
        """Return the `days` days before `today`."""
        return cls(today - timedelta(days=days), days)

    @property
    def until(self) -> date:
        """The first day after the period."""
        return self.since + timedelta(days=self.days)

    def day(self, number: int) -> date:
        """Return the day with this number; 0 is the first."""
        return self.since + timedelta(days=number)

    def ends_at(self) -> int:
        """The first second after the period, as epoch seconds."""
        return int(datetime(self.until.year, self.until.month, self.until.day, tzinfo=ZONE).timestamp())


def holidays(year: int) -> set[date]:
    """Return the public holidays that all of Germany has."""
    sunday = easter(year)
    moving = {sunday + timedelta(days=days) for days in (-2, 1, 39, 50)}
    return moving | {date(year, month, day) for month, day in ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))}


def day_weights(period: Period) -> NDArray[np.float64]:
    """Return how busy each day is; the mean is 1."""
    free = holidays(period.since.year) | holidays(period.until.year)
    weights = np.empty(period.days)
    for number in range(period.days):
        day = period.day(number)
        weight = WEEKDAY_WEIGHTS[day.weekday()] * (HOLIDAY_WEIGHT if day in free else 1.0)
        if day - timedelta(days=1) in free and day.weekday() < 5:
            weight *= 1.2  # what waited over the holiday
        weights[number] = weight * (1.0 + TREND * (number / max(period.days - 1, 1) - 0.5))
    scaled: NDArray[np.float64] = weights / weights.mean()
    return scaled


def invoice_weights(period: Period) -> NDArray[np.float64]:
    """Return how much more there is to say about invoices on each day: they go out on the 2nd of the month."""
    return np.array([1.9 if 3 <= period.day(number).day <= 8 else 0.72 for number in range(period.days)])


def local_midnights(period: Period) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each day its midnight as if it were UTC, and the zone's offset at its noon, in seconds."""
    midnights, offsets = np.empty(period.days, np.int64), np.empty(period.days, np.int64)
    for number in range(period.days):
        day = period.day(number)
        offset = datetime(day.year, day.month, day.day, 12, tzinfo=ZONE).utcoffset() or timedelta()
        midnights[number] = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        offsets[number] = int(offset.total_seconds())
    return midnights, offsets


def moments(
    rng: np.random.Generator, period: Period, days: NDArray[np.int64], is_live: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return an instant (epoch seconds) on each of `days`, within opening hours where somebody has to answer."""
    midnights, offsets = local_midnights(period)
    open_hours = rng.choice(np.arange(OPENS, CLOSES), size=len(days), p=np.array(OPEN_HOURS) / sum(OPEN_HOURS))
    any_hours = rng.choice(24, size=len(days), p=np.array(ANY_HOURS) / sum(ANY_HOURS))
    hours = np.where(is_live, open_hours, any_hours).astype(np.int64)
    seconds: NDArray[np.int64] = midnights[days] - offsets[days] + hours * 3600 + rng.integers(0, 3600, len(days))
    return seconds
