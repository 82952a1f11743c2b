"""Engine and second opinion agree; card, series, cuts and drill-down are one number, also when clocks change."""

import datetime as dt
from collections.abc import Callable
from itertools import product
from random import Random
from typing import Any

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.intake.assumptions import assume
from insights.mart import build
from insights.metrics.answer import Row
from insights.metrics.engine import answers, records
from insights.metrics.query import MetricQuery
from insights.metrics.registry import METRICS
from insights.metrics.viewer import EVERYTHING
from insights.models import Customer, Feedback, Topic
from tests.insights.mart.conftest import NOW, Facts
from tests.insights.metrics.second_opinion import (
    ASSUMED,
    COUNTS,
    JUDGES,
    ON_TOPIC,
    RATES,
    SUMS,
    Opinion,
    Told,
    bucket_of,
    local_day,
    opinion,
    share_opinion,
    stands_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Each zone with days on which its clocks change (25, 23, 24.5 and 23.5 hours), and a zone of half an hour
ZONES = {
    "Europe/Berlin": (dt.date(2025, 10, 26), dt.date(2026, 3, 29)),
    "America/New_York": (dt.date(2025, 11, 2), dt.date(2026, 3, 8)),
    "Asia/Kolkata": (dt.date(2026, 1, 31), dt.date(2026, 3, 1)),
    "Australia/Lord_Howe": (dt.date(2026, 4, 5), dt.date(2025, 10, 5)),
    "UTC": (dt.date(2026, 2, 28), dt.date(2026, 1, 1)),
}
_MAYBE = (None, True, False)
# topic: what it stands under, itself included; its department, its own or inherited; its demand
_TREE = {
    "billing": (("billing",), "Finance", "VALUE"),
    "invoices": (("billing", "invoices"), "Finance", "FAILURE"),
    "late-fees": (("billing", "invoices", "late-fees"), "Risk", "VALUE"),
    "delivery": (("delivery",), "", "FAILURE"),
}
_TOPICS: tuple[tuple[str, ...] | None, ...] = (
    *(None, (), ("billing",), ("invoices",), ("late-fees", "invoices"), ("delivery",), ("late-fees", "delivery")),
)
_INTENTS = (None, {}, {"COMPLAINT": {"confidence": 0.8}}, {"CHURN_RISK": {"confidence": 0.8}, "COMPLAINT": {}})
_FIRST_RESPONSE = ("first_response_seconds", "first_response_business_seconds")
_READINGS = ("is_high_effort", "intents", "outcome")
_CUTS = (
    *("kind", "channel", "medium", "queue", "topic", "owner_department", "demand", "complaint", "outcome"),
    *("department_demand", "main_topic"),
)
_FILTERS: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...] = (
    (),
    (("channel", ("CHAT",)),),
    (("medium", ("SURVEY",)),),
    (("queue", ("", "billing")),),
    (("topic", ("invoices",)),),
    (("topic", ("", "late-fees", "delivery")),),
    (("demand", ("FAILURE",)), ("topic", ("billing",))),
    (("owner_department", ("", "Risk")),),
    (("complaint", ("YES", "")),),
    (("department_demand", ("", "FAILURE:Finance")), ("main_topic", ("", "invoices", "late-fees"))),
)
_SCORES: dict[str, Callable[[Random], tuple[float, float, float, bool]]] = {
    "nps": lambda dice: (dice.randint(0, 10), 0, 10, True),
    "csat": lambda dice: dice.choice(
        [(4, 1, 5, True), (3, 1, 5, True), (2, 1, 7, False), (9, 1, 10, True), (0, 0, 1, True)]
    ),
    "ces": lambda dice: dice.choice([(5, 1, 7, True), (4, 1, 7, True), (4, 1, 5, True), (3, 1, 7, False)]),
}


