"""What every head looks at: the text's vector and tone, the lexicon by sentence, phrases and words.

Computed once per text: the heads ask one after the other for the same text.
"""

import functools
import itertools
import re
import zlib

import numpy as np
from numpy.typing import NDArray
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from insights.enrichment.intent_cues import cue_counts

BUCKETS = 2**15  # hashed words and word pairs; collisions are rare in a comment, and the file stays small
MOST_SENTENCES = 60
KEPT = 256  # texts, as many as a batch
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_TOKEN = re.compile(r"[a-z']+|[!?]+")
Floats = NDArray[np.float64]


def dense_features(text: str, vector: NDArray[np.float16], tone: NDArray[np.float16]) -> Floats:
    """Return the numbers of vector and tone (384 each), 13 of the lexicon, and one for each family of phrases."""
    return np.concatenate([vector.astype(np.float64), tone.astype(np.float64), mood(text), cue_counts(text)])


@functools.lru_cache(maxsize=KEPT)
def mood(text: str) -> Floats:
    """Return 13 numbers: VADER (Hutto, Gilbert 2014) on the whole and by sentence, length, shouting, questions."""
    scores = lexicon().polarity_scores(text)
    sentences = [part for part in _SENTENCE.split(text) if part.strip()][:MOST_SENTENCES] or [text]
    parts = [scores["compound"]]
    if len(sentences) > 1:
        parts = [lexicon().polarity_scores(part)["compound"] for part in sentences]
    letters = sum(map(str.isalpha, text)) or 1
    return np.array(
        [
            scores["compound"],
            scores["pos"],
            scores["neg"],
            scores["neu"],
            min(parts),
            max(parts),
            float(np.mean(parts)) if len(parts) > 1 else parts[0],
            parts[-1],
            np.log1p(len(text.split())),
            np.log1p(text.count("!")),
            np.log1p(text.count("?")),
            sum(map(str.isupper, text)) / letters,
            float(scores["compound"] == 0.0),
        ]
    )


@functools.lru_cache(maxsize=KEPT)
def grams(text: str) -> NDArray[np.int64]:
    """Return the sorted, distinct buckets of words and word pairs."""
    tokens = _TOKEN.findall(text.lower().replace("’", "'"))
    names = {*tokens, *(f"{left} {right}" for left, right in itertools.pairwise(tokens))}
    return np.unique(np.array([zlib.crc32(name.encode()) % BUCKETS for name in names], dtype=np.int64))


class Lexicon(SentimentIntensityAnalyzer):  # type: ignore[misc]  # the package has no types
    """VADER with the same scores: it lowers a whole text for each telling word, though it looks at three beside."""

    @staticmethod
    def _negation_check(valence: float, words: list[str], start_i: int, i: int) -> float:
        first = max(0, i - 3)
        told: float = SentimentIntensityAnalyzer._negation_check(valence, words[first : i + 1], start_i, i - first)
        return told

    @staticmethod
    def _special_idioms_check(valence: float, words: list[str], i: int) -> float:
        near = words[i - 3 : i + 3]  # asked only where three words stand before
        told: float = SentimentIntensityAnalyzer._special_idioms_check(valence, near, 3)
        return told


@functools.cache
def lexicon() -> Lexicon:
    """VADER with its word list, loaded once per process."""
    return Lexicon()
