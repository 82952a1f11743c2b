"""A database of its own for a benchmark that writes, gone afterwards, and the processes that work on it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import django
import psutil


@contextmanager
def scratch() -> Iterator[None]:
    """Set up Django on a new, migrated database; processes started meanwhile find it in their environment."""
    django.setup()
    from django.conf import settings  # noqa: PLC0415  # Django is set up above
    from django.db import connection  # noqa: PLC0415

    name = connection.settings_dict["NAME"]
    before = os.environ.get("DATABASE_URL")
    connection.settings_dict["TEST"]["NAME"] = f"bench_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    there = connection.settings_dict
    password = quote(str(there["PASSWORD"]), safe="")
    host = quote(str(there["HOST"]), safe="")
    os.environ["DATABASE_URL"] = f"postgresql://{there['USER']}:{password}@{host}:{there['PORT']}/{there['NAME']}"
    os.environ["CXHUB_MODEL_DIR"] = str(settings.MODEL_DIR)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        if before is not None:
            os.environ["DATABASE_URL"] = before


def seconds_of_servers(known: dict[int, float]) -> float:
    """Return the processor time of PostgreSQL's processes on this machine that work on the scratch database.

    They end with their connections: ask often, with the same `known`, which keeps what was seen of each.
    """
    from django.db import connection  # noqa: PLC0415

    known |= {one.pid: _seconds(one) for one in psutil.process_iter(["cmdline"]) if _is_of(one, connection)}
    return sum(known.values())


def seconds_of(process: "psutil.Process") -> float:
    """Return the processor time of a process and all below it."""
    return sum(_seconds(one) for one in (process, *process.children(recursive=True)))


@contextmanager
def worker(queue: str, processes: int) -> Iterator["psutil.Process"]:
    """Run a real worker on a queue of its own."""
    command = [sys.executable, "-m", "celery", "--app", "cxhub", "worker", "--queues", queue, "--loglevel", "ERROR"]
    started = subprocess.Popen([*command, "--concurrency", str(processes)], stdout=subprocess.DEVNULL)
    try:
        yield psutil.Process(started.pid)
    finally:
        started.terminate()
        try:
            started.wait(30)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def _is_of(process: psutil.Process, connection: object) -> bool:
    words = " ".join(process.info["cmdline"] or ())
    return words.startswith("postgres:") and f" {connection.settings_dict['NAME']} " in f"{words} "  # type: ignore[attr-defined]


def _seconds(process: psutil.Process) -> float:
    try:
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(used.user + used.system)
