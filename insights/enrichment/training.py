"""Training the sentiment head: by hand, at development time, from labelled texts on disk. Needs scikit-learn."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insights.enrichment.encoder import WIDTH, encoder, encoder_version
from insights.enrichment.reading import clean
from insights.enrichment.sentiment import LABELS, Head
from insights.enrichment.sentiment_features import BUCKETS, dense_features, grams
from insights.enrichment.training_sets import Example

DENSE_STRENGTH = 0.001  # of 1/penalty on standardised features: strongly held back, as the next company is another one
WORDS_STRENGTH = 3.0
OWN = "service_comments"  # written for this project about many services; hospitals and restaurants are only two
OWN_SHARE = 4  # each of them counts as much as so many other sets
WORDS_SHARE = 0.3
FOLDS = 3
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """Examples as numbers."""

    dense: Floats
    words: Any  # scipy.sparse, texts x BUCKETS
    truth: NDArray[np.int64]
    sources: tuple[str, ...]

    def only(self, chosen: NDArray[np.bool_]) -> "Table":
        """The chosen rows."""
        kept = tuple(source for source, keep in zip(self.sources, chosen, strict=True) if keep)
        return Table(self.dense[chosen], self.words[np.flatnonzero(chosen)], self.truth[chosen], kept)


def tabulate(examples: Sequence[Example]) -> Table:
    """Turn texts into features, with the very functions that read texts later."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only training needs it

    texts = [clean(example.text) for example in examples]
    vectors = encoder().encode(texts)
    dense = np.array([dense_features(text, vector) for text, vector in zip(texts, vectors, strict=True)])
    buckets = [grams(text) for text in texts]
    rows = np.repeat(np.arange(len(texts)), [len(found) for found in buckets])
    values = np.concatenate([np.full(len(found), 1 / np.sqrt(max(len(found), 1))) for found in buckets])
    words = csr_matrix((values, (rows, np.concatenate(buckets))), shape=(len(texts), BUCKETS))
    truth = np.array([LABELS.index(example.label) for example in examples])
    return Table(dense, words, truth, tuple(example.source for example in examples))


def fit(table: Table, version: str = "") -> Head:
    """Fit both regressions and the temperature; every set weighs the same in its class, every class the same."""
    weights = _example_weights(table)
    dense, dense_bias = _fit_dense(table, weights)
    words, words_bias = _fit_words(table, weights)
    out_of_fold = np.concatenate([_fold_logits(table, fold) for fold in range(FOLDS)])
    truth = np.concatenate([table.truth[_fold(table, fold)] for fold in range(FOLDS)])
    return Head(version, dense, dense_bias, words, words_bias, WORDS_SHARE, _temperature(out_of_fold, truth))


def logits(head: Head, table: Table) -> Floats:
    """The head's log-odds for many texts at once: for measuring, not for storing."""
    dense: Floats = table.dense @ head.dense.T + head.dense_bias
    words: Floats = table.words @ head.words.T.astype(np.float64) + head.words_bias
    return (1 - head.words_share) * dense + head.words_share * words


def save(head: Head, path: Path) -> None:
    """Write the weights in 16 bits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        version=head.version,
        dense=head.dense.astype(np.float32),
        dense_bias=head.dense_bias,
        words=head.words.astype(np.float16),
        words_bias=head.words_bias,
        words_share=head.words_share,
        temperature=head.temperature,
    )


def name_version(table: Table, day: date) -> str:
    """Name a head by its encoder, its day and the data it learned from."""
    told = repr((sorted(Counter(table.sources).items()), table.truth.tolist(), table.dense.sum().round(3)))
    digest = hashlib.blake2b(told.encode(), digest_size=3).hexdigest()
    return f"head-{day:%Y%m%d}-{digest}-{encoder_version()}"


def _example_weights(table: Table) -> Floats:
    """A set of ten thousand must not drown one of four hundred, nor one class another."""
    cells = list(zip(table.sources, table.truth.tolist(), strict=True))
    sizes = Counter(cells)
    weights = np.array([(OWN_SHARE if source == OWN else 1) / sizes[source, label] for source, label in cells])
    for label in range(len(LABELS)):
        members = table.truth == label
        weights[members] /= max(weights[members].sum(), 1e-9)
    balanced: Floats = weights * len(weights) / len(LABELS)
    return balanced


def _fit_dense(table: Table, weights: Floats) -> tuple[Floats, Floats]:
    """Standardise, fit, and fold the standardisation into the weights."""
    middle, spread = table.dense.mean(axis=0), table.dense.std(axis=0) + 1e-9
    middle[:WIDTH], spread[:WIDTH] = 0.0, spread[:WIDTH].mean()  # a vector's directions keep their proportions
    model = _regression(DENSE_STRENGTH).fit((table.dense - middle) / spread, table.truth, sample_weight=weights)
    coefficients: Floats = model.coef_ / spread
    return coefficients, model.intercept_ - coefficients @ middle


def _fit_words(table: Table, weights: Floats) -> tuple[NDArray[np.float32], Floats]:
    model = _regression(WORDS_STRENGTH).fit(table.words, table.truth, sample_weight=weights)
    return model.coef_.astype(np.float16).astype(np.float32), model.intercept_


def _regression(strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - not a runtime dependency

    return LogisticRegression(C=strength, max_iter=500, tol=1e-3)


def _fold(table: Table, fold: int) -> NDArray[np.bool_]:
    shuffled = np.random.default_rng(7).permutation(len(table.truth))
    chosen: NDArray[np.bool_] = shuffled % FOLDS == fold
    return chosen


def _fold_logits(table: Table, fold: int) -> Floats:
    """Judge a fold with what the others taught."""
    rest = table.only(~_fold(table, fold))
    weights = _example_weights(rest)
    head = Head("", *_fit_dense(rest, weights), *_fit_words(rest, weights), WORDS_SHARE, 1.0)
    return logits(head, table.only(_fold(table, fold)))


def _temperature(scores: Floats, truth: NDArray[np.int64]) -> float:
    """The divisor under which the probabilities fit best (least negative log-likelihood, each class the same)."""
    from scipy.optimize import minimize_scalar  # noqa: PLC0415 - only training needs it

    share = 1 / np.bincount(truth, minlength=len(LABELS))[truth]

    def loss(log_temperature: float) -> float:
        scaled = scores / np.exp(log_temperature)
        scaled -= scaled.max(axis=1, keepdims=True)
        chosen = scaled[np.arange(len(truth)), truth] - np.log(np.exp(scaled).sum(axis=1))
        return float(-(share * chosen).sum())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))
