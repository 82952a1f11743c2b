"""Who answered: standardised differences against their definition, and what counts as out of balance."""

from math import sqrt

import pytest

from insights.analysis.representation import represented, standardised
from insights.analysis.representation_counts import Counted, Who


def who(**segments):
    total = Counted(sum(c for c, _ in segments.values()), sum(a for _, a in segments.values()))
    by = {name: Counted(*pair) for name, pair in segments.items()}
    return Who(total={"": total}, by={"": {"segment": by, "channel": {}, "queue": {}}})


def panel(told, **more):
    return represented(told, answers=100, with_words=60, read=50, names_few=True, **more)


def test_the_standardised_difference_is_austins():
    """Austin 2009: (p1 - p2) / sqrt((p1 (1 - p1) + p2 (1 - p2)) / 2)."""
    difference, low, high = standardised(0.30, 200, 0.20, 1000)
    assert difference == pytest.approx(0.10 / sqrt((0.21 + 0.16) / 2))
    assert low < difference < high
    assert (high - low) / 2 == pytest.approx(1.96 * sqrt(1200 / 200_000 + difference**2 / 2400), rel=1e-3)
    assert standardised(0.0, 10, 0.0, 100) is None


def test_an_imbalance_is_large_enough_and_beyond_chance():
    found = panel(who(Gold=(1000, 260), Basic=(4000, 240)))
    assert [(value.value, value.is_grave) for value in found.notable] == [("Basic", True), ("Gold", True)]
    by_chance = panel(who(Gold=(40, 6), Basic=(60, 6)))
    assert abs(by_chance.of("segment")[0].difference) >= 0.1
    assert by_chance.notable == ()


def test_under_ten_answers_no_mix_is_told():
    found = panel(who(Gold=(40, 5), Basic=(60, 4)))
    assert {value.difference for value in found.of("segment")} == {None}


def test_nobody_contacted_is_no_panel_and_no_error():
    found = panel(Who(total={}, by={}))
    assert (found.contacts, found.values) == (0, ())


def test_whoever_may_not_be_told_of_few_does_not_see_small_values():
    told = who(Gold=(1000, 260), Basic=(4000, 240), Rare=(12, 3))
    found = represented(told, answers=1, with_words=1, read=1, names_few=False)
    assert [value.value for value in found.of("segment")] == ["Basic", "Gold"]
