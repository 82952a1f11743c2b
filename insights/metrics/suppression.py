"""Hiding what few people told, so that it cannot be had by subtraction either."""

from collections.abc import Iterable, Mapping
from typing import Final

FEWEST_CUSTOMERS: Final = 5

Place = tuple[str | None, ...]  # a row's coordinates: its cuts' values and its bucket


def hidden(customers: Mapping[Place, int]) -> set[Place]:
    """Return the rows to hide, given the distinct customers of each row that has any.

    A row of fewer than five customers is hidden. Wherever rows add up to a number that may be shown (the total, or one
    line across a cut or across the buckets) and something in them is hidden, further rows are hidden, smallest first,
    until at least two are and one of them has five customers: what subtraction leaves is never one row, and never
    fewer than five customers. Questions that overlap without containing each other are not held against one another.
    """
    places = {place: count for place, count in customers.items() if count > 0}
    hide = {place for place, count in places.items() if count < FEWEST_CUSTOMERS}
    lines = list(_lines(places))
    changed = bool(hide)
    while changed:
        changed = False
        for line in lines:
            extra = _needed(line, places, hide)
            if extra is not None:
                hide.add(extra)
                changed = True
    return hide


def _lines(places: Iterable[Place]) -> Iterable[list[Place]]:
    """Return all sets of rows that add up to a row of a coarser answer: any of the coordinates summed over."""
    listed = list(places)
    if not listed:
        return
    width = len(listed[0])
    for summed in range(1, 2**width):
        lines: dict[Place, list[Place]] = {}
        for place in listed:
            kept = tuple(None if summed >> axis & 1 else part for axis, part in enumerate(place))
            lines.setdefault(kept, []).append(place)
        yield from lines.values()


def _needed(line: list[Place], places: Mapping[Place, int], hide: set[Place]) -> Place | None:
    covered = [place for place in line if place in hide]
    shown = [place for place in line if place not in hide]
    is_safe = len(covered) > 1 and any(places[place] >= FEWEST_CUSTOMERS for place in covered)
    if not covered or not shown or is_safe:
        return None
    return min(shown, key=lambda place: (places[place], tuple(part or "" for part in place)))
