"""How often 95 % intervals hold the truth: with small samples, and where the same customers appear again and again.

The plain intervals hold where every record is somebody else's. Where customers repeat they are too narrow, by what the
design effect says: counted as so many fewer records they hold again. Both are shown here, and neither is assumed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri

from insights.metrics import intervals
from insights.metrics.figures import Cell, clustered_difference, clustered_interval, difference_of, effect_of
from insights.metrics.intervals import Interval, Sums
from insights.metrics.registry import METRICS

pytestmark = pytest.mark.slow
TIMES = 3000
SIZES = (30, 100, 300)
ALONE = (1.0,)
FAMILIAR = (0.75, 0.17, 0.08)  # how many customers answer once, twice, three times: every fourth answers again
REGULARS = (0.5, 0.2, 0.15, 0.1, 0.05)
_RATIO = replace(METRICS["aht_seconds"], kind="RATIO")  # no metric is one as yet
Draw = Callable[[np.ndarray, np.random.Generator], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Told:
    """One kind of number: its y and x from how customers feel (standard normal), the truth, and its interval."""

    draw: Draw
    truth: float
    interval: Callable[[Sums], Interval | None]


def _sums(y: np.ndarray, x: np.ndarray) -> Sums:
    return Sums(n=len(y), y=y.sum(), yy=(y * y).sum(), x=x.sum(), xx=(x * x).sum(), xy=(x * y).sum())


def _nps_of(sums: Sums) -> Interval:
    return intervals.nps((sums.yy + sums.y) / 2, (sums.yy - sums.y) / 2, sums.n)


def _amounts(feel: np.ndarray, dice: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Handle times: skewed, as they are."""
    return 300 * np.exp(0.5 * feel), np.ones_like(feel)


