"""Contacts and survey answers: counts."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.insights.mart.conftest import Facts

pytestmark = pytest.mark.django_db


def test_contacts_are_those_that_customers_began(facts: Facts, total: Callable[..., Any]) -> None:
    facts.contact()
    facts.contact(direction="OUTBOUND")
    facts.contact(direction="INTERNAL")
    facts.survey(nps=9)
    row = total("contacts")
    assert (row.value, row.n, row.state) == (1.0, 1, "OK")


def test_outbound_contacts_are_a_number_of_their_own(facts: Facts, total: Callable[..., Any]) -> None:
    facts.contact()
    facts.contact(direction="OUTBOUND")
    assert total("outbound_contacts").value == 1.0


def test_responses_are_survey_answers(facts: Facts, total: Callable[..., Any]) -> None:
    facts.contact()
    facts.survey(nps=9)
    facts.survey()
    assert total("responses").value == 2.0


def test_no_contact_is_no_data_and_not_zero(facts: Facts, total: Callable[..., Any]) -> None:
    facts.survey(nps=9)
    row = total("contacts")
    assert (row.value, row.n, row.state) == (None, 0, "NO_DATA")


def test_days_are_the_companys(facts: Facts, total: Callable[..., Any]) -> None:
    facts.contact("2026-03-01T00:00")
    facts.contact("2026-03-31T23:59")
    facts.contact("2026-02-28T23:59")
    facts.contact("2026-04-01T00:00")
    assert total("contacts").value == 2.0
