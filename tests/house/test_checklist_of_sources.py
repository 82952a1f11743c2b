"""The checklist for a new source is complete: who follows it is done, and every source has followed it."""

import io
import re
from pathlib import Path

import pytest

from cxhub.reference import sources_page
from insights.intake import source as registry
from insights.intake.delivery import counts, read, receive
from insights.intake.looking import look
from insights.intake.source import all_sources, recognise
from insights.models import Feedback, SetAside
from tests.house.acme_pulse import ACME_PULSE, GENUINE

ROOT = Path(__file__).resolve().parents[2]
CHECKLIST = (ROOT / "docs" / "how-to" / "add-a-source.md").read_text(encoding="utf-8")
HOMES = (ROOT / "surveys" / "sources", ROOT / "contactcenter" / "sources", ROOT / "insights" / "intake")
MOST_STEPS = 5


@pytest.fixture
def acme(monkeypatch) -> None:
    """Step 4: it is in the registry."""
    monkeypatch.setitem(registry._sources, ACME_PULSE.key, ACME_PULSE)


def test_it_has_at_most_five_steps():
    steps = re.findall(r"(?m)^(\d+)\. ", CHECKLIST)
    assert steps == [str(number) for number in range(1, len(steps) + 1)]
    assert len(steps) <= MOST_STEPS


def test_what_it_names_is_there():
    named = [name for name in re.findall(r"`([a-z_/]+\.py|[a-z_]+/[a-z_/]+/)`", CHECKLIST) if "KEY" not in name]
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.django_db
def test_a_source_made_by_its_steps_alone_works_on_every_door(acme):
    assert recognise(GENUINE, "pulses.json")[0][1] is ACME_PULSE
    assert "`acme_pulse`" in sources_page()
    seen = look(io.BytesIO(GENUINE), "acme_pulse", {}, filename="pulses.json")
    assert (seen.good, len(seen.refused)) == (2, 1)
    first = imported()
    assert (first["accepted"], first["set_aside"]) == (2, 1)
    again = imported()
    assert (again["accepted"], again["unchanged"], again["set_aside"]) == (0, 2, 1)
    kept = Feedback.objects.get(source="acme_pulse", source_id="p-1")
    assert "kim@example.org" not in kept.text
    assert kept.scores.get().value == 9
    assert "mood" in SetAside.objects.first().field


@pytest.mark.parametrize("key", [source.key for source in all_sources()])
def test_every_source_took_the_steps(key):
    declared = re.compile(rf"key(: str)? = \"{key}\"|key=\"{key}\"")
    files = [path for home in HOMES for path in home.rglob("*.py") if declared.search(path.read_text("utf-8"))]
    assert len(files) == 1, "its key is declared in one file"
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if path.name != Path(__file__).name]
    assert any(f'"{key}' in path.read_text("utf-8") for path in tests), "no test names it"
    assert f"`{key}`" in (ROOT / "docs" / "sources.md").read_text("utf-8")


def imported() -> dict:
    delivery = receive(io.BytesIO(GENUINE), "acme_pulse", {}, filename="pulses.json")
    assert read(delivery.pk)
    delivery.refresh_from_db()
    return counts(delivery)
