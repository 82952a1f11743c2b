"""Learning topics from names, descriptions, examples and people's labels: in seconds, without a seed or a clock."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from insights.enrichment.topic_model import MOST_NEIGHBOURS, TopicModel, calibrated, gate
from insights.enrichment.topic_words import learn_words

PENALTY = 0.2
ROUNDS = 40
FOLDS = 5
FEW_FOLDS_FROM = 2_500  # texts: from here two folds tell enough
FEWEST_TO_CALIBRATE = 20
WORDS_SHARES = (0.0, 2.5, 5.0, 10.0)  # tried; few and different examples say more by their vectors alone
FAR_QUANTILE = 0.1  # of true texts that have no example nearer than this
USUAL_NEARNESS = 0.4
USUAL_CALIBRATION = (0.8, 0.7, -0.2)  # where there are too few examples to fit it; as fitted on the ready taxonomy
USUAL_THRESHOLD = 0.35
TARGET_PRECISION = 0.85
TRUSTED_FROM = 8  # examples of a topic: below, its threshold is everyone's
TRUST = 20  # a topic's own threshold weighs n / (n + TRUST)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Taught:
    """One text to learn from. Without `yes` and with `no` it says only what it is not; without both it is no topic."""

    text: str
    vector: NDArray[np.float16]
    yes: frozenset[str] = field(default_factory=frozenset)
    no: frozenset[str] = field(default_factory=frozenset)
    weight: float = 1.0
    is_example: bool = True  # false: a name or description, which teaches and measures nothing


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """What each text was judged by a model that had not seen it: (texts, topics) each."""

    logits: Floats  # by vectors; the words are added once their share is known
    by_words: Floats
    nearness: Floats
    truth: Floats
    known: NDArray[np.bool_]  # false: nobody said whether it is this topic


def learn(
    taught: Sequence[Taught],
    topics: Sequence[str],
    *,
    target: float = TARGET_PRECISION,
    fixed: dict[str, float] | None = None,
    shown_as: dict[str, str] | None = None,
) -> tuple[TopicModel, dict[str, float]]:
    """Learn topics and return the model with its out-of-fold figures; `fixed` thresholds win over found ones.

    Raises ValueError where nothing is taught of one of the topics, not even its name.
    """
    order = sorted(topics)
    rows = sorted(taught, key=_place_of)
    truth, weights = _targets(rows, order)
    untaught = [topic for topic, count in zip(order, truth.sum(axis=0), strict=True) if not count]
    if untaught:
        raise ValueError(f"Nothing is taught of {', '.join(untaught[:5])}.")
    model = replace(_fit(rows, truth, weights, order), shown_as=tuple((shown_as or {}).get(key, key) for key in order))
    examples = np.array([row.is_example for row in rows])
    if examples.sum() < FEWEST_TO_CALIBRATE:
        return _with(model, np.array(USUAL_CALIBRATION), np.full(len(order), USUAL_THRESHOLD), fixed), {}
    seen = _out_of_fold(rows, truth, weights, order)
    share, calibration = _best_share(seen)
    seen = replace(seen, logits=seen.logits + share * seen.by_words)
    near_enough = float(np.quantile(seen.nearness[seen.truth > 0], FAR_QUANTILE).round(4))
    model = replace(model, words_share=share, near_enough=near_enough)
    seen = replace(seen, nearness=gate(seen.nearness, near_enough))
    thresholds = _thresholds(seen, calibration, model.counted, target)
    return _with(model, calibration, thresholds, fixed), _figures(seen, calibration, thresholds, model.counted)


def _targets(rows: Sequence[Taught], order: Sequence[str]) -> tuple[Floats, Floats]:
    """(texts, topics) of truth, and of weight: a topic's positives together weigh the root of what its negatives do."""
    place = {topic: number for number, topic in enumerate(order)}
    truth, weights = np.zeros((len(rows), len(order))), np.zeros((len(rows), len(order)))
    for number, row in enumerate(rows):
        yes, no = ([place[topic] for topic in said if topic in place] for said in (row.yes, row.no))
        if row.yes or not row.no:
            weights[number] = min(row.weight, 1.0)
        truth[number, yes] = 1
        weights[number, [*yes, *no]] = row.weight
    positives = np.maximum(truth.sum(axis=0), 1)
    return truth, np.where(truth > 0, weights * np.sqrt(np.maximum(len(rows) / positives - 1, 1)), weights)


