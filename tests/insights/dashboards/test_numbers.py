"""How numbers are written."""

import pytest

from insights.dashboards import numbers


def test_thousands_are_separated_and_minus_is_a_minus_sign() -> None:
    assert numbers.number(12310) == "12,310"
    assert numbers.number(-4.21, 1) == "−4.2"


def test_a_rounded_zero_has_no_sign() -> None:
    assert numbers.number(-0.04, 1) == "0.0"
    assert numbers.number(0.04, 1, signed=True) == "0.0"


def test_what_is_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be shown"):
        numbers.number(float("nan"))


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (48, "0:48"), (372, "6:12"), (3732, "1:02:12"), (-9, "−0:09"), (59.7, "1:00")]
)
def test_seconds_are_written_as_a_clock(seconds: float, text: str) -> None:
    assert numbers.clock(seconds) == text


@pytest.mark.parametrize(
    ("low", "high", "digits"), [(4.0, 20.0, 0), (61.2, 62.4, 1), (9.95, 10.05, 2), (None, None, 1)]
)
def test_an_interval_says_how_many_decimals_it_supports(low: float | None, high: float | None, digits: int) -> None:
    assert numbers.digits_for(low, high, "PERCENT") == digits


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert numbers.share(0.9999) == "over 99\u202f%"
    assert numbers.share(0.0001) == "under 1\u202f%"
    assert numbers.share(1.0) == "100\u202f%"
    assert numbers.share(None) == "not known"