def _feedback(dice: Random, days: tuple[dt.date, ...]) -> dict[str, Any]:
    day = dice.choice(days) + dt.timedelta(days=dice.randint(-2, 2))
    start = dt.datetime.combine(day, dt.time(), dt.UTC) - dt.timedelta(hours=14)
    told: dict[str, Any] = {
        "at": start + dt.timedelta(minutes=dice.randint(0, 48 * 4) * 15 + dice.choice([0, 0, 7])),
        "customer": dice.choice([None, "a", "b", "c", "d", "e", "f", "g"]),
        "channel": dice.choice(["VOICE", "VOICE", "CHAT", "CHAT", "BOT"]),
        "queue": dice.choice(["", "billing", 'it\'s a "queue"']),
        "text": dice.choice(["", "words"]),
        "sentiment": dice.choice([None, -0.5, 0.25]),
        "sentiment_label": dice.choice(["", "NEGATIVE", "POSITIVE"]),
        "topics": dice.choice(_TOPICS),
        "moods": [dice.choice([None, -0.5, 0.25, 1.0]) for _ in range(2)],
        "is_high_effort": dice.choice(_MAYBE),
        "intents": dice.choice(_INTENTS),
        "outcome": dice.choice(["", "SOLVED", "UNSOLVED", "UNCLEAR"]),
    }
    if dice.random() < 0.5:
        told |= {"kind": "SURVEY", "customer_says_solved": dice.choice(_MAYBE), "about": dice.random() < 0.3}
        return told | {name: score(dice) for name, score in _SCORES.items() if dice.random() < 0.6}
    abandoned = dice.choice(_MAYBE)
    told |= {
        "kind": "CONTACT",
        "direction": dice.choice(["INBOUND", "INBOUND", "INBOUND", "OUTBOUND"]),
        "was_abandoned": abandoned,
        "was_answered": False if abandoned else dice.choice(_MAYBE),
        "transfers": dice.choice([None, 0, 1, 2]),
    }
    told |= {name: dice.choice(_MAYBE) for name in ("was_escalated", "was_reopened", "company_says_solved")}
    for name in ("wait_seconds", "talk_seconds", "hold_seconds", "wrap_up_seconds", *_FIRST_RESPONSE):
        told[name] = dice.choice([None, 0, dice.randint(1, 40), dice.randint(1, 40)])
    return told


_NOT_CONTACT_FACTS = {
    *("kind", "at", "customer", "channel", "queue", "text", "sentiment", "sentiment_label", "about", "topics"),
    *_READINGS,
}


def _cuts(said: dict[str, Any]) -> dict[str, str | tuple[str, ...]]:
    """Where a record stands by what was read of it."""
    places = [_TREE[topic] for topic in said["topics"] or ()]
    lists = {
        "topic": {name for line, _, _ in places for name in line},
        "owner_department": {department for _, department, _ in places if department},
        "demand": {demand for _, _, demand in places},
        "department_demand": {_demand_on(owner, places) for _, owner, _ in places if owner},
    }
    main = min(said["topics"] or ("",))  # all are told as equally sure
    complaint = "" if said["intents"] is None else "YES" if "COMPLAINT" in said["intents"] else "NO"
    told = {name: tuple(sorted(values)) or ("",) for name, values in lists.items()}
    return told | {"complaint": complaint, "outcome": said["outcome"], "main_topic": main}


def _demand_on(department: str, places: list[tuple[tuple[str, ...], str, str]]) -> str:
    demands = {demand for _, owner, demand in places if owner == department}
    return f"{'FAILURE' if 'FAILURE' in demands else 'VALUE'}:{department}"


def _mean_below(topic: str, moods: dict[str, float | None]) -> float | None:
    told = [mood for tagged, mood in moods.items() if topic in _TREE[tagged][0] and mood is not None]
    return sum(told) / len(told) if told else None


