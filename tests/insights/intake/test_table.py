"""Tables as text: encodings, separators, and rows that are records."""

import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insights.intake.source import Unreadable
from insights.intake.table import Table, as_record, unique_names


def cells(content: bytes, **told: str) -> list[list[str]]:
    return [row.cells for row in Table(io.BytesIO(content), **told).rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_encoding_is_found(encoding):
    content = "Name;Größe\r\nZoë;„5“\r\n".encode(encoding)
    assert cells(content) == [["Name", "Größe"], ["Zoë", "„5“"]]


def test_mac_letters_are_told_from_windows_letters_and_the_guess_is_said():
    table = Table(io.BytesIO("a,b\nit’s,größer\n".encode("mac_roman")))
    assert [row.cells for row in table.rows()][1] == ["it’s", "größer"]
    assert "mac_roman" in table.notices[0]


def test_an_encoding_that_is_told_is_believed():
    assert cells("a,b\n顧客,満足\n".encode("shift_jis"), encoding="shift_jis")[1] == ["顧客", "満足"]
    with pytest.raises(Unreadable, match="no encoding called"):
        cells(b"a,b\n", encoding="klingon")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator):
    content = separator.join(("a", "b", "c")) + "\n" + separator.join(("1,5", "x;y", "z")).replace("1,5", '"1,5"')
    assert len(cells(content.replace("x;y", '"x;y"').encode())[1]) == 3


def test_a_record_may_go_over_lines_and_knows_where_it_begins():
    rows = list(Table(io.BytesIO(b'a,b\n"one\ntwo",2\n\n3,4\n')).rows())
    assert [(row.line, row.cells) for row in rows] == [(1, ["a", "b"]), (2, ["one\ntwo", "2"]), (5, ["3", "4"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_they_like(end):
    assert cells(end.join(("a,b", "1,2", "3,4")).encode()) == [["a", "b"], ["1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"%PDF-1.7", "document or a picture"),
        (b"PK\x03\x04nonsense", "cannot be opened as one"),
        (b'a,b\n"' + b"x" * 1_100_000, "quotation mark left open"),
        (bytes(range(256)) * 8, "binary"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        cells(content)


def test_columns_without_a_name_or_with_the_same_keep_their_cells():
    assert unique_names(["a", "", "a", " a  b "]) == ["a", "column 2", "a (2)", "a b"]


def test_a_short_row_is_filled_and_a_long_one_is_a_problem():
    assert as_record(["a", "b"], ["1"]) == ({"a": "1", "b": ""}, "")
    record, problem = as_record(["a"], ["1", "2"])
    assert record == {"a": "1", "column 2": "2"}
    assert "2 cells where the header has 1" in problem
    assert as_record(["a"], ["1", " ", ""])[1] == ""


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_refused(content):
    with suppress(Unreadable):
        assert all(isinstance(cell, str) and "\x00" not in cell for row in cells(content) for cell in row)
