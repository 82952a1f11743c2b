"""JSON as it is delivered: pages, pages inside pages, lines, documents one after the other."""

import io

import pytest

from insights.intake.documents import items, utf8
from insights.intake.source import Unreadable


def found(content: bytes, *lists: str, **how: bool) -> list[tuple[str, object]]:
    return [(item.name, item.value) for item in items(io.BytesIO(content), lists, **how)]


@pytest.mark.parametrize(
    "content", [b'{"page": {"rows": [1, 2], "n": 2}, "rows": [3]}', b'{"page":{"rows":[1,2],"n":2},"rows":[3]}\n{}']
)
def test_a_list_inside_of_an_object_is_read_member_by_member(content):
    told = found(content, "page.rows")
    assert told[:3] == [("page.rows", 1), ("page.rows", 2), ("", {"page": {"rows": [], "n": 2}, "rows": [3]})]


def test_documents_may_follow_each_other_with_nothing_between_them():
    assert [value for _, value in found(b'{"a":1}{"a":2}\n{"a":3}', several=True)] == [{"a": 1}, {"a": 2}, {"a": 3}]
    with pytest.raises(Unreadable, match="two files in one"):
        found(b'{"a":1}{"a":2}')


@pytest.mark.parametrize(("content", "line"), [(b'{"a": 1,\n "b": [2,]}', 2), (b'{"a": 1}\n}', 2)])
def test_a_broken_document_is_told_with_the_place(content, line):
    with pytest.raises(Unreadable, match=f"at line {line}, column"):
        found(content)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_text_of_two_bytes_a_letter_that_ends_inside_a_letter_is_told(encoding):
    whole = '{"name": "Zoë"}'.encode(encoding)

    with pytest.raises(Unreadable, match="ends inside a letter"):
        list(utf8(io.BytesIO(whole[:-1])))
    assert list(utf8(io.BytesIO(whole))) == ['{"name": "Zoë"}'.encode()]
