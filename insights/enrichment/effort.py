"""Step: how hard the customer found it, from 0 to 1, and whether that is much. English only; elsewhere not known."""

import functools
from collections.abc import Sequence
from dataclasses import replace

from insights.enrichment import own_heads
from insights.enrichment.heads import Head
from insights.enrichment.reading import Finding, Reading
from insights.enrichment.sentiment import is_english

NAME = "effort"


@functools.cache
def head() -> Head:
    """The head that ships, loaded once per process."""
    return Head.load(NAME)


def version() -> str:
    """What read it."""
    return head().version


def read(readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
    """Add effort where the text is English and has a vector; needs the steps language and embed before it.

    The score is the calibrated probability that a person would call it high effort: repeating, waiting, being sent on,
    having to do what should not be needed. High is what passes the threshold of the head, chosen for its precision.
    """
    return [_judge(reading, finding) for reading, finding in zip(readings, findings, strict=True)]


def _judge(reading: Reading, finding: Finding) -> Finding:
    if finding.vector is None or not is_english(reading, finding):
        return replace(finding, effort=None, is_high_effort=None)
    shares = own_heads.judged("EFFORT", head().probabilities(reading.text, finding), finding.vector)
    probability = float(shares[0])
    return replace(finding, effort=round(probability, 4), is_high_effort=probability >= head().threshold)
