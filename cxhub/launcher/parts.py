"""The parts of a running instance: how each is started, when it is ready, how it is stopped."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cxhub.launcher.embedded import Services
from cxhub.launcher.messages import LaunchError
from cxhub.launcher.processes import Account, created_at, kill_group, spawn, stop

CHECKOUT = Path(__file__).resolve().parents[2]
WORKER_QUEUES = ("mart", "intake", "notify", "enrich")  # in the order in which a free worker looks for work
QUEUES = (*WORKER_QUEUES, "pulls")  # the last is the puller's own: it waits for other systems, and holds nobody up
STOP_ORDER = ("beat", "puller", "worker", "web", "valkey", "postgres")
STOP_WAYS: Mapping[str, Sequence[tuple[signal.Signals, float]]] = {
    "beat": [(signal.SIGTERM, 10)],
    "worker": [(signal.SIGTERM, 20), (signal.SIGQUIT, 5)],  # finish the running tasks; then give them back
    "puller": [(signal.SIGTERM, 5), (signal.SIGQUIT, 5)],  # a page that is not committed is asked for again
    "web": [(signal.SIGTERM, 20)],
    "valkey": [(signal.SIGTERM, 20)],
    "postgres": [(signal.SIGINT, 30), (signal.SIGQUIT, 5)],  # fast: roll back and write all to disk
}
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, HEALTHY_SECONDS = 0.5, 30.0, 60.0


@dataclass
class Part:
    """One process of an instance, started again when it dies."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    folder: Path = CHECKOUT
    account: Account | None = None
    is_ready: Callable[[], bool] = lambda: True
    prepare: Callable[[], None] = lambda: None
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    failures: int = 0
    restart_at: float | None = None
    log_began: int = field(default=0)

    def start(self) -> None:
        """Start the process; what is left of an earlier one is killed first, so that it holds no port and no task."""
        if self.process is not None and self.name != "postgres":  # its children are to end in their own good order
            kill_group(self.process.pid, self.since)
        self.prepare()
        self.log_began = self.log.stat().st_size if self.log.exists() else 0
        self.process = spawn(
            self.command, log=self.log, folder=self.folder, environment=self.environment, account=self.account
        )
        self.since = created_at(self.process.pid) or time.time()
        self.restart_at = None

    def has_died(self) -> bool:
        """Say whether the process was started and has ended."""
        return self.process is not None and self.process.poll() is not None

    def schedule_restart(self, now: float) -> float:
        """Decide when to start again: soon, and later the more often it failed in a row. Return the pause."""
        if time.time() - self.since > HEALTHY_SECONDS:
            self.failures = 0
        pause: float = min(FIRST_PAUSE_SECONDS * 2**self.failures, LONGEST_PAUSE_SECONDS)
        self.failures += 1
        self.restart_at = now + pause
        return pause

    def stop(self) -> None:
        """End the process in its own way, and whatever it leaves."""
        if self.process is None:
            return
        pid = self.process.pid
        if self.process.poll() is None:
            stop(pid, self.since, STOP_WAYS[self.name])
            self.process.wait()
        kill_group(pid, self.since)

    def tail(self, lines: int = 12) -> str:
        """Return the last lines of the log since the last start."""
        with self.log.open("rb") as stream:
            stream.seek(self.log_began)
            return "\n  ".join(stream.read().decode(errors="replace").strip().splitlines()[-lines:])

    def log_says(self, pattern: str) -> bool:
        """Say whether the log since the last start holds a line that matches."""
        with self.log.open("rb") as stream:
            stream.seek(self.log_began)
            return re.search(pattern.encode(), stream.read()) is not None


def run_to_end(command: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> Callable[[], int | None]:
    """Start a command of Django in the checkout and return the function that polls its exit code."""
    return spawn([sys.executable, "-m", "django", *command], log=log, folder=CHECKOUT, environment=environment).poll


def server_parts(services: Services) -> list[Part]:
    """Return the embedded servers of an instance as parts."""
    parts = []
    for name, server in (("postgres", services.postgres), ("valkey", services.valkey)):
        if server is None:
            continue
        server.prepare()
        part = Part(
            name, server.command(), server.environment(), services.state.logs / f"{name}.log", server.home,
            is_ready=server.answers, prepare=server.prepare,
        )  # fmt: skip
        if services.postgres is server:
            part.account = services.postgres.account
        parts.append(part)
    return parts


def _web_answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def application_parts(services: Services, environment: Mapping[str, str], port: int) -> list[Part]:
    """Return web, worker, puller and beat as parts."""
    logs = services.state.logs
    everything = ("--concurrency", str(os.cpu_count() or 1), "--queues", ",".join(WORKER_QUEUES))
    pulls = ("--pool", "threads", "--concurrency", "4", "--queues", "pulls")
    schedule = services.state.folder / "beat-schedule"
    return [
        _web(environment, logs, port),
        _worker("worker", _with_pool(environment, "2"), logs, *everything),
        _worker("puller", _with_pool(environment, "5"), logs, *pulls),
        _celery("beat", "beat", r"beat: Starting", environment, logs, "--schedule", str(schedule), "--pidfile="),
    ]


def _web(environment: Mapping[str, str], logs: Path, port: int) -> Part:
    shared_memory = ["--worker-tmp-dir", "/dev/shm"] if os.path.isdir("/dev/shm") else []  # noqa: S108
    return Part(
        "web",
        [
            sys.executable, "-m", "gunicorn", "cxhub.wsgi:application", "--bind", f"127.0.0.1:{port}",
            "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--timeout", "120",
            "--graceful-timeout", "15", "--access-logfile", "-", "--no-control-socket", *shared_memory,
        ],
        environment,
        logs / "web.log",
        is_ready=lambda: _web_answers(port),
    )  # fmt: skip


def _celery(name: str, program: str, ready: str, environment: Mapping[str, str], logs: Path, *arguments: str) -> Part:
    """Return a process of Celery that is ready once its log says `ready`."""
    command = [sys.executable, "-m", "celery", "--app", "cxhub", program, "--loglevel", "INFO", *arguments]
    part = Part(name, command, environment, logs / f"{name}.log")
    part.is_ready = lambda: part.log_says(ready)
    return part


def _worker(name: str, environment: Mapping[str, str], logs: Path, *arguments: str) -> Part:
    alone = ("--hostname", f"{name}@%h", "--without-mingle", "--without-gossip")
    return _celery(name, "worker", r"\bready\.", environment, logs, *arguments, *alone)


def _with_pool(environment: Mapping[str, str], connections: str) -> dict[str, str]:
    """Return the environment with a pool of this size, unless one is declared."""
    return {"CXHUB_DATABASE_POOL": connections, **environment}


def complain_about(part: Part) -> LaunchError:
    """Return the error for a part that did not come up, with the end of its log."""
    return LaunchError(f"{part.name} did not start:\n  {part.tail()}\nThe whole log: {part.log}")
