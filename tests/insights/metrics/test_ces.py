"""CES: the share who found it easy."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.insights.mart.conftest import Facts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("score", "is_easy"),
    [
        ((5, 1, 7), True),
        ((4, 1, 7), False),
        ((4, 1, 5), True),
        ((3, 1, 5), False),
        ((3, 1, 7, False), True),  # 1 is easiest
        ((4, 1, 7, False), False),
    ],
)
def test_easy_is_five_of_seven_and_four_of_five_once_high_means_easy(
    facts: Facts, total: Callable[..., Any], score: tuple[Any, ...], is_easy: bool
) -> None:
    for _ in range(10):
        facts.survey(ces=score)
    assert total("ces").value == (100.0 if is_easy else 0.0)
