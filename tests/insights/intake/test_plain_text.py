"""Texts as files: their encoding is found or asked for, and what is no text is refused in words."""

import io

import pytest

from insights.intake.plain_text import LONGEST_TEXT, whole_text
from insights.intake.source import Unreadable


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_that_says_what_it_is_in_is_read_without_a_notice(encoding):
    assert whole_text(io.BytesIO("Grüße\r\nÉric".encode(encoding))) == ("Grüße\nÉric", "")


def test_another_encoding_is_guessed_and_said():
    text, notice = whole_text(io.BytesIO("Schöne Grüße aus Köln".encode("cp1252")))
    assert text == "Schöne Grüße aus Köln"
    assert "read as cp1252" in notice


def test_an_encoding_that_is_told_is_believed_or_refused():
    assert whole_text(io.BytesIO("привет".encode("koi8-r")), "koi8-r")[0] == "привет"
    with pytest.raises(Unreadable, match="not utf-8"):
        whole_text(io.BytesIO(b"\xff\xff"), "utf-8")
    with pytest.raises(Unreadable, match="no encoding called"):
        whole_text(io.BytesIO(b"a"), "klingon")


@pytest.mark.parametrize("content", [b"", b" \n ", b"a\x00\x01b"])
def test_what_is_no_text_is_refused(content):
    with pytest.raises(Unreadable):
        whole_text(io.BytesIO(content))


def test_a_text_without_measure_is_refused():
    with pytest.raises(Unreadable, match="64 MB"):
        whole_text(io.BytesIO(b"a" * (LONGEST_TEXT + 1)))
