"""Do people who judge the same texts agree? What they do not agree on no model can get right: it is the ceiling."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

RESAMPLED = 1000
SEED = 20260101
FEWEST = 10  # texts judged by two, below which nothing is said
Unit = Sequence[Hashable]  # what each person said of one text


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement on the texts that at least two people judged."""

    texts: int
    people: int
    alpha: float | None  # None: too few texts, or everybody always said the same one thing
    low: float | None
    high: float | None
    kappa: float | None  # where it is two people's; None elsewhere


def krippendorff(units: Sequence[Unit]) -> float | None:
    """Return Krippendorff's alpha for nominal data; units with fewer than two values do not count (Krippendorff 2011).

    1 is perfect, 0 is what chance gives; None where there are no pairs, or only one value, so nothing could differ.
    """
    pairable = [unit for unit in units if len(unit) > 1]
    total = sum(len(unit) for unit in pairable)
    values = Counter(chain.from_iterable(pairable))
    if total < 2 or len(values) < 2:
        return None
    differing = sum(_differing(Counter(unit).values(), len(unit)) / (len(unit) - 1) for unit in pairable)
    expected = _differing(values.values(), total) / (total - 1)
    return 1 - differing / expected


def _differing(counts: Iterable[int], size: int) -> int:
    """Ordered pairs of different values among `size` of them."""
    return size * size - sum(count * count for count in counts)


def cohen(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Return Cohen's kappa of two people (Cohen 1960); None where chance alone would agree always."""
    if not pairs:
        return None
    n = len(pairs)
    agreed = sum(one == other for one, other in pairs) / n
    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(firsts[value] * seconds[value] for value in firsts) / n**2
    return None if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)


def agreement(said: Sequence[dict[int, str]]) -> Agreement:
    """Return the agreement on texts, each as what every person (by key) said of it, with a 95 % bootstrap interval."""
    doubled = [one for one in said if len(one) > 1]
    people = sorted({person for one in doubled for person in one})
    units = [tuple(one[person] for person in sorted(one)) for one in doubled]
    if len(units) < FEWEST:
        return Agreement(texts=len(units), people=len(people), alpha=None, low=None, high=None, kappa=None)
    low, high = _interval(units)
    two = [(one[people[0]], one[people[1]]) for one in doubled] if len(people) == 2 else []
    alpha = krippendorff(units)
    return Agreement(
        texts=len(units), people=len(people), alpha=_rounded(alpha), low=low, high=high, kappa=_rounded(cohen(two))
    )


def _interval(units: Sequence[Unit]) -> tuple[float | None, float | None]:
    """Percentiles over resampled texts (Efron 1979); a sample in which nothing could differ tells nothing."""
    chance = np.random.default_rng(SEED)
    drawn = chance.integers(0, len(units), size=(RESAMPLED, len(units)))
    found = [alpha for rows in drawn.tolist() if (alpha := krippendorff([units[row] for row in rows])) is not None]
    if len(found) < RESAMPLED / 2:
        return None, None
    low, high = np.percentile(found, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
