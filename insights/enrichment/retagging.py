"""Judging every text by a version that is not live yet, from stored vectors, and telling what would change."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from insights.enrichment import aspect, embed, unit_vectors
from insights.enrichment.encoder import encoder_version
from insights.enrichment.mentions import BY_MODEL, Verdict, settle, verdicts_on
from insights.enrichment.reading import Finding, Reading, Span
from insights.enrichment.steps import TOPIC_STEPS
from insights.enrichment.stored_words import readings_of
from insights.enrichment.taxonomy import tree_from_json
from insights.enrichment.taxonomy_versions import learn_into, merges_of
from insights.enrichment.topic_model import TopicModel
from insights.enrichment.topics import judging_by, version_named
from insights.models import Embedding, Enrichment, Mention, Retagged, TaxonomyVersion

SAMPLES = 5  # texts per topic, of those gained and of those lost
BATCH = 1000
READ = ("feedback_id", "enriched_at", "language", "sentiment", "versions")  # what judging needs of a reading
State = TaxonomyVersion.State


def prepare(number: int) -> bool:
    """Learn a version that is to re-tag, once; says whether there is one to go on with."""
    with transaction.atomic():
        version = TaxonomyVersion.objects.select_for_update().filter(number=number, state=State.TAGGING).first()
        if version is not None and not version.digest:
            learn_into(version)
            version.save(update_fields=["learned", "digest", "figures"])
    return version is not None


@transaction.atomic
def retag_batch(number: int, limit: int = BATCH) -> int:
    """Judge the next texts; returns how many, 0 when all are done or the version is no longer re-tagging.

    Texts, diff and place are written together: a killed worker leaves none or all of a batch, and the next goes on.
    """
    version = TaxonomyVersion.objects.select_for_update().filter(number=number, state=State.TAGGING).first()
    if version is None:
        return 0
    rows = _next(version, limit)
    if rows:
        _judge(version, rows)
        version.cursor = rows[-1].feedback_id
        version.texts_done += len(rows)
    else:
        version.state = State.READY
    version.save(update_fields=["cursor", "texts_done", "state", "diff"])
    return len(rows)


def _next(version: TaxonomyVersion, limit: int) -> list[Enrichment]:
    done = Enrichment.objects.filter(state=Enrichment.State.DONE, enriched_at__isnull=False)
    if version.cursor is not None:
        done = done.filter(feedback_id__gt=version.cursor)
    return list(done.only(*READ).order_by("feedback_id")[:limit])


@dataclass(frozen=True, slots=True)
class Judged:
    """What a version makes of one text, beside what stands of it now."""

    row: Enrichment
    mentions: list[Mention] | None  # null: it cannot be judged
    before: set[UUID]

    @property
    def after(self) -> set[UUID]:
        """The topics it would have."""
        return {mention.topic_id for mention in self.mentions or ()}


def judged(version: TaxonomyVersion, rows: Sequence[Enrichment]) -> list[Judged]:
    """Run the steps that depend on the taxonomy by a version that has learned, and settle with people's labels."""
    keys = [row.feedback_id for row in rows]
    readings = readings_of(keys)
    with judging_by(version_named(version.number), TopicModel.from_bytes(bytes(version.learned or b""))):
        findings = _findings(rows, readings)
        for step in TOPIC_STEPS:
            findings = step.read([readings[key] for key in keys], findings)
    merges = merges_of(tree_from_json(version.tree))
    verdicts = _carried(verdicts_on({key: readings[key].digest for key in keys}), merges)
    before = _mentioned(keys)
    found = []
    for row, finding in zip(rows, findings, strict=True):
        key = row.feedback_id
        settled = settle(key, finding.topics, verdicts.get(key, {}), version_named(version.number))
        found.append(Judged(row, None if finding.topics is None and not settled else settled, before[key]))
    return found


def _judge(version: TaxonomyVersion, rows: Sequence[Enrichment]) -> None:
    """Judge, store, and count what changes."""
    staged = []
    for one in judged(version, rows):
        key = one.row.feedback_id
        staged.append(
            Retagged(
                version=version,
                feedback_id=key,
                enriched_at=one.row.enriched_at or one.row.feedback.created_at,  # done has a time: a constraint says so
                topics=None if one.mentions is None else [_as_json(mention) for mention in one.mentions],
                changed=one.after != one.before,
            )
        )
        count(version.diff, key, one.before, one.after)
    Retagged.objects.bulk_create(staged, ignore_conflicts=True)


