"""Precision, recall, F1, calibration and shift of mixes, each with the author and year of its formula."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insights.metrics.intervals import wilson

FEWEST = 10  # below, a share is not told: 1 of 1 is no 100 %
INDICATIVE = 30  # below, it is told as a hint
RESAMPLED = 1000
SEED = 20260101
BINS = 10
SHIFTED = 0.2  # population stability index from which on a mix counts as another (Siddiqi 2006)
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure with its interval and how many texts stand behind it."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    state: str  # OK, INDICATIVE or TOO_FEW, and then there is no value

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {name: getattr(self, name) for name in ("value", "low", "high", "n", "state")}


def share(right: int, n: int) -> Measure:
    """Return right of n with its score interval (Wilson 1927)."""
    if n < FEWEST:
        return Measure(value=None, low=None, high=None, n=n, state="TOO_FEW")
    interval = wilson(right, n)
    return _measure(right / n, interval.low, interval.high, n)


def _measure(value: float, low: float, high: float, n: int) -> Measure:
    state = "OK" if n >= INDICATIVE else "INDICATIVE"
    if low == high:  # no sample differed: resampling cannot tell how sure it is
        return Measure(value=round(value, 4), low=None, high=None, n=n, state=state)
    return Measure(value=round(value, 4), low=round(low, 4), high=round(high, 4), n=n, state=state)


def too_few(n: int) -> Measure:
    """Return that there is too little to say anything."""
    return Measure(value=None, low=None, high=None, n=n, state="TOO_FEW")


@dataclass(frozen=True)
class Judged:
    """(texts, classes): what is so, what was said, and which of them somebody judged."""

    truth: Flags
    said: Flags
    known: Flags

    def counts(self) -> tuple[Floats, Floats, Floats]:
        """Per text and class: rightly said, wrongly said, missed."""
        hit = self.truth & self.said & self.known
        wrong = ~self.truth & self.said & self.known
        missed = self.truth & ~self.said & self.known
        return hit.astype(float), wrong.astype(float), missed.astype(float)


def per_class(judged: Judged, names: Sequence[str]) -> list[dict[str, Any]]:
    """Precision and recall with score intervals, F1 with a bootstrap interval, for each class."""
    hit, wrong, missed = (part.sum(axis=0).astype(int) for part in judged.counts())
    lows, highs = _f1_interval(judged)
    rows = []
    for place, name in enumerate(names):
        true, said = int(hit[place] + missed[place]), int(hit[place] + wrong[place])
        enough = true >= FEWEST and said + true > 0
        f1 = f1_of(hit[place], wrong[place], missed[place])
        told = _measure(f1, lows[place], highs[place], true) if enough else too_few(true)
        rows.append(
            {
                "name": name,
                "true": true,
                "said": said,
                "precision": share(int(hit[place]), said).as_json(),
                "recall": share(int(hit[place]), true).as_json(),
                "f1": told.as_json(),
            }
        )
    return rows


def macro_and_micro(judged: Judged) -> tuple[Measure, Measure]:
    """F1 averaged over the classes that occur, and of all answers together; intervals by bootstrap over texts."""
    texts = int(judged.known.any(axis=1).sum())
    if texts < FEWEST:
        return too_few(texts), too_few(texts)
    parts = judged.counts()
    macro, micro = _averages(*(part.sum(axis=0)[np.newaxis] for part in parts))
    weights = _resampled(len(judged.truth))
    macros, micros = _averages(*(weights @ part for part in parts))
    return _with_ends(macro, macros, texts), _with_ends(micro, micros, texts)


def _with_ends(one: Floats, many: Floats, texts: int) -> Measure:
    low, high = np.percentile(many, [2.5, 97.5])
    return _measure(float(one[0]), float(low), float(high), texts)


def macro_f1(judged: Judged) -> float:
    """F1 averaged over the classes that occur or are said."""
    macro, _ = _averages(*(part.sum(axis=0)[np.newaxis] for part in judged.counts()))
    return float(macro[0])


def class_f1(judged: Judged) -> list[float]:
    """F1 of each class."""
    hit, wrong, missed = (part.sum(axis=0) for part in judged.counts())
    return [f1_of(*three) for three in zip(hit, wrong, missed, strict=True)]


def f1_of(hit: float, wrong: float, missed: float) -> float:
    """Harmonic mean of precision and recall (van Rijsbergen 1979); 0 where nothing was hit."""
    return float(2 * hit / (2 * hit + wrong + missed)) if hit else 0.0


def _averages(hit: Floats, wrong: Floats, missed: Floats) -> tuple[Floats, Floats]:
    """(samples, classes) of counts to a macro and a micro F1 for each sample."""
    base = 2 * hit + wrong + missed
    f1 = np.divide(2 * hit, base, out=np.zeros_like(hit), where=base > 0)
    occurs = np.maximum((base > 0).sum(axis=1), 1)
    all_base = np.maximum(base.sum(axis=1), 1e-9)
    return f1.sum(axis=1) / occurs, 2 * hit.sum(axis=1) / all_base


def _f1_interval(judged: Judged) -> tuple[list[float], list[float]]:
    weights = _resampled(len(judged.truth))
    hit, wrong, missed = (weights @ part for part in judged.counts())
    base = 2 * hit + wrong + missed
    f1 = np.divide(2 * hit, base, out=np.zeros_like(hit), where=base > 0)
    low, high = np.percentile(f1, [2.5, 97.5], axis=0) if len(f1) else (np.array([]), np.array([]))
    return low.tolist(), high.tolist()


def _resampled(texts: int) -> Floats:
    """How often each text stands in each of the samples (Efron 1979); the same every time."""
    chance = np.random.default_rng(SEED)
    return chance.multinomial(texts, np.full(texts, 1 / max(texts, 1)), size=RESAMPLED).astype(float)


def calibration(confidence: Sequence[float], right: Sequence[bool]) -> dict[str, Any]:
    """Expected calibration error (Naeini et al. 2015), and the bins behind it: how sure it was, how often right."""
    sure, hits = np.array(confidence, dtype=float), np.array(right, dtype=float)
    if len(sure) < FEWEST:
        return {"error": None, "n": len(sure), "state": "TOO_FEW", "bins": []}
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    bins, error = [], 0.0
    for place in range(BINS):
        inside = places == place
        count = int(inside.sum())
        if not count:
            continue
        error += count * abs(float(sure[inside].mean() - hits[inside].mean()))
        bins.append(
            {
                "from": place / BINS,
                "until": (place + 1) / BINS,
                "confidence": round(float(sure[inside].mean()), 4),
                "right": share(int(hits[inside].sum()), count).as_json(),
            }
        )
    state = "OK" if len(sure) >= INDICATIVE else "INDICATIVE"
    return {"error": round(error / len(sure), 4), "n": len(sure), "state": state, "bins": bins}


def stability(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[float, float] | None:
    """Population stability index of two mixes (Siddiqi 2006), and what chance alone gives; None where one is empty.

    Half a text is added to each part, so that what is absent has a logarithm. By chance it is about (parts - 1) times
    (1 / n before + 1 / n after), as twice the likelihood ratio is chi-squared (Yurdakul 2018).
    """
    n_before, n_after, parts = sum(before.values()), sum(after.values()), sorted({*before, *after})
    if not n_before or not n_after:
        return None
    total = 0.0
    for name in parts:
        was = (before.get(name, 0) + 0.5) / (n_before + len(parts) / 2)
        now = (after.get(name, 0) + 0.5) / (n_after + len(parts) / 2)
        total += (now - was) * float(np.log(now / was))
    return round(total, 4), round((len(parts) - 1) * (1 / n_before + 1 / n_after), 4)
