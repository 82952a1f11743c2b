"""Scores as cuts and as ranges to filter by."""

from collections.abc import Callable
from typing import Any

import pytest

from insights.metrics.engine import records
from insights.metrics.query import InvalidQuery
from insights.metrics.viewer import EVERYTHING
from tests.insights.mart.conftest import NOW, Facts
from tests.insights.metrics.conftest import query

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(facts: Facts) -> Facts:
    """Ten each of NPS 3, 6.5, 7 and 10; the last ones are content too, on two scales; ten contacts beside them."""
    for number in range(10):
        facts.survey(nps=3, customer=f"a{number}")
        facts.survey(nps=6.5, customer=f"b{number}")
        facts.survey(nps=7, csat=(1, 1, 5, False), customer=f"c{number}")
        facts.survey(nps=10, csat=(6, 1, 7), customer=f"d{number}")
        facts.contact(customer=f"e{number}")
    return facts


@pytest.mark.parametrize(
    ("asked", "n"),
    [(["0..6"], 10), (["..6.9"], 20), (["7..", "3"], 30), (["10"], 10), (["0..10"], 40), ([".."], 40), (["11.."], 0)],
)
def test_a_range_holds_its_ends(told: Facts, total: Callable[..., Any], asked: list[str], n: int) -> None:
    assert total("responses", filters={"nps_score": asked}).n == n


def test_no_answer_is_no_score(told: Facts, built: Callable[..., int], ask: Callable[..., Any]) -> None:
    built()
    assert ask("contacts", filters={"nps_score": [""]}).total.value == 10
    assert ask("contacts", filters={"nps_score": ["0..10"]}).total.n == 0


def test_other_scores_stand_in_percent_of_their_own_scale(
    told: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    built()
    rows = ask("responses", by=("csat_score",)).rows
    assert [(row.by["csat_score"], row.n) for row in rows] == [("83.33", 10), ("100", 10), (None, 20)]
    assert ask("responses", filters={"csat_score": ["80..90"]}).total.n == 10


def test_a_cut_by_score_is_in_order_and_leads_to_its_records(
    told: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    built()
    rows = ask("responses", by=("nps_score",)).rows
    assert [row.by["nps_score"] for row in rows] == ["3", "6.5", "7", "10"]
    assert [records(row.records, EVERYTHING, now=NOW).count for row in rows] == [10, 10, 10, 10]


@pytest.mark.parametrize("wrong", ["ten", "6..3", "1..2..3", "1e3", "0...6", "nan", "٣"])
def test_what_is_no_range_is_refused_and_told_how(wrong: str) -> None:
    with pytest.raises(InvalidQuery, match=r"a range such as 0\.\.6"):
        query("responses", filters={"nps_score": [wrong]})
