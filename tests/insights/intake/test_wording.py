"""Markup becomes words; what only looks like markup stays."""

import pytest

from insights.intake.wording import clean, plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<p>Hello<br>there &amp; you</p>", "Hello\nthere & you"),
        ("<div>one</div><div>two</div>", "one\n\ntwo"),
        ("<style>p{}</style><b>bold</b><script>x()</script>", "bold"),
        ("5 < 6 and a<b", "5 < 6 and a<b"),
        ("I <3 it", "I <3 it"),
        ("R&D & more", "R&D & more"),
        ("it&#39;s", "it's"),
    ],
)
def test_only_what_is_markup_is_turned_into_words(text, plain):
    assert plain_text(text) == plain


def test_what_no_database_holds_is_left_out():
    assert clean(" a\x00b\ud83d ") == "ab"
