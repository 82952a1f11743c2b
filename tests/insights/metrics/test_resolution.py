"""What the company and what its customers say of the same contacts."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.insights.mart.conftest import Facts

pytestmark = pytest.mark.django_db


def _tell(facts: Facts, company: bool | None, customer: bool | None, times: int) -> None:
    for _ in range(times):
        contact = facts.contact("2026-03-10T10:00", company_says_solved=company)
        facts.survey("2026-03-11T10:00", about=contact, customer_says_solved=customer)


def test_both_must_have_said_something(facts: Facts, built: Callable[..., int], ask: Callable[..., Any]) -> None:
    """The table of Cohen (1960) as statsmodels and others show it: 20, 5, 10 and 15 of 50 give a kappa of 0.4."""
    _tell(facts, True, True, 20)
    _tell(facts, True, False, 5)
    _tell(facts, False, True, 10)
    _tell(facts, False, False, 15)
    _tell(facts, None, True, 7)
    _tell(facts, True, None, 3)
    built()
    agreement = ask("resolution_agreement").total
    assert (agreement.value, agreement.n) == (70.0, 50)
    kappa = ask("resolution_kappa").total
    assert kappa.value == pytest.approx(0.4)
    assert kappa.low < 0.4 < kappa.high
    gap = ask("resolution_gap").total
    assert (gap.value, gap.n) == (-10.0, 50)
    assert agreement.coverage == 50 / 60


def test_where_all_say_the_same_chance_cannot_be_told_from_agreement(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    _tell(facts, True, True, 12)
    built()
    assert ask("resolution_agreement").total.value == 100.0
    assert ask("resolution_kappa").total.state == "NO_DATA"


def test_a_contact_nobody_answered_is_not_judged(facts: Facts, total: Callable[..., Any]) -> None:
    for _ in range(12):
        contact = facts.contact("2026-03-10T10:00", company_says_solved=False, was_abandoned=True)
        facts.survey("2026-03-11T10:00", about=contact, customer_says_solved=False)
    assert total("resolution_agreement").n == 0
