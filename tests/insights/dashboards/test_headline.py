"""The sentence at the top claims only what intervals support."""

from insights.dashboards.boards.headline import headline, survivors
from insights.dashboards.boards.tiles import Place
from tests.insights.dashboards.answers import a_change, a_query, a_row, an_answer

NPS = Place(metric="nps", voice="surveys")
REPEAT = Place(metric="repeat_rate", voice="contacts", label="Repeat contacts")


def _moved(place: Place, difference: float, p_value: float, half: float = 3.0):
    query = a_query(place.metric, compare="previous")
    change = a_change(difference, half=half, p_value=p_value)
    return place, an_answer(query, total=a_row(query, 12.0, change=change))


def test_two_real_changes_are_both_told_with_their_size() -> None:
    sentence = headline([_moved(NPS, -8.0, 0.001), _moved(REPEAT, 5.0, 0.002)], "the 59 before")
    assert sentence == "NPS fell by 8 points (5 to 11), and repeat contacts rose by 5 points (2 to 8)."


def test_a_change_on_one_side_says_that_the_other_shows_none() -> None:
    sentence = headline([_moved(NPS, 1.0, 0.5), _moved(REPEAT, 5.0, 0.002)], "the 59 before")
    assert sentence == "Repeat contacts rose by 5 points (2 to 8); surveys show no change beyond chance."


def test_without_a_real_change_nothing_is_claimed() -> None:
    sentence = headline([_moved(NPS, 1.0, 0.5), _moved(REPEAT, 1.0, 0.6)], "the 59 before")
    assert sentence.startswith("Neither surveys nor contacts moved")


def test_a_chance_finding_among_many_does_not_survive() -> None:
    by_chance = [_moved(NPS, 4.0, 0.045)]
    still = [_moved(Place(metric="csat", voice="surveys"), 0.5, 0.5) for _ in range(11)]
    assert survivors(by_chance) == by_chance
    assert survivors([*by_chance, *still]) == []


def test_without_comparison_the_levels_are_told() -> None:
    assert headline([(NPS, an_answer())], "") == "NPS is 12\u00a0points (8 to 16)."


def test_a_side_without_data_is_not_said_to_have_stood_still() -> None:
    silent = (NPS, an_answer(total=a_row(a_query(), None)))
    assert headline([silent, _moved(REPEAT, 1.0, 0.6)], "the 59 before") == (
        "Contacts show no change beyond chance; surveys tell nothing here."
    )
    assert headline([silent], "the 59 before") == "Nothing was told about this choice."
