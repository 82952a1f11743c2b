"""A question is a value: it refuses to exist when wrong, and comes back the same from a URL and from JSON."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.metrics.dimensions import DIMENSIONS, Dimension
from insights.metrics.periods import BUCKETS, COMPARISONS
from insights.metrics.query import InvalidQuery, MetricQuery
from insights.metrics.registry import METRICS

TODAY = date(2026, 3, 15)
_TEXT = st.text(st.characters(blacklist_characters="\x00", blacklist_categories=["Cs"]), max_size=20)


def _values(dimension: Dimension) -> st.SearchStrategy[str]:
    if dimension.is_score:
        return st.sampled_from(["", "7", "0..6", "9..", "..6", "2.5..3"])
    return st.sampled_from(dimension.values) if dimension.values else _TEXT


@st.composite
def _queries(draw: Any) -> MetricQuery:
    metric = draw(st.sampled_from(sorted(METRICS)))
    since = draw(st.dates(date(2000, 1, 1), date(2030, 1, 1)))
    days = draw(st.integers(1, 62))
    by_days = bool(METRICS[metric].only_by)
    known = sorted(METRICS[metric].only_by or DIMENSIONS)
    names = draw(st.sets(st.sampled_from(known), max_size=4))
    values = {name: _values(DIMENSIONS[name]) for name in names}
    chosen = draw(st.sets(st.sampled_from(sorted(METRICS[metric].parameters)))) if METRICS[metric].parameters else ()
    hour = st.integers(0, 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
    return MetricQuery(
        metric=metric,
        since=since,
        until=since + timedelta(days=days),
        by=tuple(draw(st.lists(st.sampled_from(known), unique=True, max_size=3))),
        bucket=draw(st.sampled_from([None, *(name for name in BUCKETS if name != "hour" or not by_days)])),
        compare=draw(st.sampled_from([None, *COMPARISONS])),
        filters=tuple((name, tuple(draw(st.lists(values[name], min_size=1, max_size=3)))) for name in names),
        parameters=tuple((name, draw(st.sampled_from(METRICS[metric].parameters[name]))) for name in chosen),
        as_of=draw(st.one_of(st.none(), st.integers(0, 10**12))),
        hour=None if by_days else draw(st.one_of(st.none(), hour)),
    )


@given(_queries())
def test_a_question_comes_back_from_a_url(query: MetricQuery) -> None:
    pairs = parse_qsl(query.to_url(), keep_blank_values=True, strict_parsing=True)
    assert MetricQuery.from_pairs(query.metric, pairs, today=TODAY) == query


@given(_queries())
def test_a_question_comes_back_from_json(query: MetricQuery) -> None:
    assert MetricQuery.from_json(json.loads(json.dumps(query.to_json())), today=TODAY) == query


@given(_queries())
def test_equal_questions_are_equal_values_whatever_their_order(query: MetricQuery) -> None:
    turned = MetricQuery.from_json(
        query.to_json() | {"filters": {n: list(reversed(v)) for n, v in reversed(query.filters)}}, today=TODAY
    )
    assert turned == query
    assert hash(turned) == hash(query)


@pytest.mark.parametrize(
    ("metric", "pairs", "parameter"),
    [
        ("npz", [], "metric"),
        ("nps", [("since", "2026-02-01"), ("until", "2026-02-01")], "since"),
        ("nps", [("since", "2026-03-01"), ("until", "2026-02-01")], "since"),
        ("nps", [("since", "31/02/2026")], "since"),
        ("nps", [("since", "2026-02-31")], "since"),
        ("nps", [("since", "20260201")], "since"),
        ("nps", [("since", "1999-01-01")], "since"),
        ("nps", [("since", "2026-01-01"), ("since", "2026-01-02")], "since"),
        ("nps", [("bucket", "fortnight")], "bucket"),
        ("nps", [("bucket", "hour")], "bucket"),
        ("nps", [("by", "colour")], "by"),
        ("nps", [("by", "queue"), ("by", "queue")], "by"),
        ("nps", [("by", "queue,team,channel,source")], "by"),
        ("nps", [("compare", "tomorrow")], "compare"),
        ("nps", [("colour", "red")], "colour"),
        ("nps", [("channel", "chat")], "channel"),
        ("nps", [("queue", "a\x00b")], "queue"),
        ("nps", [("queue", "a" * 301)], "queue"),
        ("nps", [("hour_of_day", "24")], "hour_of_day"),
        ("nps", [("window_days", "7")], "window_days"),
        ("repeat_rate", [("window_days", "8")], "window_days"),
        ("nps", [("as_of", "-1")], "as_of"),
        ("nps", [("as_of", "latest")], "as_of"),
        ("nps", [("hour", "2026-03-01T10:00:00")], "hour"),
        ("nps", [("hour", "ten")], "hour"),
    ],
)
def test_a_wrong_question_is_refused_and_says_where(metric: str, pairs: list[tuple[str, str]], parameter: str) -> None:
    with pytest.raises(InvalidQuery) as refused:
        MetricQuery.from_pairs(metric, pairs, today=TODAY)
    assert refused.value.parameter == parameter


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"metric": 3},
        {"metric": "nps", "colour": 1},
        {"metric": "nps", "filters": ["channel"]},
        {"metric": "nps", "filters": {"channel": [None]}},
        {"metric": "nps", "filters": {"since": "2026-01-01"}},
        {"metric": "nps", "since": True},
    ],
)
def test_wrong_json_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidQuery):
        MetricQuery.from_json(body, today=TODAY)


def test_without_a_period_it_is_the_90_days_that_end_today() -> None:
    query = MetricQuery.from_pairs("nps", [], today=TODAY)
    assert (query.until, query.period.days) == (date(2026, 3, 16), 90)
