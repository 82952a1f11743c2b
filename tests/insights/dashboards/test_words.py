"""What a number may claim."""

import pytest

from insights.dashboards.words import change_said, said
from insights.metrics.registry import METRICS
from tests.insights.dashboards.answers import a_change, a_query, a_row

NPS, AHT = METRICS["nps"], METRICS["aht_seconds"]


def test_a_value_is_rounded_to_what_its_interval_supports() -> None:
    words = said(a_row(a_query(), 12.34), NPS)
    assert (words.value, words.interval, words.base) == ("12", "8 to 16", "n = 412")


def test_too_few_answers_are_said_and_no_value_is_shown() -> None:
    words = said(a_row(a_query(), None, state="WITHHELD", n=7), NPS)
    assert words.value == ""
    assert words.note == "Too few answers (7)"


def test_a_suppressed_number_hides_its_base_too() -> None:
    words = said(a_row(a_query(), None, state="SUPPRESSED", n=None, customers=None), NPS)
    assert words.base == "n hidden"
    assert "Hidden" in words.note


def test_a_small_base_is_marked_indicative() -> None:
    assert said(a_row(a_query(), 12.0, state="INDICATIVE", n=22), NPS).is_indicative


@pytest.mark.parametrize(
    ("difference", "tone", "start"), [(8.0, "better", "up 8 points"), (-8.0, "worse", "down 8 points")]
)
def test_a_real_change_says_its_direction_and_whether_it_is_better(difference: float, tone: str, start: str) -> None:
    words = change_said(a_row(a_query(), 12.0, change=a_change(difference)), NPS)
    assert words is not None
    assert words.is_real
    assert words.tone == tone
    assert words.text.startswith(start)


def test_a_change_whose_interval_holds_zero_is_not_told_as_one() -> None:
    words = change_said(a_row(a_query(), 12.0, change=a_change(1.0, half=3.0, p_value=0.4)), NPS)
    assert words is not None
    assert not words.is_real
    assert words.text == "no distinguishable change (−2 to +4)"


def test_where_neither_direction_is_better_no_judgement_is_coloured() -> None:
    words = change_said(a_row(a_query("aht_seconds"), 300.0, change=a_change(12.0)), AHT)
    assert words is not None
    assert words.tone == "plain"
    assert "12\u202fs" in words.text
