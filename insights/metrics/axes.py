"""Which numbers may stand on one axis: those of media for which the same score is proven to mean the same."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from insights.mart.comparable import FEWEST, Comparable
from insights.mart.medium import MEDIA
from insights.metrics.answer import Row

NAMES = {
    "SURVEY": "survey answers",
    "REVIEW": "reviews",
    "NOTE": "front-line notes",
    "CHAT": "chats",
    "MAIL": "mails",
    "CALL": "calls",
    "OTHER": "other contacts",
}
_GRAVEST = ("DIFFERENT", "UNKNOWN", "SAME")


class Axes:
    """The axes of one answer. Without a scale (None) every number may stand beside every other."""

    def __init__(self, comparable: Comparable | None) -> None:
        self._comparable = comparable
        self._all = comparable.axes() if comparable else ()

    def share(self, media: Iterable[str]) -> bool:
        """Whether one number may be made of the readings of these media."""
        return self._comparable is None or len(self._under(media)) <= 1

    def of(self, rows: Iterable[Row]) -> tuple[tuple[str, ...], ...]:
        """Return the axes of these rows, each with those of its media that are there."""
        there = {medium for row in rows for medium in row.media}
        return tuple(axis for whole in self._all if (axis := tuple(name for name in whole if name in there)))

    def placed(self, row: Row, seen: tuple[tuple[str, ...], ...]) -> Row:
        """Return the row with the one of the seen axes it stands on, if it has a number."""
        if row.value is None or not row.media:
            return row
        return replace(row, axis=next(place for place, axis in enumerate(seen) if row.media[0] in axis))

    def _under(self, media: Iterable[str]) -> set[int]:
        asked = set(media)
        return {place for place, axis in enumerate(self._all) if asked.intersection(axis)}

    def why(self, media: Iterable[str]) -> str:
        """Return why these media do not share one axis, by the gravest reason; empty where they do."""
        comparable, there = self._comparable, set(media)
        asked = [medium for medium in MEDIA if medium in there]
        if comparable is None or self.share(asked):
            return ""
        apart = [two for two in combinations(asked, 2) if not self.share(two)]
        one, other = min(apart, key=lambda two: _GRAVEST.index(comparable.verdict(*two)))
        return _reason(comparable, one, other)


def _reason(comparable: Comparable, one: str, other: str) -> str:
    names = f"{NAMES[one]} and {NAMES[other]}"
    verdict = comparable.verdict(one, other)
    if verdict == "DIFFERENT":
        return f"The same score does not mean the same in {names}: people's labels show it. They do not share a number."
    if verdict == "SAME":
        return f"The same score means the same in {names}, but not in all media that one of them is grouped with."
    few = [f"{comparable.labelled.get(name, 0)} {NAMES[name]}" for name in (one, other)]
    if min(comparable.labelled.get(name, 0) for name in (one, other)) < FEWEST:
        return (
            f"Whether the same score means the same in {names} is not known: {' and '.join(few)} were labelled for it, "
            f"{FEWEST} of each are needed. They do not share a number."
        )
    return (
        f"Whether the same score means the same in {names} is not settled by {' and '.join(few)} that were labelled. "
        "They do not share a number."
    )
