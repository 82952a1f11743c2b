"""What an instance remembers, and which servers it brings itself."""

import socket
import stat
import sys

import pytest

from cxhub.launcher import platforms
from cxhub.launcher.embedded import choose_services
from cxhub.launcher.messages import LaunchError
from cxhub.launcher.parts import server_parts
from cxhub.launcher.state import State, any_free_port, state_folder_in
from cxhub.launcher.tools import pytest_arguments


@pytest.fixture
def state(tmp_path):
    """A prepared state folder."""
    prepared = State(tmp_path / "state")
    prepared.prepare()
    return prepared


def test_secrets_are_private_random_and_stay(state, tmp_path):
    before = state.secrets()
    state.prepare()
    assert state.secrets() == before
    assert stat.S_IMODE((state.folder / "secrets.json").stat().st_mode) == 0o600
    assert len(before["CXHUB_RAW_KEY"]) == 64
    other = State(tmp_path / "other")
    other.prepare()
    assert not set(before.values()) & set(other.secrets().values())


def test_a_folder_that_was_open_is_closed(tmp_path):
    (tmp_path / "state").mkdir(mode=0o755)
    tmp_path.chmod(0o755)
    State(tmp_path / "state").prepare()
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_state_folder_that_cannot_be_made_is_told_with_a_way_out(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LaunchError, match="--state-dir"):
        State(tmp_path / "file" / "state").prepare()


def test_a_port_is_remembered_and_used_again_while_it_is_free(state):
    port = state.choose_port("postgres")
    assert state.choose_port("postgres") == port
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert state.choose_port("postgres") != port


def test_a_wanted_port_that_is_taken_is_refused(state):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(LaunchError, match="is taken"):
            state.choose_port("web", other.getsockname()[1])
    free = any_free_port()
    assert state.choose_port("web", free) == free


def test_nothing_embedded_starts_where_the_addresses_are_given(state, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db.example/cx")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://queue.example/0")
    services = choose_services(state)
    assert server_parts(services) == []
    environment = services.environment()
    assert environment["DATABASE_URL"] == "postgresql://app@db.example/cx"
    assert environment["CELERY_BROKER_URL"] == "redis://queue.example/0"


def test_each_given_address_counts_for_itself(state, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db.example/cx")
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    services = choose_services(state)
    assert (services.postgres, services.valkey is not None) == (None, True)


def test_a_system_without_a_build_is_told_what_to_install_and_to_set(monkeypatch):
    monkeypatch.setattr(platforms, "has_builds", lambda: False)
    with pytest.raises(LaunchError, match="DATABASE_URL") as told:
        platforms.check_platform({"CELERY_BROKER_URL": "redis://queue.example/0"})
    assert "CELERY_BROKER_URL=" not in str(told.value)
    platforms.check_platform({"DATABASE_URL": "postgresql://db", "CELERY_BROKER_URL": "redis://queue"})


def test_windows_is_told_of_its_two_ways(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(LaunchError, match="WSL 2"):
        platforms.check_platform({})


def test_the_state_folder_is_found_among_unread_arguments():
    assert state_folder_in(["--detach", "--state-dir", "there"]) == "there"
    assert state_folder_in(["--state-dir=there"]) == "there"
    assert state_folder_in(["--detach"]) is None


def test_pytest_runs_on_two_cores_unless_the_caller_says_otherwise(tmp_path):
    assert pytest_arguments([], tmp_path)[-2:] == ["-n", "2"]
    assert "-n" not in pytest_arguments(["--pdb"], tmp_path)
    assert pytest_arguments(["-n", "4", "-k", "x"], tmp_path).count("-n") == 1
    assert "loadfile" in pytest_arguments(["-n4"], tmp_path)
