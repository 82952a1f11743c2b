"""The fast reader of JSON hands out what the careful one does, or nothing more."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.intake import json_scanning
from insights.intake.documents import items
from insights.intake.json_events import carefully
from insights.intake.json_scanning import Odd, scanned
from insights.intake.json_values import DEEPEST
from insights.intake.source import Unreadable

LISTS = ("tickets", "page.rows")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
PAGES = st.fixed_dictionaries(
    {"tickets": st.lists(VALUES, max_size=5), "page": st.fixed_dictionaries({"rows": st.lists(VALUES, max_size=4)})},
    optional={"cursor": VALUES},
)


def fast(content: bytes):
    return list(scanned(io.BytesIO(content), LISTS, several=True))


def careful(content: bytes):
    return list(carefully(io.BytesIO(content), LISTS, several=True))


@given(st.lists(VALUES | PAGES, min_size=1, max_size=3), st.booleans(), st.sampled_from([None, 1]))
def test_both_readers_hand_out_the_same(documents, ascii_only, indent):
    content = " ".join(json.dumps(one, ensure_ascii=ascii_only, indent=indent) for one in documents).encode(
        errors="replace"
    )
    assert fast(content) == careful(content)


@given(PAGES, st.integers(1, 30))
def test_the_window_may_end_anywhere(page, step):
    content = json.dumps(page, ensure_ascii=False).encode(errors="replace")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_scanning, "_STEP", step)
        assert fast(content) == careful(content)


@pytest.mark.parametrize(
    "content",
    [b"", b"[1,]", b"[1 2]", b'{"a" 1}', b'{"a": NaN}', b'[{"a": 1}', b'["\xff"]', b"[01]", b'["\x01"]', b"nul"],
)
def test_what_is_broken_is_odd(content):
    with pytest.raises(Odd):
        list(scanned(io.BytesIO(content), LISTS, several=False))


def test_what_is_odd_is_read_on_with_care_and_nothing_twice(monkeypatch):
    monkeypatch.setattr(json_scanning, "LONGEST_RECORD", 1_000)
    monkeypatch.setattr(json_scanning, "_STEP", 100)
    values = [1, {"short": "x"}, {"long": "x" * 5_000}, {"short": "y"}]
    assert [item.value for item in items(io.BytesIO(json.dumps(values).encode()))] == values


def test_a_record_before_the_break_is_handed_out_before_it_is_told():
    found = items(io.BytesIO(b'[{"a": 1}, {"a": 2'))
    assert next(found).value == {"a": 1}
    with pytest.raises(Unreadable):
        next(found)


def test_a_record_that_nests_too_deep_is_refused():
    inner = b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2)
    with pytest.raises(Unreadable, match="deeper"):
        list(items(io.BytesIO(b"[" + inner + b"]")))
    with pytest.raises(Odd):
        list(scanned(io.BytesIO(b"[" + inner + b"]"), (), several=False))


def test_halves_of_characters_and_nul_are_taken_out():
    (item,) = items(io.BytesIO(rb'[{"a\u0000": "x\ud83dy\u0000"}]'))
    assert item.value == {"a": "x?y"}
