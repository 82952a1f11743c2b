"""Small linear models on shared features: one over dense numbers, one over hashed words, averaged and calibrated."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from insights.enrichment.reading import Finding
from insights.enrichment.sentiment_features import dense_features, grams

FOLDER = Path(__file__).parent / "weights"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Head:
    """Two logistic regressions for one question. One row of weights: yes or no; three: one of three classes."""

    version: str
    dense: Floats  # (rows, numbers)
    dense_bias: Floats
    words: NDArray[np.float32]  # (rows, BUCKETS)
    words_bias: Floats
    words_share: float  # of the words' log-odds in the sum
    temperature: float  # fitted on texts that the judging fold had not seen (Guo et al., 2017)
    threshold: float = 0.5  # from here on it is shown; chosen for a stated precision, also on texts not seen
    error: float = 0.0  # expected calibration error there

    @classmethod
    def load(cls, name: str, folder: Path = FOLDER) -> "Head":
        """Read the weights; raises FileNotFoundError where they were never trained."""
        with np.load(folder / f"{name}.npz", allow_pickle=False) as stored:
            return cls(
                version=str(stored["version"]),
                dense=stored["dense"].astype(np.float64),
                dense_bias=stored["dense_bias"].astype(np.float64),
                words=stored["words"].astype(np.float32),
                words_bias=stored["words_bias"].astype(np.float64),
                words_share=float(stored["words_share"]),
                temperature=float(stored["temperature"]),
                threshold=float(stored["threshold"]),
                error=float(stored["error"]),
            )

    def save(self, path: Path) -> None:
        """Write the weights in 32 and 16 bits."""
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            path,
            version=self.version,
            dense=self.dense.astype(np.float32),
            dense_bias=self.dense_bias,
            words=self.words.astype(np.float16),
            words_bias=self.words_bias,
            words_share=self.words_share,
            temperature=self.temperature,
            threshold=self.threshold,
            error=self.error,
        )

    def probabilities(self, text: str, finding: Finding) -> Floats:
        """Return calibrated probabilities, one per row. One text at a time: a product over a batch differs in bits.

        Raises ValueError where the finding holds no vector and tone: the step embed comes first.
        """
        if finding.vector is None or finding.tone is None:
            raise ValueError("A head needs the vector and the tone of the text.")
        dense = self.dense @ dense_features(text, finding.vector, finding.tone) + self.dense_bias
        return calibrated((1 - self.words_share) * dense + self.words_share * self.wording(text), self.temperature)

    def wording(self, text: str) -> Floats:
        """Return the log-odds of the words alone, for texts or pieces of texts."""
        buckets = grams(text)
        total = self.words[:, buckets].sum(axis=1, dtype=np.float64)
        odds: Floats = total / np.sqrt(max(len(buckets), 1)) + self.words_bias
        return odds


def calibrated(log_odds: Floats, temperature: float) -> Floats:
    """Turn log-odds (…, rows) into probabilities: a logistic for one row, shares of one for several."""
    scaled = log_odds / temperature
    if scaled.shape[-1] == 1:
        one: Floats = 1 / (1 + np.exp(-np.clip(scaled, -50, 50)))
        return one
    odds = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: Floats = odds / odds.sum(axis=-1, keepdims=True)
    return shares
