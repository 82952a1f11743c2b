"""Records set aside for the same cell: found together, mended together."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from insights.intake.replay import replay
from insights.intake.tally import payload_of
from insights.models import Delivery, SetAside

LOOKED_AT = 2_000  # rows a page looks at, and mends at once
SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Records of one delivery that were refused for the same value in the same field."""

    field: str
    value: str
    reason: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What became of records that were mended together."""

    stored: int
    still_aside: int


def alike(delivery: Delivery) -> list[Alike]:
    """Return values that at least two of the first LOOKED_AT open records were refused for, the most frequent first."""
    counted: Counter[tuple[str, str]] = Counter()
    reasons: dict[tuple[str, str], str] = {}
    for row, value in _rows(delivery):
        counted[row.field, value] += 1
        reasons.setdefault((row.field, value), row.reason)
    return [
        Alike(field=field, value=value, reason=reasons[field, value], records=count)
        for (field, value), count in counted.most_common(SHOWN)
        if count > 1
    ]


def mend_alike(delivery: Delivery, field: str, was: str, becomes: str, now: datetime) -> Mended:
    """Read again, with `becomes` in `field`, the records that hold `was` there. Raises RawGone and Unreadable."""
    payloads = {
        row.pk: {**payload_of(row), field: becomes}
        for row, value in _rows(delivery)
        if row.field == field and value == was
    }
    told = replay(list(payloads), payloads, now)
    stored = SetAside.objects.filter(pk__in=told, state=SetAside.State.REPLAYED).count()
    return Mended(stored=stored, still_aside=len(told) - stored)


def _rows(delivery: Delivery) -> Iterator[tuple[SetAside, str]]:
    """Yield open records whose refused field is a cell of text."""
    rows = SetAside.objects.filter(delivery=delivery, state=SetAside.State.OPEN).exclude(field="").order_by("record")
    for row in islice(rows.select_related("delivery").iterator(chunk_size=500), LOOKED_AT):
        value = payload_of(row).get(row.field)
        if isinstance(value, str):
            yield row, value
