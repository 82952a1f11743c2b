"""How customers sound on a topic on either side, beside each other only as far as labels allow (ADR 16).

Where all media share an axis, means are compared as they are. Else each side is compared with its own average: how far
the topic's sentiment lies from that of its medium's topics, in that medium's standard deviations. What is negative for
its own side is comparable; what is -0.3 on another scale is not. Intervals: the jackknife over groups of customers.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy import special

from insights.analysis.agreement_counts import READ, Counts, Floats, places_of
from insights.metrics.axes import Axes
from insights.metrics.discovery import survivors

Tone = Literal["OPPOSITE", "WORSE_IN_CONTACTS", "WORSE_IN_SURVEYS", "NO_DIFFERENCE_SHOWN", "TOO_FEW"]
FEWEST: Final = 10  # readings of a side


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """One side's sentiment on a topic. `value` is None where its media do not share an axis, or readings are few.

    `against` is how far it lies from what it is compared with: 0 on a common axis, else the side's own average, in
    standard deviations.
    """

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    against: float | None = None
    against_low: float | None = None
    against_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moods:
    """One topic on both sides. `difference` is contacts minus surveys of `against`."""

    surveys: Mood
    contacts: Mood
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    tone: Tone = "TOO_FEW"


@dataclass(frozen=True, slots=True)
class _Figures:
    """Something of each topic with its jackknife copies, one for each group left out: (T,) and (G, T)."""

    value: Floats
    copies: Floats

    def error(self, groups: int) -> Floats:
        """Return the standard error (Tukey 1958; Wolter 2007, ch. 4). A group without anybody moves nothing."""
        off = self.copies - self.value
        error: Floats = np.sqrt((groups - 1) / groups * (off**2).sum(axis=0))
        return error

    def minus(self, other: "_Figures") -> "_Figures":
        return _Figures(self.value - other.value, self.copies - other.copies)


def moods(counts: Counts, leaves: Floats, axes: Axes) -> tuple[list[Moods], bool]:
    """Return all topics, and whether both sides stand on one axis. `leaves` is 1 for topics without others below."""
    share = axes.share(counts.media)
    sums = _with_copies(counts.mood_sum)
    known = _with_copies(counts.moods)
    sides = {name: _Side(counts, name, sums, known, leaves, is_common=share) for name in ("SURVEYS", "CONTACTS")}
    surveys, contacts = sides["SURVEYS"], sides["CONTACTS"]
    groups = max(counts.groups, 2)
    gap = contacts.against.minus(surveys.against)
    enough = (surveys.n >= FEWEST) & (contacts.n >= FEWEST) & (groups > 2)
    errors = {"gap": gap.error(groups), "SURVEYS": surveys.against.error(groups)}
    errors["CONTACTS"] = contacts.against.error(groups)
    p_gap = _p(gap.value, errors["gap"], groups)
    p_sides = [_p(side.against.value, errors[name], groups) for name, side in sides.items()]
    is_across = np.sign(surveys.against.value) * np.sign(contacts.against.value) < 0
    p_opposite = np.where(is_across, np.maximum(*p_sides), 1.0)
    opposite, differs = (_kept(p_values, enough) for p_values in (p_opposite, p_gap))
    t = float(special.stdtrit(groups - 1, 0.975))
    told = []
    for place in range(len(counts.topics)):
        own = [side.mood(place, errors[name], t, axes, groups) for name, side in sides.items()]
        if not enough[place]:
            told.append(Moods(surveys=own[0], contacts=own[1]))
            continue
        reach = t * float(errors["gap"][place])
        value = float(gap.value[place])
        tone = _tone(value, is_opposite=opposite[place], differs=differs[place])
        told.append(
            Moods(surveys=own[0], contacts=own[1], difference=value, low=value - reach, high=value + reach, tone=tone)
        )
    return told, share


def _tone(difference: float, *, is_opposite: bool, differs: bool) -> Tone:
    if is_opposite:
        return "OPPOSITE"
    if not differs:
        return "NO_DIFFERENCE_SHOWN"
    return "WORSE_IN_CONTACTS" if difference < 0 else "WORSE_IN_SURVEYS"


def _kept(p_values: Floats, enough: Floats) -> list[bool]:
    told = zip(p_values, enough, strict=True)
    return survivors([float(p_value) if is_enough else None for p_value, is_enough in told])


def _p(value: Floats, error: Floats, groups: int) -> Floats:
    t = np.divide(value, error, out=np.zeros_like(value), where=error > 0)
    p_values: Floats = np.where(error > 0, 2 * special.stdtr(groups - 1, -np.abs(t)), 1.0)
    return p_values


def _with_copies(by_group: Floats) -> Floats:
    """Return the sum over all groups, then over all but each: (1 + G, M, T)."""
    whole = by_group.sum(axis=0)
    return np.concatenate([whole[np.newaxis], whole - by_group])


def _quotient(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


class _Side:
    """One side's means and distances, with their copies."""

    def __init__(
        self, counts: Counts, name: str, sums: Floats, known: Floats, leaves: Floats, *, is_common: bool
    ) -> None:
        places = places_of(name)
        self._sums, self._known = sums[:, places], known[:, places]
        told = self._known.sum(axis=1)
        self.n = told[0].astype(int)
        self._media = [[READ[place] for place in places if known[0, place, topic]] for topic in range(len(leaves))]
        plain = _quotient(self._sums.sum(axis=1), told)
        self.plain = _Figures(plain[0], plain[1:])
        self.against = self.plain
        if not is_common:
            off = self._from_own_average(counts.mood_squares[:, places].sum(axis=0), leaves)
            away = _quotient(off.sum(axis=1), told)
            self.against = _Figures(away[0], away[1:])

    def _from_own_average(self, squares: Floats, leaves: Floats) -> Floats:
        """Return the sum of distances from each medium's average, in its standard deviations: (1 + G, M, T)."""
        n, total = self._known @ leaves, self._sums @ leaves
        average = _quotient(total, n)
        spread = np.sqrt(np.maximum(_quotient(squares @ leaves, n[0]) - average[0] ** 2, 0.0))
        off = self._sums - average[..., np.newaxis] * self._known
        return _quotient(off, np.broadcast_to(spread[np.newaxis, :, np.newaxis], off.shape))

    def mood(self, place: int, error: Floats, t: float, axes: Axes, groups: int) -> Mood:
        """Return one topic of the side."""
        n = int(self.n[place])
        if n < FEWEST:
            return Mood(n=n)
        against, reach = float(self.against.value[place]), t * float(error[place])
        own: dict[str, float] = {}
        if axes.share(self._media[place]):
            value, wide = float(self.plain.value[place]), t * float(self.plain.error(groups)[place])
            own = {"value": value, "low": value - wide, "high": value + wide}
        return Mood(n=n, against=against, against_low=against - reach, against_high=against + reach, **own)
