"""The one engine that answers: page, API, export, alarm and command line all ask here."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings

from insights.mart.engine import UnknownVersion, Version, open_version
from insights.metrics import cache
from insights.metrics.answer import Answer, AsOf
from insights.metrics.compile import Counted, count_together
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
    "data_bounds",
    "records",
    "values_of",
]
_NOTHING = Counted(rows={}, total=Cell(), sources={})


def answer(query: MetricQuery, viewer: Viewer, *, now: datetime) -> Answer:
    """Answer one question for this viewer. Raises NotAllowed, UnknownVersion."""
    return answers([query], viewer, now=now)[0]


def answers(queries: Sequence[MetricQuery], viewer: Viewer, *, now: datetime) -> tuple[Answer, ...]:
    """Answer several questions, in their order; those that share days, filters, cuts and buckets are read in one go.

    Raises NotAllowed for persons' numbers, UnknownVersion for an as_of that is not kept.
    """
    for query in queries:
        refuse_what_is_guarded((*query.by, *query.wanted), viewer)
    found: dict[MetricQuery, Answer] = {}
    for as_of in dict.fromkeys(query.as_of for query in queries):
        asked = [query for query in dict.fromkeys(queries) if query.as_of == as_of]
        found |= _answered(asked, open_version(as_of), viewer, now)
    return tuple(found[query] for query in queries)


def _answered(
    queries: Sequence[MetricQuery], version: Version | None, viewer: Viewer, now: datetime
) -> dict[MetricQuery, Answer]:
    if version is None:
        as_of = AsOf(data_version=0, built_at=None, complete_until=None)
        zone = settings.REPORTING_TIME_ZONE
        return {query: finished(query, _NOTHING, _NOTHING, viewer, zone, as_of) for query in queries}
    found = {query: kept for query in queries if (kept := cache.load(query, viewer, version, now)) is not None}
    missing = [query for query in queries if query not in found]
    computed = _computed(missing, version, viewer, now)
    for query, made in computed.items():
        cache.save(made, viewer, version, now)
        found[query] = made
    return found


def _computed(
    queries: Sequence[MetricQuery], version: Version, viewer: Viewer, now: datetime
) -> dict[MetricQuery, Answer]:
    note = version.note
    before = {query: _compared(query) for query in queries}
    counted = _counted([*(map(_alone, queries)), *filter(None, before.values())], version, viewer, now)
    as_of = AsOf(data_version=version.number, built_at=note.built_at, complete_until=note.complete_until)
    return {
        query: finished(
            query,
            counted[_alone(query)],
            None if (compared := before[query]) is None else counted[compared],
            viewer,
            note.time_zone,
            as_of,
        )
        for query in queries
    }


def _alone(query: MetricQuery) -> MetricQuery:
    return replace(query, compare=None)


def _compared(query: MetricQuery) -> MetricQuery | None:
    if query.compare is None:
        return None
    return _alone(query).during(query.period.compared(query.compare))


def _counted(
    queries: Sequence[MetricQuery], version: Version, viewer: Viewer, now: datetime
) -> dict[MetricQuery, Counted]:
    together: dict[object, list[MetricQuery]] = {}
    for query in dict.fromkeys(queries):
        shared = (query.since, query.until, query.by, query.bucket, query.filters, query.hour)
        together.setdefault(shared, []).append(query)
    done: dict[MetricQuery, Counted] = {}
    for group in together.values():
        horizon = horizon_of(version, now) if any(metric_named(query.metric).waiting for query in group) else None
        done |= zip(group, count_together(version, group, viewer, horizon), strict=True)
    return done
