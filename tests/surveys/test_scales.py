"""Which scale answers in words belong to: decided by all labels that were seen, never two labels on one step."""

import pytest

from surveys.labels import AGREEMENT, FAMILIES
from surveys.scales import Scale, is_no_answer, labels_among, scored

EASY, LEICHT = "The company made it easy to solve my issue", "Das Unternehmen hat es mir leicht gemacht"

SEVEN = ["Strongly disagree", "Disagree", "Somewhat disagree", "Neither agree nor disagree", "Somewhat agree", "Agree",
         "Strongly agree"]  # fmt: skip
SIEBEN = ["Stimme überhaupt nicht zu", "Stimme nicht zu", "Stimme eher nicht zu", "Weder noch", "Stimme eher zu",
          "Stimme zu", "Stimme voll und ganz zu"]  # fmt: skip
TRIFFT = ["Trifft nicht zu", "Trifft eher nicht zu", "Teils/teils", "Trifft eher zu", "Trifft zu"]


@pytest.mark.parametrize(
    ("labels", "wording"),
    [
        (SEVEN, EASY),
        ([SEVEN[place] for place in (0, 1, 3, 5, 6)], EASY),
        ([SEVEN[place] for place in (0, 2, 3, 4, 6)], EASY),
        (SIEBEN, LEICHT),
        ([SIEBEN[place] for place in (0, 2, 3, 4, 6)], LEICHT),
        ([SIEBEN[place] for place in (0, 1, 3, 5, 6)], LEICHT),
        ([SIEBEN[place] for place in (1, 2, 3, 4, 5)], LEICHT),
        (TRIFFT, LEICHT),
        (["Very dissatisfied", "Dissatisfied", "Somewhat dissatisfied", "Neutral", "Somewhat satisfied", "Satisfied",
          "Very satisfied"], ""),
        (["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"], ""),
        (["Extremely dissatisfied", "Very dissatisfied", "Somewhat dissatisfied", "Neither satisfied nor dissatisfied",
          "Somewhat satisfied", "Very satisfied", "Extremely satisfied"], ""),
        (["Sehr unzufrieden", "Unzufrieden", "Eher unzufrieden", "Weder noch", "Eher zufrieden", "Zufrieden",
          "Sehr zufrieden"], ""),
        (["Sehr unzufrieden", "Unzufrieden", "Teils/teils", "Zufrieden", "Sehr zufrieden"], ""),
        (["Very difficult", "Difficult", "Somewhat difficult", "Neutral", "Somewhat easy", "Easy", "Very easy"], ""),
        (["Sehr schwer", "Schwer", "Eher schwer", "Weder noch", "Eher leicht", "Leicht", "Sehr leicht"], ""),
    ],
)  # fmt: skip
def test_every_label_is_a_step_of_its_own_in_the_order_it_was_asked(labels, wording):
    family = labels_among(labels, wording)
    assert [family.value(label) for label in labels] == list(range(1, len(labels) + 1))
    assert family.scale.maximum == len(labels)


@pytest.mark.parametrize(
    ("labels", "wording", "width"),
    [
        (["Disagree", "Somewhat agree", "Strongly agree"], EASY, 7),  # two manners of asking: not five steps
        (["Somewhat disagree", "Agree"], EASY, 7),
        (["Somewhat disagree", "Strongly agree"], EASY, 5),
        (["Disagree", "Agree"], EASY, 5),
        (["Stimme nicht zu", "Stimme eher zu", "Stimme völlig zu"], LEICHT, 7),
        (["Stimme eher nicht zu", "Stimme voll und ganz zu"], LEICHT, 5),
        (["Dissatisfied", "Somewhat satisfied"], "", 7),
        (["Unzufrieden", "Eher zufrieden", "Sehr zufrieden"], "", 7),
    ],
)
def test_a_part_of_the_labels_decides_the_width(labels, wording, width):
    assert labels_among(labels, wording).scale.maximum == width


@pytest.mark.parametrize(
    "labels",
    [
        ["Mostly satisfied", "Somewhat satisfied", "Completely satisfied"],  # three degrees, on no scale we know
        ["Neutral"],
        ["Trifft nicht zu"],
        ["Satisfied", "Agree"],
        [],
    ],
)
def test_what_fits_no_scale_is_left_alone(labels):
    assert labels_among(labels, EASY) is None


def test_agreement_measures_effort_only_where_the_question_says_easy():
    assert labels_among(SEVEN, "The agent was friendly") is None


def test_does_not_apply_is_a_step_only_among_words_that_agree_or_not():
    family = labels_among(TRIFFT, LEICHT)
    scale = Scale("CES", 1, 5)
    assert scored(scale, "Q", "Trifft nicht zu", labels=family).value == 1
    assert scored(scale, "Q", "Trifft nicht zu") is None
    satisfied = labels_among(["Sehr zufrieden", "Zufrieden", "Trifft nicht zu"])
    assert satisfied.value("Trifft nicht zu") is None
    assert is_no_answer("Trifft nicht zu")


def test_no_scale_calls_two_steps_the_same():
    for family in FAMILIES + AGREEMENT:
        assert sum(map(len, family.steps)) == len(frozenset().union(*family.steps))
