"""Tiles: one number with its interval, its base, its change, its course, and the way to its evidence."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlencode

from django.urls import reverse

from insights.dashboards.drawings import Spark, Whisker, spark, whisker
from insights.dashboards.filters import about
from insights.dashboards.words import ChangeSaid, Said, change_said, said
from insights.metrics.answer import Answer
from insights.metrics.query import MetricQuery
from insights.metrics.registry import metric_named

Voice = Literal["surveys", "contacts", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a metric stands on a page: which side, under which name, and what it is narrowed to there."""

    metric: str
    voice: Voice
    label: str = ""
    kind: str = ""  # texts of one side only: the two sides never share a number
    medium: str = ""  # of one medium only: what is read on a scale that may differ by medium
    is_optional: bool = False  # left out where nothing delivers it


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One tile, ready to be shown."""

    key: str
    label: str
    voice: Voice
    said: Said
    change: ChangeSaid | None
    whisker: Whisker | None
    spark: Spark | None
    evidence_url: str


def question(page: MetricQuery, place: Place, bucket: str) -> MetricQuery:
    """Return what a tile asks: its total, its change and its course at once."""
    return narrowed(about(page, place.metric, bucket=bucket), place)


def is_told(page: MetricQuery, place: Place) -> bool:
    """Return whether the place's metric can be asked with the page's filters."""
    only_by = metric_named(place.metric).only_by
    return not only_by or set(page.wanted) <= {*only_by, "kind"}


def narrowed(query: MetricQuery, place: Place) -> MetricQuery:
    """Return the question about what the place is narrowed to."""
    if place.medium:
        return query.narrowed("medium", [place.medium])
    return query.narrowed("kind", [place.kind]) if place.kind else query


def evidence_url(query: MetricQuery) -> str:
    """Return the address of the evidence behind a number."""
    pairs = [("metric", query.metric), *query.to_pairs()]
    return f"{reverse('evidence')}?{urlencode([pair for pair in pairs if pair[0] not in {'bucket', 'by'}])}"


def tile(place: Place, answer: Answer, *, is_sure: bool) -> Tile:
    """Return the tile for an answer. A change that is not sure among its neighbours is shown, but not as a finding."""
    label = place.label or answer.metric.label
    change = change_said(answer.total, answer.metric)
    if change is not None and change.is_real and not is_sure:
        change = replace(change, verdict="may be chance", tone="none", is_real=False)
    return Tile(
        key="-".join(filter(None, (place.metric, place.voice, place.medium.lower()))),
        label=label,
        voice=place.voice,
        said=said(answer.total, answer.metric),
        change=change,
        whisker=whisker(answer),
        spark=spark(answer),
        evidence_url=evidence_url(answer.query),
    )


def tiles(places: Sequence[Place], answers: Sequence[Answer], sure: Container[Place]) -> list[Tile]:
    """Return the tiles, without those nothing delivers; `sure` holds those whose change survives among all tiles."""
    return [
        tile(place, answer, is_sure=place in sure)
        for place, answer in zip(places, answers, strict=True)
        if not (place.is_optional and answer.total.state == "NO_DATA")
    ]
