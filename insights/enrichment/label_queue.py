"""Which text a person is asked about next: those that teach most, or those that measure. Nobody is asked twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from numpy.typing import NDArray

from insights.enrichment import effort, embed, gold, intent
from insights.enrichment.encoder import encoder_version
from insights.enrichment.people import INTENTS
from insights.enrichment.reading import Finding, Reading
from insights.enrichment.stored_words import readings_of
from insights.enrichment.topics import live_model
from insights.models import Embedding, Enrichment, Feedback, Label

UNSURE, GOLD = "UNSURE", "GOLD"
MODES: Final = (UNSURE, GOLD)
POOL = 800  # texts looked at for one handful of questions
NEWEST = 20_000  # texts that the pool is drawn from: what customers say now
PER_CLUSTER = 8  # of the least certain, for each question wanted
RANDOM_SHARE = 0.1  # of the questions, so that what the model is wrongly sure of comes up too
ROUNDS = 10
Task = Label.Task
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One text to be judged."""

    feedback: UUID
    task: str
    purpose: str
    digest: str  # of the words; goes back with the answer
    topic: UUID | None = None  # asked about it alone; None with the task TOPIC: about all topics at once
    certainty: float | None = None  # 0 … 1; None: chosen at random, and nothing of the model is told


def questions(
    rows: QuerySet[Feedback], *, task: str, mode: str, by: int, limit: int, topic: UUID | None = None
) -> list[Question]:
    """Return up to `limit` questions for this person about texts among `rows`: those they may read, without names.

    UNSURE: the least certain, one from each cluster of what they say, and a tenth at random; of the task TOPIC all
    about `topic` where one is told. GOLD: blind, at random.
    """
    if mode == GOLD:
        keys = list(gold.to_judge(rows, task, by).values_list("pk", flat=True)[:limit])
        return _asked([Question(feedback=key, task=task, purpose=Label.Purpose.GOLD, digest="") for key in keys])
    pool = _pool(rows, task, by, topic)
    judged = _judged(pool, task, topic)
    return _asked(_spread(judged, limit))


def _asked(chosen: Sequence[Question]) -> list[Question]:
    readings = readings_of([one.feedback for one in chosen])
    return [replace(one, digest=readings[one.feedback].digest) for one in chosen]


def _pool(rows: QuerySet[Feedback], task: str, by: int, topic: UUID | None) -> list[Enrichment]:
    """A sample of the newest texts that the model could judge, that do not measure, and that this person did not."""
    mine = Label.objects.filter(task=task, by=by, **({"topic": topic} if topic else {})).values("feedback")
    newest = rows.filter(
        Q(enrichment__state=Enrichment.State.DONE, enrichment__duplicate_of__isnull=True, gold__isnull=True),
        embedding__encoder=encoder_version(),
        enrichment__sentiment__isnull=False,
    ).exclude(pk__in=mine)
    keys = newest.order_by("-occurred_at", "pk").values("pk")[:NEWEST]
    sample = RawSQL("md5('queue ' || insights_enrichment.feedback_id::text)", [])
    return list(Enrichment.objects.filter(pk__in=keys).annotate(place=sample).order_by("place")[:POOL])


def _judged(pool: Sequence[Enrichment], task: str, about: UUID | None) -> list[tuple[Question, Vectors]]:
    """Each text of the pool as a question with its certainty, and the vector it is told apart by."""
    stored = {
        key: (embed.from_bytes(bytes(vector)), tone if tone is None else embed.from_bytes(bytes(tone)))
        for key, vector, tone in Embedding.objects.filter(pk__in=[row.pk for row in pool]).values_list(
            "pk", "vector", "tone"
        )
    }
    needs_words = task in INTENTS or task == Task.TOPIC
    readings = readings_of([row.pk for row in pool]) if needs_words else {}
    found = []
    for row in pool:
        vector, tone = stored[row.pk]
        finding = Finding(language=row.language, vector=vector, tone=tone)
        told = _certainty(row, task, readings.get(row.pk), finding, about)
        if told is not None:
            topic, certainty = told
            question = Question(
                feedback=row.pk, task=task, purpose=Label.Purpose.QUEUE, digest="", topic=topic, certainty=certainty
            )
            found.append((question, vector.astype(np.float32)))
    return found


