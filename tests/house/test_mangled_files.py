"""Damaged files: whatever is cut, flipped, shuffled or renamed in a genuine file, the answer is one in words."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.intake.source import Unreadable, all_sources

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
LARGEST = 40_000  # of a file, what is enough to damage
TOLD = {"time_zone": "UTC", "answered_on": "2026-01-31", "measure": "CSAT:0:10", "rating": "CSAT:1:10"}
DAMAGES = ("cut", "flip", "shuffle", "rename", "insert", "encode")
ENCODINGS = ("utf-16", "utf-16-be", "cp1252", "cp037", "shift_jis", "utf-8-sig")
damages = st.lists(
    st.tuples(st.sampled_from(DAMAGES), st.floats(0, 1), st.binary(max_size=8), st.integers(0, 2**16)),
    min_size=1,
    max_size=4,
)


def files():
    keys = {source.key for source in all_sources()}
    found = sorted(SAMPLES.glob("*/*")) if SAMPLES.is_dir() else []
    for path in found:
        if path.name != "SOURCE.txt" and path.parent.name in keys:
            yield pytest.param(path.parent.name, path, id=f"{path.parent.name}/{path.name}")
    if not found:
        yield pytest.param("", None, marks=pytest.mark.skip(reason="the samples are not on this machine"))


def damaged(content: bytes, kind: str, where: float, new: bytes, number: int) -> bytes:
    place = int(where * len(content))
    if kind == "cut":
        return content[:place]
    if kind == "insert":
        return content[:place] + new + content[place:]
    if kind == "flip":
        flipped = bytes(byte ^ (number % 255 + 1) for byte in content[place : place + 1])
        return content[:place] + flipped + content[place + 1 :]
    if kind == "encode":
        return content.decode("utf-8", "replace").encode(ENCODINGS[number % len(ENCODINGS)], "replace")
    first, mark, rest = content.partition(b"\n")
    if kind == "rename":
        cells = first.split(b",")
        cells[number % len(cells)] = new
        return b",".join(cells) + mark + rest
    lines = rest.split(b"\n")
    turn = number % len(lines)
    return first + mark + b"\n".join(lines[turn:][::-1] + lines[:turn])


@pytest.mark.slow
@pytest.mark.parametrize(("key", "path"), list(files()))
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    derandomize=True,
)
@given(harm=damages)
def test_a_damaged_file_gives_answers_or_sentences_and_nothing_else(key, path, harm, read):
    content = path.read_bytes()[:LARGEST]
    for one in harm:
        content = damaged(content, *one)
    with suppress(Unreadable):
        result = read(key, content, filename=path.name, **TOLD)
        assert result.read == len(result.bad) + len(result.excluded) + len(result.firsts)
        assert all(result.bad)
