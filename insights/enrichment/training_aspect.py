"""Training the head for moods about one thing, from sentences that feel differently about several things (MAMS)."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from insights.enrichment.aspect import span_numbers
from insights.enrichment.encoder import encoder, encoder_version
from insights.enrichment.heads import FOLDER, Floats

STRENGTH = 0.001
POLARITIES = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans as numbers, with what people said of each."""

    numbers: Floats
    truth: NDArray[np.int64]


def read_spans(file: Path) -> Spans:
    """Read sentences with aspect terms in the SemEval form, as MAMS has them."""
    numbers, truth = [], []
    for sentence in ElementTree.parse(file).iter("sentence"):  # noqa: S314 - a file of our own choice
        text = sentence.findtext("text") or ""
        told = encoder().encode_whole([text])[0]
        for term in sentence.iter("aspectTerm"):
            start, end = int(term.get("from", 0)), int(term.get("to", 0))
            found = span_numbers(text, start, end, told.places, told.pieces)
            if found is not None and term.get("polarity") in POLARITIES:
                numbers.append(found)
                truth.append(POLARITIES.index(term.get("polarity", "")))
    return Spans(np.array(numbers), np.array(truth))


def fit_aspect(folder: Path, day: date, out: Path = FOLDER / "aspect.npz") -> dict[str, Any]:
    """Train on MAMS' train part, calibrate on its val part, write the weights, and judge its test part."""
    from scipy.optimize import minimize_scalar  # noqa: PLC0415 - only training needs it
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - not a runtime dependency
    from sklearn.metrics import accuracy_score, f1_score, log_loss  # noqa: PLC0415

    train, val, test = (read_spans(folder / f"data/MAMS-ATSA/raw/{part}.xml") for part in ("train", "val", "test"))
    middle, spread = train.numbers.mean(axis=0), train.numbers.std(axis=0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3, class_weight="balanced")
    model.fit((train.numbers - middle) / spread, train.truth)
    weights = model.coef_ / spread
    bias = model.intercept_ - weights @ middle

    def shares(spans: Spans, temperature: float) -> Floats:
        odds = np.exp((spans.numbers @ weights.T + bias) / temperature)
        found: Floats = odds / odds.sum(axis=1, keepdims=True)
        return found

    temperature = float(
        minimize_scalar(lambda t: log_loss(val.truth, shares(val, t)), bounds=(0.2, 5), method="bounded").x
    )
    digest = hashlib.blake2b(weights.astype(np.float32).tobytes(), digest_size=3).hexdigest()
    version = f"aspect-{day:%Y%m%d}-{digest}-{encoder_version()}"
    np.savez_compressed(out, version=version, weights=weights.astype(np.float32), bias=bias, temperature=temperature)
    said = shares(test, temperature).argmax(axis=1)
    return {
        "version": version,
        "texts": len(train.truth),
        "n": len(test.truth),
        "accuracy": round(accuracy_score(test.truth, said), 4),
        "macro_f1": round(f1_score(test.truth, said, average="macro"), 4),
    }