def _quotients(feel: np.ndarray, dice: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    x = np.exp(0.3 * dice.normal(size=len(feel)))
    return 3 * x * np.exp(0.3 * feel), x


NUMBERS = {
    "nps": Told(
        lambda feel, _: (np.where(feel > 0, 1.0, -1.0 * (feel < ndtri(0.2))), np.ones_like(feel)), 0.3, _nps_of
    ),
    "csat": Told(
        lambda feel, _: ((feel < ndtri(0.7)).astype(float), np.ones_like(feel)),
        0.7,
        lambda sums: intervals.wilson(sums.y, sums.n),
    ),
    "mean": Told(_amounts, 300 * np.exp(0.125), intervals.mean),
    "ratio": Told(_quotients, 3 * np.exp(0.045), intervals.ratio),
}


def _people(n: int, often: tuple[float, ...], dice: np.random.Generator) -> np.ndarray:
    """Return whose record each of n is: customers with one, two, … records, as often as told."""
    sizes = dice.choice(np.arange(1, len(often) + 1), p=often, size=n)
    return np.repeat(np.arange(n), sizes)[:n]


def _coverage(told: Told, n: int, often: tuple[float, ...]) -> tuple[float, float]:
    """Return how often the plain interval holds the truth, and how often the one with the design effect does.

    Half of how a customer feels is theirs and comes back in each of their records.
    """
    dice = np.random.default_rng(20260101 + n)
    held = [0, 0]
    for _ in range(TIMES):
        who = _people(n, often, dice)
        feel = (dice.normal(size=n)[who] + dice.normal(size=n)) / np.sqrt(2)
        y, x = told.draw(feel, dice)
        rows = _sums(y, x)
        people = _sums(np.bincount(who, y), np.bincount(who, x))
        effect = intervals.design_effect(rows, people)
        for place, sums in enumerate((rows, intervals.effective(rows, effect))):
            found = told.interval(sums)
            held[place] += found is not None and found.low <= told.truth <= found.high
    return held[0] / TIMES, held[1] / TIMES


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("key", NUMBERS)
def test_intervals_hold_the_truth_93_to_97_times_in_100_where_nobody_repeats(key: str, n: int) -> None:
    plain, _ = _coverage(NUMBERS[key], n, ALONE)
    assert 0.93 <= plain <= 0.97


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("key", NUMBERS)
def test_with_the_design_effect_they_hold_it_where_every_fourth_customer_repeats(key: str, n: int) -> None:
    plain, clustered = _coverage(NUMBERS[key], n, FAMILIAR)
    assert plain < clustered
    assert (0.92 if (key, n) == ("mean", 30) else 0.93) <= clustered <= 0.97  # 30 skewed amounts: 92.6


@pytest.mark.parametrize("key", NUMBERS)
def test_plain_intervals_are_too_narrow_where_half_of_the_customers_repeat(key: str) -> None:
    plain, clustered = _coverage(NUMBERS[key], 300, REGULARS)
    assert plain < 0.93
    assert 0.93 <= clustered <= 0.97


def _contacts(customers: int, dice: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return whose each contact of 30 days is, and whether another follows within 7: some call far more than others."""
    rate = dice.gamma(0.5, 1.2 / 37, size=customers)  # a day
    often = dice.poisson(rate * 37)
    who = np.repeat(np.arange(customers), often)
    at = dice.uniform(0, 37, size=len(who))
    order = np.lexsort((at, who))
    who, at = who[order], at[order]
    came_back = np.append((who[1:] == who[:-1]) & (at[1:] - at[:-1] <= 7), False)
    is_asked = at < 30
    return who[is_asked], came_back[is_asked].astype(float)


@pytest.mark.parametrize("customers", [100, 300, 1000])
def test_the_repeat_rate_needs_the_design_effect(customers: int) -> None:
    """Its rows come in clusters by their nature: whoever came back is in it again."""
    dice = np.random.default_rng(20260101)
    _, everybody = _contacts(2_000_000, dice)
    truth = everybody.mean()
    held = [0, 0]
    for _ in range(TIMES):
        who, y = _contacts(customers, dice)
        rows = _sums(y, np.ones_like(y))
        counts = np.bincount(who, minlength=customers)
        people = _sums(np.bincount(who, y, minlength=customers)[counts > 0], counts[counts > 0].astype(float))
        effective: Any = intervals.effective(rows, intervals.design_effect(rows, people))
        for place, sums in enumerate((rows, effective)):
            found = intervals.wilson(sums.y, sums.n)
            held[place] += found.low <= truth <= found.high
    assert held[0] / TIMES < 0.93
    assert 0.93 <= held[1] / TIMES <= 0.97


CHANGES = {"nps": "NPS", "csat": "SHARE", "mean": "MEAN", "ratio": "RATIO"}


def _sample(key: str, n: int, dice: np.random.Generator) -> tuple[Sums, Sums]:
    """Return the sums of one period's records, and the same summed per customer."""
    who = _people(n, FAMILIAR, dice)
    feel = (dice.normal(size=n)[who] + dice.normal(size=n)) / np.sqrt(2)
    y, x = NUMBERS[key].draw(feel, dice)
    return _sums(y, x), _sums(np.bincount(who, y), np.bincount(who, x))


@pytest.mark.parametrize("n", [100, 300])
@pytest.mark.parametrize("key", CHANGES)
def test_intervals_of_changes_hold_no_change_93_to_97_times_in_100_where_customers_repeat(key: str, n: int) -> None:
    dice = np.random.default_rng(20260201 + n)
    kind = next(metric for metric in METRICS.values() if metric.kind == CHANGES[key]) if key != "ratio" else _RATIO
    held = [0, 0]
    for _ in range(TIMES):
        (after, people), (before, people_before) = _sample(key, n, dice), _sample(key, n, dice)
        effects = (intervals.design_effect(after, people) or 1.0, intervals.design_effect(before, people_before) or 1.0)
        for place, found in enumerate(
            (difference_of(kind, after, before), clustered_difference(kind, after, before, effects))
        ):
            held[place] += found.interval is not None and not found.interval.excludes_zero
    assert held[0] < held[1]
    assert 0.93 <= held[1] / TIMES <= 0.975


@pytest.mark.parametrize("customers", [100, 400])
def test_counts_of_customers_who_call_again_need_the_design_effect(customers: int) -> None:
    """Some call far more than others, as in a contact center: a Poisson interval is too narrow."""
    dice = np.random.default_rng(20260301)
    metric, held = METRICS["contacts"], [0, 0]
    for _ in range(TIMES):
        calls = dice.poisson(dice.gamma(0.05, 2, size=10 * customers))  # most do not call at all
        n, rows = calls.sum(), calls[calls > 0]
        sums = Sums(n=float(n), y=float(n), yy=float(n), x=float(n), xx=float(n), xy=float(n))
        people = Sums(n=float(len(rows)), y=float(n), yy=float((rows**2).sum()))
        effect = effect_of(metric, Cell(sums=sums, clusters=people))
        assert effect is not None
        for place, found in enumerate((intervals.count(int(n)), clustered_interval(metric, sums, effect))):
            held[place] += found is not None and found.low <= customers <= found.high
    assert held[0] / TIMES < 0.85
    assert 0.92 <= held[1] / TIMES <= 0.975
