"""Dates as exports write them: understood without guessing, or asked about."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.intake.dates import (
    DateProblem,
    _in_utc,
    _placed,
    day,
    instant,
    microseconds,
    order_of,
    spss_instant,
    zone_named,
)

BERLIN = zone_named("Europe/Berlin")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-01-31T13:45:00Z", (2026, 1, 31, 13, 45, 0)),
        ("2021-04-2T01:02:03Z", (2021, 4, 2, 1, 2, 3)),
        ("2024-07-11T21:22:08.000+0000", (2024, 7, 11, 21, 22, 8)),
        ("2016-11-22T09:46:46.040+0100", (2016, 11, 22, 8, 46, 46)),
        ("2020/06/05 11:34:01 AM EST", (2020, 6, 5, 16, 34, 1)),
        ("2020/06/05 12:34:01 AM EST", (2020, 6, 5, 5, 34, 1)),
        ("Thu, 27 Oct 2016 14:51:34", (2016, 10, 27, 12, 51, 34)),  # in Berlin
        ("Oct 27, 2016 2:51 PM", (2016, 10, 27, 12, 51, 0)),
        ("27.10.2016 14:51", (2016, 10, 27, 12, 51, 0)),
        ("3.4.2016 14:51", (2016, 4, 3, 12, 51, 0)),  # with full stops the day is first
        ("10/27/2016 14:51", (2016, 10, 27, 12, 51, 0)),  # there is no month 27
        ("4/4/2016 14:51", (2016, 4, 4, 12, 51, 0)),
        (1695052663, (2023, 9, 18, 15, 57, 43)),
        ("1695052663", (2023, 9, 18, 15, 57, 43)),
        (1695052663000, (2023, 9, 18, 15, 57, 43)),
        ("1695052663000000", (2023, 9, 18, 15, 57, 43)),
        ("2021-10-31 02:30:00", (2021, 10, 31, 0, 30, 0)),  # the first of two
    ],
)
def test_a_form_that_exports_use_is_understood(written, meant):
    assert instant(written, zone=BERLIN).replace(microsecond=0) == datetime(*meant, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("03/04/2026 10:00", "day/month or month/day"),
        ("31/02/2026", "no such date"),
        ("2026-13-01", "no such date"),
        ("2026-01-01 25:00", "no such date"),
        ("1/1/2026 13:00 PM", "twelve-hour"),
        ("12 Foo 2026", "no month"),
        ("2021-03-28 02:30:00", "skipped"),
        ("2026-01-01 10:00 XST", "no time zone that means one thing"),
        ("1066-10-14", "outside of the years"),
        ("redacted", "no date in a form we know"),
        ("", "no date"),
        (True, "no date"),
        (None, "no date"),
        (float("nan"), "no number of seconds"),
        (10**40, "no number of seconds"),
    ],
)
def test_what_cannot_be_understood_is_said_and_not_guessed(written, sentence):
    with pytest.raises(DateProblem, match=sentence):
        instant(written, zone=BERLIN)


def test_a_time_without_a_zone_is_asked_for():
    with pytest.raises(DateProblem, match="option time_zone"):
        instant("2026-01-01 10:00")


def test_an_order_that_is_told_decides():
    assert day("03/04/2026", order="DMY") == date(2026, 4, 3)
    assert day("03/04/2026", order="MDY") == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("samples", "order"),
    [
        (["1/2/26", "14/2/26"], "DMY"),
        (["1/2/26", "2/14/26"], "MDY"),
        (["1/2/26"], None),
        (["13/1/26", "1/13/26"], None),
    ],
)
def test_dates_prove_their_order_or_nothing(samples, order):
    assert order_of(samples) == order


def test_spss_counts_from_the_first_day_of_the_calendar():
    assert spss_instant(13_000_000_000) == datetime(1994, 9, 26, 23, 6, 40, tzinfo=UTC)
    with pytest.raises(DateProblem):
        spss_instant(1e18)


EARLY, LATE = datetime(1990, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 hypothesis puts the zone to them


@given(st.datetimes(min_value=EARLY, max_value=LATE, timezones=st.just(UTC)))
def test_an_instant_written_in_any_common_way_is_that_instant(moment):
    for written in (moment.isoformat(), moment.isoformat(sep=" "), moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")):
        assert instant(written) == moment
    assert microseconds(instant(moment)) == microseconds(moment)


@given(st.text(max_size=40) | st.floats() | st.integers() | st.none() | st.lists(st.integers()))
def test_anything_at_all_is_a_date_or_a_problem_in_words(value):
    try:
        found = instant(value, zone=BERLIN)
    except DateProblem as problem:
        found = str(problem)
    assert found


@pytest.mark.parametrize("name", ["IST", "CST", "BST"])
def test_a_zone_that_several_places_have_is_asked_for_and_then_believed(name):
    with pytest.raises(DateProblem, match="names no time zone that means one thing"):
        instant(f"2026-01-01 10:00 {name}")
    assert instant(f"2026-01-01 10:00 {name}", zone=BERLIN) == instant("2026-01-01 10:00", zone=BERLIN)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026/02/13 10:26:52 p. m. GMT-3", "2026-02-14T01:26:52+00:00"),
        ("2026/02/13 10:26:52 a.\u00a0m. UTC", "2026-02-13T10:26:52+00:00"),
        ("2026/02/13 10:26:52 AM GMT+5:30", "2026-02-13T04:56:52+00:00"),
        ("12 févr. 2026 10:00 UTC", "2026-02-12T10:00:00+00:00"),
        ("5 de março de 2026 10:00 UTC", "2026-03-05T10:00:00+00:00"),
        ("09-May-26 10:00 UTC", "2026-05-09T10:00:00+00:00"),
    ],
)
def test_times_are_read_as_other_languages_write_them(written, meant):
    assert instant(written).isoformat() == meant


@given(
    st.datetimes(datetime(1899, 12, 30), datetime(2200, 1, 3)),  # noqa: DTZ001  # placed by what is tested
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Monrovia"]),
)
def test_a_whole_day_s_offset_places_a_time_as_each_of_its_hours_would(moment, name):
    zone = zone_named(name)
    try:
        placed = _placed(moment, zone).astimezone(UTC)
    except DateProblem as problem:
        with pytest.raises(DateProblem, match=re.escape(str(problem))):
            _in_utc(moment, zone)
    else:
        assert _in_utc(moment, zone).astimezone(UTC) == placed
