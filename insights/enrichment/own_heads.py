"""Heads refitted from a company's own labels: ours, moved as far as the labels say and no farther.

A logistic regression on the log-odds that our head gives and on the stored vector, drawn towards our head: without
labels it is our head. Where one is adopted, its name is part of the step's version, so that texts are read again.
"""

import functools
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from insights.models import AdoptedHead, Label

Floats = NDArray[np.float64]
Task = Label.Task
STEP_OF: Final[Mapping[str, str]] = {
    Task.SENTIMENT: "sentiment",
    Task.EFFORT: "effort",
    Task.COMPLAINT: "intent",
    Task.CHURN_RISK: "intent",
    Task.IDEA: "intent",
}
"""Tasks whose head can be refitted, and the step that reads them. The outcome is read by rules."""
PENALTY = 6.0  # on the distance from our head: a hundred labels move it by a little
ROUNDS = 200
_chosen: ContextVar[Mapping[str, "OwnHead"] | None] = ContextVar("_chosen", default=None)


@dataclass(frozen=True)
class OwnHead:
    """One regression: three rows for the sentiment, one for yes or no."""

    scale: float  # of our log-odds
    weights: Floats  # (rows, 384)
    bias: Floats  # (rows,)

    @property
    def version(self) -> str:
        """Its name, by what it holds."""
        return "own-" + hashlib.blake2b(self.to_bytes(), digest_size=4).hexdigest()

    def judge(self, shares: Floats, vector: NDArray[np.float16]) -> Floats:
        """Turn our head's probabilities of one text into its own."""
        return _shares(self.scale * log_odds(shares) + self.weights @ vector.astype(np.float64) + self.bias)

    def to_bytes(self) -> bytes:
        """As stored."""
        numbers = np.concatenate([[self.scale], self.bias, self.weights.ravel()])
        return np.concatenate([[float(len(self.bias))], numbers]).astype("<f8").tobytes()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "OwnHead":
        """Read back what `to_bytes` wrote."""
        numbers = np.frombuffer(stored, dtype="<f8").astype(np.float64)
        rows = int(numbers[0])
        return cls(float(numbers[1]), numbers[2 + rows :].reshape(rows, -1), numbers[2 : 2 + rows])


def fit(shares: Floats, vectors: Floats, truth: Sequence[int]) -> OwnHead:
    """Learn from (n, rows) probabilities of our head, (n, 384) vectors and the right class of each; convex, no seed.

    With one row a class is 0 (no) or 1 (yes). Raises ValueError where there is nothing to learn from.
    """
    if not len(truth):
        raise ValueError("There is nothing to learn from.")
    rows = shares.shape[1]
    ours = log_odds(shares)
    right = np.eye(rows)[list(truth)] if rows > 1 else np.array(truth, dtype=np.float64)[:, np.newaxis]
    start = np.concatenate([[1.0], np.zeros(rows + rows * vectors.shape[1])])

    def loss(flat: Floats) -> tuple[float, Floats]:
        scale, bias, weights = flat[0], flat[1 : 1 + rows], flat[1 + rows :].reshape(rows, -1)
        found = _shares(scale * ours + vectors @ weights.T + bias)
        told = np.clip(found, 1e-12, 1 - 1e-12)
        missed = -(right * np.log(told)).sum() - (0.0 if rows > 1 else ((1 - right) * np.log(1 - told)).sum())
        off = found - right
        away = flat - start
        slope = np.concatenate([[(off * ours).sum()], off.sum(axis=0), (off.T @ vectors).ravel()])
        return float(missed + PENALTY * (away**2).sum() / 2), slope + PENALTY * away

    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x.round(6)
    return OwnHead(float(best[0]), best[1 + rows :].reshape(rows, -1), best[1 : 1 + rows])


def log_odds(shares: Floats) -> Floats:
    """Log-odds of yes for one row, logarithms of the shares for several."""
    told = np.clip(shares, 1e-6, 1 - 1e-6)
    odds: Floats = np.log(told / (1 - told)) if shares.shape[-1] == 1 else np.log(told)
    return odds


def judged(task: str, shares: Floats, vector: NDArray[np.float16] | None) -> Floats:
    """Return what the company's own head makes of our head's probabilities; these where there is none in use."""
    own = (_chosen.get() or {}).get(task)
    return shares if own is None or vector is None else own.judge(shares, vector)


@contextmanager
def judging_by(heads: Mapping[str, OwnHead]) -> Iterator[None]:
    """Read by these heads; tasks that are not among them are read by ours."""
    token = _chosen.set(dict(heads))
    try:
        yield
    finally:
        _chosen.reset(token)


@contextmanager
def judging_by_adopted() -> Iterator[None]:
    """Read by the heads that the company adopted, the same from the first text of a batch to the last."""
    with judging_by(adopted()):
        yield


def adopted() -> dict[str, OwnHead]:
    """The heads in use, by task."""
    rows = AdoptedHead.objects.filter(state=AdoptedHead.State.ADOPTED).order_by("task")
    return {task: _loaded(bytes(weights)) for task, weights in rows.values_list("task", "weights") if weights}


def versioned(versions: Mapping[str, str]) -> dict[str, str]:
    """Return the versions of the steps with the names of the company's own heads in them."""
    chosen = _chosen.get()
    heads = adopted() if chosen is None else chosen
    told = dict(versions)
    for task, head in sorted(heads.items()):
        told[STEP_OF[task]] += f"+{head.version}"
    return told


@functools.lru_cache(maxsize=16)
def _loaded(stored: bytes) -> OwnHead:
    return OwnHead.from_bytes(stored)


def _shares(odds: Floats) -> Floats:
    if odds.shape[-1] == 1:
        one: Floats = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
        return one
    raised = np.exp(odds - odds.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares
