"""Which media's sentiment may be compared, as it stood when a version of the mart was built."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, Self

from insights.mart.medium import MEDIA
from insights.models import Calibration

Axis = tuple[str, ...]
FEWEST: Final = 100  # labelled texts of each of two media, before anything can be told of them


@dataclass(frozen=True, slots=True)
class Comparable:
    """What labels tell of each two media: `verdicts` of (first, second), and how many labelled texts each has.

    Two media that are not in it are unknown to each other.
    """

    verdicts: Mapping[tuple[str, str], str]  # SAME, DIFFERENT
    labelled: Mapping[str, int]

    @classmethod
    def told(cls, *, pairs: Iterable[Mapping[str, Any]], labelled: Mapping[str, int]) -> Self:
        """Read a calibration as it is kept."""
        known = (pair for pair in pairs if pair["verdict"] != "UNKNOWN")
        return cls({(pair["first"], pair["second"]): pair["verdict"] for pair in known}, labelled)

    def verdict(self, one: str, other: str) -> str:
        """Return SAME, DIFFERENT or UNKNOWN; a medium is the same as itself."""
        if one == other:
            return "SAME"
        return self.verdicts.get((one, other)) or self.verdicts.get((other, one)) or "UNKNOWN"

    def axes(self) -> tuple[Axis, ...]:
        """Return all media in the groups that share an axis: in each, every two are the same.

        Being the same is not handed on: where A is like B and B like C, but not A like C, they are not one group. The
        largest group is taken first, among equals the one whose media come first.
        """
        left, found = list(MEDIA), []
        while left:
            axis = next(
                some
                for size in range(len(left), 0, -1)
                for some in combinations(left, size)
                if all(self.verdict(*two) == "SAME" for two in combinations(some, 2))
            )
            found.append(axis)
            left = [medium for medium in left if medium not in axis]
        return tuple(sorted(found, key=lambda axis: MEDIA.index(axis[0])))

    def as_json(self) -> dict[str, Any]:
        """Return it for a version's note."""
        return {
            "verdicts": [[*pair, verdict] for pair, verdict in sorted(self.verdicts.items())],
            "labelled": {medium: count for medium, count in sorted(self.labelled.items()) if count},
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        verdicts = {(first, second): verdict for first, second, verdict in told.get("verdicts", ())}
        return cls(verdicts, dict(told.get("labelled", {})))


NOTHING = Comparable({}, {})


def standing() -> Comparable:
    """Return what is known now: nothing where texts were never judged, or another version reads them since."""
    made = Calibration.objects.filter(is_stale=False).first()
    return NOTHING if made is None else Comparable.told(pairs=made.pairs, labelled=made.labelled)
