"""Active customers beside the facts: which counts serve which questions, and for which contacts they are known.

A count is told for a level: the set of segment, region and product it tells apart. On each day a question of some level
is served by the counts of the smallest level told that day which tells all of it apart (ADR 17).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insights.mart.calendar import start_of_day
from insights.mart.schema import EXPOSURE, FEEDBACK, GROUPS

LEVELS = range(2 ** len(GROUPS))
_COUNTS = """
SELECT e.day, e.segment, e.region, e.product, e.customers
FROM insights_exposure e JOIN unnest(%(begins)s::date[], %(ends)s::date[]) AS r (since, until)
    ON e.day >= r.since AND e.day < r.until
ORDER BY e.day, e.segment, e.region, e.product
"""
_BETWEEN = "\x1f"  # no name of a segment, region or product holds the unit separator


@dataclass(frozen=True, slots=True)
class Count:
    """The active customers of one day and group."""

    day: date
    group: tuple[str, ...]  # in the order of GROUPS; "" is all together
    customers: int

    @property
    def level(self) -> int:
        """Which of GROUPS it tells apart."""
        return sum(1 << place for place, name in enumerate(self.group) if name)


class Exposures:
    """The counts of some days."""

    def __init__(self, counts: Sequence[Count]) -> None:
        self.counts = counts
        levels: dict[date, set[int]] = {}
        for count in counts:
            levels.setdefault(count.day, set()).add(count.level)
        self._serves = {day: serving(told) for day, told in levels.items()}
        self._keys: dict[int, tuple[pa.Array, np.ndarray[Any, Any]]] = {}
        for level in set().union(*levels.values()) if levels else ():
            own = [count for count in counts if count.level == level]
            keys = [_BETWEEN.join((str(count.day), *(name for name in count.group if name))) for count in own]
            self._keys[level] = pa.array(keys, pa.string()), np.array([*map(self._bits, own), 0], dtype=np.int16)

    def _bits(self, count: Count) -> int:
        return self._serves[count.day].get(count.level, 0)

    def known_to(self, days: pa.Array, batch: pa.RecordBatch) -> pa.Array:
        """Return for which levels the customers of each contact's group are known on its day, null for others."""
        bits = np.zeros(len(days), dtype=np.int16)
        told = days.cast(pa.string())
        for level, (keys, serves) in self._keys.items():
            own = [batch.column(name) for place, name in enumerate(GROUPS) if level >> place & 1]
            places = pc.index_in(pc.binary_join_element_wise(told, *own, _BETWEEN), value_set=keys)
            bits |= serves[places.fill_null(-1).to_numpy(zero_copy_only=False)]
        return pc.if_else(pc.equal(batch.column("kind"), "CONTACT"), pa.array(bits), pa.scalar(None, pa.int16()))

    def rows(self, zone: str) -> Iterator[pa.RecordBatch]:
        """Yield the counts as rows of the mart."""
        if self.counts:
            rows = [self._row(count, zone) for count in self.counts]
            yield pa.RecordBatch.from_pylist(rows, schema=FEEDBACK)

    def _row(self, count: Count, zone: str) -> dict[str, Any]:
        begins = start_of_day(count.day, zone)
        key = uuid5(NAMESPACE_OID, _BETWEEN.join((EXPOSURE, str(count.day), *count.group)))
        return _EMPTY | {
            "month": f"{count.day:%Y-%m}",
            "occurred_on": count.day,
            "occurred_at": begins,
            "hour_started_at": begins,
            "weekday": count.day.isoweekday(),
            "id": str(key),
            "kind": EXPOSURE,
            "person": key.int % 2**62,
            **dict(zip(GROUPS, count.group, strict=True)),
            "exposed": self._bits(count),
            "exposed_customers": count.customers,
        }


def serving(levels: set[int]) -> Mapping[int, int]:
    """Return for each of a day's levels which levels of questions it serves, as bits."""
    found: dict[int, int] = {}
    for asked in LEVELS:
        able = [level for level in levels if level & asked == asked]
        if able:
            smallest = min(able, key=lambda level: (level.bit_count(), level))
            found[smallest] = found.get(smallest, 0) | 1 << asked
    return found


def read_exposures(cursor: Any, runs: Sequence[tuple[date, date]]) -> Exposures:
    """Read the counts of the days of all `runs` [since, until)."""
    cursor.execute(_COUNTS, {"begins": [run[0] for run in runs], "ends": [run[1] for run in runs]})
    return Exposures([Count(day, tuple(group), many) for day, *group, many in cursor.fetchall()])


def _nothing(kind: pa.DataType) -> Any:
    if pa.types.is_list(kind):
        return []
    return "" if pa.types.is_string(kind) else False if pa.types.is_boolean(kind) else 0


_EMPTY = {field.name: None if field.nullable else _nothing(field.type) for field in FEEDBACK}
