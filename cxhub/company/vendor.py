"""Small things all vendors' files need: ids, times, and which months there are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from cxhub.company.calendar import ZONE, Period
from cxhub.company.ledger import Ints

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Files:
    """What was written, the newest month first, and how many records an import will count in it."""

    names: list[str] = field(default_factory=list)
    records: int = 0

    def add(self, name: str, records: int) -> None:
        """Remember a file."""
        self.names.append(name)
        self.records += records


def utc(at: int) -> datetime:
    """Return the instant in UTC."""
    return datetime.fromtimestamp(at, UTC)


def local(at: int) -> datetime:
    """Return the instant on the company's clocks."""
    return datetime.fromtimestamp(at, ZONE)


def zulu(at: int) -> str:
    """Return the instant as APIs write it."""
    return f"{utc(at):%Y-%m-%dT%H:%M:%SZ}"


def months(period: Period, at: Ints) -> Iterator[tuple[str, Ints]]:
    """Yield each month as "2026-10" with the rows that fall into it, the newest month first."""
    first = period.since.replace(day=1)
    names = []
    while first < period.until:
        names.append(first)
        first = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    starts = [int(datetime(month.year, month.month, 1, tzinfo=ZONE).timestamp()) for month in names]
    place = np.searchsorted(np.array(starts), at, side="right") - 1
    for number in range(len(names) - 1, -1, -1):
        rows = np.flatnonzero(place == number)
        if len(rows):
            yield f"{names[number]:%Y-%m}", rows


def mixed(number: int, length: int) -> str:
    """Return letters and digits that look drawn by lot and never repeat."""
    size = len(_LETTERS) ** length
    number = (number * 0x9E3779B97F4A7C15_F39CC0605CEDC835 + 0x6A09E667F3BCC909) % size
    found = []
    for _ in range(length):
        number, digit = divmod(number, len(_LETTERS))
        found.append(_LETTERS[digit])
    return "".join(found)