def _fit(rows: Sequence[Taught], truth: Floats, weights: Floats, order: Sequence[str]) -> TopicModel:
    vectors = np.array([row.vector for row in rows], dtype=np.float64)
    found = _regress(vectors, truth, weights)
    bias = truth.mean(axis=0)
    rarity, words, word_bias = learn_words([row.text for row in rows], np.where(weights > 0, truth, bias))
    neighbours = [
        _spread([row for row, is_one in zip(rows, truth[:, k], strict=True) if is_one]) for k in range(len(order))
    ]
    starts = np.cumsum([0, *(len(block) for block in neighbours)])[:-1]
    counted = np.array([any(row.is_example and topic in row.yes for row in rows) for topic in order])
    return TopicModel(
        topics=tuple(order),
        shown_as=tuple(order),
        counted=counted,
        vector_weights=found[:, :-1].astype(np.float32),
        vector_bias=found[:, -1],
        rarity=rarity.round(4),
        word_weights=words.astype(np.float16),
        word_bias=word_bias,
        neighbours=np.concatenate(neighbours).astype(np.float16),
        neighbours_from=starts.astype(np.int64),
        words_share=0.0,
        near_enough=USUAL_NEARNESS,
        calibration=np.array(USUAL_CALIBRATION),
        thresholds=np.full(len(order), USUAL_THRESHOLD),
    )


def _regress(vectors: Floats, truth: Floats, weights: Floats) -> Floats:
    """One weighted logistic regression per topic, all at once; convex, so the result does not depend on a seed."""
    numbers = np.hstack([vectors, np.ones((len(vectors), 1))])
    shape = (truth.shape[1], numbers.shape[1])

    def loss(flat: Floats) -> tuple[float, Floats]:
        found = flat.reshape(shape)
        odds = numbers @ found.T
        missed = (weights * (np.logaddexp(0, odds) - truth * odds)).sum()
        off = weights * (1 / (1 + np.exp(-np.clip(odds, -50, 50))) - truth)
        return float(missed + PENALTY * (found**2).sum() / 2), (off.T @ numbers + PENALTY * found).ravel()

    best: Floats = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    return best.reshape(shape)


def _spread(rows: Sequence[Taught]) -> NDArray[np.float16]:
    """At most MOST_NEIGHBOURS vectors that lie as far from each other as can be (farthest first)."""
    vectors = np.array([row.vector for row in rows], dtype=np.float32)
    if len(vectors) <= MOST_NEIGHBOURS:
        return vectors.astype(np.float16)
    chosen = [0]
    nearest = vectors @ vectors[0]
    while len(chosen) < MOST_NEIGHBOURS:
        chosen.append(int(nearest.argmin()))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    return vectors[chosen].astype(np.float16)


def _place_of(row: Taught) -> tuple[str, str]:
    """An order that depends on what is taught, not on how it came."""
    return hashlib.blake2b(row.text.encode(), digest_size=8).hexdigest(), repr(sorted(row.yes))


def _folds(rows: Sequence[Taught]) -> NDArray[np.int64]:
    """Deal each topic's texts over the folds in turn; -1 for what is not judged."""
    folds = FOLDS if len(rows) < FEW_FOLDS_FROM else 2
    dealt: dict[str, int] = {}
    found = np.full(len(rows), -1)
    for number, row in enumerate(rows):
        if row.is_example:
            topic = min(row.yes, default="")
            found[number] = dealt.setdefault(topic, len(dealt)) % folds
            dealt[topic] += 1
    return found


def _out_of_fold(rows: Sequence[Taught], truth: Floats, weights: Floats, order: Sequence[str]) -> OutOfFold:
    folds = _folds(rows)
    logits, by_words, nearness = np.zeros_like(truth), np.zeros_like(truth), np.zeros_like(truth)
    for fold in range(int(folds.max()) + 1):
        rest, judged = np.flatnonzero(folds != fold).tolist(), np.flatnonzero(folds == fold).tolist()
        left = [rows[place] for place in rest]
        model = _fit(left, truth[rest], weights[rest], order)
        for place in judged:
            logits[place], by_words[place] = model.parts(rows[place].text, rows[place].vector)
        nearness[judged] = model.nearness(np.array([rows[place].vector for place in judged]))
    kept = folds >= 0
    return OutOfFold(logits[kept], by_words[kept], nearness[kept], truth[kept], weights[kept] > 0)


