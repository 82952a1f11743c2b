"""Topics stand in the mart with all they stand under, and a changed taxonomy reaches it by itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from insights.mart import build
from insights.mart.engine import open_version
from insights.mart.taxonomy import standing
from insights.models import Enrichment, Feedback, Mention, Topic
from tests.insights.mart.conftest import NOW, Facts, mark

pytestmark = pytest.mark.django_db


def rows() -> list[dict[str, Any]]:
    """Return the mart's rows, oldest first."""
    version = open_version()
    assert version is not None
    return version.rows_of(version.feedback.order_by("occurred_at"))


@pytest.fixture
def tree(facts: Facts) -> Facts:
    """Billing over invoices (a failure) over late fees; delivery."""
    facts.topic("billing", department="Finance")
    facts.topic("invoices", "billing", demand="FAILURE")
    facts.topic("late-fees", "invoices", department="Risk, Ltd")
    facts.topic("delivery", department="Logistics")
    return facts


def test_a_feedback_tells_its_topics_and_all_they_stand_under_once(tree: Facts, built: Callable[..., int]) -> None:
    tree.contact(text="words", topics=[("late-fees", -0.5), ("invoices", 0.25), ("delivery", None)])
    built()
    (row,) = rows()
    assert row["topics"] == ["billing", "delivery", "invoices", "late-fees"]
    assert row["topic_sentiments"] == [-0.125, None, -0.125, -0.5]  # a parent has the mean of what is said below it
    assert sorted(row["owner_departments"]) == ["Finance", "Logistics", "Risk, Ltd"]
    assert sorted(row["demands"]) == ["FAILURE", "VALUE"]


def test_each_department_stands_once_a_failure_before_all_else(tree: Facts, built: Callable[..., int]) -> None:
    tree.contact("2026-03-10T10:00", text="words", topics=["billing", "invoices", "delivery"])
    tree.contact("2026-03-10T11:00", text="words", topics=["billing"])
    tree.contact("2026-03-10T12:00", text="words", topics=[])
    built()
    assert [row["department_demands"] for row in rows()] == [
        ["FAILURE:Finance", "VALUE:Logistics"],
        ["VALUE:Finance"],
        [],
    ]


def test_the_main_topic_is_the_one_mentioned_most_surely(tree: Facts, built: Callable[..., int]) -> None:
    tree.contact("2026-03-10T10:00", text="words", topics=["delivery", "invoices"])
    tree.contact("2026-03-10T11:00", text="words", topics=["delivery", "invoices"])
    tree.contact("2026-03-10T12:00", text="words", topics=[])
    tree.store()
    Mention.objects.filter(topic__key="invoices", feedback=Feedback.objects.earliest("occurred_at")).update(
        confidence=0.95
    )
    built()
    assert [row["main_topic"] for row in rows()] == ["invoices", "delivery", ""]  # as sure: the first by its key


def test_without_topics_lists_are_empty(tree: Facts, built: Callable[..., int]) -> None:
    tree.contact("2026-03-10T10:00", text="words", topics=[])
    tree.contact("2026-03-10T11:00", text="words")
    tree.contact("2026-03-10T12:00", text="words", topics=["delivery"])
    built()
    assert [(row["topics"], row["is_classified"]) for row in rows()] == [
        ([], False),
        ([], None),
        (["delivery"], True),
    ]
    assert [row["topic_sentiments"] for row in rows()] == [[], [], [None]]


def test_what_was_read_of_the_words_is_told(facts: Facts, built: Callable[..., int]) -> None:
    told = {"COMPLAINT": {"confidence": 0.9}, "COMPETITOR": {"confidence": 0.8, "name": "Acme"}}
    facts.contact("2026-03-10T10:00", text="w", intents=told, is_high_effort=True, outcome="UNSOLVED", seen_before=True)
    facts.survey("2026-03-10T11:00", text="w")
    built()
    read, unread = rows()
    names = ("is_complaint", "is_churn_risk", "is_idea", "is_purchase", "is_high_effort", "seen_before")
    assert [read[name] for name in names] == [True, False, False, False, True, True]
    assert (read["competitor"], read["outcome"], read["solicited"]) == ("Acme", "UNSOLVED", False)
    assert [unread[name] for name in names] == [None] * 6
    assert (unread["competitor"], unread["outcome"], unread["solicited"]) == ("", "", True)


def test_the_next_contact_on_the_same_topic_may_be_a_later_one(tree: Facts, built: Callable[..., int]) -> None:
    tree.contact("2026-03-01T10:00", customer="a", topics=["late-fees", "delivery"])
    tree.contact("2026-03-03T10:00", customer="a", topics=["invoices"])
    tree.contact("2026-03-06T10:00", customer="a", topics=["delivery"])
    tree.contact("2026-03-07T10:00", customer="b", topics=["delivery"])
    built()
    five = timedelta(days=5).total_seconds()
    assert [row["seconds_to_next_contact_same_topic"] for row in rows()] == [five, None, None, None]


