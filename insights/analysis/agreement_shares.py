"""How often both sides mention a topic, and whether their shares differ, agree, or cannot be told apart yet.

A share's interval is Wilson's of as many independent texts as its customers leave (Kish 1965). The difference's joins
the two by squares, less what customers on both sides share (Newcombe 1998, Stat Med 17:873 and 17:2635; Zou and Donner
2008, Stat Med 27:1693). Differing and agreeing are both claims: the second is tested by two one-sided tests (Schuirmann
1987, J Pharmacokin Biopharm 15:657). Each kind is held to a false-discovery rate of 10 % over all topics.
"""

from dataclasses import dataclass
from math import ceil, inf, sqrt
from typing import Final, Literal

import numpy as np
from scipy import special

from insights.analysis.agreement_counts import Counts, Floats
from insights.metrics.discovery import survivors
from insights.metrics.intervals import Interval, wilson
from insights.metrics.registry import metric_named

Verdict = Literal["AGREE", "LOUDER_IN_CONTACTS", "LOUDER_IN_SURVEYS", "ONLY_IN_CONTACTS", "ONLY_IN_SURVEYS", "NOT_YET"]
FEWEST: Final = metric_named("topic_share").fewest  # texts of a side, below which nothing is said of it
MARGIN: Final = 0.01  # shares agree where they are within a point of each other,
FACTOR: Final = 1.5  # or neither is more than one and a half times the other
CONFIDENCE: Final = 0.95
_Z = float(special.ndtri((1 + CONFIDENCE) / 2))
_Z_ONE_SIDED = float(special.ndtri(CONFIDENCE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of a side's texts mention a topic. Shares are 0 … 1; texts and words are of the whole side."""

    words: int  # texts with words
    texts: int  # of those, read for topics
    mentions: int
    design_effect: float  # how much wider customers who appear again make it, at least 1

    @property
    def value(self) -> float:
        """The share; 0 where there are no texts."""
        return self.mentions / self.texts if self.texts else 0.0

    @property
    def effective(self) -> float:
        """How many independent texts it is worth."""
        return self.texts / self.design_effect

    @property
    def interval(self) -> Interval:
        """Its interval; everything is possible where there are no texts."""
        if not self.texts:
            return Interval(0.0, 1.0)
        return wilson(self.value * self.effective, self.effective, CONFIDENCE)

    @property
    def read(self) -> float | None:
        """Which share of the side's texts was read."""
        return self.texts / self.words if self.words else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The share in contacts minus that in surveys."""

    value: float
    low: float
    high: float
    p_different: float  # that there is no difference
    p_alike: float  # that they differ by the margin or more


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """One topic on both sides. `missing` says how many more texts of which side would settle what is not yet told."""

    topic: str
    surveys: Share
    contacts: Share
    correlation: float  # of the two shares, from customers who are on both sides
    gap: Gap | None  # None where a side has too few texts
    verdict: Verdict = "NOT_YET"
    missing: tuple[tuple[str, int], ...] = ()


def shares(counts: Counts) -> list[Shares]:
    """Return all topics with their verdicts, in the order of the counts."""
    found = _told(counts)
    gaps = [one.gap for one in found]
    alike = survivors([gap.p_alike if gap else None for gap in gaps])
    apart = survivors([gap.p_different if gap else None for gap in gaps])
    return [
        _judged(one, is_alike=is_alike, is_apart=is_apart)
        for one, is_alike, is_apart in zip(found, alike, apart, strict=True)
    ]


def _told(counts: Counts) -> list[Shares]:
    surveys, off_surveys = _of_side(counts, "SURVEYS")
    contacts, off_contacts = _of_side(counts, "CONTACTS")
    spread = np.sqrt((off_surveys**2).sum(axis=0) * (off_contacts**2).sum(axis=0))
    shared = (off_surveys * off_contacts).sum(axis=0)
    correlations = np.divide(shared, spread, out=np.zeros_like(spread), where=spread > 0)
    found = []
    for topic, one, other, correlation in zip(counts.topics, surveys, contacts, correlations, strict=True):
        kept = float(np.clip(correlation, -1, 1))
        enough = min(one.texts, other.texts) >= FEWEST
        gap = gap_of(one, other, kept) if enough else None
        found.append(Shares(topic=topic, surveys=one, contacts=other, correlation=kept, gap=gap))
    return found


def _of_side(counts: Counts, side: str) -> tuple[list[Share], Floats]:
    """Return the shares, and by how much each group moves them: the linearised ratio (Binder 1983)."""
    words, texts, mentions = (counts.of(side, name) for name in ("words", "texts", "mentions"))
    whole, told = texts.sum(), mentions.sum(axis=0)
    if not whole:
        empty = Share(words=int(words.sum()), texts=0, mentions=0, design_effect=1.0)
        return [empty] * len(counts.topics), np.zeros_like(mentions)
    values = told / whole
    off: Floats = (mentions - values * texts[:, np.newaxis]) / whole
    groups = max(counts.groups, 2)
    variance = (off**2).sum(axis=0) * groups / (groups - 1)
    plain = values * (1 - values) / whole
    effects = np.divide(variance, plain, out=np.ones_like(plain), where=plain > 0)
    return [
        Share(words=int(words.sum()), texts=int(whole), mentions=int(count), design_effect=max(1.0, float(effect)))
        for count, effect in zip(told, effects, strict=True)
    ], off


def gap_of(surveys: Share, contacts: Share, correlation: float = 0.0) -> Gap:
    """Return contacts minus surveys with its interval and both p-values. Both sides need texts."""
    value, low, high = contrast(contacts, surveys, 1.0, correlation)
    return Gap(
        value=value,
        low=low,
        high=high,
        p_different=_p_different(surveys, contacts, correlation),
        p_alike=max(_p_exceeds(surveys, contacts, correlation), _p_exceeds(contacts, surveys, correlation)),
    )


def contrast(one: Share, other: Share, times: float, correlation: float) -> tuple[float, float, float]:
    """Return one - times x other with its limits, joined by squares of the limits of both."""
    a, b = one.interval, other.interval
    value = one.value - times * other.value
    down = (one.value - a.low, times * (b.high - other.value))
    up = (a.high - one.value, times * (other.value - b.low))
    return value, value - _joined(*down, correlation), value + _joined(*up, correlation)


def _joined(one: float, other: float, correlation: float) -> float:
    return sqrt(max(0.0, one**2 + other**2 - 2 * correlation * one * other))


def _p_different(one: Share, other: Share, correlation: float) -> float:
    """The score test of "no difference", with the variance that both have under it."""
    pooled = (one.value * one.effective + other.value * other.effective) / (one.effective + other.effective)
    errors = [sqrt(pooled * (1 - pooled) / side.effective) for side in (one, other)]
    spread = _joined(errors[0], errors[1], correlation)
    return (
        float(2 * special.ndtr(-abs(one.value - other.value) / spread)) if spread else float(one.value == other.value)
    )


def _p_exceeds(one: Share, other: Share, correlation: float) -> float:
    """Return the p-value of "one exceeds the other by the margin and by the factor": the smaller of both tests.

    One success and one failure are added to each (Agresti and Caffo 2000, Am Stat 54:280), so that none is no proof.
    """
    (p, error), (q, error_of_other) = _adjusted(one), _adjusted(other)
    within = (q + MARGIN - p) / _joined(error, error_of_other, correlation)
    times = (FACTOR * q - p) / _joined(error, FACTOR * error_of_other, correlation)
    return float(special.ndtr(-max(within, times)))


def _adjusted(share: Share) -> tuple[float, float]:
    n = share.effective + 2
    value = (share.value * share.effective + 1) / n
    return value, sqrt(value * (1 - value) / n)


def _judged(one: Shares, *, is_alike: bool, is_apart: bool) -> Shares:
    verdict = "AGREE" if is_alike else _louder(one) if is_apart else "NOT_YET"
    missing = _missing(one) if verdict == "NOT_YET" else ()
    return Shares(
        topic=one.topic,
        surveys=one.surveys,
        contacts=one.contacts,
        correlation=one.correlation,
        gap=one.gap,
        verdict=verdict,  # type: ignore[arg-type]  # one of the words above
        missing=missing,
    )


def _louder(one: Shares) -> str:
    louder, quieter = ("SURVEYS", one.contacts) if one.gap and one.gap.value < 0 else ("CONTACTS", one.surveys)
    return f"{'LOUDER' if quieter.mentions else 'ONLY'}_IN_{louder}"


def _missing(one: Shares) -> tuple[tuple[str, int], ...]:
    """Return how many more texts would do, of the side that has fewer, else of both, if the shares stay as they are.

    The standard error has to come down to where either the 95 % interval leaves out 0 or both one-sided tests lie
    within the margin, whichever comes first.
    """
    sides = {"SURVEYS": one.surveys, "CONTACTS": one.contacts}
    few = {name: FEWEST - side.texts for name, side in sides.items() if side.texts < FEWEST}
    if few:
        return tuple(few.items())
    distance = abs(one.contacts.value - one.surveys.value)
    margin = max(MARGIN, (FACTOR - 1) * min(one.contacts.value, one.surveys.value))
    wanted = max(distance / _Z, (margin - distance) / _Z_ONE_SIDED) ** 2
    variances = {name: _adjusted(side)[1] ** 2 for name, side in sides.items()}
    fewer, more = sorted(sides, key=lambda name: sides[name].texts)
    left = wanted - variances[more]
    if left > wanted / 10:
        return ((fewer, _rounded(sides[fewer].texts * max(variances[fewer] / left - 1, 0.0))),)
    times = sum(variances.values()) / wanted if wanted else inf
    return tuple((name, _rounded(side.texts * max(times - 1, 0.0))) for name, side in sides.items())


def _rounded(count: float) -> int:
    """Return the count with two digits, upwards: more would promise what shares that move do not hold."""
    whole = max(1, ceil(min(count, 10**9)))
    step = int(10 ** max(0, len(str(whole)) - 2))
    return ceil(whole / step) * step
