"""The one engine that answers: page, API, export, alarm and command line all ask here."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from insights.mart.engine import Note, UnknownVersion, Version, open_version
from insights.metrics import cache
from insights.metrics.answer import Answer, AsOf
from insights.metrics.axes import Axes
from insights.metrics.compile import Counted, count_together, together
from insights.metrics.drilldown import DataBounds, InvalidCursor, RecordPage, Value, data_bounds, records, values_of
from insights.metrics.figures import Cell
from insights.metrics.horizon import horizon_of
from insights.metrics.query import MetricQuery
from insights.metrics.registry import metric_named
from insights.metrics.rows import finished
from insights.metrics.scope import NotAllowed, refuse_what_is_guarded
from insights.metrics.viewer import Viewer

__all__ = [
    "DataBounds",
    "InvalidCursor",
    "NotAllowed",
    "RecordPage",
    "UnknownVersion",
    "Value",
    "answer",
    "answers",
    "apart",
    "data_bounds",
    "records",
    "values_of",
]
_NOTHING = Counted(rows={}, total=Cell(), sources={})


def answer(query: MetricQuery, viewer: Viewer, *, now: datetime) -> Answer:
    """Answer one question for this viewer. Raises NotAllowed, UnknownVersion."""
    return answers([query], viewer, now=now)[0]


def answers(
    queries: Sequence[MetricQuery], viewer: Viewer, *, now: datetime, evidence: bool = True
) -> tuple[Answer, ...]:
    """Answer several questions, in their order; those that share days and filters are read in one go.

    Without `evidence` sources and design effect are None: a page of many numbers shows them for one at a time.
    Raises NotAllowed for persons' numbers, UnknownVersion for an as_of that is not kept.
    """
    for query in queries:
        refuse_what_is_guarded((*query.by, *query.wanted), viewer)
    found: dict[MetricQuery, Answer] = {}
    for as_of in dict.fromkeys(query.as_of for query in queries):
        asked = [query for query in dict.fromkeys(queries) if query.as_of == as_of]
        found |= _answered(asked, open_version(as_of), viewer, now, evidence=evidence)
    return tuple(found[query] for query in queries)


def apart(media: Iterable[str]) -> str:
    """Return why the sentiment of these media does not share an axis by what is known now; empty where it does."""
    version = open_version()
    return "" if version is None else Axes(version.note.comparable).why(media)


def _answered(
    queries: Sequence[MetricQuery], version: Version | None, viewer: Viewer, now: datetime, *, evidence: bool
) -> dict[MetricQuery, Answer]:
    if version is None:
        as_of = AsOf(data_version=0, built_at=None, complete_until=None)
        note = Note(built_at=now, time_zone=settings.REPORTING_TIME_ZONE, complete_until=None)
        return {query: finished(query, _NOTHING, _NOTHING, viewer, note, as_of) for query in queries}
    found = cache.load(queries, viewer, version, now, evidence=evidence)
    missing = [query for query in queries if query not in found]
    computed = _computed(missing, version, viewer, now, evidence=evidence)
    cache.save(computed.values(), viewer, version, now, evidence=evidence)
    return found | computed


def _computed(
    queries: Sequence[MetricQuery], version: Version, viewer: Viewer, now: datetime, *, evidence: bool
) -> dict[MetricQuery, Answer]:
    note = version.note
    as_of = AsOf(data_version=version.number, built_at=note.built_at, complete_until=note.complete_until)
    done: dict[MetricQuery, Answer] = {}
    for group in together(queries):
        horizon = (
            horizon_of(version, now) if any(metric_named(query.metric).is_of_its_time for query in group) else None
        )
        counted = count_together(version, group, viewer, horizon, evidence=evidence)
        for query, (own, before) in zip(group, counted, strict=True):
            done[query] = finished(query, own, before, viewer, note, as_of)
    return done