def test_the_customers_latest_answer_about_a_contact_stands_beside_it(facts: Facts, built: Callable[..., int]) -> None:
    contact = facts.contact("2026-03-01T10:00", company_says_solved=True)
    facts.survey("2026-03-02T10:00", about=contact, customer_says_solved=True)
    facts.survey("2026-03-03T10:00", about=contact, customer_says_solved=False)
    facts.survey("2026-03-04T10:00", about=contact, nps=3)
    built()
    assert [row["customer_answered_solved"] for row in rows()] == [False, None, None, None]
    assert rows()[0]["has_survey_answer"]


def test_a_topic_that_is_read_anew_reaches_the_earlier_contact_about_it(tree: Facts, built: Callable[..., int]) -> None:
    tree.contact("2026-03-01T10:00", customer="a", topics=["delivery"])
    tree.contact("2026-03-02T10:00", customer="a", topics=["invoices"])
    last = tree.contact("2026-03-05T10:00", customer="a", topics=["invoices"])
    built()
    column = "seconds_to_next_contact_same_topic"
    assert [row[column] for row in rows()] == [None, timedelta(days=3).total_seconds(), None]
    Mention.objects.filter(feedback=last).update(topic=Topic.objects.get(key="delivery"))
    mark("2026-03-05")
    assert build.drain(NOW).reached == 2
    assert [row[column] for row in rows()] == [timedelta(days=4).total_seconds(), None, None]


def test_reached_rows_are_told_anew_and_the_others_of_their_days_stay(tree: Facts, built: Callable[..., int]) -> None:
    for number in range(5):
        tree.contact(f"2026-02-28T1{number}:00", customer=f"c{number}", queue="old", topics=["delivery"])
    built()
    before = rows()
    Feedback.objects.update(queue="not marked, so not looked at")
    tree.contact("2026-03-01T10:00", customer="c3", queue="new")
    tree.store()
    mark("2026-03-01")
    assert build.drain(NOW) == build.Built(days=1, version=1, reached=1)
    after = rows()
    assert [row["queue"] for row in after] == ["old"] * 3 + ["not marked, so not looked at", "old", "new"]
    assert [row for row in after if row["queue"] == "old"] == [row for row in before if row["customer"] != _of(after)]


def _of(after: list[dict[str, Any]]) -> object:
    return after[-1]["customer"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"owner_department": "Legal"}, (["billing", "invoices", "late-fees"], ["Legal"])),
        ({"key": "fees"}, (["billing", "fees", "invoices"], ["Risk, Ltd"])),
        ({"is_active": False}, (["billing", "invoices", "late-fees"], ["Risk, Ltd"])),
    ],
    ids=["owner", "key", "retired"],
)
def test_a_changed_topic_is_told_anew_without_a_marked_day(
    tree: Facts, built: Callable[..., int], change: dict[str, Any], expected: tuple[list[str], list[str]]
) -> None:
    tree.contact("2026-03-01T10:00", topics=["late-fees"])
    tree.contact("2026-03-02T10:00", topics=["delivery"])
    built()
    Topic.objects.filter(key="late-fees").update(**change)
    done = build.drain(NOW)
    assert done == build.Built(days=0 if "is_active" in change else 1, version=0 if "is_active" in change else 1)
    assert (rows()[0]["topics"], rows()[0]["owner_departments"]) == expected


def test_a_moved_parent_reaches_what_is_said_below_it(tree: Facts, built: Callable[..., int]) -> None:
    tree.contact("2026-03-01T10:00", topics=["late-fees"])
    built()
    Topic.objects.filter(key="invoices").update(parent=Topic.objects.get(key="delivery"))
    build.drain(NOW)
    assert rows()[0]["topics"] == ["delivery", "invoices", "late-fees"]


def test_a_topic_nobody_mentions_changes_only_the_note(tree: Facts, built: Callable[..., int]) -> None:
    tree.contact("2026-03-01T10:00", topics=["delivery"])
    built()
    before = rows()
    Topic.objects.create(key="new", name="New")
    assert build.drain(NOW) == build.Built(days=0, version=1)
    assert build.drain(NOW) == build.Built(days=0, version=1)
    assert rows() == before
    version = open_version()
    assert version is not None
    assert version.note.taxonomy == standing().taxonomy


def test_a_circle_of_topics_ends(tree: Facts, built: Callable[..., int]) -> None:
    tree.contact("2026-03-01T10:00", topics=["late-fees"])
    tree.store()
    Topic.objects.filter(key="billing").update(parent=Topic.objects.get(key="late-fees"))
    built()
    assert rows()[0]["topics"] == ["billing", "invoices", "late-fees"]


def test_facts_that_say_no_words_are_told_without_readings(facts: Facts, built: Callable[..., int]) -> None:
    facts.contact(datetime(2026, 3, 1, 9, tzinfo=UTC))
    facts.store()
    assert not Enrichment.objects.exists()
    built()
    assert rows()[0]["is_complaint"] is None
