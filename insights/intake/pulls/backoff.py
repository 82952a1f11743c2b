"""When to try again: exponential, jittered, bounded; never sooner than the system that we ask wants."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST_SECONDS, LONGEST_SECONDS = 30.0, 3600.0
LASTING_FIRST_SECONDS, LASTING_LONGEST_SECONDS = 3600.0, 6 * 3600.0
MOST_PATIENCE_SECONDS = 24 * 3600.0  # a system that wants us to wait longer is asked after a day all the same
_MOST_DOUBLINGS = 20


def wait(failures: int, *, is_lasting: bool, wanted: float | None, chance: Callable[[], float]) -> timedelta:
    """Return how long to wait after the `failures`-th failure in a row.

    `wanted` is what Retry-After said, in seconds; `chance` returns a number of [0, 1). Half of the wait is fixed and
    half by chance, so that many pulls that failed together do not come back together.
    """
    first, longest = (
        (LASTING_FIRST_SECONDS, LASTING_LONGEST_SECONDS) if is_lasting else (FIRST_SECONDS, LONGEST_SECONDS)
    )
    whole = min(longest, first * 2.0 ** min(max(failures - 1, 0), _MOST_DOUBLINGS))
    seconds = whole / 2 + whole / 2 * chance()
    if wanted is None:
        return timedelta(seconds=seconds)
    asked = min(max(wanted, 0.0), MOST_PATIENCE_SECONDS)
    return timedelta(seconds=asked + min(asked * 0.1, FIRST_SECONDS) * chance() if asked else seconds)


def seconds_until(told: str, now: datetime) -> float | None:
    """Return what a Retry-After header means (seconds, or an HTTP date), None when it says nothing readable."""
    told = told.strip()
    if told.isascii() and told.isdecimal():
        return float(told[:9])
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - now).total_seconds())
