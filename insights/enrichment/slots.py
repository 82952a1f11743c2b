"""At most one drain per core of a host, counted where a killed process is forgotten at once: PostgreSQL's locks."""

import os
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@contextmanager
def free_slot(most: int) -> Iterator[int | None]:
    """Hold one of this host's slots, numbered from 0, or None where all are taken.

    Session-level advisory locks: they end with the connection, so a killed worker never keeps one.
    """
    host = zlib.crc32(f"enrich {socket.gethostname()}".encode()) - 2**31
    taken = next((slot for slot in range(most) if _lock("pg_try_advisory_lock", host, slot)), None)
    try:
        yield taken
    finally:
        if taken is not None:
            _lock("pg_advisory_unlock", host, taken)


def _lock(function: str, host: int, slot: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [host, slot])
        return bool(cursor.fetchone()[0])