def _tell(facts: Facts, drawn: list[dict[str, Any]]) -> list[Told]:
    """Store what was drawn; every fifth survey that wants to is about the contact told last."""
    facts.topic("billing", department="Finance")
    facts.topic("invoices", "billing", demand="FAILURE")
    facts.topic("late-fees", "invoices", department="Risk")
    facts.topic("delivery", demand="FAILURE")
    world: list[Told] = []
    last: Feedback | None = None
    for given_facts in drawn:
        said = dict(given_facts)
        kind, wants_about = said.pop("kind"), said.pop("about", False)
        about = last if wants_about else None
        keys = said["topics"]
        moods = dict(zip(keys or (), said.pop("moods"), strict=False))
        said["topics"] = None if keys is None else tuple(moods.items())
        made = facts.contact(**said) if kind == "CONTACT" else facts.survey(**said, about=about)
        last = made if kind == "CONTACT" else last
        said["topics"] = keys
        queue = said["queue"] or (about.queue if about else "")
        medium = "SURVEY" if kind == "SURVEY" else {"VOICE": "CALL", "CHAT": "CHAT", "BOT": "CHAT"}[said["channel"]]
        world.append(
            Told(
                key=str(made.id),
                kind=kind,
                at=said["at"],
                customer=said["customer"],
                cuts={"kind": kind, "channel": said["channel"], "queue": queue, "medium": medium, **_cuts(said)},
                scores={name: said[name] for name in _SCORES if name in said},
                contact={name: v for name, v in said.items() if kind == "CONTACT" and name not in _NOT_CONTACT_FACTS},
                has_text=bool(said["text"]),
                sentiment=said["sentiment"],
                sentiment_label=said["sentiment_label"] or None,
                customer_says_solved=said.get("customer_says_solved"),
                about=str(about.id) if about else None,
                is_classified=None if said["topics"] is None else bool(said["topics"]),
                topics=said["topics"] or (),
                reading={name: said[name] for name in _READINGS},
                moods={topic: _mean_below(topic, moods) for topic in _cuts(said)["topic"] if topic},
            )
        )
    return world


@st.composite
def _case(draw: Any) -> tuple[str, list[dict[str, Any]], dict[str, Any]]:
    zone = draw(st.sampled_from(sorted(ZONES)))
    dice = Random(draw(st.integers(0, 10**6)))
    drawn = [_feedback(dice, ZONES[zone]) for _ in range(draw(st.sampled_from([1, 20, 100, 200])))]
    around = draw(st.sampled_from(ZONES[zone]))
    since = around - dt.timedelta(days=draw(st.integers(0, 3)))
    question = {
        "since": since,
        "until": since + dt.timedelta(days=draw(st.integers(1, 9))),
        "by": tuple(draw(st.lists(st.sampled_from(_CUTS), unique=True, max_size=2))),
        "bucket": draw(st.sampled_from([None, "hour", "day", "week", "month", "quarter", "year"])),
        "filters": draw(st.sampled_from(_FILTERS)),
    }
    metrics = sorted(draw(st.sets(st.sampled_from(sorted(JUDGES)), min_size=1, max_size=7)))
    return zone, drawn, question | {"metrics": metrics}


@given(case=_case())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_every_metric_agrees_with_the_second_opinion(
    case: tuple[str, list[dict[str, Any]], dict[str, Any]], settings: LazySettings
) -> None:
    zone, drawn, question = case
    settings.REPORTING_TIME_ZONE = zone
    Feedback.objects.all().delete()
    Customer.objects.all().delete()
    for key in ("late-fees", "invoices", "billing", "delivery"):  # children first
        Topic.objects.filter(key=key).delete()
    facts = Facts()
    world = _tell(facts, drawn)
    facts.store()
    assume({"channels": ASSUMED}, user=None, now=NOW)
    assert build.rebuild_all(NOW) is not None
    during = [told for told in world if question["since"] <= local_day(told, zone) < question["until"]]
    metrics = question.pop("metrics")
    queries = [MetricQuery(metric=metric, parameters=_parameters(metric, during), **question) for metric in metrics]
    for query, found in zip(queries, answers(queries, EVERYTHING, now=NOW), strict=True):
        expected = _expected(query, during, world, zone)
        assert _agrees(found.total, expected.pop(None))
        assert found.overlapping == bool({"topic", "owner_department", "demand", "department_demand"} & set(query.by))
        for row in found.rows:
            place = (tuple(row.by[name] for name in query.by), row.bucket)
            assert _agrees(row, expected.get(place, _NOBODY))
        told = {place for place, opinion_there in expected.items() if opinion_there.n}
        assert told <= {(tuple(row.by[name] for name in query.by), row.bucket) for row in found.rows}
        if not found.overlapping:
            assert sum(row.n or 0 for row in found.rows) == found.total.n  # card = series = cuts
            if query.metric in COUNTS | SUMS and all(row.state in ("OK", "NO_DATA") for row in found.rows):
                assert sum(row.value or 0 for row in found.rows) == pytest.approx(found.total.value or 0)


_NOBODY = Opinion(None, 0, 0, frozenset())
Place = tuple[tuple[str | None, ...], str | None] | None  # None: the total


