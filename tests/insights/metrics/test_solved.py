"""Solved, as the company and the customer say; and how far surveys speak for contacts."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.insights.mart.conftest import Facts

pytestmark = pytest.mark.django_db


def test_the_customers_answer_is_its_own_witness(facts: Facts, total: Callable[..., Any]) -> None:
    for number in range(20):
        facts.survey(customer_says_solved=number < 7 if number < 10 else None)
    row = total("fcr_customer")
    assert (row.value, row.n, row.coverage) == (70.0, 10, 0.5)


def test_survey_coverage_is_the_share_of_contacts_somebody_was_asked_about(
    facts: Facts, total: Callable[..., Any]
) -> None:
    contacts = [facts.contact() for _ in range(10)]
    facts.survey("2026-04-02T10:00", about=contacts[0], nps=9)
    facts.survey("2026-04-03T10:00", about=contacts[0], nps=8)
    facts.survey("2026-04-02T10:00", about=contacts[1], nps=9)
    row = total("survey_coverage")
    assert (row.value, row.n) == (20.0, 10)


def test_answers_can_be_asked_for_by_how_their_contact_was_found(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    """A link by window may be wrong: whoever doubts it asks for those by id alone."""
    for found_by, solved in (("ID", True), ("WINDOW", False)):
        for _ in range(10):
            facts.survey(customer_says_solved=solved, about=facts.contact(), about_by=found_by)
    built()
    assert ask("fcr_customer", filters={"about_by": ["ID"]}).total.value == 100.0
    assert {row.by["about_by"]: row.value for row in ask("fcr_customer", by=("about_by",)).rows if row.n} == {
        "ID": 100.0, "WINDOW": 0.0,
    }  # fmt: skip
