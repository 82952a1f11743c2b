"""Training the heads: by hand, at development time, from labelled texts on disk. Needs scikit-learn."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insights.enrichment.encoder import WIDTH, encoder, encoder_version
from insights.enrichment.heads import Head, calibrated
from insights.enrichment.reading import clean
from insights.enrichment.sentiment_features import BUCKETS, dense_features, grams
from insights.enrichment.training_sets import INTENTS, LABELS, Example

HEADS = ("sentiment", *INTENTS)
# 1/penalty on standardised numbers: strongly held back, as the next company is another one
DENSE_STRENGTH = {"sentiment": 0.00003} | dict.fromkeys(INTENTS, 0.001) | {"complaint": 0.0003}
# how much more an intent listens to lexicon and phrases than to a vector: they hold in any industry
PHRASES_COUNT = {"sentiment": 1.0} | dict.fromkeys(INTENTS, 6.0)
WORDS_STRENGTH = 3.0
WORDS_SHARE = 0.3
OWN = frozenset({"service_comments", "service_texts"})  # written for this project about many services
OWN_SHARE = 4  # each of them counts as much as so many other sets
PRECISION = 0.85  # wanted of what is shown, on texts that the judging fold had not seen
FEWEST_SHOWN = 8  # texts; below that a precision is luck
FOLDS = 3
Floats = NDArray[np.float64]
# whom nobody asked, but whose texts as a whole hold none of it, or hold it where they are negative
_HOLDS_NONE: Mapping[str, frozenset[str]] = {
    "multidogo": frozenset({"complaint", "idea", "churn_risk", "effort"}),  # plain requests
}
_BLAME = frozenset({"patient_experience_fft", "service_comments"})  # what is negative there complains


@dataclass(frozen=True, slots=True)
class Table:
    """Examples as numbers, the same for every head."""

    dense: Floats
    words: Any  # scipy.sparse, texts x BUCKETS
    examples: tuple[Example, ...]

    def only(self, chosen: NDArray[np.bool_]) -> "Table":
        """The chosen rows."""
        kept = tuple(example for example, keep in zip(self.examples, chosen, strict=True) if keep)
        return Table(self.dense[chosen], self.words[np.flatnonzero(chosen)], kept)


@dataclass(frozen=True, slots=True)
class Trained:
    """A head, and what it did on texts of ours that the judging fold had not seen."""

    head: Head
    texts: int
    precision: float  # of what passes the threshold
    recall: float


def tabulate(examples: Sequence[Example]) -> Table:
    """Turn texts into features, with the very functions that read texts later."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only training needs it

    texts = [clean(example.text) for example in examples]
    told = encoder().encode_whole(texts)
    dense = np.array([dense_features(text, one.vector, one.tone) for text, one in zip(texts, told, strict=True)])
    buckets = [grams(text) for text in texts]
    rows = np.repeat(np.arange(len(texts)), [len(found) for found in buckets])
    values = np.concatenate([np.full(len(found), 1 / np.sqrt(max(len(found), 1))) for found in buckets])
    words = csr_matrix((values, (rows, np.concatenate(buckets))), shape=(len(texts), BUCKETS))
    return Table(dense, words, tuple(examples))


def answers(name: str, examples: Sequence[Example]) -> NDArray[np.int64]:
    """Return the class of each example for a head, -1 where it is not known: LABELS' places, or no and yes."""
    return np.array([_answer(name, example) for example in examples], dtype=np.int64)


def fit(name: str, table: Table, day: date) -> Trained:
    """Fit both regressions of a head, calibrate and choose its threshold on folds that did not train."""
    known = answers(name, table.examples) >= 0
    table = table.only(known)
    truth = answers(name, table.examples)
    head = _fit(name, table, truth)
    unseen = _out_of_fold(name, table, truth)
    ours = np.array([example.source in OWN for example in table.examples])
    head, shares = _calibrate(head, unseen, truth, ours)
    head = replace(head, version=_version(name, table, truth, day), error=calibration_error(shares[ours], truth[ours]))
    if name == "sentiment":
        right = float((shares[ours].argmax(axis=1) == truth[ours]).mean())
        return Trained(head, len(truth), right, right)
    return _shown(head, shares[ours, 0], truth[ours], len(truth))


def log_odds(head: Head, table: Table) -> Floats:
    """The head's log-odds for many texts at once: for measuring, not for storing."""
    dense: Floats = table.dense @ head.dense.T + head.dense_bias
    words: Floats = table.words @ head.words.T.astype(np.float64) + head.words_bias
    return (1 - head.words_share) * dense + head.words_share * words


def calibration_error(shares: Floats, truth: NDArray[np.int64], bins: int = 10) -> float:
    """Expected calibration error (Naeini et al., 2015) of the class that is said, in equal bins of confidence."""
    if shares.shape[1] == 1:
        shares = np.hstack([1 - shares, shares])
    said, sure = shares.argmax(axis=1), shares.max(axis=1)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [
        abs((said[place == one] == truth[place == one]).mean() - sure[place == one].mean()) * (place == one).mean()
        for one in np.unique(place)
    ]
    return float(sum(gaps))


