"""Where witnesses of the same thing differ: the two that are farthest apart, and whether chance may be why."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """What one witness says: a share in percent with its interval."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Two witnesses, the one who says more first.

    `is_apart` holds where their 95 % intervals do not meet, which is stricter than a test of their difference
    (Schenker and Gentleman 2001, Am Stat 55:182): the same contacts may be in both, so that no such test applies.
    """

    more: Witness
    less: Witness
    points: float
    is_apart: bool


def widest(told: Sequence[Witness]) -> Gap | None:
    """Return the two witnesses who differ most, one pair whose intervals do not meet before all others."""
    gaps = [
        Gap(more=more, less=less, points=more.value - less.value, is_apart=more.low > less.high)
        for one, other in combinations(told, 2)
        for more, less in [(one, other) if one.value >= other.value else (other, one)]
    ]
    return max(gaps, key=lambda gap: (gap.is_apart, gap.points), default=None)
