"""The JSON form of an answer (version 1): the API and the command line print this."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from insights.metrics.answer import Answer, Row
from insights.metrics.intervals import Interval

FEEDBACK_PATH = "/api/v1/feedback"


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """Return the answer as plain JSON values."""
    metric, query, as_of = answer.metric, answer.query, answer.as_of
    return {
        "metric": {
            "key": metric.key,
            "label": metric.label,
            "unit": metric.unit,
            "better": metric.better,
            "definition_version": metric.definition_version,
        },
        "query": _without_metric(query.to_json()) | {"time_zone": answer.time_zone},
        "as_of": {
            "data_version": as_of.data_version,
            "built_at": _time(as_of.built_at),
            "complete_until": _time(as_of.complete_until),
        },
        "method": answer.method,
        "doubt": metric.doubt,
        "overlapping": answer.overlapping,
        "not_yet_assessable": answer.not_yet_assessable,
        "sources": None if answer.sources is None else dict(answer.sources),
        "design_effect": answer.design_effect,
        "clustered": _interval(answer.clustered),
        **_assumed(answer),
        **_axes(answer),
        "rows": [_row(row, has_scale=bool(metric.scale)) for row in answer.rows],
        "total": _row(answer.total, has_scale=bool(metric.scale)),
    }


def _assumed(answer: Answer) -> dict[str, Any]:
    return {} if answer.assumed is None else {"assumption": answer.assumed.as_json() | {"currency": settings.CURRENCY}}


def _axes(answer: Answer) -> dict[str, Any]:
    if not answer.metric.scale:
        return {}
    return {"axes": [list(axis) for axis in answer.axes], "not_comparable": answer.incomparable or None}


def _without_metric(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if name != "metric"}


def _interval(interval: Interval | None) -> dict[str, float] | None:
    return None if interval is None else {"low": interval.low, "high": interval.high}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _row(row: Row, *, has_scale: bool) -> dict[str, Any]:
    """A row that was not compared has no `change`; one without a scale no `media` and no `axis`."""
    shape: dict[str, Any] = {
        "by": dict(row.by),
        "bucket": row.bucket,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "n": row.n,
        "customers": row.customers,
        "coverage": row.coverage,
        "design_effect": row.design_effect,
        "clustered": _interval(row.clustered),
        "state": row.state,
        "records": f"{FEEDBACK_PATH}?{row.records.to_url(with_metric=True)}",
    }
    if has_scale:
        shape |= {"media": list(row.media), "axis": row.axis}
    if row.change is not None:
        change = row.change
        shape["change"] = {
            "before": change.before,
            "difference": change.difference,
            "low": change.low,
            "high": change.high,
            "p_value": change.p_value,
            "is_significant": change.is_significant,
            "clustered": _interval(change.clustered),
            "clustered_p_value": change.clustered_p_value,
        }
    return shape
