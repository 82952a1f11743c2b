"""The house is kept in order: names, docstrings, clean files, jobs that exist."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps

from cxhub.clock import SCHEDULE
from insights.metrics.registry import METRICS

ROOT = Path(__file__).resolve().parents[2]
BANNED_NAMES = {"utils", "helpers", "common", "core", "services", "managers", "misc"}
TOP_LEVEL = {
    ".ci", ".dockerignore", ".env.example", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CONTRIBUTING.md",
    "Dockerfile", "LICENSE", "README.md", "benchmarks", "contactcenter", "cxhub", "docker-compose.yml", "docs",
    "insights", "manage.py", "pyproject.toml", "requirements-dev.txt", "requirements-embedded.txt",
    "requirements-models.txt", "requirements.txt", "static", "surveys", "templates", "tests",
}  # fmt: skip
CODE = [
    file
    for package in ("cxhub", "insights", "surveys", "contactcenter")
    for file in sorted((ROOT / package).rglob("*.py"))
]


def tracked_files() -> list[Path]:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_the_top_level_is_the_agreed_one() -> None:
    assert {file.relative_to(ROOT).parts[0] for file in tracked_files()} <= TOP_LEVEL


def test_no_file_is_named_after_nothing() -> None:
    assert [str(file) for file in CODE if file.stem in BANNED_NAMES or file.parent.name in BANNED_NAMES] == []


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
def test_each_module_says_what_it_is(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    if not source.strip() or "migrations" in file.parts:
        return
    assert ast.get_docstring(ast.parse(source)), f"{file.relative_to(ROOT)} has no docstring"


def test_each_model_says_what_it_is() -> None:
    silent = [
        model.__name__
        for label in ("insights", "surveys", "contactcenter")
        for model in apps.get_app_config(label).get_models()
        if not model.__doc__ or model.__doc__.startswith(f"{model.__name__}(")
    ]
    assert silent == []


def test_migrations_are_named() -> None:
    unnamed = [file.name for file in ROOT.glob("*/migrations/0*.py") if re.search(r"_auto_\d|_initial", file.name)]
    assert unnamed == []


def test_each_periodic_job_is_a_task_that_exists() -> None:
    current_app.loader.import_default_modules()
    missing = [job["task"] for job in SCHEDULE.values() if job["task"] not in current_app.tasks]
    assert missing == []


def test_no_signals_are_used() -> None:
    guilty = [str(file) for file in CODE if "django.dispatch" in file.read_text(encoding="utf-8")]
    assert guilty == []


def test_no_package_registry_and_no_path_of_a_machine_is_named() -> None:
    registries = re.compile(r"(files\.)?py" + r"thonhosted|py" + r"pi\.org|registry\.npm" + r"js|--index" + r"-url")
    machine = re.compile(r"(?<![\w.])/(work|root)/(main|shared|\.library)")
    guilty = [
        str(file.relative_to(ROOT))
        for file in tracked_files()
        if file.suffix in {".py", ".md", ".toml", ".txt", ".yml", ".yaml", ".html", ".css", ".js", ".json", ""}
        and (registries.search(text := file.read_text(encoding="utf-8", errors="replace")) or machine.search(text))
    ]
    assert guilty == []


def test_each_metric_says_everything_about_itself() -> None:
    assert METRICS
    for metric in METRICS.values():
        assert metric.label
        assert metric.meaning.endswith(".")
        assert metric.formula
        assert metric.doubt.endswith(".")
