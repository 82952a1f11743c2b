"""Telephone numbers: the short way says what the parser says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, example_number

from insights.intake.telephones import _parsed, _understood, normal_phone

CODES = sorted(COUNTRY_CODE_TO_REGION_CODE)
MARKS = st.sampled_from(["", "", "", " ", "-", "/", ".", " (", ") "])


@st.composite
def international(draw):
    """A plus, mostly a country's code, some digits, and the marks that people put between them."""
    code = draw(st.one_of(st.sampled_from(CODES), st.integers(1, 999)))
    national = draw(st.text("0123456789", min_size=0, max_size=19))
    return "+" + "".join(digit + draw(MARKS) for digit in f"{code}{national}")


@given(international(), st.sampled_from(["DE", "US", "GB", "IT"]))
def test_the_short_way_says_what_the_parser_says(phone, region):
    assert normal_phone(phone, region) == _parsed(phone, region)


@pytest.mark.parametrize("code", CODES)
def test_of_each_country_every_length_of_number_is_read_alike(code):
    for length in range(18):
        for first in "1234567890":
            phone = f"+{code} {first}{'2345678901234567'[:length]}"
            assert normal_phone(phone, "DE") == _parsed(phone, "DE"), phone


def test_an_ordinary_number_takes_the_short_way():
    assert _understood("49305000001") is True
    assert normal_phone("+49 (30) 500-0001", "DE") == "+49305000001"
    assert normal_phone("+49 (0)30 5000001", "DE") == "+49305000001", "the parser takes the zero away"


@pytest.mark.parametrize("region", ["DE", "US", "FR", "IT", "JP"])
def test_national_and_international_spellings_of_a_number_are_one(region):
    number = example_number(region)
    written = f"+{number.country_code}{number.national_number}"
    assert normal_phone(written, "GB") == _parsed(written, "GB")


@pytest.mark.parametrize(
    "phone", ["", "+", "12345", "+12345", "+٤٩٣٠٥٠٠٠٠٠١", "+49 30 5000001 x23", "+49\u00a030 5000001"]
)
def test_odd_spellings_are_left_to_the_parser(phone):
    assert normal_phone(phone, "DE") == _parsed(phone, "DE")
