"""Step: how the customer feels, from -1 to +1, with label and confidence. English only; elsewhere it is not known."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from insights.enrichment.reading import Finding, Reading
from insights.enrichment.sentiment_features import dense_features, grams, lexicon

NAME = "sentiment"
LABELS = ("NEGATIVE", "NEUTRAL", "POSITIVE")
WEIGHTS = Path(__file__).parent / "weights" / "sentiment.npz"
_WORDS = re.compile(r"[a-z']+")
# words that tell English from its neighbours in texts too short for the identifier; with the lexicon's own
_ENGLISH = re.compile(
    r"a|all|am|an|and|are|as|at|be|but|by|for|from|good|got|had|has|have|he|i|i'm|in|is|it|its|it's|just|me|more|most|my"
    r"|no|not|of|off|on|or|our|out|service|she|so|staff|thank|that|the|their|them|they|this|to|too|very|was|we|were|what"
    r"|with|you|your"
)


@dataclass(frozen=True)
class Head:
    """Two logistic regressions (dense features; hashed words), averaged and calibrated. Small enough to live in git."""

    version: str
    dense: NDArray[np.float64]  # (3, 397)
    dense_bias: NDArray[np.float64]
    words: NDArray[np.float32]  # (3, BUCKETS)
    words_bias: NDArray[np.float64]
    words_share: float  # of the words' log-odds in the sum
    temperature: float  # fitted on texts that the judging fold had not seen (Guo et al., 2017)

    @classmethod
    def load(cls, path: Path) -> "Head":
        """Read the weights; raises FileNotFoundError where they were never trained."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(
                version=str(stored["version"]),
                dense=stored["dense"].astype(np.float64),
                dense_bias=stored["dense_bias"].astype(np.float64),
                words=stored["words"].astype(np.float32),
                words_bias=stored["words_bias"].astype(np.float64),
                words_share=float(stored["words_share"]),
                temperature=float(stored["temperature"]),
            )

    def logits(self, text: str, vector: NDArray[np.float16]) -> NDArray[np.float64]:
        """Return three uncalibrated log-odds. One text at a time: a product over a batch differs in its last bits."""
        dense: NDArray[np.float64] = self.dense @ dense_features(text, vector) + self.dense_bias
        if not self.words_share:
            return dense
        buckets = grams(text)
        share: NDArray[np.float64] = self.words[:, buckets].sum(axis=1, dtype=np.float64) / np.sqrt(
            max(len(buckets), 1)
        )
        both: NDArray[np.float64] = (1 - self.words_share) * dense + self.words_share * (share + self.words_bias)
        return both

    def probabilities(self, text: str, vector: NDArray[np.float16]) -> NDArray[np.float64]:
        """Return calibrated probabilities in the order of LABELS."""
        scaled = self.logits(text, vector) / self.temperature
        odds: NDArray[np.float64] = np.exp(scaled - scaled.max())
        shares: NDArray[np.float64] = odds / odds.sum()
        return shares


@functools.cache
def head() -> Head:
    """The head that ships, loaded once per process."""
    return Head.load(WEIGHTS)


def version() -> str:
    """What read it."""
    return head().version


def read(readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
    """Add sentiment where the text is English and has a vector; needs the steps language and embed before it."""
    return [
        _judge(finding, reading.text, finding.vector)
        if finding.vector is not None and is_english(reading, finding)
        else replace(finding, sentiment=None, sentiment_label="", sentiment_confidence=None)
        for reading, finding in zip(readings, findings, strict=True)
    ]


def is_english(reading: Reading, finding: Finding) -> bool:
    """Whether the head may judge: read as English, or too short to tell and made of nothing but English words."""
    if finding.language:
        return finding.language == "en"
    words = _WORDS.findall(reading.text.lower())
    known = lexicon().lexicon
    return bool(words) and all(_ENGLISH.fullmatch(word) or (len(word) > 3 and word in known) for word in words)


def _judge(finding: Finding, text: str, vector: NDArray[np.float16]) -> Finding:
    """Score = how much more likely positive than negative; the label is the likeliest of three."""
    negative, neutral, positive = (float(share) for share in head().probabilities(text, vector))
    likeliest = int(np.argmax([negative, neutral, positive]))
    return replace(
        finding,
        sentiment=round(positive - negative, 4),
        sentiment_label=LABELS[likeliest],
        sentiment_confidence=round(max(negative, neutral, positive), 4),
    )