def _findings(rows: Sequence[Enrichment], readings: Mapping[UUID, Reading]) -> list[Finding]:
    """What was read of these texts, with stored vectors and moods; only words newly marked are encoded again."""
    keys = [row.feedback_id for row in rows]
    stored = Embedding.objects.filter(pk__in=keys, encoder=encoder_version()).values_list("pk", "vector", "tone")
    vectors = {key: (vector, tone) for key, vector, tone in stored}
    units = unit_vectors.stored_for({key: readings[key] for key in keys})
    moods = _moods([row.feedback_id for row in rows if row.versions.get(aspect.NAME) == aspect.version()])
    found = []
    for row in rows:
        key = row.feedback_id
        finding = Finding(language=row.language, sentiment=row.sentiment, units=units.get(key), moods=moods.get(key))
        if row.feedback_id in vectors:
            vector, tone = vectors[row.feedback_id]
            finding = replace(finding, vector=embed.from_bytes(bytes(vector)))
            finding = finding if tone is None else replace(finding, tone=embed.from_bytes(bytes(tone)))
        found.append(finding)
    return found


def _moods(keys: Sequence[UUID]) -> dict[UUID, dict[Span, float | None]]:
    """The moods of the spans that are mentioned: they depend on the words, not on the topic."""
    found: dict[UUID, dict[Span, float | None]] = defaultdict(dict)
    by_model = Mention.objects.filter(feedback__in=keys, tagged_by__startswith=BY_MODEL, start__isnull=False)
    for key, turn, start, end, mood in by_model.values_list("feedback_id", "turn_id", "start", "end", "sentiment"):
        if start is not None and end is not None:
            found[key][Span(turn, start, end)] = mood
    return found


def _mentioned(keys: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for feedback, topic in Mention.objects.filter(feedback__in=keys).values_list("feedback_id", "topic_id"):
        found[feedback].add(topic)
    return found


def _carried(
    verdicts: Mapping[UUID, Mapping[UUID, Verdict]], merges: Mapping[UUID, UUID]
) -> dict[UUID, dict[UUID, Verdict]]:
    """What people said of a topic counts for the one it is merged into; a no to a part is no no to the whole."""
    found: dict[UUID, dict[UUID, Verdict]] = {}
    for feedback, said in verdicts.items():
        told = {topic: verdict for topic, verdict in said.items() if topic not in merges}
        for topic, verdict in said.items():
            if topic in merges and verdict.is_there:
                told.setdefault(merges[topic], verdict)
        found[feedback] = told
    return found


def _as_json(mention: Mention) -> dict[str, Any]:
    return {
        "topic": str(mention.topic_id),
        "confidence": mention.confidence,
        "sentiment": mention.sentiment,
        "tagged_by": mention.tagged_by,
        "turn": mention.turn_id,
        "start": mention.start,
        "end": mention.end,
    }


def count(diff: dict[str, Any], feedback: UUID, before: set[UUID], after: set[UUID]) -> None:
    """Add one text to the diff: {topic: {before, after, gained, lost, moved_to: {topic: n}, samples}}."""
    for topic in before | after:
        row = diff.setdefault(str(topic), _nothing_yet())
        row["before"] += topic in before
        row["after"] += topic in after
        if topic in after - before:
            _changed(row, "gained", feedback)
        if topic in before - after:
            _changed(row, "lost", feedback)
            for other in after - before:
                row["moved_to"][str(other)] = row["moved_to"].get(str(other), 0) + 1


def _nothing_yet() -> dict[str, Any]:
    samples: dict[str, list[str]] = {"gained": [], "lost": []}
    return {"before": 0, "after": 0, "gained": 0, "lost": 0, "moved_to": {}, "samples": samples}


def _changed(row: dict[str, Any], how: str, feedback: UUID) -> None:
    row[how] += 1
    if len(row["samples"][how]) < SAMPLES:
        row["samples"][how].append(str(feedback))
