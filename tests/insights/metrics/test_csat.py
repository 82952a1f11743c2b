"""CSAT: the top two of the stored scale."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.insights.mart.conftest import Facts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("score", "is_satisfied"),
    [
        ((4, 1, 5), True),
        ((3, 1, 5), False),
        ((6, 1, 7), True),
        ((5, 1, 7), False),
        ((9, 1, 10), True),
        ((8, 1, 10), False),
        ((9, 0, 10), True),
        ((8, 0, 10), False),
        ((1, 0, 1), True),
        ((0, 0, 1), False),
        ((2, 1, 5, False), True),  # 1 is best
        ((4, 1, 5, False), False),
        ((3, 1, 3), True),
        ((2, 1, 3), False),
        ((75, 0, 100), True),
        ((74, 0, 100), False),
    ],
)
def test_the_top_two_depend_on_the_scale_and_its_direction(
    facts: Facts, total: Callable[..., Any], score: tuple[Any, ...], is_satisfied: bool
) -> None:
    for _ in range(10):
        facts.survey(csat=score)
    assert total("csat").value == (100.0 if is_satisfied else 0.0)


def test_each_answer_is_judged_on_its_own_scale(facts: Facts, total: Callable[..., Any]) -> None:
    for _ in range(6):
        facts.survey(csat=(5, 1, 5))
    for _ in range(4):
        facts.survey(csat=(5, 1, 10))
    assert total("csat").value == 60.0


def test_a_rating_of_a_contact_counts_too(facts: Facts, total: Callable[..., Any]) -> None:
    for _ in range(10):
        facts.survey(csat=5)
    assert total("csat").n == 10
