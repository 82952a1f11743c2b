"""The customer's first telling sentence."""

import pytest

from insights.enrichment.summary import LONGEST, summarise


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hi there! My router drops the line every evening. Please help.", "My router drops the line every evening."),
        ("Good morning,\nI was charged twice for June.", "I was charged twice for June."),
        ("ok\n[NAME]\norder number: 4471\nThe lamp arrived broken in two", "The lamp arrived broken in two"),
        ("Thanks. Can you help me? I cannot open the app since Monday.", "I cannot open the app since Monday."),
        ("Too slow", "Too slow"),
        ("[EMAIL]", ""),
        ("", ""),
    ],
)
def test_the_first_sentence_that_tells_something(text, told):
    assert summarise(text) == told


def test_a_long_sentence_is_cut_at_a_word():
    told = summarise("The delivery " + "was late and " * 40)
    assert len(told) <= LONGEST
    assert told.endswith(("late…", "and…", "was…"))


def test_a_long_word_is_cut_too():
    assert len(summarise("a" * 5000)) == LONGEST
