"""What is read out of the words besides sentiment: effort, intents, outcome, failure demand, what fits no topic."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.insights.mart.conftest import Facts

pytestmark = pytest.mark.django_db
_RISK = {"CHURN_RISK": {"confidence": 0.7}}


@pytest.mark.parametrize(
    ("metric", "yes", "no"),
    [
        ("high_effort_share", {"is_high_effort": True}, {"is_high_effort": False}),
        ("churn_risk_share", {"intents": _RISK}, {"intents": {"COMPLAINT": {"confidence": 0.9}}}),
        ("complaint_share", {"intents": {"COMPLAINT": {"confidence": 0.9}}}, {"intents": {}}),
        ("unclassified_share", {"is_classified": False}, {"is_classified": True}),
    ],
    ids=["effort", "churn", "complaint", "unclassified"],
)
def test_a_share_is_of_what_was_read(
    facts: Facts, total: Callable[..., Any], metric: str, yes: dict[str, Any], no: dict[str, Any]
) -> None:
    for _ in range(4):
        facts.survey(text="words", **yes)
        for _ in range(3):
            facts.contact(text="words", **no)
        facts.contact(text="words", sentiment=0.5)  # read, but not for this
        facts.contact(**yes)  # without words of the customer
    row = total(metric)
    assert (row.value, row.n, row.coverage) == (25.0, 16, 0.8)


def test_unclear_words_do_not_tell_whether_it_was_solved(facts: Facts, total: Callable[..., Any]) -> None:
    for outcome in ("SOLVED", "SOLVED", "SOLVED", "UNSOLVED", "UNCLEAR", "UNCLEAR", "UNCLEAR", ""):
        for _ in range(3):
            facts.contact(text="words", outcome=outcome)
    facts.contact(text="words", outcome="SOLVED", was_abandoned=True)  # nobody handled it
    facts.survey(text="words", outcome="SOLVED")
    row = total("fcr_text")
    assert (row.value, row.n, row.coverage) == (75.0, 12, 0.5)


def test_failure_demand_is_of_contacts_with_a_topic(facts: Facts, total: Callable[..., Any]) -> None:
    facts.topic("billing")
    facts.topic("wrong-invoice", "billing", demand="FAILURE")
    facts.topic("order")
    for number in range(10):
        facts.contact(text="words", topics=["wrong-invoice", "order"] if number < 4 else ["order"])
        facts.contact(text="words", topics=[])
        facts.survey(text="words", topics=["wrong-invoice"])
    row = total("failure_demand")
    assert (row.value, row.n, row.coverage) == (40.0, 10, 0.5)


def test_a_repeat_on_the_same_topic_needs_a_topic(facts: Facts, total: Callable[..., Any]) -> None:
    facts.topic("billing")
    facts.topic("invoices", "billing")
    facts.topic("fees", "billing")
    for number in range(10):
        facts.contact("2026-03-02T10:00", customer=f"c{number}", topics=["invoices"])
        facts.contact("2026-03-03T10:00", customer=f"c{number}", topics=["fees"])
    for number in range(3):
        facts.contact("2026-03-05T10:00", customer=f"c{number}", topics=["invoices", "fees"])
    facts.contact("2026-03-02T10:00", customer="x")  # about nothing known
    facts.contact("2026-03-31T10:00", customer="last")
    same = total("repeat_rate", until="2026-03-03", parameters=(("repeat_topic", "same"),))
    assert (same.value, same.n, same.coverage) == (30.0, 10, 10 / 11)
    solved = total("fcr_repeat", until="2026-03-03", parameters=(("repeat_topic", "same"),))
    assert solved.value == 70.0
    assert total("repeat_rate", until="2026-03-03").value == pytest.approx(100 * 10 / 11)
