"""One figure for the whole: do both sides rank topics alike, and how much of what is said is shown to agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special, stats

from insights.analysis.agreement_counts import Counts, Floats
from insights.metrics.intervals import Interval

FEWEST_TOPICS: Final = 5
RESAMPLED: Final = 1000
_SEED: Final = 20260101


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure with its interval; None where too little is said."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """`ranks`: Spearman's correlation of the topics' shares, -1 … 1. `agreed`: the share of mentions in topics that are
    shown to agree, the mean of both sides, 0 … 1. Both over topics without others below them."""

    topics: int
    ranks: Figure
    agreed: Figure


def overall(counts: Counts, verdicts: Mapping[str, str], leaves: Floats) -> Overall:
    """Return both figures. Intervals draw groups of customers with replacement (Efron 1979), the same each time."""
    surveys, contacts = counts.of("SURVEYS", "mentions"), counts.of("CONTACTS", "mentions")
    told = (leaves > 0) & ((surveys.sum(axis=0) + contacts.sum(axis=0)) > 0)
    there = counts.texts.sum(axis=1) > 0
    surveys, contacts = surveys[there][:, told], contacts[there][:, told]
    if told.sum() < FEWEST_TOPICS or not surveys.any() or not contacts.any():
        nothing = Figure(value=None)
        return Overall(topics=int(told.sum()), ranks=nothing, agreed=nothing)
    agree = np.array([verdicts[topic] == "AGREE" for topic in counts.topics])[told]
    drawn = _drawn(int(there.sum()))
    copies = drawn @ surveys, drawn @ contacts
    whole = surveys.sum(axis=0)[np.newaxis], contacts.sum(axis=0)[np.newaxis]
    return Overall(
        topics=int(told.sum()),
        ranks=_ranks(float(_spearman(*whole)[0]), _spearman(*copies)),
        agreed=_percentiles(float(_agreed(*whole, agree)[0]), _agreed(*copies, agree)),
    )


def _drawn(groups: int) -> Floats:
    """How often each group stands in each of the samples."""
    chance = np.random.default_rng(_SEED)
    drawn: Floats = chance.multinomial(groups, np.full(groups, 1 / groups), size=RESAMPLED).astype(float)
    return drawn


def _spearman(one: Floats, other: Floats) -> Floats:
    """Return Spearman's correlation (1904) of each row: a share's rank is its count's, the texts being the same."""
    a, b = (stats.rankdata(counts, axis=1) for counts in (one, other))
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    spread = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    found: Floats = np.divide((a * b).sum(axis=1), spread, out=np.zeros_like(spread), where=spread > 0)
    return found


def _ranks(value: float, copies: Floats) -> Figure:
    """The interval stands on Fisher's scale (1915) around the value: copies of a ranking are noisier than it is."""
    limit = 1 - 1e-9
    error = float(np.arctanh(np.clip(copies, -limit, limit)).std(ddof=1))
    middle, reach = float(np.arctanh(np.clip(value, -limit, limit))), float(special.ndtri(0.975)) * error
    interval = Interval(float(np.tanh(middle - reach)), float(np.tanh(middle + reach)))
    return Figure(value=value, low=interval.low, high=interval.high)


def _agreed(surveys: Floats, contacts: Floats, agree: Floats) -> Floats:
    parts = [(side @ agree.astype(float)) / np.maximum(side.sum(axis=1), 1) for side in (surveys, contacts)]
    mean: Floats = (parts[0] + parts[1]) / 2
    return mean


def _percentiles(value: float, copies: Floats) -> Figure:
    low, high = np.percentile(copies, [2.5, 97.5])
    return Figure(value=value, low=float(low), high=float(high))
