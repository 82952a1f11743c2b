"""Real processes: what one command starts, what survives a kill, what a stop leaves."""

import json
import stat
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from cxhub.launcher.embedded import remembered_services

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.xdist_group("live")]


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _web_answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return json.load(answer) == {"status": "alive"}
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@pytest.fixture
def addresses(instance, monkeypatch):
    """The addresses of the instance's own servers."""
    for name in ("DATABASE_URL", "CELERY_BROKER_URL"):
        monkeypatch.delenv(name, raising=False)
    return remembered_services(instance.state).environment()


def test_status_tells_what_runs(instance):
    status = instance.status()
    assert status["running"] is True
    assert status["addresses"]["web"] == f"http://127.0.0.1:{instance.port}/"
    assert [one["name"] for one in status["processes"]] == [
        "supervisor", "postgres", "valkey", "web", "worker", "puller", "beat",
    ]  # fmt: skip
    assert all(psutil.pid_exists(one["pid"]) for one in status["processes"])
    assert status["versions"]["postgresql"].startswith("18.")
    assert set(status["queues"]) == {"intake", "enrich", "mart", "notify", "pulls"}
    assert status["sign_in"] is None


def test_only_the_owner_can_read_the_state_and_no_parent_changes_its_mode(instance):
    folder = instance.state.folder
    assert _mode(folder) == 0o700
    assert _mode(folder / "secrets.json") == 0o600
    assert _mode(folder / "run.json") == 0o600
    assert _mode(folder / "valkey" / "valkey.conf") == 0o600
    assert _mode(folder.parent) == 0o751


def test_a_second_start_prints_the_address_of_the_first(instance):
    second = instance.manage("start")
    assert second.returncode == 0
    assert f"http://127.0.0.1:{instance.port}/" in second.stdout


@pytest.mark.parametrize("part", ["web", "worker", "puller", "beat", "valkey", "postgres"])
def test_a_killed_part_comes_back_with_its_data(instance, addresses, eventually, part):
    with psycopg.connect(addresses["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (part text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [part])
    broker = redis.Redis.from_url(addresses["CELERY_BROKER_URL"], decode_responses=True)
    broker.set(f"kept-{part}", part)

    killed = instance.process(part)
    killed.kill()
    eventually(lambda: instance.pid(part) != killed.pid, f"another {part}")

    def whole() -> bool:
        try:
            with psycopg.connect(addresses["DATABASE_URL"], connect_timeout=2) as connection:
                rows = connection.execute("SELECT count(*) FROM kept WHERE part = %s", [part]).fetchone()
            return rows == (1,) and broker.get(f"kept-{part}") == part and _web_answers(instance.port)
        except (psycopg.OperationalError, redis.RedisError):
            return False

    eventually(whole, f"data and web after {part} was killed")
    assert psutil.pid_exists(instance.pid(part))
    broker.close()


def test_a_start_after_the_supervisor_was_killed_finds_the_orphans_and_the_data(instance, addresses, eventually):
    with psycopg.connect(addresses["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE survived AS SELECT 1 AS one")
    orphans = instance.processes()
    supervisor = instance.process("supervisor")
    supervisor.kill()
    eventually(lambda: not supervisor.is_running() or supervisor.status() == psutil.STATUS_ZOMBIE, "its death")
    assert json.loads(instance.manage("status").stdout) == {"running": False}

    instance.start()
    assert not [process for process in orphans[1:] if process.is_running()]
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT one FROM survived").fetchone() == (1,)
    assert _web_answers(instance.port)


def test_a_stop_leaves_nothing_running(instance):
    everything = instance.processes()
    assert instance.manage("stop").returncode == 0
    alive = [p for p in everything if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert alive == []
    status = instance.manage("status")
    assert (status.returncode, json.loads(status.stdout)) == (1, {"running": False})
    assert instance.manage("stop").stdout.strip() == "Nothing is running."