def _certainty(
    row: Enrichment, task: str, reading: Reading | None, finding: Finding, about: UUID | None
) -> tuple[UUID | None, float] | None:
    """How sure the model is, from 0, and of which topic; None where it has no say."""
    if task == Task.SENTIMENT:
        return None if row.sentiment_confidence is None else (None, row.sentiment_confidence)
    if task == Task.OUTCOME:
        return None if row.outcome_confidence is None else (None, row.outcome_confidence)
    if task == Task.EFFORT:
        return None if row.effort is None else (None, abs(row.effort - effort.head().threshold))
    if reading is None or finding.tone is None:
        return None
    if task == Task.TOPIC:
        return _of_topics(reading, finding, about)
    likely = intent.probability(task, reading, finding)
    return None if likely is None else (None, abs(likely - intent.head(task).threshold))


def _of_topics(reading: Reading, finding: Finding, about: UUID | None) -> tuple[UUID | None, float] | None:
    """The topic that is nearest to being shown or hidden, or how near the one asked about is."""
    model = live_model()
    if model is None or finding.vector is None:
        return None
    asked = model.counted & np.array([about is None or shown == str(about) for shown in model.shown_as])
    if not asked.any():
        return None
    judgement = model.judge(reading.text, finding.vector)
    distance = np.where(asked, np.abs(judgement.score - model.thresholds), np.inf)
    place = int(distance.argmin())
    return UUID(model.shown_as[place]), round(float(distance[place]), 4)


def _spread(judged: Sequence[tuple[Question, Vectors]], limit: int) -> list[Question]:
    """The least certain of each cluster, the least certain first; each tenth is a random one."""
    at_random = [question for question, _ in judged[: int(np.ceil(limit * RANDOM_SHARE))]] if limit > 1 else []
    chosen = {question.feedback for question in at_random}
    rest = [pair for pair in judged if pair[0].feedback not in chosen]
    unsure = sorted(rest, key=_by_certainty)[: PER_CLUSTER * limit]
    wanted = min(limit - len(at_random), len(unsure))
    if not wanted:
        return at_random[:limit]
    clusters = k_means(np.array([vector for _, vector in unsure]), wanted)
    first: dict[int, Question] = {}
    for (question, _), cluster in zip(unsure, clusters.tolist(), strict=True):
        first.setdefault(cluster, question)
    found = sorted(first.values(), key=lambda question: (question.certainty, question.feedback))
    blind: list[Question] = [replace(question, certainty=None) for question in at_random]
    return found + blind


def _by_certainty(pair: tuple[Question, Any]) -> tuple[float, str]:
    return (pair[0].certainty or 0.0, str(pair[0].feedback))


def k_means(vectors: Vectors, clusters: int) -> NDArray[np.int64]:
    """Return the cluster of each of (n, width) vectors (Lloyd 1982), begun from those farthest apart: no chance in it.

    An empty cluster keeps its middle; fewer clusters than asked come back where vectors are equal.
    """
    middles = [vectors[0]]
    nearest = ((vectors - vectors[0]) ** 2).sum(axis=1)
    while len(middles) < min(clusters, len(vectors)):
        middles.append(vectors[int(nearest.argmax())])
        nearest = np.minimum(nearest, ((vectors - middles[-1]) ** 2).sum(axis=1))
    centres = np.array(middles)
    for _ in range(ROUNDS):
        places = _nearest(vectors, centres)
        for cluster in range(len(centres)):
            members = vectors[places == cluster]
            if len(members):
                centres[cluster] = members.mean(axis=0)
    return _nearest(vectors, centres)


def _nearest(vectors: Vectors, centres: Vectors) -> NDArray[np.int64]:
    distances = (centres**2).sum(axis=1) - 2 * vectors @ centres.T
    places: NDArray[np.int64] = distances.argmin(axis=1)
    return places
