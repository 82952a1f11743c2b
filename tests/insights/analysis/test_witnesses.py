"""The two witnesses who differ most, and whether chance may be why."""

from insights.analysis.witnesses import Witness, widest


def _says(name: str, value: float, half: float = 3.0) -> Witness:
    return Witness(name=name, value=value, low=value - half, high=value + half)


def test_the_widest_gap_names_who_says_more_first() -> None:
    gap = widest([_says("customer", 55), _says("company", 93), _says("words", 70)])
    assert gap is not None
    assert (gap.more.name, gap.less.name, gap.points, gap.is_apart) == ("company", "customer", 38, True)


def test_a_wide_gap_of_few_answers_does_not_hide_a_sure_one() -> None:
    gap = widest([_says("company", 90, 1), _says("back", 80, 1), _says("customer", 60, 35)])
    assert gap is not None
    assert (gap.more.name, gap.less.name, gap.is_apart) == ("company", "back", True)


def test_intervals_that_meet_may_be_chance_and_one_witness_alone_is_no_gap() -> None:
    gap = widest([_says("company", 80, 10), _says("customer", 70, 10)])
    assert gap is not None
    assert not gap.is_apart
    assert widest([_says("company", 80)]) is None
