"""Sentiment and negative share."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.insights.mart.conftest import Facts

pytestmark = pytest.mark.django_db


def test_sentiment_is_the_mean_of_what_was_read(facts: Facts, total: Callable[..., Any]) -> None:
    for value in (0.5, -0.25) * 5:
        facts.survey(text="words", sentiment=value, sentiment_label="NEUTRAL")
    for _ in range(10):
        facts.survey(text="words")
    row = total("sentiment")
    assert (row.value, row.n, row.coverage) == (0.125, 10, 0.5)


def test_negative_share_is_of_those_with_a_reading(facts: Facts, total: Callable[..., Any]) -> None:
    for label in ("NEGATIVE", "NEUTRAL", "POSITIVE", "NEGATIVE", "") * 4:
        facts.contact(text="words", sentiment_label=label)
    row = total("negative_share")
    assert (row.value, row.n, row.coverage) == (50.0, 16, 0.8)


def test_feedback_without_words_is_not_asked(facts: Facts, total: Callable[..., Any]) -> None:
    facts.survey(nps=9)
    row = total("sentiment")
    assert (row.n, row.coverage, row.state) == (0, None, "NO_DATA")
