"""Where a pull begins that has not come anywhere yet."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from insights.intake.source import WrongOption

UNLESS_TOLD = timedelta(days=30)
_EARLIEST = date(2000, 1, 1)


def check_start(options: Mapping[str, str]) -> None:
    """Raise WrongOption when the option `start` is no day, or none that can be."""
    told = options.get("start", "")
    if not told:
        return
    try:
        day = date.fromisoformat(told)
    except ValueError:
        raise WrongOption(f"start is '{told[:40]}', which is no day such as 2026-01-31.") from None
    if day < _EARLIEST:
        raise WrongOption("start lies before the year 2000.")


def start_of(options: Mapping[str, str], now: datetime) -> datetime:
    """Return from when on records are fetched: the day told (in UTC), else the last 30 days."""
    told = options.get("start", "")
    if not told:
        return (now - UNLESS_TOLD).replace(microsecond=0)
    return min(datetime.combine(date.fromisoformat(told), time(), UTC), now)
