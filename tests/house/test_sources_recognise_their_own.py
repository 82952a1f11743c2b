"""Every genuine file is recognised by the source of its own folder, before any other."""

from pathlib import Path

import pytest

from insights.intake.source import UnknownSource, recognise, source_named

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"


def _files():
    found = [one for one in sorted(SAMPLES.glob("*/*")) if one.name != "SOURCE.txt"] if SAMPLES.is_dir() else []
    for path in found:
        yield pytest.param(path, id=f"{path.parent.name}/{path.name}")
    if not found:
        yield pytest.param(None, marks=pytest.mark.skip(reason="the samples are not on this machine"))


@pytest.mark.parametrize("path", list(_files()))
def test_a_file_is_recognised_by_its_own_source_first(path):
    key = path.parent.name
    try:
        source_named(key)
    except UnknownSource:
        pytest.skip(f"there is no source '{key}' yet")
    with path.open("rb") as file:
        surest = recognise(file.read(65_536), path.name)
    assert surest, "nothing recognises it"
    assert surest[0][1].key == key, [(source.key, sure) for sure, source in surest]
    rivals = [source.key for sure, source in surest[1:] if sure == surest[0][0]]
    assert rivals == []
