"""Repeat rate: who came back within some days, of those old enough to tell."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.insights.mart.conftest import Facts

pytestmark = pytest.mark.django_db


def _tell(facts: Facts) -> None:
    """Twelve customers call on 2 March; six come back after six days, three after eight; one calls on 31 March."""
    for number in range(12):
        facts.contact("2026-03-02T10:00", customer=f"c{number}")
    for number in range(6):
        facts.contact("2026-03-08T10:00", customer=f"c{number}", channel="CHAT")
    for number in range(6, 9):
        facts.contact("2026-03-10T10:00", customer=f"c{number}")
    facts.contact("2026-03-31T10:00", customer="last")


def test_a_repeat_is_another_contact_within_seven_days(facts: Facts, total: Callable[..., Any]) -> None:
    _tell(facts)
    row = total("repeat_rate", until="2026-03-03")
    assert (row.value, row.n) == (50.0, 12)


def test_the_window_can_be_asked_for(facts: Facts, total: Callable[..., Any]) -> None:
    _tell(facts)
    assert total("repeat_rate", until="2026-03-03", parameters=(("window_days", "3"),)).value == 0.0
    assert total("repeat_rate", until="2026-03-03", parameters=(("window_days", "30"),)).n == 0  # 29 days old


def test_the_other_side_of_it_is_solved_at_first_contact(facts: Facts, total: Callable[..., Any]) -> None:
    _tell(facts)
    assert total("fcr_repeat", until="2026-03-03").value == 50.0


def test_contacts_younger_than_the_window_wait(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    _tell(facts)
    built()
    found = ask("repeat_rate")
    assert (found.total.n, found.not_yet_assessable, found.total.coverage) == (21, 1, 1.0)


def test_exactly_the_window_old_is_old_enough_and_still_a_repeat(facts: Facts, total: Callable[..., Any]) -> None:
    for number in range(10):
        facts.contact("2026-03-02T10:00", customer=f"c{number}")
        facts.contact("2026-03-09T10:00", customer=f"c{number}")
    row = total("repeat_rate")
    assert (row.value, row.n) == (100.0, 10)


def test_unknown_customers_and_outbound_contacts_are_left_out(facts: Facts, total: Callable[..., Any]) -> None:
    facts.contact("2026-03-02T10:00")
    facts.contact("2026-03-02T10:00", customer="a")
    facts.contact("2026-03-03T10:00", customer="a", direction="OUTBOUND")
    facts.survey("2026-03-04T10:00", customer="a", nps=3)
    for number in range(9):
        facts.contact("2026-03-02T10:00", customer=f"c{number}")
    facts.contact("2026-03-20T10:00", customer="last")
    row = total("repeat_rate")
    assert (row.value, row.n) == (0.0, 10)
