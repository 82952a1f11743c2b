"""Sentiment on a topic: what is said of it, not of what stands beside it in the same text."""

from collections.abc import Callable
from typing import Any

import pytest

from insights.metrics.engine import records
from insights.metrics.viewer import EVERYTHING
from tests.insights.mart.conftest import NOW, Facts
from tests.insights.metrics.conftest import calibrated

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(facts: Facts) -> Facts:
    """Ten like the delivery and hate its invoice; ten say of late fees and invoices what differs; two were not read."""
    calibrated(("SURVEY", "CALL"))  # one number of both
    facts.topic("billing")
    facts.topic("invoices", "billing")
    facts.topic("late-fees", "billing")
    facts.topic("delivery")
    for number in range(10):
        own = {"text": "words", "sentiment": 0.0}
        facts.survey(customer=f"a{number}", topics=[("delivery", 0.8), ("invoices", -0.6)], **own)
        facts.contact(customer=f"b{number}", topics=[("late-fees", -1.0), ("invoices", 0.0)], **own)
    facts.contact(customer="c", topics=["delivery"], text="words")
    facts.contact(customer="d", topics=[], text="words", sentiment=1.0)
    return facts


def test_each_topic_has_the_mood_of_what_is_said_of_it(
    told: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    built()
    found = ask("topic_sentiment", by=("topic",))
    assert {row.by["topic"]: (row.value, row.n) for row in found.rows if row.n} == {
        "billing": (pytest.approx(-0.55), 20),
        "delivery": (pytest.approx(0.8), 10),
        "invoices": (pytest.approx(-0.3), 20),
        "late-fees": (-1.0, 10),
    }
    assert {row.by["topic"]: row.coverage for row in found.rows}["delivery"] == pytest.approx(10 / 11)


def test_a_row_is_what_its_filter_gives_and_what_its_records_are(
    told: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    built()
    for row in ask("topic_sentiment", by=("topic", "kind")).rows:
        alone = ask("topic_sentiment", filters=dict(row.records.filters)).total
        assert (alone.value, alone.n, alone.customers) == (row.value, row.n, row.customers)
        assert records(row.records, EVERYTHING, now=NOW).count == row.n


def test_of_several_topics_each_feedback_counts_once(facts: Facts, told: Facts, total: Callable[..., Any]) -> None:
    row = total("topic_sentiment", filters={"topic": ["delivery", "invoices"]})
    assert (row.value, row.n) == (pytest.approx((10 * 0.1 + 10 * 0.0) / 20), 20)


def test_without_a_topic_it_is_of_any_and_differs_from_the_whole_text(
    told: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    built()
    found = ask("topic_sentiment").total
    assert (found.value, found.n) == (pytest.approx((-0.4 / 3 - 0.5) / 2), 20)
    assert ask("sentiment").total.n == 21


def test_other_cuts_and_metrics_beside_it_stay_as_they_are(
    told: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    built()
    by_two = ask("topic_sentiment", by=("demand", "topic"))
    assert [row.value for row in by_two.rows if row.by["topic"] == "delivery"] == [pytest.approx(0.8)]
    assert ask("topic_sentiment", by=("kind",)).rows[0].n == 10


def test_only_media_that_are_alike_make_one_number_and_what_says_nothing_of_a_topic_does_not_count(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    facts.topic("delivery")
    facts.topic("app")
    for _ in range(10):
        facts.survey(topics=[("delivery", 0.5), ("app", None)], text="words")
        facts.contact(topics=[("app", -0.5)], text="words", channel="CHAT")
        facts.contact(topics=[("delivery", 0.0), ("app", -0.5)], text="words", channel="CHAT")
    built()
    rows = {row.by["topic"]: row for row in ask("topic_sentiment", by=("topic",)).rows}
    assert (rows["app"].value, rows["app"].n, rows["app"].media) == (-0.5, 20, ("CHAT",))
    assert (rows["delivery"].state, rows["delivery"].media) == ("NOT_COMPARABLE", ("SURVEY", "CHAT"))
