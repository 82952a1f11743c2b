"""Hiding what few people told, so that it cannot be had by subtraction either."""

from collections.abc import Iterable, Mapping
from typing import Final

FEWEST_CUSTOMERS: Final = 5

Place = tuple[str | None, ...]  # a row's coordinates: its cuts' values and its bucket


def hidden(customers: Mapping[Place, int], nested: Mapping[int, Mapping[str, str]] | None = None) -> set[Place]:
    """Return the rows to hide, given the distinct customers of each row that has any.

    A row of fewer than five customers is hidden. Wherever rows add up to a number that may be shown (the total, or one
    line across a cut or across the buckets) and something in them is hidden, further rows are hidden, smallest first,
    until at least two are and one of them has five customers: what subtraction leaves is never one row, and never
    fewer than five customers. Questions that overlap without containing each other are not held against one another.

    `nested` names the coordinates in which a record may stand in several rows, each with the row it stands under (a
    topic's parent). There the rows under one another are held together as if nobody stood in two of them, which is when
    subtraction tells most; what stands under a hidden row is hidden with it, and so are rows that, taken from the shown
    one above them, leave one to four customers.
    """
    places = {place: count for place, count in customers.items() if count > 0}
    hide = {place for place, count in places.items() if count < FEWEST_CUSTOMERS}
    lines, below = list(_lines(places, nested or {})), _below(places, nested or {})
    before = -1
    while before != len(hide):
        before = len(hide)
        for line in lines:
            hide |= _needed(line, places, hide)
        for above, rows in below.items():
            hide |= set(rows) if above in hide else _leaves_few(above, rows, places, hide)
    return hide


def _lines(places: Iterable[Place], nested: Mapping[int, Mapping[str, str]]) -> Iterable[list[Place]]:
    """Return all sets of rows that add up to a row of a coarser answer: any of the coordinates summed over.

    A nested coordinate is summed over what stands under the same row.
    """
    listed = list(places)
    if not listed:
        return
    width = len(listed[0])
    for summed in range(1, 2**width):
        lines: dict[tuple[object, ...], list[Place]] = {}
        for place in listed:
            kept = tuple(
                part if not summed >> axis & 1 else ("under", nested[axis].get(part or "")) if axis in nested else None
                for axis, part in enumerate(place)
            )
            lines.setdefault(kept, []).append(place)
        yield from lines.values()


def _below(places: Iterable[Place], nested: Mapping[int, Mapping[str, str]]) -> dict[Place, list[Place]]:
    """Return for each row those directly under it."""
    known = set(places)
    below: dict[Place, list[Place]] = {}
    for place in known:
        for axis, parents in nested.items():
            above = (*place[:axis], parents.get(place[axis] or ""), *place[axis + 1 :])
            if above in known:
                below.setdefault(above, []).append(place)
    return below


def _leaves_few(above: Place, rows: list[Place], places: Mapping[Place, int], hide: set[Place]) -> set[Place]:
    """Return the row to hide where those under a shown one, one of them or all, leave one to four of its customers."""
    shown = sorted((place for place in rows if place not in hide), key=lambda place: _rank(place, places))
    for place in shown:
        if 0 < places[above] - places[place] < FEWEST_CUSTOMERS:
            return {place}
    if shown and 0 < places[above] - sum(places[place] for place in shown) < FEWEST_CUSTOMERS:
        return {shown[0]}
    return set()


def _needed(line: list[Place], places: Mapping[Place, int], hide: set[Place]) -> set[Place]:
    covered = [place for place in line if place in hide]
    shown = [place for place in line if place not in hide]
    is_safe = len(covered) > 1 and any(places[place] >= FEWEST_CUSTOMERS for place in covered)
    if not covered or not shown or is_safe:
        return set()
    return {min(shown, key=lambda place: _rank(place, places))}


def _rank(place: Place, places: Mapping[Place, int]) -> tuple[int, tuple[str, ...]]:
    return places[place], tuple(part or "" for part in place)
