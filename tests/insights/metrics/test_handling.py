"""Abandoned, transferred, escalated, reopened."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.insights.mart.conftest import Facts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("metric", "fact", "yes", "no"),
    [
        ("abandonment_rate", "was_abandoned", True, False),
        ("transfer_rate", "transfers", 2, 0),
        ("escalation_rate", "was_escalated", True, False),
        ("reopen_rate", "was_reopened", True, False),
        ("fcr_company", "company_says_solved", True, False),
    ],
)
def test_unknown_is_left_out_of_both_sides(
    facts: Facts, total: Callable[..., Any], metric: str, fact: str, yes: Any, no: Any
) -> None:
    for value in [yes] * 3 + [no] * 9 + [None] * 12:
        facts.contact(**{fact: value})
    row = total(metric)
    assert (row.value, row.n, row.coverage) == (25.0, 12, 0.5)


@pytest.mark.parametrize("metric", ["transfer_rate", "escalation_rate", "reopen_rate", "fcr_company"])
def test_contacts_that_nobody_answered_were_not_handled(facts: Facts, total: Callable[..., Any], metric: str) -> None:
    known = {"transfers": 1, "was_escalated": True, "was_reopened": True, "company_says_solved": True}
    facts.contact(was_abandoned=True, **known)
    facts.contact(was_answered=False, **known)
    facts.contact(direction="OUTBOUND", **known)
    assert total(metric).n == 0
