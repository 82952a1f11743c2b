"""Step: what the customer is about to do or asks for: complains, may leave, has an idea, wants to buy. English only."""

import functools
from collections.abc import Sequence
from dataclasses import replace

from insights.enrichment import own_heads
from insights.enrichment.heads import Head
from insights.enrichment.intent_cues import FAMILIES, evidence, has_evidence
from insights.enrichment.reading import Finding, Intent, Reading, Span
from insights.enrichment.sentiment import is_english
from insights.enrichment.sentiment_features import lexicon
from insights.enrichment.units import Unit, sentences

NAME = "intent"
IDEA_FAMILIES = tuple(name for name in FAMILIES if name.startswith("idea_"))
# which phrases are evidence; where they must stand, nothing is shown without them
EVIDENCE = {
    "COMPLAINT": ("effort_repeat", "effort_transfer", "effort_wait", "problem"),
    "CHURN_RISK": ("churn",),
    "IDEA": IDEA_FAMILIES,
    "PURCHASE": ("purchase",),
}
NEEDS_EVIDENCE = frozenset({"CHURN_RISK", "PURCHASE"})


@functools.cache
def head(intent: str) -> Head:
    """The head of one intent, loaded once per process."""
    return Head.load(intent.lower())


def version() -> str:
    """What read it: all heads that have a say."""
    return "+".join(head(intent).version.split("-minilm")[0] for intent in EVIDENCE)


def read(readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
    """Add the intents that pass their thresholds, each with the words that carry it; needs the step embed before it."""
    return [
        replace(finding, intents=_intents(reading, finding) if _is_readable(reading, finding) else None)
        for reading, finding in zip(readings, findings, strict=True)
    ]


def probability(intent: str, reading: Reading, finding: Finding) -> float | None:
    """How likely the text holds the intent, shown or not; None where nothing is known."""
    if not _is_readable(reading, finding):
        return None
    return _likely(intent, reading, finding)


def _likely(name: str, reading: Reading, finding: Finding) -> float:
    return float(own_heads.judged(name, head(name).probabilities(reading.text, finding), finding.vector)[0])


def _is_readable(reading: Reading, finding: Finding) -> bool:
    return finding.vector is not None and is_english(reading, finding)


def _intents(reading: Reading, finding: Finding) -> dict[str, Intent]:
    found: dict[str, Intent] = {}
    units: Sequence[Unit] | None = None
    for name, families in EVIDENCE.items():
        if name in NEEDS_EVIDENCE and not has_evidence(reading.text, families):
            continue
        likely = _likely(name, reading, finding)
        if likely < head(name).threshold:
            continue
        units = sentences(reading) if units is None else units
        found[name] = Intent(round(likely, 4), _span(name, reading, units))
    return found


def _span(name: str, reading: Reading, units: Sequence[Unit]) -> Span | None:
    """The sentence that carries it: of those with a telling phrase the one whose words speak loudest for it.

    A complaint without such a phrase is shown by its most negative sentence.
    """
    placed = [unit for unit in units if unit.span is not None]
    telling = [unit for unit in placed if evidence(unit.text, EVIDENCE[name])] or placed
    if not telling:
        return _whole(reading)
    if name == "COMPLAINT":
        return min(telling, key=lambda unit: lexicon().polarity_scores(unit.text)["compound"]).span
    return max(telling, key=lambda unit: float(head(name).wording(unit.text)[0])).span


def _whole(reading: Reading) -> Span | None:
    """The only piece the customer said, if it is one and short; a title alone has no place."""
    pieces = [said for said in reading.said if said.turn is None or said.speaker == "CUSTOMER"]
    if len(pieces) == 1 and pieces[0].text.strip():
        return Span(pieces[0].turn, 0, len(pieces[0].text))
    return None
