"""The walls between the rooms stand, and each catches the one who climbs it."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("cxhub", "insights", "surveys", "contactcenter")
KNOWS_NO_HTTP = ("metrics", "analysis", "models", "intake", "mart")


def run_the_linter(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([str(program), "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=120)


def names_imported_by(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return found


@pytest.fixture(scope="module")
def copy_of_the_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "*.npz", "*.onnx")
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.slow
def test_the_walls_stand(copy_of_the_house: Path) -> None:
    result = run_the_linter(copy_of_the_house)
    assert result.returncode == 0, result.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("room", "import_line", "wall"),
    [
        ("insights/models/keys.py", "import surveys.apps", "nobody looks up"),
        ("surveys/apps.py", "import contactcenter.apps", "nobody looks up"),
        ("insights/models/keys.py", "import insights.metrics.periods", "Inside insights"),
        ("insights/mart/schema.py", "import insights.intake.record", "Inside insights"),
        ("surveys/apps.py", "import insights.models.topic", "Sources enter insights only through intake"),
        ("insights/metrics/periods.py", "import rest_framework", "What is below the faces"),
        ("insights/intake/record.py", "import celery", "What is below the faces"),
        ("insights/models/keys.py", "import insights.models.feedback", "No circles"),
    ],
)
def test_a_violation_is_caught(copy_of_the_house: Path, room: str, import_line: str, wall: str) -> None:
    file = copy_of_the_house / room
    before = file.read_text(encoding="utf-8")
    try:
        file.write_text(f"{before}\n{import_line}\n", encoding="utf-8")
        result = run_the_linter(copy_of_the_house)
    finally:
        file.write_text(before, encoding="utf-8")
    assert result.returncode != 0
    broken = " ".join(result.stdout.split("Broken contracts")[-1].split())
    assert wall in broken, result.stdout


@pytest.mark.slow
def test_a_new_room_inside_insights_must_be_given_its_floor(copy_of_the_house: Path) -> None:
    room = copy_of_the_house / "insights" / "attic.py"
    try:
        room.write_text('"""A room nobody planned."""\n', encoding="utf-8")
        result = run_the_linter(copy_of_the_house)
    finally:
        room.unlink()
    assert result.returncode != 0
    assert "attic" in result.stdout


def test_what_is_below_the_faces_knows_no_http() -> None:
    rooms = [file for room in KNOWS_NO_HTTP for file in (ROOT / "insights" / room).rglob("*.py")]
    guilty = {
        str(file.relative_to(ROOT))
        for file in rooms
        if any(name.startswith("django.http") for name in names_imported_by(file.read_text(encoding="utf-8")))
    }
    assert rooms
    assert guilty == set()


def test_an_import_of_http_would_be_seen() -> None:
    assert "django.http" in names_imported_by("from django.http import HttpResponse")
    assert "django.http" in names_imported_by("from django import http")
