"""Answers kept in Valkey by mart version, question and viewer. As JSON: what is read back is only data."""

import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

import redis
from django.conf import settings

from insights.mart import table as mart
from insights.mart.assumed import Assumptions
from insights.mart.engine import Version
from insights.metrics.answer import Answer, AsOf, Change, Row
from insights.metrics.horizon import horizon_of
from insights.metrics.intervals import Interval
from insights.metrics.query import MetricQuery
from insights.metrics.registry import metric_named
from insights.metrics.viewer import Viewer

logger = logging.getLogger(__name__)
_SHAPE = 7  # grows when what is kept changes its form
_SECONDS_KEPT = 24 * 3600
_EPOCH = date(2000, 1, 1)  # questions are kept whole, so `today` fills nothing in


def load(
    queries: Sequence[MetricQuery], viewer: Viewer, version: Version, now: datetime, *, evidence: bool
) -> dict[MetricQuery, Answer]:
    """Return the answers that are kept: none where the cache is away."""
    if not queries:
        return {}
    try:
        kept = _client().mget([_key(query, viewer, version, now, evidence) for query in queries])
    except redis.RedisError as error:
        _warn_once(type(error).__name__)
        return {}
    found = zip(queries, cast("list[bytes | None]", kept), strict=True)
    return {query: from_json(json.loads(text)) for query, text in found if text is not None}


def save(answers: Iterable[Answer], viewer: Viewer, version: Version, now: datetime, *, evidence: bool) -> None:
    """Keep the answers for a day; without a cache they are computed again."""
    try:
        with _client().pipeline(transaction=False) as pipeline:
            for answer in answers:
                key = _key(answer.query, viewer, version, now, evidence)
                pipeline.set(key, json.dumps(to_json(answer)), ex=_SECONDS_KEPT)
            pipeline.execute()
    except redis.RedisError as error:
        _warn_once(type(error).__name__)


def _key(query: MetricQuery, viewer: Viewer, version: Version, now: datetime, evidence: bool) -> str:
    metric = metric_named(query.metric)
    horizon = str(horizon_of(version, now)) if metric.is_of_its_time else ""
    parts = [
        _SHAPE,
        mart.url(),
        version.number,
        version.note.built_at.isoformat(),
        metric.definition_version,
        query.to_json(),
        viewer.scope_key,
        horizon,
        evidence,
    ]
    return "cxhub:answer:" + hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=2)
def _client_at(address: str) -> "redis.Redis":
    return redis.Redis.from_url(address, socket_timeout=0.5, socket_connect_timeout=0.5)


def _client() -> "redis.Redis":
    return _client_at(str(settings.CACHES["default"]["LOCATION"]))


@lru_cache(maxsize=8)
def _warn_once(error: str) -> None:
    logger.warning("The answer cache cannot be reached (%s): answers are computed each time", error)


# --- an answer as plain JSON and back


def to_json(answer: Answer) -> dict[str, Any]:
    """Return the answer as JSON from which `from_json` makes an equal one."""
    return {
        "query": answer.query.to_json(),
        "time_zone": answer.time_zone,
        "as_of": {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(answer.as_of).items()
        },
        "rows": [_row_to_json(row) for row in answer.rows],
        "total": _row_to_json(answer.total),
        "overlapping": answer.overlapping,
        "method": answer.method,
        "not_yet_assessable": answer.not_yet_assessable,
        "sources": answer.sources,
        "design_effect": answer.design_effect,
        "clustered": answer.clustered and asdict(answer.clustered),
        "assumed": answer.assumed and answer.assumed.as_json(),
        "axes": answer.axes,
        "incomparable": answer.incomparable,
    }


def from_json(kept: dict[str, Any]) -> Answer:
    """Return the answer that `to_json` wrote down."""
    query = _query(kept["query"])
    as_of = kept["as_of"]
    return Answer(
        metric=metric_named(query.metric),
        query=query,
        time_zone=kept["time_zone"],
        as_of=AsOf(
            data_version=as_of["data_version"],
            built_at=_time(as_of["built_at"]),
            complete_until=_time(as_of["complete_until"]),
        ),
        rows=tuple(map(_row, kept["rows"])),
        total=_row(kept["total"]),
        overlapping=kept["overlapping"],
        method=kept["method"],
        not_yet_assessable=kept["not_yet_assessable"],
        sources=kept["sources"],
        design_effect=kept["design_effect"],
        clustered=_interval(kept["clustered"]),
        assumed=Assumptions.from_json(kept["assumed"]) if kept["assumed"] else None,
        axes=tuple(map(tuple, kept["axes"])),
        incomparable=kept["incomparable"],
    )


def _row_to_json(row: Row) -> dict[str, Any]:
    return asdict(row) | {"records": row.records.to_json()}


def _row(kept: dict[str, Any]) -> Row:
    change = kept["change"]
    told = {
        "records": _query(kept["records"]),
        "change": change and Change(**change | {"clustered": _interval(change["clustered"])}),
        "clustered": _interval(kept["clustered"]),
        "media": tuple(kept["media"]),
    }
    return Row(**kept | told)


def _interval(kept: dict[str, float] | None) -> Interval | None:
    return Interval(**kept) if kept else None


def _query(kept: dict[str, Any]) -> MetricQuery:
    return MetricQuery.from_json(kept, today=_EPOCH)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
