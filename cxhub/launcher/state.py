"""The state folder: what one instance remembers — its secrets, its ports and what it runs."""

from __future__ import annotations

import json
import os
import secrets
import socket
from pathlib import Path
from typing import Any

from cxhub.launcher.messages import LaunchError

PREFERRED_WEB_PORT = 8000


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(content)
    fresh.replace(path)


def _read(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return content


def _new_secrets() -> dict[str, str]:
    return {
        "instance": secrets.token_hex(8),
        "CXHUB_SECRET_KEY": secrets.token_urlsafe(48),
        "CXHUB_RAW_KEY": secrets.token_hex(32),
        "postgres_password": secrets.token_urlsafe(24),
        "valkey_password": secrets.token_urlsafe(24),
        "demo_password": secrets.token_urlsafe(9),
    }


def port_is_free(port: int) -> bool:
    """Say whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class State:
    """One instance's folder. Reading never creates it; `prepare` does, readable by its owner alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.logs = self.folder / "logs"
        self.run_file = self.folder / "run.json"
        self.lock_file = self.folder / "supervisor.lock"

    def prepare(self) -> None:
        """Make the folder (mode 0700), its logs and its secrets; what is above it keeps its mode."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            self.logs.mkdir(mode=0o700, exist_ok=True)
            self.logs.chmod(0o700)
            known = self.secrets()
            if wanted := {name: value for name, value in _new_secrets().items() if name not in known}:
                write_private(self.folder / "secrets.json", json.dumps({**known, **wanted}, indent=1))
        except OSError as refused:
            raise LaunchError(
                f"The state folder {self.folder} cannot be used ({refused.strerror}). "
                "Choose another with --state-dir or CXHUB_STATE_DIR."
            ) from refused

    def secrets(self) -> dict[str, str]:
        """Return the instance's secrets, or nothing where there is no instance yet."""
        return _read(self.folder / "secrets.json")

    def run(self) -> dict[str, Any]:
        """Return what the supervisor wrote about itself, or nothing."""
        return _read(self.run_file)

    def write_run(self, run: dict[str, Any]) -> None:
        """Write down what runs."""
        write_private(self.run_file, json.dumps(run, indent=1))

    def ports(self) -> dict[str, int]:
        """Return the ports of the last start by the name of the part."""
        return _read(self.folder / "ports.json")

    def choose_port(self, part: str, wanted: int | None = None) -> int:
        """Return the part's port: the wanted one, else the last one if free, else any; and remember it.

        Raises LaunchError when the wanted one is taken.
        """
        ports = self.ports()
        if wanted is not None and not port_is_free(wanted):
            raise LaunchError(f"Port {wanted} is taken. Choose another with --port, or leave it out.")
        likes = [PREFERRED_WEB_PORT] if part == "web" else []
        if part in ports:
            likes.append(ports[part])
        port = wanted or next((liked for liked in likes if port_is_free(liked)), None) or any_free_port()
        write_private(self.folder / "ports.json", json.dumps({**ports, part: port}))
        return port


def state_folder(given: str | None, checkout: Path) -> Path:
    """Return the folder of `--state-dir`, else of CXHUB_STATE_DIR, else `.local` in the checkout."""
    return Path(given or os.environ.get("CXHUB_STATE_DIR") or checkout / ".local")


def state_folder_in(arguments: list[str]) -> str | None:
    """Return what `--state-dir` says among arguments that nothing has parsed yet."""
    for position, word in enumerate(arguments):
        if word == "--state-dir" and position + 1 < len(arguments):
            return arguments[position + 1]
        if word.startswith("--state-dir="):
            return word.partition("=")[2]
    return None