def _parameters(metric: str, during: list[Told]) -> tuple[tuple[str, str], ...]:
    """Ask the repeat rates of the same topic every other time."""
    return (("repeat_topic", "same"),) if metric in ON_TOPIC and len(during) % 2 else ()


def _is_asked(told: Told, filters: dict[str, tuple[str, ...]]) -> bool:
    return all(set(stands_in(told, name)) & set(values) for name, values in filters.items())


def _is_row(name: str, value: str, filters: dict[str, tuple[str, ...]]) -> bool:
    """Whether a cut has this row: what was asked for, and topics below it, not what is mentioned beside it."""
    if name not in filters:
        return True
    line = _TREE[value][0] if name == "topic" and value else (value,)
    return bool(set(line) & set(filters[name]))


def _expected(query: MetricQuery, during: list[Told], world: list[Told], zone: str) -> dict[Place, Opinion]:
    """Answer the whole question: every row, and the total under None."""
    filters = dict(query.filters)
    if query.metric == "topic_share":
        return _expected_shares(query, during, world, zone, filters)
    asked = [told for told in during if _is_asked(told, filters)]
    topics = filters.get("topic")
    expected: dict[Place, Opinion] = {None: opinion(query.metric, asked, world, query.parameters, topics)}
    for place, tolds in _lines(query.by, query.bucket, asked, zone, filters).items():
        on = (place[0][query.by.index("topic")] or "",) if "topic" in query.by else topics
        expected[place] = opinion(query.metric, tolds, world, query.parameters, on)
    return expected


def _expected_shares(
    query: MetricQuery, during: list[Told], world: list[Told], zone: str, filters: dict[str, tuple[str, ...]]
) -> dict[Place, Opinion]:
    """A topic's share is of all, whatever it is about: neither its cut nor its filter narrows what it is a share of."""
    rows = {name: values for name, values in filters.items() if name != "topic"}
    asked = [told for told in during if _is_asked(told, rows)]
    topics = filters.get("topic")
    total = opinion(query.metric, asked, world) if topics is None else share_opinion(topics, asked, world)
    expected: dict[Place, Opinion] = {None: total}
    rest = tuple(name for name in query.by if name != "topic")
    axis = query.by.index("topic") if "topic" in query.by else None
    known = [told for told in asked if JUDGES["topic_share"](told, world) is not None]
    members = sorted({t for told in known for t in stands_in(told, "topic") if _is_row("topic", t, filters)})
    for (values, bucket), tolds in _lines(rest, query.bucket, asked, zone, rows).items():
        if axis is None:
            share = opinion(query.metric, tolds, world) if topics is None else share_opinion(topics, tolds, world)
            expected[values, bucket] = share
            continue
        for member in members:
            place = (*values[:axis], member or None, *values[axis:])
            expected[place, bucket] = share_opinion((member,), tolds, world)
    return expected


def _lines(
    by: tuple[str, ...], bucket: str | None, asked: list[Told], zone: str, filters: dict[str, tuple[str, ...]]
) -> dict[Any, list[Told]]:
    """Put the records into their rows: each of them, where a record stands in several."""
    lines: dict[Any, list[Told]] = {}
    for told in asked:
        choices = [[value for value in stands_in(told, name) if _is_row(name, value, filters)] for name in by]
        for values in product(*choices):
            place = tuple(value or None for value in values), bucket and bucket_of(told, bucket, zone)
            lines.setdefault(place, []).append(told)
    return lines


def test_the_second_opinion_knows_every_metric() -> None:
    assert set(JUDGES) | RATES == set(METRICS)


def _agrees(row: Row, expected: Opinion) -> bool:
    """Compare number and base; the drill-down must hold the very records (asked for rows that have any)."""
    assert row.value == (None if expected.value is None else pytest.approx(expected.value, rel=1e-9, abs=1e-9))
    assert (row.n, row.customers) == (expected.n, expected.customers)
    if row.value is not None and row.low is not None and row.high is not None:
        assert row.low - 1e-9 <= row.value <= row.high + 1e-9
    if expected.n:
        page = records(row.records, EVERYTHING, after=None, limit=1000, now=NOW)
        assert page.count == row.n
        assert frozenset(page.ids) == expected.keys
    return True
