"""One import, measured: how long, how much of a processor on either side, and what of the file it accepted."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from benchmarks._deliveries import Kind

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measured:
    """What an import took, in seconds, and its report."""

    wall: float
    python: float
    postgresql: float | None  # None: the server is on another machine, or in another container
    told: dict[str, Any]

    def row(self, title: str) -> str:
        """Return it as a row of the table."""
        rows = self.told["read"]
        slower = max(self.python, self.postgresql or 0.0)
        of_server = "" if self.postgresql is None else f"{self.postgresql / rows * 10_000:.2f}"
        return (
            f"| {title} | {rows:,} | {rows / self.wall:,.0f} | {self.python / rows * 10_000:.2f} | {of_server} | "
            f"{rows / slower:,.0f} |"
        )


def imported(file: BinaryIO, kind: Kind, on_progress: Callable[[Any], None] | None = None) -> Measured:
    """Import `file` from its beginning, from keeping it raw to its last fact."""
    from insights.intake.delivery import counts, read, receive  # noqa: PLC0415  # Django is set up in main

    file.seek(0)
    server, began, used = _used_by_server(), time.monotonic(), time.process_time()
    delivery = receive(file, kind.source, kind.options, filename="benchmark")
    read(delivery.pk, on_progress=on_progress)
    wall, python, served = time.monotonic() - began, time.process_time() - used, _used_by_server()
    delivery.refresh_from_db()
    return Measured(wall, python, None if server is None or served is None else served - server, counts(delivery))


def _used_by_server() -> float | None:
    """Return the processor time of PostgreSQL's process behind our connection, where it runs on this machine."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        process = Path(f"/proc/{cursor.fetchone()[0]}")
    try:
        if b"postgres" not in (process / "cmdline").read_bytes():
            return None
        fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / _TICKS
