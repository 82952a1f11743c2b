"""`start`, `demo` and `stop`: one instance from nothing to its address, and back."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from cxhub.launcher import processes
from cxhub.launcher.embedded import Services, choose_services
from cxhub.launcher.lock import FileLock
from cxhub.launcher.messages import LaunchError, Steps, complain, say
from cxhub.launcher.parts import CHECKOUT, application_parts, run_to_end, server_parts
from cxhub.launcher.state import State
from cxhub.launcher.status import sign_in_lines
from cxhub.launcher.supervisor import StopRequested, Supervisor, stop_orphans, supervisor_lives

STOP_SECONDS = 120.0


def run_instance(options: argparse.Namespace, state: State) -> int:
    """Run `start` or `demo` in the foreground until it is asked to stop; return the exit code."""
    state.prepare()
    lock = FileLock(state.lock_file)
    if not lock.try_acquire():
        return _tell_of_the_other(state)
    if orphans := stop_orphans(state):
        say(f"An earlier run was killed; stopped what it left: {', '.join(orphans)}.")
    supervisor = Supervisor(state, {"demo": options.demo})
    supervisor.listen()
    try:
        _Launch(options, state, supervisor).run()
        supervisor.serve()
    except StopRequested:
        say("\nStopping.")
        return 0
    finally:
        supervisor.stop()
        lock.release()
    return 0


def _tell_of_the_other(state: State) -> int:
    run = state.run()
    if not run or run["phase"] != "READY":
        say(f"Another command is starting or stopping this instance ({state.folder}). See 'manage.py status'.")
        return 0
    say(f"cxhub already runs at {run['address']} (stop it with 'manage.py stop').")
    for line in sign_in_lines(state, run):
        say(line)
    return 0


_APPLICATION = {
    "web": "Starting the web server",
    "worker": "Starting the worker",
    "puller": "Starting the puller",
    "beat": "Starting the clock",
}


class _Launch:
    """The way from an empty folder to a printed address."""

    def __init__(self, options: argparse.Namespace, state: State, supervisor: Supervisor) -> None:
        self.options = options
        self.state = state
        self.supervisor = supervisor

    def run(self) -> None:
        """Bring everything up. Raises LaunchError with what to do, or StopRequested."""
        began = time.monotonic()
        services = choose_services(self.state)
        port = self.state.choose_port("web", self.options.port)
        embedded = sum(server is not None for server in (services.postgres, services.valkey))
        steps = Steps(embedded + 2 + len(_APPLICATION) + 2 * self.options.demo)
        environment = {**services.environment(), "CXHUB_DEMO": "1"} if self.options.demo else services.environment()
        statics = StaticFiles(self.state, environment)
        statics.begin()
        try:
            self._start_servers(steps, services)
            with steps.step("Bringing the database up to date"):
                self._django("migrate", "--no-input", "--skip-checks", environment=environment)
                self._django("taxonomy", "load", "--if-none", "--skip-checks", environment=environment)
            with steps.step("Collecting the static files"):
                statics.finish(self.supervisor)
        finally:
            statics.abandon()
        self._start_application(steps, services, environment, port)
        if self.options.demo:
            self._load_company(steps, environment)
        self.supervisor.phase = "READY"
        self.supervisor.write()
        self._announce(time.monotonic() - began)

    def _start_servers(self, steps: Steps, services: Services) -> None:
        titles = {"postgres": "Starting PostgreSQL", "valkey": "Starting Valkey"}
        for part in server_parts(services):
            with steps.step(titles[part.name]):
                self.supervisor.bring_up([part])
                self.supervisor.await_ready(part)
                if services.postgres and part.name == "postgres":
                    services.postgres.create_database()

    def _start_application(self, steps: Steps, services: Services, environment: Mapping[str, str], port: int) -> None:
        self.supervisor.about["address"] = f"http://127.0.0.1:{port}/"
        parts = application_parts(services, environment, port)
        self.supervisor.bring_up(parts)
        for part in parts:
            with steps.step(_APPLICATION[part.name]):
                self.supervisor.await_ready(part)
        self.supervisor.phase = "LOADING" if self.options.demo else "STARTING"

    def _django(self, *command: str, environment: Mapping[str, str]) -> None:
        log = self.state.logs / "setup.log"
        began = log.stat().st_size if log.exists() else 0
        code = self.supervisor.await_exit(run_to_end(command, log=log, environment=environment))
        if code != 0:
            raise _command_failed(command[0], log, began)

    def _load_company(self, steps: Steps, environment: Mapping[str, str]) -> None:
        with steps.step("Making the demo's people"):
            self._django("demo_people", environment=environment)
        with steps.step("Loading a company"):
            say()
            self._show("load_company", "--scale", str(self.options.scale), environment=environment)

    def _show(self, *command: str, environment: Mapping[str, str]) -> None:
        """Run a command of Django and repeat its lines as they come."""
        log = self.state.logs / "company.log"
        shown = log.stat().st_size if log.exists() else 0
        began = shown
        poll = run_to_end(command, log=log, environment=environment)
        while (code := poll()) is None:
            self.supervisor.tick()
            shown = _repeat_lines(log, shown)
        _repeat_lines(log, shown)
        if code != 0:
            raise _command_failed(command[0], log, began)

    def _announce(self, seconds: float) -> None:
        run = self.state.run()
        say(f"\ncxhub runs at {run['address']} (after {seconds:.1f} s).")
        for line in sign_in_lines(self.state, run):
            say(line)
        if not self.options.demo:
            folder = f" CXHUB_STATE_DIR={self.state.folder}" if self.options.state_dir else ""
            say(f"The first administrator is made with:{folder} python3 manage.py createsuperuser")
        if not self.options.detached_child:
            say("Ctrl-C stops it.")


def _repeat_lines(log: Path, shown: int) -> int:
    with log.open("rb") as stream:
        stream.seek(shown)
        for line in stream:
            if not line.endswith(b"\n"):
                break
            say("    " + line.decode(errors="replace").rstrip())
            shown += len(line)
    return shown


def _command_failed(name: str, log: Path, began: int) -> LaunchError:
    with log.open("rb") as stream:
        stream.seek(began)
        tail = "\n  ".join(stream.read().decode(errors="replace").strip().splitlines()[-12:])
    return LaunchError(f"'{name}' failed:\n  {tail}\nThe whole log: {log}")


class StaticFiles:
    """Collects and compresses the static files, beside the other steps, when they changed since the last time."""

    def __init__(self, state: State, environment: Mapping[str, str]) -> None:
        self.state = state
        self.environment = environment
        self.stamp = state.folder / "static.stamp"
        self.process: subprocess.Popen[bytes] | None = None
        self.fingerprint = self._fingerprint()

    def _fingerprint(self) -> str:
        digest = hashlib.sha256((CHECKOUT / "requirements.txt").read_bytes())
        for path in sorted((CHECKOUT / "static").rglob("*")):
            if path.is_file():
                digest.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}".encode())
        return digest.hexdigest()

    def begin(self) -> None:
        """Start collecting, unless what is there is up to date."""
        if self.stamp.exists() and self.stamp.read_text(encoding="utf-8") == self.fingerprint:
            return
        self.process = processes.spawn(
            [sys.executable, "-m", "django", "collectstatic", "--no-input", "-v", "0"],
            log=self.state.logs / "static.log", folder=CHECKOUT, environment=self.environment,
        )  # fmt: skip

    def finish(self, supervisor: Supervisor) -> None:
        """Wait for the collection. Raises LaunchError when it failed."""
        if self.process is None:
            return
        if supervisor.await_exit(self.process.poll) != 0:
            raise _command_failed("collectstatic", self.state.logs / "static.log", 0)
        self.stamp.write_text(self.fingerprint, encoding="utf-8")

    def abandon(self) -> None:
        """End a collection that nobody waits for any more."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def run_detached(options: argparse.Namespace, state: State) -> int:
    """Run `start` or `demo` in the background; repeat its lines until it is up. Return the exit code."""
    state.prepare()
    log = state.logs / "supervisor.log"
    shown = log.stat().st_size if log.exists() else 0
    command = [sys.executable, str(CHECKOUT / "manage.py"), *sys.argv[1:], "--detached-child"]
    child = processes.spawn(command, log=log, folder=Path.cwd(), environment=os.environ)
    while True:
        ended = child.poll() is not None
        shown = _copy(log, shown)
        if ended:
            return child.returncode
        run = state.run()
        if run.get("phase") == "READY" and run["supervisor"]["pid"] == child.pid:
            time.sleep(processes.POLL_SECONDS * 4)  # its last lines follow the entry
            _copy(log, shown)
            return 0
        time.sleep(processes.POLL_SECONDS)


