"""NPS: promoters minus detractors."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.insights.mart.conftest import Facts

pytestmark = pytest.mark.django_db


def test_nps_is_the_share_of_promoters_minus_that_of_detractors(facts: Facts, total: Callable[..., Any]) -> None:
    for value in (10, 10, 9, 9, 9, 9, 8, 7, 6, 0):
        facts.survey(nps=value)
    row = total("nps")
    assert (row.value, row.n, row.customers, row.coverage, row.state) == (40.0, 10, 10, 1.0, "INDICATIVE")


@pytest.mark.parametrize(
    ("value", "expected"), [(6, -100.0), (6.99, -100.0), (7, 0.0), (8.99, 0.0), (9, 100.0), (10, 100.0), (0, -100.0)]
)
def test_nine_is_a_promoter_and_below_seven_a_detractor(
    facts: Facts, total: Callable[..., Any], value: float, expected: float
) -> None:
    for _ in range(10):
        facts.survey(nps=value)
    assert total("nps").value == expected


def test_a_survey_without_the_answer_lowers_coverage_only(facts: Facts, total: Callable[..., Any]) -> None:
    for _ in range(10):
        facts.survey(nps=9)
    for _ in range(30):
        facts.survey(csat=5)
    row = total("nps")
    assert (row.value, row.n, row.coverage) == (100.0, 10, 0.25)


def test_nine_answers_are_withheld_and_their_number_is_told(facts: Facts, total: Callable[..., Any]) -> None:
    for _ in range(9):
        facts.survey(nps=9)
    row = total("nps")
    assert (row.value, row.low, row.high, row.n, row.state) == (None, None, None, 9, "WITHHELD")


def test_without_answers_there_is_no_number(facts: Facts, total: Callable[..., Any]) -> None:
    facts.survey(csat=5)
    row = total("nps")
    assert (row.value, row.n, row.state) == (None, 0, "NO_DATA")
