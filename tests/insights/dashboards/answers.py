"""Answers made by hand: what a page is given, without an engine."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from insights.metrics.answer import Answer, AsOf, Change, Row
from insights.metrics.query import MetricQuery
from insights.metrics.registry import METRICS

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_query(metric: str = "nps", **changes: Any) -> MetricQuery:
    return MetricQuery(**{"metric": metric, "since": date(2026, 1, 1), "until": date(2026, 3, 1), **changes})


def a_row(query: MetricQuery, value: float | None = 12.3, **changes: Any) -> Row:
    facts: dict[str, Any] = {
        "by": {},
        "bucket": None,
        "value": value,
        "low": None if value is None else value - 4,
        "high": None if value is None else value + 4,
        "n": 412,
        "customers": 400,
        "coverage": 0.95,
        "state": "OK" if value is not None else "NO_DATA",
        "records": query.plain(),
    }
    return Row(**{**facts, **changes})


def a_change(difference: float = 8.0, *, half: float = 3.0, p_value: float = 0.001) -> Change:
    low, high = difference - half, difference + half
    return Change(
        before=10.0, difference=difference, low=low, high=high, p_value=p_value, is_significant=low > 0 or high < 0
    )


def an_answer(
    query: MetricQuery | None = None, *, total: Row | None = None, rows: Sequence[Row] = (), **changes: Any
) -> Answer:
    query = query or a_query()
    metric = METRICS[query.metric]
    facts: dict[str, Any] = {
        "metric": metric,
        "query": query,
        "time_zone": "Europe/Berlin",
        "as_of": AsOf(data_version=17, built_at=NOW, complete_until=NOW),
        "rows": tuple(rows),
        "total": total or a_row(query),
        "overlapping": False,
        "method": metric.method,
        "sources": {"qualtrics_csv": 400, "csv": 12},
        "design_effect": 1.04,
    }
    return Answer(**{**facts, **changes})
