"""What the model alone says of texts, whatever people said of them: read again from stored vectors, storing nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from insights.enrichment import embed, intent, unit_vectors
from insights.enrichment.people import INTENTS, NO, YES
from insights.enrichment.reading import Finding, Reading
from insights.enrichment.steps import STEPS, run_steps
from insights.enrichment.stored_words import readings_of
from insights.models import Embedding, Label

_LEFT_OUT = {"topic_sentiment", "competitors", "summary"}  # nobody labels these
_STEPS = tuple(step for step in STEPS if step.NAME not in _LEFT_OUT)
Task = Label.Task


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model says to one task, and how sure it is of that very answer."""

    value: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All it says of one text."""

    digest: str  # of the words
    told: dict[str, Answer]  # by task; what it does not answer is absent
    topics: dict[UUID, float] | None  # those it would show, with confidence; None: it cannot tell


def own_answers(keys: Sequence[UUID]) -> dict[UUID, Answers]:
    """Read these texts with what is live now, company's own heads as chosen by the caller, and return the answers."""
    readings = readings_of(keys)
    order = [readings[key] for key in sorted(readings)]
    known = known_of(order)
    findings = run_steps(order, [known.get(reading.feedback, Finding()) for reading in order], _STEPS)
    return {reading.feedback: _answers(reading, found) for reading, found in zip(order, findings, strict=True)}


def known_of(readings: Sequence[Reading]) -> dict[UUID, Finding]:
    """Findings that bring the stored vectors of the very same words by the encoder in use."""
    of = {reading.feedback: reading for reading in readings}
    stored = Embedding.objects.filter(
        pk__in=list(of), encoder=embed.version(), tone__isnull=False, feedback__enrichment__state="DONE"
    )
    found = {}
    for key, vector, tone, versions in stored.values_list("pk", "vector", "tone", "feedback__enrichment__versions"):
        if tone is not None and versions.get("text") == of[key].digest:
            found[key] = Finding(vector=embed.from_bytes(bytes(vector)), tone=embed.from_bytes(bytes(tone)))
    units = unit_vectors.stored_for({key: of[key] for key in found})
    return {key: replace(finding, units=units.get(key)) for key, finding in found.items()}


def _answers(reading: Reading, finding: Finding) -> Answers:
    told: dict[str, Answer] = {}
    if finding.sentiment_label and finding.sentiment_confidence is not None:
        told[Task.SENTIMENT] = Answer(finding.sentiment_label, finding.sentiment_confidence)
    if finding.outcome and finding.outcome_confidence is not None:
        told[Task.OUTCOME] = Answer(finding.outcome, finding.outcome_confidence)
    if finding.effort is not None and finding.is_high_effort is not None:
        told[Task.EFFORT] = _yes_or_no(finding.is_high_effort, finding.effort)
    for name in INTENTS:
        likely = intent.probability(name, reading, finding)
        if finding.intents is not None and likely is not None:
            told[name] = _yes_or_no(name in finding.intents, likely)
    topics = None if finding.topics is None else {one.topic: one.confidence for one in finding.topics}
    return Answers(digest=reading.digest, told=told, topics=topics)


def _yes_or_no(is_yes: bool, likely: float) -> Answer:
    return Answer(YES, likely) if is_yes else Answer(NO, 1 - likely)
