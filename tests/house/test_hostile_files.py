"""Files made to do harm: whatever a source is given, it answers in a sentence, and soon."""

import gzip
import io
import json
import zipfile
from contextlib import suppress

import pytest

from insights.intake import archives
from insights.intake.source import Unreadable, all_sources

TOLD = {"time_zone": "UTC", "answered_on": "2026-01-31", "filename": "file"}
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]><document>&b;&c;</document>"""
HOSTILE = {
    "entities": ENTITIES,
    "nested lists": b"[" * 200_000,
    "nested objects": b'{"a":' * 100_000,
    "closed nesting": b"[" * 5_000 + b"]" * 5_000,
    "a number of a million digits": b'[{"id": ' + b"9" * 1_000_000 + b"}]",
    "a number beyond all measure": b'[{"id": 1e999999999, "score": -1e999999999}]',
    "one line of ten megabytes": b"id,text\n" + b"x" * 10_000_000,
    "ten thousand columns": b",".join(b"c%d" % n for n in range(10_000)) + b"\n1\n",
    "nothing but quotes": b'"' * 100_001,
    "nothing but NUL": b"\x00" * 100_000,
    "spaces that never end": b" " * 1_000_000 + b"{",
    "one name a million times": b'{"a":1' + b',"a":1' * 100_000 + b"}",
    "half characters": b'[{"id": "\\ud800", "text": "\\udfff\\u0000"}]',
    "path as its name": b"id,created_at,text\n../../etc/passwd,2026-01-01T00:00:00Z,<script>alert(1)</script>\n",
}
# what makes a reader believe that the hostile part is its own
DRESSED = {
    f"{name} inside": (b'{"tickets": [', b'], "responses": 1}', content)
    for name, content in HOSTILE.items()
    if name.startswith(("nested", "a number"))
}


@pytest.mark.parametrize("key", [source.key for source in all_sources()])
def test_every_source_answers_in_a_sentence(key, read):
    bare = [*HOSTILE.values(), *(before + inner + after for before, after, inner in DRESSED.values())]
    for content in bare:
        with suppress(Unreadable):
            told = read(key, content, **TOLD)
            assert told.read == len(told.bad) + len(told.excluded) + len(told.firsts)


@pytest.mark.parametrize("key", [source.key for source in all_sources()])
def test_what_unpacks_without_measure_is_refused(key, read, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_UNPACKED", 1_000_000)
    row = b'{"id": 1, "text": "' + b"a" * 5_000_000 + b'"}\n'
    for content in (gzip.compress(row), zipped({"one.json": row}), gzip.compress(b"id,text\n" + b"1,aaaa\n" * 500_000)):
        with suppress(Unreadable):
            told = read(key, content, **TOLD)
            assert told.firsts == []  # a format that is no archive may read the bytes as something else, but not these


def test_an_archive_of_archives_is_not_followed():
    inner = zipped({"bomb.csv": b"a" * 1_000_000})
    assert archives.unpacked(io.BytesIO(zipped({"inner.zip": inner}))).read() == inner


@pytest.mark.parametrize("name", ["../../etc/cron.d/x.csv", "/etc/passwd", "C:\\windows\\x.csv", "a\x00b.csv"])
def test_a_path_in_an_archive_is_a_name_and_nothing_more(name, tmp_path):
    content = zipped({name: b"id\n1\n"})
    assert archives.unpacked(io.BytesIO(content)).read() == b"id\n1\n"
    assert list(tmp_path.iterdir()) == []


def test_a_number_without_end_is_set_aside_not_stored_as_infinity(read):
    page = json.dumps({"data": [{"response_id": 1, "question_type": "nps", "answer": 5, "responded": 1767225600}]})
    told = read("asknicely", page.replace(": 5", ": 1e400").encode())
    assert told.accepted == []
    assert told.bad


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
