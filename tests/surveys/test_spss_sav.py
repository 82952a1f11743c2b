"""SPSS files: labels, missing values, dates and sets of several answers."""

import pytest

from insights.intake.source import Unreadable


def test_a_value_that_is_declared_missing_is_no_answer(read, sample):
    content = sample("spss_sav/basic_sample_missing.sav")
    answers = read("spss_sav", content, answered_on="2018-10-17").accepted
    assert [one.attributes.get("mylabl") for one in answers] == ["Male", "Female", "Male", "Female", "Male", None, None]
    assert [one.attributes.get("mynum") for one in answers][4:] == ["1000.3", None, None]


def test_a_set_of_several_answers_is_one_question(read, sample):
    content = sample("spss_sav/multiple_response_simple_alltypes.sav")
    answers = read("spss_sav", content, answered_on="2014-12-05").accepted
    assert [one.attributes.get("My multiple response set") for one in answers] == [
        ["Response #1", "Response #2"], ["Response #1"], ["Response #2"], None, ["Response #2"],
        ["Response #1", "Response #2"],
    ]  # fmt: skip
    assert [one.attributes.get("x") for one in answers] == ["red", "green", "blue", "4", None, "9"]


def test_which_date_says_when_it_was_answered_is_asked_where_several_could(read, sample):
    content = sample("spss_sav/basic_sample.sav")
    with pytest.raises(Unreadable, match="mydate, dtime"):
        read("spss_sav", content)
    with pytest.raises(Unreadable, match="option time_zone"):
        read("spss_sav", content, date_column="dtime")
    result = read("spss_sav", content, date_column="dtime", time_zone="UTC")
    assert [one.occurred_at.isoformat() for one in result.accepted] == [
        "2018-05-06T10:10:10+00:00", "1960-01-01T00:00:00+00:00",
    ]  # fmt: skip
    assert len(result.bad) == 3  # of 1880 and 1799, and one that says no time


def test_a_date_two_hundred_thousand_years_ahead_sets_its_case_aside_and_no_other(read, sample):
    result = read("spss_sav", sample("spss_sav/haven_datetime.sav"), date_column="date.posix", time_zone="UTC")
    assert (len(result.accepted), len(result.bad)) == (1, 1)
    assert result.accepted[0].occurred_at.isoformat() == "2014-09-23T15:59:20+00:00"


def test_a_declared_score_is_read_from_its_code_and_not_from_its_label(read, sample):
    content = sample("spss_sav/basic_sample.sav")
    answers = read("spss_sav", content, answered_on="2018-08-16", **{"score.myord": "CSAT:1:3"}).accepted
    assert [one.scores[0].value for one in answers] == [1, 2, 3, 1, 1]
    assert {one.scores[0].wording for one in answers} == {"ordinal"}


def test_portable_and_compressed_files_say_the_same(read, sample):
    told = [
        [
            {name.lower(): value for name, value in one.attributes.items()}
            for one in read("spss_sav", sample(f"spss_sav/basic_sample.{ending}"), answered_on="2018-08-16").accepted
        ]
        for ending in ("sav", "zsav", "por")
    ]
    assert told[0] == told[1] == told[2]


def test_half_a_file_is_refused(read, sample):
    content = sample("spss_sav/basic_sample.sav")
    with pytest.raises(Unreadable, match="damaged or cut off"):
        read("spss_sav", content[:700], answered_on="2018-08-16")
