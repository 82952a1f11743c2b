"""What `status` tells: addresses, versions, processes, queues, freshness and the demo's sign-in."""

from __future__ import annotations

import platform
import tomllib
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

import psycopg
import redis

from cxhub.launcher.embedded import remembered_services
from cxhub.launcher.parts import CHECKOUT, QUEUES
from cxhub.launcher.state import State

DEMO_PEOPLE = {"leader": "CX leader", "manager": "Contact-center manager", "analyst": "Analyst"}


def sign_in(state: State, run: dict[str, Any]) -> dict[str, Any] | None:
    """Return the demo's people and their password, or None where no demo runs."""
    if not run.get("demo"):
        return None
    people = [{"user": user, "role": role} for user, role in DEMO_PEOPLE.items()]
    return {"people": people, "password": state.secrets()["demo_password"]}


def sign_in_lines(state: State, run: dict[str, Any]) -> list[str]:
    """Return the lines that tell a person at the terminal how to sign in to the demo."""
    told = sign_in(state, run)
    if told is None:
        return []
    people = ", ".join(f"{person['user']} ({person['role']})" for person in told["people"])
    return [f"Sign in as {people}; the password of each is {told['password']}"]


def describe(state: State, run: dict[str, Any]) -> dict[str, Any]:
    """Return the status of a running instance, ready for JSON."""
    environment = remembered_services(state).environment()
    database = _database(environment["DATABASE_URL"])
    broker = _broker(environment["CELERY_BROKER_URL"])
    address = run.get("address")
    addresses = {"web": address, "api": f"{address}api/v1/", "docs": f"{address}api/docs/"} if address else {}
    return {
        "running": True,
        "phase": run["phase"],
        "addresses": addresses,
        "state_dir": str(state.folder),
        "versions": {
            "cxhub": tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"],
            "python": platform.python_version(),
            "django": metadata.version("django"),
            "postgresql": database.get("version"),
            "valkey": broker.get("version"),
        },
        "processes": [
            {"name": name, "pid": process["pid"], "since": datetime.fromtimestamp(process["since"], UTC).isoformat()}
            for name, process in [("supervisor", run["supervisor"])] + [(one["name"], one) for one in run["processes"]]
        ],
        "queues": broker.get("queues"),
        "freshness": database.get("freshness"),
        "sign_in": sign_in(state, run),
    }


def _database(url: str) -> dict[str, Any]:
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            version = connection.execute("SHOW server_version").fetchone()
            return {"version": version[0] if version else None, "freshness": _freshness(connection)}
    except psycopg.OperationalError:
        return {}  # shown as null: it is down, and being started again


def _freshness(connection: psycopg.Connection) -> list[dict[str, Any]]:
    exists = connection.execute("SELECT to_regclass('insights_freshness')").fetchone()
    if exists is None or exists[0] is None:
        return []
    columns = ("stage", "source", "account", "latest_record_at", "delivered_at", "version", "updated_at")
    rows = connection.execute(
        "SELECT stage, source, account, latest_record_at, delivered_at, version, updated_at "
        "FROM insights_freshness ORDER BY stage, source, account"
    )
    return [
        {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in zip(columns, row, strict=True)
        }
        for row in rows
    ]


def _broker(url: str) -> dict[str, Any]:
    client = redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3)
    try:
        about: dict[str, Any] = client.info("server")
        version = about.get("valkey_version") or about.get("redis_version")
        return {"version": version, "queues": {queue: client.llen(queue) for queue in QUEUES}}
    except redis.RedisError:
        return {}  # shown as null: it is down, and being started again
    finally:
        client.close()
