"""Webhooks: how long a vendor waits for its answer, beside the same call to a bare Django view, in one run."""

import http.client
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import django
import psutil

CALLS = int(os.environ.get("BENCH_CALLS", "500"))
WARM = 50
READY_SECONDS = 120.0
_HEAD = """## Webhooks

How long a vendor waits: a call of {size:,} bytes, proved by its secret, kept encrypted, its delivery written and handed
to the workers. Against a web server as `manage.py start` runs it; one call after the other, each followed by the same
call to a bare Django view behind another such server. The last column is of the server's processes.

| what | calls | median | p95 | p99 | longest | processor a call |
|---|---:|---:|---:|---:|---:|---:|"""


class Server(NamedTuple):
    """A web server and one connection to it, kept open as vendors keep theirs."""

    process: psutil.Process
    connection: http.client.HTTPConnection

    def call(self, path: str, body: bytes, headers: dict[str, str]) -> float:
        """Return how many milliseconds the answer took. Anything but 202 voids the benchmark."""
        began = time.perf_counter()
        self.connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        answer = self.connection.getresponse()
        told = answer.read()
        if answer.status != 202:
            raise SystemExit(f"The benchmark is void: {answer.status} {told[:200]!r}")
        return (time.perf_counter() - began) * 1000

    def used(self) -> float:
        """Return the seconds of a processor that its processes have used."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(one.cpu_times().user + one.cpu_times().system for one in family)


@contextmanager
def served(application: str) -> Iterator[Server]:
    """Run a web server as `manage.py start` does, until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gthread = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--timeout", "120"]
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    child = subprocess.Popen([*command, *gthread, "--log-level", "warning", "--graceful-timeout", "1"])
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        _await(child, port)
        yield Server(psutil.Process(child.pid), connection)
    finally:
        connection.close()
        child.terminate()
        child.wait(READY_SECONDS)


def _await(child: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and child.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            connection.close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The web server did not start.")


def body_of(number: int, run: str) -> bytes:
    """Return one call: a survey answer of some sentences in our own words."""
    record = {
        "source_id": f"{run}-{number}",
        "kind": "SURVEY",
        "occurred_at": "2026-01-05T09:00:00+01:00",
        "channel": "WEB",
        "survey": "Shop",
        "text": "The parcel came two days late and nobody could say why. " * 18,
        "scores": [{"measure": "NPS", "question": "nps", "value": 7, "scale_minimum": 0, "scale_maximum": 10}],
    }
    return json.dumps({"records": [record]}).encode()


def main() -> None:
    """Run it and print a section of the page of benchmarks."""
    django.setup()
    from django.urls import reverse  # noqa: PLC0415

    from insights.intake.hooks import make  # noqa: PLC0415

    _, key, secret = make(source="push", label="benchmark")
    path, headers, run = reverse("hook", args=["push", key]), {"X-Webhook-Secret": secret}, secrets.token_hex(4)
    ours: list[float] = []
    bare: list[float] = []
    with served("cxhub.wsgi:application") as server, served("benchmarks._bare:application") as other:
        for number in range(WARM + CALLS):
            if number == WARM:
                before = server.used(), other.used()
            body = body_of(number, run)
            ours.append(server.call(path, body, headers))
            bare.append(other.call("/", body, {}))
        used = server.used() - before[0], other.used() - before[1]
    print(_HEAD.format(size=len(body)))
    print(_row("webhook", ours[WARM:], used[0]))
    print(_row("bare Django view", bare[WARM:], used[1]))
    print(f"\nA webhook takes {statistics.median(ours[WARM:]) / statistics.median(bare[WARM:]):.1f} times as long.")


def _row(title: str, walls: list[float], used: float) -> str:
    ranked = sorted(walls)
    at = [ranked[min(len(ranked) - 1, len(ranked) * share // 100)] for share in (95, 99)]
    told = (statistics.median(ranked), *at, ranked[-1], used / len(ranked) * 1000)
    return f"| {title} | {len(ranked):,} | {' | '.join(f'{one:.1f} ms' for one in told)} |"


if __name__ == "__main__":
    main()
