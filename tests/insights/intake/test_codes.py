"""Codes that identify a person leave the text; what only looks like them stays."""

import pytest

from insights.intake.redaction import redact


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Here's my SSN: 460-89-9847", "Here's my SSN: [SSN]"),
        ("my social security number is 460 89 9847", "my social security number is [SSN]"),
        ("driver's license number is F162823540116", "driver's license number is [ID]"),
        ("the card 180016070420458 is lost", "the card [CARD] is lost"),
        ("it comes from 203.0.113.177 each night", "it comes from [IP] each night"),
        ("Mobile: 60-56-85-91", "Mobile: [PHONE]"),
        ("(978)645-9740x11144 mobile", "[PHONE] mobile"),
    ],
)
def test_codes_are_hidden_and_stay_hidden(text, hidden):
    assert redact(text) == hidden
    assert redact(hidden) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "It was 12-03-2024 and 13-03-2024.",
        "order 4471 8842 99",
        "version 1.2.3 since 2024-05-06",
        "call 12.03.2024 again",
    ],
)
def test_other_numbers_stay(text):
    assert redact(text) == text
