"""Which servers an instance brings itself, and the environment that every other process gets."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass

from cxhub.launcher.messages import LaunchError
from cxhub.launcher.platforms import check_platform
from cxhub.launcher.postgres import Postgres
from cxhub.launcher.processes import kill_group, wait_until
from cxhub.launcher.state import State
from cxhub.launcher.valkey import Valkey

START_SECONDS = 60.0


@dataclass(frozen=True)
class Services:
    """The embedded servers of one instance; None where an address was given."""

    state: State
    postgres: Postgres | None
    valkey: Valkey | None

    def environment(self) -> dict[str, str]:
        """Return the environment of web, worker, beat and commands; what was given from outside wins."""
        known = self.state.secrets()
        ours = {
            "CXHUB_SECRET_KEY": known["CXHUB_SECRET_KEY"],
            "CXHUB_RAW_KEY": known["CXHUB_RAW_KEY"],
            "DJANGO_SETTINGS_MODULE": "cxhub.settings",
        }
        if self.postgres:
            ours["DATABASE_URL"] = self.postgres.url
        if self.valkey:
            ours["CELERY_BROKER_URL"] = self.valkey.url
        given = {name: value for name, value in os.environ.items() if value}
        return {**ours, **given, "CXHUB_STATE_DIR": str(self.state.folder), "PYTHONUNBUFFERED": "1"}


def choose_services(state: State, *, durable: bool = True) -> Services:
    """Return the servers to start on free ports: none whose address stands in the environment.

    Raises LaunchError where a wanted one has no build.
    """
    check_platform()
    postgres = valkey = None
    if not os.environ.get("DATABASE_URL"):
        postgres = Postgres(state, state.choose_port("postgres"), durable=durable)
    if not os.environ.get("CELERY_BROKER_URL"):
        valkey = Valkey(state, state.choose_port("valkey"))
    return Services(state, postgres, valkey)


def remembered_services(state: State) -> Services:
    """Return the servers of an instance that was started before, at the ports it uses."""
    ports, run = state.ports(), state.run()
    ours = {process["name"] for process in run.get("processes", [])}
    return Services(
        state,
        Postgres(state, ports["postgres"]) if "postgres" in ours and not os.environ.get("DATABASE_URL") else None,
        Valkey(state, ports["valkey"]) if "valkey" in ours and not os.environ.get("CELERY_BROKER_URL") else None,
    )


def await_answer(server: Postgres | Valkey, name: str, pid: int, since: float) -> None:
    """Wait until a server answers; one that does not is killed and its log named in a LaunchError."""
    if not wait_until(server.answers, START_SECONDS):
        kill_group(pid, since)
        raise LaunchError(
            f"{name} did not answer within {START_SECONDS:.0f} s. Its log is in the state folder's logs/."
        )


def environment_without_data() -> dict[str, str]:
    """Return settings that let Django start where a command touches neither database nor broker."""
    nowhere = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
        "CXHUB_SECRET_KEY": secrets.token_urlsafe(48),
        "CXHUB_RAW_KEY": secrets.token_hex(32),
        "DJANGO_SETTINGS_MODULE": "cxhub.settings",
    }
    return {name: os.environ.get(name) or value for name, value in nowhere.items()}
