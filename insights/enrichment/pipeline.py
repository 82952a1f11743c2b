"""Claim waiting texts, run the steps, store what was found, all in one transaction: a kill leaves them waiting."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Model, Q, QuerySet

from insights.enrichment import duplicates, embed, names, sentiment
from insights.enrichment.encoder import EncoderMissing
from insights.enrichment.indexing import make_due
from insights.enrichment.mentions import store_mentions
from insights.enrichment.naming import without_names
from insights.enrichment.once import looking_once
from insights.enrichment.own_heads import judging_by_adopted
from insights.enrichment.people import let_people_win
from insights.enrichment.reading import Finding, Intent, Reading
from insights.enrichment.steps import run_steps, versions
from insights.enrichment.stored_words import reading_of_stored
from insights.enrichment.topics import NAME as TOPICS
from insights.enrichment.topics import keep_live_version
from insights.enrichment.unit_vectors import store as store_units
from insights.enrichment.unit_vectors import with_stored as with_units
from insights.models import Calibration, DirtyDay, Embedding, Enrichment

Row = TypeVar("Row", bound=Model)
logger = logging.getLogger(__name__)
TEXT = "text"  # key among the versions: which words were read, so that a stored vector is known to be theirs
MOST_ATTEMPTS = 3
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5))
READ_FIELDS = (
    *("state", "attempts", "not_before", "error", "versions", "words", "enriched_at"),
    *("language", "language_confidence", "sentiment", "sentiment_label", "sentiment_confidence"),
    *("effort", "is_high_effort", "intents", "outcome", "outcome_confidence", "asked_for_superior", "seen_before"),
    *("summary", "is_classified"),
)
_FOUND = (  # fields of a finding that are columns of the same name
    *("language", "language_confidence", "sentiment", "sentiment_label", "sentiment_confidence"),
    *("effort", "is_high_effort", "outcome", "outcome_confidence", "asked_for_superior", "seen_before", "summary"),
)


@dataclass(frozen=True, slots=True)
class Read:
    """One reading with what came of it: a finding, or the error that stopped it."""

    reading: Reading
    finding: Finding | None
    error: str = ""
    is_unnamed: bool = True  # the names are out of it


@transaction.atomic
@judging_by_adopted()
@looking_once()
def enrich_batch(now: datetime, limit: int = 128) -> int:
    """Read up to `limit` waiting texts and return how many were claimed; 0 means nothing waits.

    Rows that another worker holds are skipped. Raises EncoderMissing, with all rows still waiting, where the encoder is
    not installed: that is nobody's text's fault.
    """
    keep_live_version()
    claimed = list(_waiting(now)[:limit])
    if not claimed:
        return 0
    unnamed = without_names([enrichment.feedback for enrichment in claimed])
    readings = {key: reading_of_stored(told.feedback, told.turns) for key, told in unnamed.items()}
    known = with_units(_known(claimed, readings), readings)
    readable = [readings[key] for key, told in unnamed.items() if not told.error]
    order = sorted(readable, key=lambda reading: len(reading.text))
    results = {read.reading.feedback: read for read in _read_apart(order, known)}
    results |= {
        key: Read(readings[key], None, told.error, is_unnamed=False) for key, told in unnamed.items() if told.error
    }
    _store(claimed, results, now)
    read_by = versions()[sentiment.NAME]
    Calibration.objects.filter(is_stale=False).exclude(sentiment_version=read_by).update(is_stale=True)
    return len(claimed)


def _waiting(now: datetime) -> QuerySet[Enrichment]:
    """Those whose turn it is, in the order of the index; retries first, then oldest first.

    The feedback is locked too, as its words may be rewritten; one that intake is changing is left until it has done so.
    """
    ready = Q(not_before__isnull=True) | Q(not_before__lte=now)
    waiting = Enrichment.objects.filter(ready, state=Enrichment.State.PENDING)
    in_turn = waiting.order_by(F("not_before").asc(nulls_last=True), "feedback_id").select_related("feedback")
    return in_turn.select_for_update(skip_locked=True, of=("self", "feedback"), no_key=True)


def _known(claimed: Sequence[Enrichment], readings: Mapping[UUID, Reading]) -> dict[UUID, Finding]:
    """Findings that bring their stored vector, where the same encoder has read the very same words."""
    same = [row.feedback_id for row in claimed if row.versions.get(TEXT) == readings[row.feedback_id].digest]
    stored = Embedding.objects.filter(pk__in=same, encoder=embed.version(), tone__isnull=False)
    return {
        key: Finding(vector=embed.from_bytes(bytes(vector)), tone=embed.from_bytes(bytes(tone)))
        for key, vector, tone in stored.values_list("pk", "vector", "tone")
        if tone is not None
    }


def _read_apart(readings: Sequence[Reading], known: Mapping[UUID, Finding]) -> list[Read]:
    """Run the steps; where they fail, halve the batch until the text that fails stands alone."""
    try:
        findings = run_steps(readings, [known.get(reading.feedback, Finding()) for reading in readings])
    except EncoderMissing:
        raise
    except Exception as failure:
        if len(readings) > 1:
            middle = len(readings) // 2
            return _read_apart(readings[:middle], known) + _read_apart(readings[middle:], known)
        logger.exception("Feedback %s could not be read", readings[0].feedback)
        return [Read(readings[0], None, f"{type(failure).__name__}: {failure}"[:500])]
    return [Read(reading, finding) for reading, finding in zip(readings, findings, strict=True)]


def _store(claimed: Sequence[Enrichment], results: Mapping[UUID, Read], now: datetime) -> None:
    """Write results, vectors, near-duplicates and dirty days of a batch in a handful of statements."""
    read_by = versions()
    for row in claimed:
        result = results[row.feedback_id]
        if result.finding is None:
            _fail(row, result, read_by, now)
        else:
            _succeed(row, result.reading, result.finding, {**read_by, TEXT: result.reading.digest}, now)
    _store_topics(claimed, results, read_by[TOPICS])
    done = [row for row in claimed if row.state != Enrichment.State.PENDING]
    let_people_win(done, {row.feedback_id: results[row.feedback_id].reading.digest for row in done})
    _upsert(Enrichment, claimed, READ_FIELDS)
    heard = [row for row in claimed if results[row.feedback_id].finding]
    times = {row.feedback_id: row.feedback.occurred_at for row in heard}
    duplicates.regroup([results[row.feedback_id].reading for row in heard], times)
    found = [(row.feedback_id, results[row.feedback_id].finding) for row in claimed]
    read = {key: finding for key, finding in found if finding is not None}
    vectors = {key: (one.vector, one.tone) for key, one in read.items() if one.vector is not None}
    encoder = embed.version()
    _upsert(
        Embedding,
        [
            Embedding(
                feedback_id=key,
                vector=embed.to_bytes(vector),
                tone=None if tone is None else embed.to_bytes(tone),
                encoder=encoder,
            )
            for key, (vector, tone) in vectors.items()
        ],
        ("vector", "tone", "encoder"),
    )
    wordless = [key for key in read if key not in vectors]
    Embedding.objects.filter(pk__in=wordless).delete()
    make_due(read)
    zone = ZoneInfo(settings.REPORTING_TIME_ZONE)
    DirtyDay.objects.mark({row.feedback.occurred_at.astimezone(zone).date() for row in claimed}, now)


def _store_topics(claimed: Sequence[Enrichment], results: Mapping[UUID, Read], tagged_by: str) -> None:
    """Write mentions and the vectors of sentences; what will be tried again keeps those it has."""
    done = [row for row in claimed if row.state != Enrichment.State.PENDING]
    read = {row.feedback_id: (results[row.feedback_id].reading, results[row.feedback_id].finding) for row in done}
    told = {key: (reading, finding or Finding()) for key, (reading, finding) in read.items()}
    classified = store_mentions(told, tagged_by)
    for row in done:
        row.is_classified = classified[row.feedback_id]
    store_units(told)


def _succeed(row: Enrichment, reading: Reading, finding: Finding, read_by: dict[str, Any], now: datetime) -> None:
    row.state, row.attempts, row.not_before, row.error = Enrichment.State.DONE, 0, None, ""
    row.versions, row.words, row.enriched_at = read_by, reading.words, now
    _write(row, finding)


def _write(row: Enrichment, finding: Finding) -> None:
    """Copy what was found; a fresh Finding says that nothing is known."""
    for name in _FOUND:
        setattr(row, name, getattr(finding, name))
    row.intents = None
    if finding.intents is not None:
        row.intents = {name: _intent_as_json(intent) for name, intent in sorted(finding.intents.items())}
    row.is_classified = None if finding.topics is None else bool(finding.topics)


def _intent_as_json(intent: Intent) -> dict[str, Any]:
    told: dict[str, Any] = {"confidence": intent.confidence}
    if intent.span is not None:
        told |= asdict(intent.span)
    if intent.name:
        told |= {"name": intent.name, "sentiment": intent.sentiment}
    return told


def _fail(row: Enrichment, read: Read, read_by: dict[str, str], now: datetime) -> None:
    """Try later, and after the third time set aside: with nothing read, and with the versions that could not.

    Where the names could be taken out, that stands among the versions from the first time on, and the text can be seen.
    """
    row.attempts += 1
    row.error = read.error.replace("\x00", " ")
    if read.is_unnamed:
        row.versions = {**row.versions, names.NAME: read_by[names.NAME]}
    else:
        read_by = {step: version for step, version in read_by.items() if step != names.NAME}
        row.versions = {step: version for step, version in row.versions.items() if step != names.NAME}
    if row.attempts >= MOST_ATTEMPTS:
        row.state, row.not_before, row.versions = Enrichment.State.FAILED, None, read_by
        _write(row, Finding())
    else:
        row.not_before = now + BACK_OFF[row.attempts - 1]


def _upsert(model: type[Row], rows: Sequence[Row], fields: Sequence[str]) -> None:
    """One INSERT … ON CONFLICT DO UPDATE: a tenth of the time of an UPDATE with a CASE per row."""
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["feedback"], update_fields=list(fields)
    )