def _answer(name: str, example: Example) -> int:
    if name == "sentiment":
        return LABELS.index(example.label)
    if example.intents is not None:
        return int(name in example.intents)
    if name in _HOLDS_NONE.get(example.source, ()):
        return 0
    if name == "complaint" and example.source in _BLAME:
        return int(example.label == "NEGATIVE")
    return -1


def _fit(name: str, table: Table, truth: NDArray[np.int64]) -> Head:
    weights = _example_weights(table, truth)
    dense, dense_bias = _fit_dense(table, truth, weights, DENSE_STRENGTH[name], PHRASES_COUNT[name])
    model = _regression(WORDS_STRENGTH).fit(table.words, truth, sample_weight=weights)
    words = model.coef_.astype(np.float16).astype(np.float32)
    return Head("", dense, dense_bias, words, model.intercept_, WORDS_SHARE, 1.0)


def _example_weights(table: Table, truth: NDArray[np.int64]) -> Floats:
    """A set of ten thousand must not drown one of four hundred, nor one class another."""
    cells = [(example.source, label) for example, label in zip(table.examples, truth.tolist(), strict=True)]
    sizes = Counter(cells)
    weights = np.array([(OWN_SHARE if source in OWN else 1) / sizes[source, label] for source, label in cells])
    classes = np.unique(truth)
    for label in classes:
        weights[truth == label] /= weights[truth == label].sum()
    balanced: Floats = weights * len(weights) / len(classes)
    return balanced


def _fit_dense(
    table: Table, truth: NDArray[np.int64], weights: Floats, strength: float, phrases: float
) -> tuple[Floats, Floats]:
    """Standardise, fit, and fold the standardisation into the weights."""
    middle, spread = table.dense.mean(axis=0), table.dense.std(axis=0) + 1e-9
    for part in (slice(0, WIDTH), slice(WIDTH, 2 * WIDTH)):  # the directions of a vector keep their proportions
        spread[part] = spread[part].mean()
    spread[2 * WIDTH :] /= phrases
    model = _regression(strength).fit((table.dense - middle) / spread, truth, sample_weight=weights)
    coefficients: Floats = model.coef_ / spread
    return coefficients, model.intercept_ - coefficients @ middle


def _regression(strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - not a runtime dependency

    return LogisticRegression(C=strength, max_iter=300, tol=2e-3)


def _out_of_fold(name: str, table: Table, truth: NDArray[np.int64]) -> Floats:
    """Judge each fold with what the others taught."""
    fold = np.random.default_rng(7).permutation(len(truth)) % FOLDS
    rows = 1 if name != "sentiment" else len(LABELS)
    found = np.zeros((len(truth), rows))
    for one in range(FOLDS):
        judge = _fit(name, table.only(fold != one), truth[fold != one])
        found[fold == one] = log_odds(judge, table.only(fold == one))
    return found


def _calibrate(head: Head, unseen: Floats, truth: NDArray[np.int64], ours: NDArray[np.bool_]) -> tuple[Head, Floats]:
    """One temperature for three classes (each weighing the same); scale and shift for yes or no, on texts of ours."""
    from scipy.optimize import minimize  # noqa: PLC0415 - only training needs it

    binary = unseen.shape[1] == 1
    judged, wanted = (unseen[ours], truth[ours]) if binary else (unseen, truth)
    share = np.ones(len(wanted)) if binary else 1 / np.bincount(wanted)[wanted]

    def loss(parameters: Floats) -> float:
        shares = calibrated(judged + parameters[1] * binary, float(np.exp(parameters[0])))
        likely = np.where(wanted == 1, shares[:, 0], 1 - shares[:, 0]) if binary else shares[range(len(wanted)), wanted]
        return float(-(share * np.log(likely + 1e-12)).sum() / share.sum())

    best = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    shift, temperature = float(best[1]) * binary, float(np.exp(best[0]))
    head = replace(head, dense_bias=head.dense_bias + shift / (1 - head.words_share), temperature=temperature)
    return head, calibrated(unseen + shift, temperature)


def _shown(head: Head, shares: Floats, truth: NDArray[np.int64], texts: int) -> Trained:
    """Choose the lowest threshold from which on what is shown is right often enough."""
    order = np.argsort(-shares, kind="stable")
    hits = np.cumsum(truth[order])
    precision = hits / np.arange(1, len(order) + 1)
    enough = np.flatnonzero((precision >= PRECISION) & (np.arange(1, len(order) + 1) >= FEWEST_SHOWN))
    last = int(enough.max()) if len(enough) else int(np.argmax(precision))
    head = replace(head, threshold=float(shares[order][last]))
    return Trained(head, texts, float(precision[last]), float(hits[last] / max(truth.sum(), 1)))


def _version(name: str, table: Table, truth: NDArray[np.int64], day: date) -> str:
    """Name a head by its question, its day, the data it learned from and its encoder."""
    sources = sorted(Counter(example.source for example in table.examples).items())
    told = repr((sources, truth.tolist(), table.dense.sum().round(3)))
    digest = hashlib.blake2b(told.encode(), digest_size=3).hexdigest()
    return f"{name}-{day:%Y%m%d}-{digest}-{encoder_version()}"
