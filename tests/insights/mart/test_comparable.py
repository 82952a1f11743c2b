"""Media share an axis where every two of them are the same."""

import pytest

from insights.mart.comparable import NOTHING, Comparable
from insights.mart.medium import MEDIA


def known(**verdicts: str) -> Comparable:
    """Verdicts by names such as SURVEY_CHAT."""
    pairs = [dict(zip(("first", "second"), name.split("_"), strict=True), verdict=v) for name, v in verdicts.items()]
    return Comparable.told(pairs=pairs, labelled={"SURVEY": 120, "CHAT": 0})


def test_without_labels_every_medium_has_its_own_axis():
    assert NOTHING.axes() == tuple((medium,) for medium in MEDIA)


def test_what_is_the_same_shares_an_axis_whichever_is_named_first():
    assert ("SURVEY", "CHAT") in known(CHAT_SURVEY="SAME").axes()


@pytest.mark.parametrize("last", ["DIFFERENT", "UNKNOWN"])
def test_being_the_same_is_not_handed_on(last):
    axes = known(SURVEY_CHAT="SAME", CHAT_MAIL="SAME", SURVEY_MAIL=last).axes()
    assert ("SURVEY", "CHAT") in axes
    assert ("MAIL",) in axes


def test_the_largest_group_comes_first():
    axes = known(SURVEY_CHAT="SAME", CHAT_MAIL="SAME", MAIL_CALL="SAME", CHAT_CALL="SAME").axes()
    assert ("CHAT", "MAIL", "CALL") in axes
    assert ("SURVEY",) in axes
    assert sorted(medium for axis in axes for medium in axis) == sorted(MEDIA)


def test_it_comes_back_from_a_version_s_note():
    told = known(SURVEY_CHAT="SAME", CHAT_CALL="DIFFERENT", SURVEY_CALL="UNKNOWN")
    again = Comparable.from_json(told.as_json())
    assert (again.axes(), again.verdict("CALL", "CHAT"), again.verdict("CALL", "SURVEY")) == (
        told.axes(), "DIFFERENT", "UNKNOWN",
    )  # fmt: skip
    assert again.labelled == {"SURVEY": 120}
    assert Comparable.from_json({}) == NOTHING
