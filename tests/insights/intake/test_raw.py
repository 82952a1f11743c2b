"""Raw deliveries are kept as they are, unreadable to others, and every change to them is noticed."""

import io
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from insights.intake import raw
from insights.intake.raw import FRAME_BYTES, HEADER_BYTES, SEALED_FRAME_BYTES, RawGone, TooLarge, keep, opened
from insights.intake.sealing import SealBroken


def path_of(settings, name: str) -> Path:
    return Path(settings.RAW_DIR) / name


@pytest.mark.parametrize(
    "size", [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 2 * FRAME_BYTES, 2 * FRAME_BYTES + 7]
)
def test_what_is_kept_is_what_is_read(size):
    content = os.urandom(size)
    kept = keep(io.BytesIO(content))
    assert kept.size_bytes == size
    with opened(kept.name) as file:
        assert file.read() == content


@hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.tuples(st.integers(0, 3 * FRAME_BYTES), st.integers(0, 5000)), max_size=12))
def test_it_can_be_read_from_anywhere(places):
    content = bytes(range(256)) * (2 * FRAME_BYTES // 256) + b"the end"
    kept = keep(io.BytesIO(content))
    with opened(kept.name) as file:
        for place, length in places:
            file.seek(place)
            assert file.read(length) == content[place : place + length]


def test_only_the_owner_may_read_and_nothing_stands_there_in_plain(settings):
    kept = keep(io.BytesIO(b"mail me: anna@example.org " * 1000))
    path = path_of(settings, kept.name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"anna@example.org" not in path.read_bytes()


def test_a_changed_byte_is_noticed(settings):
    kept = keep(io.BytesIO(b"x" * 100))
    path = path_of(settings, kept.name)
    sealed = bytearray(path.read_bytes())
    sealed[HEADER_BYTES + 5] ^= 1
    path.write_bytes(sealed)
    with pytest.raises(SealBroken), opened(kept.name) as file:
        file.read()


def test_a_cut_at_the_border_of_a_frame_is_noticed(settings):
    kept = keep(io.BytesIO(b"x" * (2 * FRAME_BYTES + 5)))
    path = path_of(settings, kept.name)
    path.write_bytes(path.read_bytes()[: HEADER_BYTES + 2 * SEALED_FRAME_BYTES])
    with pytest.raises(SealBroken), opened(kept.name) as file:
        file.read()


def test_frames_in_another_order_are_noticed(settings):
    kept = keep(io.BytesIO(b"a" * FRAME_BYTES + b"b" * FRAME_BYTES + b"c"))
    path = path_of(settings, kept.name)
    sealed = path.read_bytes()
    first, second = HEADER_BYTES, HEADER_BYTES + SEALED_FRAME_BYTES
    swapped = sealed[:first] + sealed[second : second + SEALED_FRAME_BYTES] + sealed[first:second]
    path.write_bytes(swapped + sealed[second + SEALED_FRAME_BYTES :])
    with pytest.raises(SealBroken), opened(kept.name) as file:
        file.read(1)


def test_another_key_opens_nothing(settings):
    kept = keep(io.BytesIO(b"secret"))
    settings.RAW_KEY = "ab" * 32
    with pytest.raises(SealBroken), opened(kept.name) as file:
        file.read()


def test_what_is_too_large_is_refused_and_leaves_nothing(settings):
    settings.MAX_IMPORT_BYTES = 10
    with pytest.raises(TooLarge, match="CXHUB_MAX_IMPORT_BYTES"):
        keep(io.BytesIO(b"x" * 11))
    assert [path for path in Path(settings.RAW_DIR).rglob("*") if path.is_file()] == []


def test_what_is_forgotten_is_gone():
    kept = keep(io.BytesIO(b"x"))
    raw.forget(kept.name)
    with pytest.raises(RawGone), opened(kept.name):
        pass
