"""The locked files: which pins apply here, and when the environment is up to date."""

import importlib.metadata
from pathlib import Path

import pytest

from cxhub.launcher import requirements
from cxhub.launcher.environment import DEV, EMBEDDED, MODELS, RUNTIME, Environment, files_for
from cxhub.launcher.messages import LaunchError

CHECKOUT = Path(__file__).resolve().parents[2]
LINUX = {"sys_platform": "linux", "python_full_version": "3.11.7", "platform_machine": "x86_64"}


def test_a_pin_is_read_without_its_hashes():
    text = "django==5.2.19 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nuvicorn[standard]==1.0.post2\n"
    assert requirements.pins(text, LINUX) == {"django": "5.2.19", "uvicorn": "1.0.post2"}


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ("sys_platform == 'win32'", False),
        ("sys_platform != 'win32'", True),
        ("python_full_version < '3.12'", True),
        ("python_full_version >= '3.11.10'", False),  # numbers, not letters
        ("python_full_version < '3.11.3' and sys_platform != 'win32'", False),
        ("platform_machine == 'arm64' or platform_machine == 'x86_64'", True),
    ],
)
def test_a_marker_holds_or_not(marker, holds):
    assert requirements.marker_holds(marker, LINUX) is holds


def test_a_marker_of_another_shape_is_noticed():
    with pytest.raises(ValueError, match="cannot read the marker"):
        requirements.marker_holds("(sys_platform == 'linux' or os_name == 'nt') and x", LINUX)


@pytest.mark.parametrize("name", [RUNTIME, EMBEDDED, MODELS, DEV])
def test_every_locked_file_can_be_read_here(name):
    pins = requirements.pins((CHECKOUT / name).read_text(encoding="utf-8"))
    assert pins
    assert all(version[0].isdigit() for version in pins.values())


def test_a_package_of_another_version_counts_as_missing(tmp_path):
    here = importlib.metadata.version("django")
    file = tmp_path / "requirements.txt"
    file.write_text(f"django=={here}\npytest==0.0.1\nno-such-package-of-ours==1.0\n")
    assert requirements.missing([file]) == ["pytest==0.0.1", "no-such-package-of-ours==1.0"]


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """An environment's folder beside locked files, without any package in it."""
    monkeypatch.delenv("CXHUB_VENV", raising=False)
    for name in (RUNTIME, EMBEDDED, MODELS, DEV):
        (tmp_path / name).write_text(f"# {name}\n")
    (tmp_path / ".venv").mkdir()
    return Environment(tmp_path, tmp_path / "pip.log")


def test_an_environment_without_a_stamp_lacks_everything(environment):
    assert environment.lacking([RUNTIME, MODELS]) == [RUNTIME, MODELS]


def test_a_stamped_file_is_lacking_again_when_it_changes(environment):
    environment.stamp([RUNTIME])
    environment.stamp([MODELS])
    assert environment.lacking([RUNTIME, MODELS]) == []
    (environment.checkout / RUNTIME).write_text("django==9.9\n")
    assert environment.lacking([RUNTIME, MODELS]) == [RUNTIME]


def test_the_development_file_covers_the_runtime(environment):
    environment.stamp([DEV])
    assert environment.lacking([RUNTIME]) == []


def test_a_command_asks_for_no_more_than_it_needs(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert files_for("demo") == [RUNTIME, EMBEDDED, MODELS]
    assert files_for("test") == [DEV, EMBEDDED, MODELS]
    assert files_for("lint") == [DEV]
    assert files_for("migrate") == [RUNTIME]
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@b/c")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://b")
    assert files_for("start") == [RUNTIME, MODELS]


def test_a_folder_that_cannot_be_written_is_told_with_a_way_out(environment, tmp_path):
    (tmp_path / "file").write_text("")
    environment.folder = tmp_path / "file" / ".venv"
    with pytest.raises(LaunchError, match="CXHUB_VENV"):
        environment.build([RUNTIME])


def test_the_failure_of_pip_is_told_with_its_last_lines(environment, monkeypatch):
    monkeypatch.setattr(environment, "_works", lambda: True)
    environment.python = Path("/bin/sh")  # 'sh -m pip' fails at once
    with pytest.raises(LaunchError, match="could not install"):
        environment.build([RUNTIME])
    assert environment.lacking([RUNTIME]) == [RUNTIME]
