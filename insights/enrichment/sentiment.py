"""Step: how the customer feels, from -1 to +1, with label and confidence. English only; elsewhere it is not known."""

import functools
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from insights.enrichment import own_heads
from insights.enrichment.heads import Head
from insights.enrichment.reading import Finding, Reading
from insights.enrichment.sentiment_features import lexicon

NAME = "sentiment"
LABELS = ("NEGATIVE", "NEUTRAL", "POSITIVE")
_WORDS = re.compile(r"[a-z']+")
# words that tell English from its neighbours in texts too short for the identifier; with the lexicon's own
_ENGLISH = re.compile(
    r"a|all|am|an|and|are|as|at|be|but|by|for|from|good|got|had|has|have|he|i|i'm|in|is|it|its|it's|just|me|more|most|my"
    r"|no|not|of|off|on|or|our|out|service|she|so|staff|thank|that|the|their|them|they|this|to|too|very|was|we|were|what"
    r"|with|you|your"
)


@functools.cache
def head() -> Head:
    """The head that ships, loaded once per process."""
    return Head.load(NAME)


def version() -> str:
    """What read it."""
    return head().version


def read(readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
    """Add sentiment where the text is English and has a vector; needs the steps language and embed before it."""
    return [
        _judge(finding, reading.text)
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


def _judge(finding: Finding, text: str) -> Finding:
    """Score = how much more likely positive than negative; the label is the likeliest of three."""
    shares = own_heads.judged("SENTIMENT", head().probabilities(text, finding), finding.vector)
    negative, neutral, positive = (float(share) for share in shares)
    likeliest = int(np.argmax([negative, neutral, positive]))
    return replace(
        finding,
        sentiment=round(positive - negative, 4),
        sentiment_label=LABELS[likeliest],
        sentiment_confidence=round(max(negative, neutral, positive), 4),
    )
