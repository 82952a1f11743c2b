"""Step: which topics of the taxonomy the customer speaks of, each with the words that carry it. English only."""

import functools
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from uuid import UUID

from django.db import connection

from insights.enrichment.encoder import encoder_version
from insights.enrichment.once import once
from insights.enrichment.reading import Finding, Found, Reading, Span
from insights.enrichment.sentiment import is_english
from insights.enrichment.topic_model import TopicModel
from insights.enrichment.units import Unit, is_small_talk, judged_apart, sentences
from insights.models import TaxonomyVersion

NAME = "topics"
NO_TAXONOMY = "none"
MOST_TOPICS = 8  # of one text, the surest
LOCK = 7_305_114  # any number of readers, or one who puts a taxonomy live
_chosen: ContextVar[tuple[str, TopicModel | None] | None] = ContextVar("_chosen", default=None)


def version() -> str:
    """What reads: the live version of the taxonomy, with its encoder."""
    return _current()[0]


def version_named(number: int) -> str:
    """How the readings of a version of the taxonomy are named."""
    return f"topics-{number}-{encoder_version()}"


def live_model() -> TopicModel | None:
    """What judges: of the live version, or of the one chosen by `judging_by`; None where there is no taxonomy."""
    return _current()[1]


@contextmanager
def judging_by(name: str, model: TopicModel | None) -> Iterator[None]:
    """Read by this model instead of the live one: for a draft, and outside of any database. None reads no topics."""
    token = _chosen.set((name, model))
    try:
        yield
    finally:
        _chosen.reset(token)


def keep_live_version() -> None:
    """Let nobody put another taxonomy live before this transaction ends: what is read is what is written down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])


def read(readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
    """Add topics where the text is English and has a vector; needs the steps language, embed and units before it."""
    model = _current()[1]
    return [
        replace(finding, topics=None if model is None else topics_of(model, reading, finding))
        for reading, finding in zip(readings, findings, strict=True)
    ]


def topics_of(model: TopicModel, reading: Reading, finding: Finding) -> tuple[Found, ...] | None:
    """Judge the whole and, in longer texts, each sentence; a topic counts as surely as its surest place.

    None where it cannot be judged (no words, another language), empty where nothing fits.
    """
    if finding.vector is None or not is_english(reading, finding):
        return None
    if is_small_talk(reading.text):
        return ()
    units = sentences(reading)
    best: dict[str, tuple[float, float, int, Unit | None]] = {}
    judged: list[tuple[Unit | None, str]] = [(None, reading.text)]
    vectors = [finding.vector]
    if finding.units is not None and judged_apart(reading, units):
        judged += [(unit, unit.text) for unit in units]
        vectors += list(finding.units)
    tries = len({unit.text for unit in units})
    for (unit, text), vector in zip(judged, vectors, strict=True):
        for shown in model.judge_shown(text, vector, 1 if unit is None else tries):
            topic = model.shown_as[shown.place]
            if topic not in best or shown.score > best[topic][0]:
                best[topic] = (shown.score, shown.probability, shown.place, unit)
    surest = sorted(best, key=lambda topic: (-best[topic][0], topic))[:MOST_TOPICS]
    return tuple(
        Found(UUID(topic), confidence, _span(model, place, unit, units))
        for topic in surest
        for _, confidence, place, unit in [best[topic]]
    )


def _span(model: TopicModel, place: int, unit: Unit | None, units: Sequence[Unit]) -> Span | None:
    """Where it was said: the sentence judged, or, where the text was judged as one, the one whose words tell most."""
    if unit is not None:
        return unit.span
    placed = [unit for unit in units if unit.span is not None]
    if len(placed) < 2:
        return placed[0].span if placed else None
    return max(placed, key=lambda unit: (model.word_score(unit.text, place), -units.index(unit))).span


def _current() -> tuple[str, TopicModel | None]:
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    live = _live()
    if live is None:
        return NO_TAXONOMY, None
    return version_named(live[0]), _model(os.getpid(), *live)


@once
def _live() -> tuple[int, str] | None:
    live = TaxonomyVersion.objects.filter(state=TaxonomyVersion.State.LIVE)
    return live.values_list("number", "digest").first()


@functools.lru_cache(maxsize=2)
def _model(_process: int, number: int, digest: str) -> TopicModel | None:
    stored = TaxonomyVersion.objects.values_list("learned", flat=True).get(number=number)
    return TopicModel.from_bytes(bytes(stored)) if stored else None
