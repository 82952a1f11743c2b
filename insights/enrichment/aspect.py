"""Step: the customer's mood about each topic, from the words around the span that carries it. English only."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from insights.enrichment.encoder import encoder
from insights.enrichment.heads import FOLDER, Floats, calibrated
from insights.enrichment.reading import Finding, Found, Reading, Span, clean
from insights.enrichment.sentiment import is_english
from insights.enrichment.sentiment_features import lexicon

NAME = "topic_sentiment"
BESIDE = 4  # tokens on each side of the span that belong to its window
NEAR = 30  # characters on each side whose words the lexicon judges
_BREAK = re.compile(r"[.;!?,]\s+|\n+|\s+\b(?:but|however|although|though|while|yet|and|so|because)\b\s*", re.IGNORECASE)


@dataclass(frozen=True)
class AspectHead:
    """One logistic regression over clause, span, window and the lexicon: negative, neutral, positive."""

    version: str
    weights: Floats  # (3, 3 * 384 + 6)
    bias: Floats
    temperature: float

    @classmethod
    def load(cls) -> "AspectHead":
        """Read the weights; raises FileNotFoundError where they were never trained."""
        with np.load(FOLDER / "aspect.npz", allow_pickle=False) as stored:
            weights, bias = stored["weights"].astype(np.float64), stored["bias"].astype(np.float64)
            return cls(str(stored["version"]), weights, bias, float(stored["temperature"]))

    def probabilities(self, numbers: Floats) -> Floats:
        """Return the three shares of one span."""
        return calibrated(self.weights @ numbers + self.bias, self.temperature)


@functools.cache
def head() -> AspectHead:
    """The head that ships, loaded once per process."""
    return AspectHead.load()


def version() -> str:
    """What read it."""
    return head().version


def read(readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
    """Add the sentiment of each topic found; needs the step that finds topics and the step sentiment before it."""
    return [_judge(reading, finding) for reading, finding in zip(readings, findings, strict=True)]


def _judge(reading: Reading, finding: Finding) -> Finding:
    if not finding.topics:
        return finding
    known = finding.vector is not None and is_english(reading, finding)
    topics = tuple(
        replace(found, sentiment=_of_topic(reading, finding, found) if known else None) for found in finding.topics
    )
    return replace(finding, topics=topics)


def _of_topic(reading: Reading, finding: Finding, found: Found) -> float | None:
    """Of the span; where a topic has none it is what the whole text is about, and the text's mood is its mood."""
    if found.span is None:
        return finding.sentiment
    if finding.moods is not None and found.span in finding.moods:
        return finding.moods[found.span]
    return sentiment_around(reading, finding, found.span)


def sentiment_around(reading: Reading, finding: Finding, span: Span) -> float | None:
    """Return -1 … +1 for the words around a span of the customer's; None where they were not read.

    A text that is one clause has one mood: the text's. An agent's words, or words beyond what is read, have none.
    """
    place = _place_in_words(reading, span)
    if place is None:
        return None
    start, end = place
    if clause(reading.text, start, end) == (0, len(reading.text)):
        return finding.sentiment
    numbers = span_numbers(reading.text, start, end, *(finding.pieces or _pieces(reading.text)))
    if numbers is None:
        return None
    negative, _, positive = (float(share) for share in head().probabilities(numbers))
    return round(positive - negative, 4)


def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the clause around [start, end): between the breaks before and after it."""
    breaks = [found.span() for found in _BREAK.finditer(text)]
    left = max((after for _, after in breaks if after <= start), default=0)
    right = min((before for before, _ in breaks if before >= end), default=len(text))
    return left, right


def span_numbers(
    text: str, start: int, end: int, places: NDArray[np.int64], pieces: NDArray[np.float16]
) -> Floats | None:
    """Return the numbers a span is judged by; None where no token of it was encoded (beyond the encoder's length)."""
    left, right = clause(text, start, end)
    real = places[:, 1] > places[:, 0]
    inside = np.flatnonzero(real & (places[:, 0] >= start) & (places[:, 1] <= end))
    around = np.flatnonzero(real & (places[:, 0] >= left) & (places[:, 1] <= right))
    if not len(inside):
        return None
    window = pieces[max(0, inside[0] - BESIDE) : inside[-1] + BESIDE + 1]
    means = [part.astype(np.float64).mean(axis=0) for part in (pieces[around], pieces[inside], window)]
    moods = [lexicon().polarity_scores(part) for part in (text[left:right], text[max(0, start - NEAR) : end + NEAR])]
    return np.concatenate([*means, [mood[kind] for mood in moods for kind in ("compound", "pos", "neg")]])


def _pieces(text: str) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
    """Encode again what was stored without its pieces."""
    [told] = encoder().encode_whole([text])
    return told.places, told.pieces


def _place_in_words(reading: Reading, span: Span) -> tuple[int, int] | None:
    """Where the words of a stored span stand among the customer's cleaned words."""
    before = 0
    for said in reading.said:
        if said.turn is not None and said.speaker != "CUSTOMER":
            continue
        if said.turn == span.turn:
            words = clean(said.text[span.start : span.end])
            hidden = len(clean(said.text[: span.start]))
            found = reading.text.find(words, min(before + max(hidden - 2, 0), len(reading.text))) if words else -1
            found = reading.text.find(words) if found < 0 and words else found
            return (found, found + len(words)) if found >= 0 else None
        before += len(clean(said.text))
    return None
