"""May sentiment of two media share an axis? Only where labelled texts show that the same score means the same.

People judged texts of each medium (-1 negative, 0 neutral, +1 positive), not knowing the score. For two media the
judgement is regressed on the score: one curve (up to its cube), and for the second medium a shift and another slope.
What the two leave between the curves must lie within the margin.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from insights.mart.comparable import FEWEST
from insights.mart.medium import MEDIA

Verdict = Literal["SAME", "DIFFERENT", "UNKNOWN"]
_Floats = NDArray[np.float64]

MARGIN: Final = 0.15  # of a judgement between -1 and +1
ALPHA: Final = 0.05  # of the whole table of pairs
SCORES: Final = (-0.5, 0.0, 0.5)  # where the curves are compared
_SHIFT, _SLOPE = 4, 5  # columns of the design


@dataclass(frozen=True, slots=True)
class Judged:
    """The texts of one medium: what the model said of each, and what people said."""

    scores: _Floats  # -1 … +1
    judgements: _Floats  # -1 … +1, the mean where several people judged one text


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """How much more positive people judge the second medium's texts than the first's, at one score."""

    score: float
    difference: float
    low: float  # of the 90 % interval: the two one-sided tests at 5 % ask whether it lies within the margin
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two media beside each other. Without gaps there were too few judged texts, or their scores do not vary."""

    first: str
    second: str
    verdict: Verdict = "UNKNOWN"
    gaps: tuple[Gap, ...] = ()
    p_same: float | None = None  # that they differ by the margin or more, at any of the scores; before Holm's step
    p_different: float | None = None  # that there is no difference at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """What the labels tell: how many there are of each medium, and what follows for every two."""

    labelled: Mapping[str, int]
    pairs: tuple[Pair, ...]


def calibrated(judged: Mapping[str, Judged]) -> Calibrated:
    """Compare every two media. SAME and DIFFERENT each hold for the whole table at once (Holm 1979, Scand J Stat 6:65).

    Where both hold the difference is real and too small to matter: SAME.
    """
    labelled = {medium: len(judged[medium].scores) if medium in judged else 0 for medium in MEDIA}
    compared = [_compared(first, second, judged) for first, second in combinations(MEDIA, 2)]
    same = holm([pair.p_same for pair in compared])
    different = holm([pair.p_different for pair in compared])
    verdicts: list[Verdict] = [
        "SAME" if is_same else "DIFFERENT" if is_different else "UNKNOWN"
        for is_same, is_different in zip(same, different, strict=True)
    ]
    pairs = (replace(pair, verdict=verdict) for pair, verdict in zip(compared, verdicts, strict=True))
    return Calibrated(labelled=labelled, pairs=tuple(pairs))


def _compared(first: str, second: str, judged: Mapping[str, Judged]) -> Pair:
    one, other = judged.get(first), judged.get(second)
    if one is None or other is None or min(len(one.scores), len(other.scores)) < FEWEST:
        return Pair(first=first, second=second)
    fitted = _fit(one, other)
    if fitted is None:
        return Pair(first=first, second=second)
    told = [fitted.at(score) for score in SCORES]
    return Pair(
        first=first,
        second=second,
        gaps=tuple(gap for gap, _ in told),
        p_same=max(p_value for _, p_value in told),
        p_different=fitted.p_different(),
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    """Shift and slope of the second medium against the first, with their covariance and degrees of freedom."""

    shift_and_slope: _Floats
    covariance: _Floats
    freedom: int

    def at(self, score: float) -> tuple[Gap, float]:
        """Return the gap at a score and the p-value of both one-sided tests (Schuirmann 1987, J Pharmacokin 15)."""
        weights = np.array([1.0, score])
        difference = float(weights @ self.shift_and_slope)
        error = float(np.sqrt(weights @ self.covariance @ weights))
        reach = float(stats.t.ppf(1 - ALPHA, self.freedom)) * error
        above = stats.t.sf((difference + MARGIN) / error, self.freedom)
        below = stats.t.cdf((difference - MARGIN) / error, self.freedom)
        gap = Gap(score=score, difference=difference, low=difference - reach, high=difference + reach)
        return gap, float(max(above, below))

    def p_different(self) -> float:
        """Return the p-value of Wald's test that neither shift nor slope differs."""
        told = self.shift_and_slope
        wald = float(told @ np.linalg.solve(self.covariance, told)) / len(told)
        return float(stats.f.sf(wald, len(told), self.freedom))


def _fit(one: Judged, other: Judged) -> _Fit | None:
    """Least squares with errors that may differ by text (HC3: MacKinnon and White 1985, J Econometrics 29:305).

    None where the scores vary too little to tell a curve, or the judgements of a medium not at all.
    """
    if not (np.ptp(one.judgements) and np.ptp(other.judgements)):
        return None
    design = np.vstack([_design(one.scores, 0.0), _design(other.scores, 1.0)])
    judgements = np.concatenate([one.judgements, other.judgements])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    bread = np.linalg.inv(design.T @ design)
    coefficients = bread @ design.T @ judgements
    leverage = ((design @ bread) * design).sum(axis=1)
    if np.any(leverage > 1 - 1e-9):
        return None  # a text that alone decides its own curve
    scaled = (judgements - design @ coefficients) / (1 - leverage)
    covariance = bread @ (design.T * scaled**2) @ design @ bread
    asked = covariance[_SHIFT:, _SHIFT:]
    if np.linalg.matrix_rank(asked) < 2:
        return None
    return _Fit(coefficients[_SHIFT : _SLOPE + 1], asked, len(judgements) - design.shape[1])


def _design(scores: _Floats, is_second: float) -> _Floats:
    second = np.full_like(scores, is_second)
    return np.column_stack([np.ones_like(scores), scores, scores**2, scores**3, second, second * scores])


def holm(p_values: Sequence[float | None], alpha: float = ALPHA) -> list[bool]:
    """Return which hypotheses fall, none of them wrongly with probability 1 - alpha. What was not tested does not."""
    places = sorted((p_value, place) for place, p_value in enumerate(p_values) if p_value is not None)
    fallen = [False] * len(p_values)
    for rank, (p_value, place) in enumerate(places):
        if p_value > alpha / (len(places) - rank):
            break
        fallen[place] = True
    return fallen


def pairs_as_json(pairs: Iterable[Pair]) -> list[dict[str, Any]]:
    """Return the pairs as they are stored; rounded, so that the same labels always give the same."""
    return [
        {
            "first": pair.first,
            "second": pair.second,
            "verdict": pair.verdict,
            "gaps": [
                {
                    "score": gap.score,
                    "difference": _short(gap.difference),
                    "low": _short(gap.low),
                    "high": _short(gap.high),
                }
                for gap in pair.gaps
            ],
            "p_same": None if pair.p_same is None else _short(pair.p_same),
            "p_different": None if pair.p_different is None else _short(pair.p_different),
        }
        for pair in pairs
    ]


def _short(value: float) -> float:
    return round(value, 4) + 0.0  # no negative zero
