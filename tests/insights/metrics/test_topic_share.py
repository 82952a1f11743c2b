"""Topic share and mentions: once per topic and once per parent, of all that was classified."""

from collections.abc import Callable
from typing import Any

import pytest

from insights.metrics.engine import records
from insights.metrics.viewer import EVERYTHING, Viewer
from tests.insights.mart.conftest import NOW, Facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(facts: Facts) -> Facts:
    """Twenty texts were classified: ten about late fees, four of them also about invoices, five about delivery."""
    facts.topic("billing")
    facts.topic("invoices", "billing")
    facts.topic("late-fees", "billing")
    facts.topic("delivery")
    for number in range(10):
        topics = ["late-fees", "invoices"] if number < 4 else ["late-fees"]
        facts.contact("2026-03-10T10:00", text="words", topics=topics, customer=f"a{number}")
    for number in range(5):
        facts.survey("2026-03-17T10:00", text="words", topics=["delivery"], customer=f"b{number}")
        facts.contact("2026-03-17T11:00", text="words", topics=[], customer=f"c{number}")
        facts.contact("2026-03-17T12:00", text="words", customer=f"d{number}")  # still to be read
        facts.contact("2026-03-17T13:00", customer=f"e{number}")  # without words
    return facts


def test_a_feedback_counts_once_for_each_topic_and_once_for_their_parent(
    told: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    built()
    found = ask("topic_share", by=("topic",))
    assert {row.by["topic"]: row.value for row in found.rows} == {
        "billing": 50.0, "delivery": 25.0, "invoices": 20.0, "late-fees": 50.0, None: 25.0,
    }  # fmt: skip
    assert {(row.n, row.customers, row.coverage) for row in found.rows} == {(20, 20, 0.8)}
    assert (found.total.value, found.total.n, found.overlapping) == (75.0, 20, True)


def test_a_topic_filter_gives_the_number_of_its_row(
    told: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    built()
    for row in ask("topic_share", by=("topic",)).rows:
        alone = ask("topic_share", filters=dict(row.records.filters)).total
        assert (alone.value, alone.low, alone.n, alone.customers) == (row.value, row.low, row.n, row.customers)
        assert records(row.records, EVERYTHING, now=NOW).count == row.n
    assert ask("topic_share", filters={"topic": ["invoices", "delivery"]}).total.value == 45.0  # of any of them


def test_a_week_in_which_nobody_mentions_it_is_zero_and_one_without_texts_is_unknown(
    told: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    built()
    found = ask("topic_share", since="2026-03-02", until="2026-03-23", by=("topic",), bucket="week")
    course = [(row.value, row.n, row.state) for row in found.rows if row.by["topic"] == "delivery"]
    assert course == [(None, 0, "NO_DATA"), (0.0, 10, "INDICATIVE"), (50.0, 10, "INDICATIVE")]


def test_a_topic_new_in_this_period_rose_from_zero(
    told: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    for number in range(40):
        told.contact("2026-02-10T10:00", text="words", topics=["invoices"], customer=f"f{number}")
    built()
    found = {row.by["topic"]: row for row in ask("topic_share", by=("topic",), compare="previous").rows}
    assert (found["delivery"].change.before, found["delivery"].change.difference) == (0.0, 25.0)
    assert found["delivery"].change.is_significant
    assert found["invoices"].change.before == 100.0


def test_each_side_is_a_share_of_its_own(told: Facts, built: Callable[..., int], ask: Callable[..., Any]) -> None:
    built()
    surveys = ask("topic_share", by=("kind", "topic"))
    shares = {(row.by["kind"], row.by["topic"]): (row.value, row.n) for row in surveys.rows}
    assert shares["CONTACT", "late-fees"] == (pytest.approx(100 * 10 / 15), 15)
    assert shares["SURVEY", "delivery"] == (None, 5)  # fewer than ten
    assert ask("topic_share", by=("topic",), filters={"kind": ["CONTACT"]}).total.n == 15


def test_mentions_are_the_records_behind_a_topic(
    told: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    built()
    found = ask("topic_mentions", by=("topic",))
    assert {row.by["topic"]: row.value for row in found.rows} == {
        "billing": 10.0, "delivery": 5.0, "invoices": 4.0, "late-fees": 10.0, None: None,
    }  # fmt: skip
    assert (found.total.value, found.total.coverage) == (15.0, 0.75)
    for row in found.rows[:4]:
        assert records(row.records, EVERYTHING, now=NOW).count == row.n


def test_within_a_topic_the_rows_are_those_below_it(
    told: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    told.contact(text="words", topics=["invoices", "delivery"])
    built()
    found = ask("contacts", by=("topic",), filters={"topic": ["billing"]})
    assert {row.by["topic"]: row.value for row in found.rows} == {"billing": 11.0, "invoices": 5.0, "late-fees": 10.0}
    for row in found.rows:
        assert records(row.records, EVERYTHING, now=NOW).count == row.n


def test_few_who_mention_a_topic_are_hidden_though_all_are_many(
    told: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    built()
    states = {row.by["topic"]: row.state for row in ask("topic_share", by=("topic",), viewer=Viewer()).rows}
    assert states == {
        "billing": "INDICATIVE",
        "delivery": "INDICATIVE",
        "invoices": "SUPPRESSED",  # four customers
        "late-fees": "SUPPRESSED",  # or it would be had by subtraction
        None: "INDICATIVE",
    }
    assert ask("topic_share", filters={"topic": ["invoices"]}, viewer=Viewer()).total.state == "SUPPRESSED"