def _best_share(seen: OutOfFold) -> tuple[float, Floats]:
    """The share of the words, and the calibration with it, under which what was right out of fold is likeliest."""
    tried = [(*_calibrate(replace(seen, logits=seen.logits + share * seen.by_words)), share) for share in WORDS_SHARES]
    _, calibration, share = min(tried, key=lambda one: (one[0], one[2]))
    return share, calibration


def _calibrate(seen: OutOfFold) -> tuple[float, Floats]:
    """Fit the two slopes and the constant to what was right out of fold, with the loss; slopes never turn negative."""

    def loss(numbers: Floats) -> float:
        shares = np.clip(calibrated(seen.logits, numbers), 1e-9, 1 - 1e-9)
        told = seen.truth * np.log(shares) + (1 - seen.truth) * np.log(1 - shares)
        return float(-told[seen.known].mean())

    bounds = [(0.01, 20), (0, 20), (-20, 20)]
    fitted = minimize(loss, np.array(USUAL_CALIBRATION), bounds=bounds, method="L-BFGS-B")
    return float(fitted.fun), fitted.x


def _thresholds(seen: OutOfFold, calibration: Floats, counted: NDArray[np.bool_], target: float) -> Floats:
    """The lowest score above which at least `target` of what is shown is right, per topic."""
    scores = calibrated(seen.logits, calibration) * seen.nearness
    usable = seen.known & counted
    everyones = lowest_for(scores[usable], seen.truth[usable], target, USUAL_THRESHOLD)
    found = np.full(len(counted), everyones)
    for place in range(len(counted)):
        known = usable[:, place]
        examples = int(seen.truth[known, place].sum())
        if examples >= TRUSTED_FROM:
            own = lowest_for(scores[known, place], seen.truth[known, place], target, everyones)
            found[place] = (examples * own + TRUST * everyones) / (examples + TRUST)
    return found.round(4)


def lowest_for(scores: Floats, truth: Floats, target: float, otherwise: float) -> float:
    """The lowest score from which on the share of the right is at least `target`; `otherwise` where there is none."""
    falling = np.argsort(-scores, kind="stable")
    shares = np.cumsum(truth[falling]) / np.arange(1, len(falling) + 1)
    ends = np.append(scores[falling][1:] != scores[falling][:-1], True)  # equal scores are shown or hidden together
    good = np.flatnonzero((shares >= target) & ends) if len(falling) else np.array([])
    return max(float(scores[falling[good[-1]]]), 0.01) if len(good) else otherwise


def _with(model: TopicModel, calibration: Floats, thresholds: Floats, fixed: dict[str, float] | None) -> TopicModel:
    kept = [(fixed or {}).get(topic, own) for topic, own in zip(model.topics, thresholds, strict=True)]
    return replace(model, calibration=calibration, thresholds=np.array(kept))


def _figures(seen: OutOfFold, calibration: Floats, thresholds: Floats, counted: NDArray[np.bool_]) -> dict[str, float]:
    """How well it judged what it had not seen: of the first topic, and of what would have been shown."""
    shares = calibrated(seen.logits, calibration)
    first = shares.argmax(axis=1)
    rows = np.arange(len(first))
    has_topic = seen.truth.any(axis=1)
    right = seen.truth[rows, first] > 0
    shown = (shares * seen.nearness >= thresholds) & counted & seen.known
    return {
        "examples": int(has_topic.sum()),
        "first_right": round(float(right[has_topic].mean()), 4) if has_topic.any() else 0.0,
        "precision": round(float(seen.truth[shown].mean()), 4) if shown.any() else 0.0,
        "recall": round(float(shown[seen.truth > 0].mean()), 4) if has_topic.any() else 0.0,
        "calibration_error": round(calibration_error(shares[rows, first], right), 4),
    }


def calibration_error(shares: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error: mean distance of probability and share of the right, in bins of equal width."""
    if not len(shares):
        return 0.0
    places = np.minimum((shares * bins).astype(int), bins - 1)
    off = [abs(shares[places == b].mean() - right[places == b].mean()) * (places == b).sum() for b in set(places)]
    return float(sum(off) / len(shares))
