"""Families of phrases: found in the same places whether a text takes the quick way or the general one."""

import re

import pytest

from insights.enrichment import outcome_cues
from insights.enrichment.intent_cues import FAMILIES, cue_counts, evidence, has_evidence
from insights.enrichment.phrases import Phrases

ENDINGS = {name: getattr(outcome_cues, name) for name in ("SOLVED", "UNSOLVED", "SUPERIOR", "BEFORE")}
LINES = (
    "I CALLED three times, was Transferred twice and waited two hours on hold. Nobody answers!",
    "Please Add a dark mode.\nAdd it soon; it would be really nice if you could. I wish there was an option to pay.",
    "I'm cancelling my contract and moving to another provider. NEVER AGAIN. Why don't you fix it?",
    "How much is the bigger plan? I'd like to buy a second phone, @Acme #help. Thanks, great!",
    "Still not solved. It works now, thank you for your help. I want to speak to a MANAGER, escalate this.",
    "My problem was fixed right away. This is the THIRD time I write, same problem again, over and over.",
    "",
    "I had to call on my own, was sent back to another desk and it made me cross.",
    "I suggest: my order number is missing. They should really offer more; staff needs better training.",
    "I would like to know what time it opens, and where. The idea is good. Fix the app.",
    "!!! ???",
)


@pytest.mark.parametrize("name", [*FAMILIES, *ENDINGS])
def test_the_quick_way_finds_what_the_general_way_finds(name):
    family = {**FAMILIES, **ENDINGS}[name]
    general = re.compile(family._small.pattern, family._small.flags | re.IGNORECASE)
    found = 0
    for line in (*LINES, *(line.upper() for line in LINES), *(line.swapcase() for line in LINES)):
        expected = [match.span() for match in general.finditer(line)]
        assert list(family.places(line)) == expected
        assert family.first(line) == (expected[0] if expected else None)
        assert family.count(line) == len(expected)
        found += len(expected)
    assert found, "these lines must try every family"


@pytest.mark.parametrize("name", [*FAMILIES, *ENDINGS])
def test_no_pattern_asks_for_a_capital_letter_which_lowered_text_never_has(name):
    pattern = {**FAMILIES, **ENDINGS}[name]._small.pattern
    assert not re.search(r"(?<!\\)[A-Z]", pattern)


def test_letters_that_grow_when_lowered_keep_their_places():
    assert list(Phrases("again").places("İİ AGAIN and again")) == [(3, 8), (13, 18)]


@pytest.mark.parametrize("line", LINES)
def test_counting_tells_whether_there_is_evidence(line):
    cue_counts.cache_clear()
    for name in FAMILIES:
        assert has_evidence(line, (name,)) == (evidence(line, (name,)) is not None)
