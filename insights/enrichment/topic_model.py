"""What was learned of the topics, as numbers, and how a text is judged by them: the same text always the same way."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insights.enrichment.topic_words import counts, weigh

MOST_NEIGHBOURS = 40  # examples per topic that are kept to be compared with
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One text against all topics, in the order of the model's `topics`; rounded, so that no last bit decides."""

    probability: Floats  # calibrated: how often a topic said with this is right
    score: Floats  # less where the nearest example is far: what the thresholds are for

    def best(self, most: int) -> list[int]:
        """Places of the likeliest topics, the likeliest first."""
        return [int(place) for place in np.argsort(-self.probability, kind="stable")[:most]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One topic that is sure enough to be counted."""

    place: int  # in the order of the model's `topics`
    probability: float
    score: float


@dataclass(frozen=True)
class TopicModel:
    """A regression on sentence vectors and one on words for each topic, calibrated out of fold."""

    topics: tuple[str, ...]
    shown_as: tuple[str, ...]  # a topic that was merged into another goes on being found, and is shown as that one
    counted: NDArray[np.bool_]  # false: no example yet; such a topic is suggested and never counted
    vector_weights: NDArray[np.float32]  # (topics, 384)
    vector_bias: Floats
    rarity: Floats  # (BUCKETS,)
    word_weights: NDArray[np.float16]  # (topics, BUCKETS)
    word_bias: Floats
    neighbours: NDArray[np.float16]  # (examples, 384), sorted by topic
    neighbours_from: NDArray[np.int64]  # where each topic's begin
    words_share: float  # how much the words count beside the vectors: what fits best out of fold, may be nothing
    near_enough: float  # cosine to the nearest example from which on the score is the probability
    calibration: Floats  # of log-odds, of the lead over the next topic, constant
    thresholds: Floats  # on the score, per topic

    @cached_property
    def _by_bucket(self) -> NDArray[np.float32]:
        return np.ascontiguousarray(self.word_weights.T.astype(np.float32))

    @cached_property
    def _vectors(self) -> Floats:
        return self.vector_weights.astype(np.float64)

    @cached_property
    def _near(self) -> Floats:
        return self.neighbours.astype(np.float64)

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        return np.append(self.neighbours_from[1:], len(self.neighbours))

    def told_from(self) -> dict[str, float]:
        """From which score on each topic that counts is shown."""
        stood = zip(self.topics, self.thresholds.tolist(), self.counted.tolist(), strict=True)
        return {topic: score for topic, score, counts_ in stood if counts_}

    def parts(self, text: str, vector: NDArray[np.float16]) -> tuple[Floats, Floats]:
        """What vectors and words say, per topic. One text at a time: a product over a batch has other last bits."""
        buckets, often = counts(text)
        values = weigh(buckets, often, self.rarity)
        by_words: Floats = values @ self._by_bucket[buckets] + self.word_bias
        return self._by_vector(vector), by_words

    def logits(self, text: str, vector: NDArray[np.float16]) -> Floats:
        """Uncalibrated log-odds per topic."""
        if not self.words_share:
            return self._by_vector(vector)
        by_vector, by_words = self.parts(text, vector)
        found: Floats = by_vector + self.words_share * by_words
        return found

    def _by_vector(self, vector: NDArray[np.float16]) -> Floats:
        found: Floats = self._vectors @ vector.astype(np.float64) + self.vector_bias
        return found

    def word_score(self, text: str, place: int) -> float:
        """How much the words of a text speak for one topic."""
        buckets, often = counts(text)
        return round(float(weigh(buckets, often, self.rarity) @ self._by_bucket[buckets, place]), 6)

    def nearness(self, vectors: NDArray[np.float16]) -> Floats:
        """Cosine of one vector, or of each of (n, 384), to the nearest example of each topic, from 0 to 1.

        Many at once give the very same: halves of unit length have products that are multiples of 2**-48 and sums
        below 2, which 64 bits hold exactly, in whatever order they are added.
        """
        cosines = vectors.astype(np.float64) @ self._near.T
        nearest: Floats = np.maximum.reduceat(cosines, self.neighbours_from, axis=-1)
        return np.clip(nearest, 0.0, 1.0)

    def judge(self, text: str, vector: NDArray[np.float16]) -> Judgement:
        """Judge one text, or one unit of it, by its words and its vector."""
        probability = calibrated(self.logits(text, vector)[np.newaxis], self.calibration)[0]
        return Judgement(probability.round(4), (probability * gate(self.nearness(vector), self.near_enough)).round(4))

    def shown(self, judgement: Judgement, tries: int = 1) -> list[int]:
        """Places of the topics that are sure enough to be counted; the surer, the more sentences were tried."""
        return [int(place) for place in np.flatnonzero(self.counted & (judgement.score >= self._least(tries)))]

    def judge_shown(self, text: str, vector: NDArray[np.float16], tries: int = 1) -> list[Shown]:
        """What `judge` and `shown` would say, at a tenth of the cost: a score is never above its probability.

        So only the few topics that are likely enough are held against their examples.
        """
        shares = calibrated(self.logits(text, vector)[np.newaxis], self.calibration)[0]
        probability, least = shares.round(4), self._least(tries)
        likely = np.flatnonzero(self.counted & (probability >= least))
        if not len(likely):
            return []
        exact = vector.astype(np.float64)
        near = [(self._near[self.neighbours_from[place] : self._ends[place]] @ exact).max() for place in likely]
        scores = (shares[likely] * gate(np.clip(np.array(near), 0.0, 1.0), self.near_enough)).round(4)
        return [
            Shown(int(place), float(probability[place]), float(score))
            for place, score in zip(likely, scores, strict=True)
            if score >= least[place]
        ]

    def _least(self, tries: int) -> Floats:
        least: Floats = 1 - (1 - self.thresholds) / np.sqrt(tries)
        return least

    def to_bytes(self) -> bytes:
        """As stored with its version of the taxonomy."""
        told: dict[str, Any] = {name: getattr(self, name) for name in (*_ARRAYS, *_NUMBERS)}
        buffer = io.BytesIO()
        names: dict[str, Any] = {name: np.array(getattr(self, name), dtype=str) for name in _NAMES}
        np.savez_compressed(buffer, **{**names, **told})
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "TopicModel":
        """Read back what `to_bytes` wrote."""
        with np.load(io.BytesIO(stored), allow_pickle=False) as told:
            names: dict[str, Any] = {name: tuple(str(topic) for topic in told[name]) for name in _NAMES}
            names |= {name: float(told[name]) for name in _NUMBERS}
            return cls(**names | {name: told[name] for name in _ARRAYS})


_NAMES = ("topics", "shown_as")
_NUMBERS = ("words_share", "near_enough")
_ARRAYS = tuple(field.name for field in fields(TopicModel) if field.name not in (*_NAMES, *_NUMBERS))


def gate(nearness: Floats, near_enough: float) -> Floats:
    """1 where an example is as near as most texts of a topic have one, less in proportion where none is."""
    found: Floats = np.minimum(1.0, nearness / max(near_enough, 1e-6))
    return found


def lead(logits: Floats) -> Floats:
    """How far each topic of (n, topics) is before the best of the others; negative for all but the first."""
    if logits.shape[1] < 2:
        return np.zeros_like(logits)
    ordered = np.partition(logits, -2, axis=1)
    first, second = ordered[:, -1:], ordered[:, -2:-1]
    return np.where(logits >= first, logits - second, logits - first)


def calibrated(logits: Floats, calibration: Sequence[float] | Floats) -> Floats:
    """Turn (n, topics) log-odds into probabilities (Platt, 1999, with the lead as a second feature)."""
    scaled = calibration[0] * logits + calibration[1] * lead(logits) + calibration[2]
    shares: Floats = 1 / (1 + np.exp(-np.clip(scaled, -50, 50)))
    return shares