def _copy(log: Path, shown: int) -> int:
    with log.open("rb") as stream:
        stream.seek(shown)
        text = stream.read()
    sys.stdout.write(text.decode(errors="replace"))
    sys.stdout.flush()
    return shown + len(text)


def stop_instance(state: State) -> int:
    """Stop the instance of this folder, whether its supervisor lives or was killed. Return the exit code."""
    run = state.run()
    if not supervisor_lives(run):
        orphans = stop_orphans(state)
        say(f"Stopped what a killed run had left: {', '.join(orphans)}." if orphans else "Nothing is running.")
        return 0
    pid, since = run["supervisor"]["pid"], run["supervisor"]["since"]
    began = time.monotonic()
    processes.signal_process(pid, signal.SIGTERM)
    if not processes.wait_until(lambda: not processes.lives(pid, since), STOP_SECONDS):
        complain(f"The supervisor (pid {pid}) does not end; see {state.logs / 'supervisor.log'}.")
        return 1
    stop_orphans(state)
    say(f"Stopped after {time.monotonic() - began:.1f} s.")
    return 0


def print_status(state: State) -> int:
    """Print what runs as JSON; exit code 1 when nothing does."""
    from cxhub.launcher.status import describe  # noqa: PLC0415 - imports Django's version and the clients

    run = state.run()
    if not supervisor_lives(run):
        say(json.dumps({"running": False}))
        return 1
    say(json.dumps(describe(state, run), indent=2))
    return 0
