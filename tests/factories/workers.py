"""Real processes on the database of a test, to be killed in the middle of their work."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.db import connection

Process = subprocess.Popen[bytes]


@contextmanager
def python(*arguments: str, log: IO[bytes], **environment: str) -> Iterator[Process]:
    """Run Python with these arguments on the test's database, and kill it at the end."""
    there = connection.settings_dict
    password = quote(str(there["PASSWORD"]), safe="")
    address = f"postgresql://{there['USER']}:{password}@{there['HOST']}:{there['PORT']}/{there['NAME']}"
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": address, **environment},
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # a group of its own, so that the kill takes the children too
    )
    try:
        yield process
    finally:
        kill(process)


@contextmanager
def worker(queue: str, log: IO[bytes]) -> Iterator[Process]:
    """Run a Celery worker that serves this queue with the models of the tests."""
    arguments = ("-m", "celery", "--app", "cxhub", "worker", "--queues", queue, "--concurrency", "2")
    with python(*arguments, log=log, CXHUB_MODEL_DIR=str(settings.MODEL_DIR)) as process:
        yield process


def kill(process: Process) -> None:
    """Kill a process with its children, with -9, and wait until it is gone."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
