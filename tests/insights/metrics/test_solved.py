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


def test_a_contacts_customer_says_whether_it_was_solved(facts: Facts, total: Callable[..., Any]) -> None:
    """By contact, so that it can be cut by what the contact was about; the latest answer counts, once."""
    for number in range(12):
        contact = facts.contact("2026-03-10T10:00", was_answered=number != 11)
        facts.survey("2026-03-11T10:00", about=contact, customer_says_solved=True)
        facts.survey("2026-03-12T10:00", about=contact, customer_says_solved=number < 5)
    facts.contact("2026-03-10T10:00", customer_says_solved=False)  # said in the contact itself, as a ticket's rating is
    facts.contact("2026-03-10T10:00")
    facts.survey("2026-03-10T10:00", customer_says_solved=True)  # about no contact
    row = total("fcr_customer_contacts")
    assert (row.n, round(row.value, 2)) == (12, 41.67)
    assert row.coverage == 12 / 13


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
