"""What a file has said before: how often a row, and whether an id came with other words. On disk: memory stays flat."""

import sqlite3
from collections.abc import Mapping, Sequence
from hashlib import blake2b


def fingerprint(cells: Sequence[str]) -> bytes:
    """Return 16 bytes that stand for these cells, in order."""
    return blake2b("\x1f".join(cells).encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Seen:
    """Counts and compares fingerprints. Lives in a temporary file that SQLite removes by itself."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, value) WITHOUT ROWID")
        self._database.execute("BEGIN")

    def times_before(self, row: bytes) -> int:
        """Return how often this row was seen before, and remember that it was seen once more."""
        counted = self._database.execute(
            "INSERT INTO seen VALUES (?, 0) ON CONFLICT (key) DO UPDATE SET value = value + 1 RETURNING value", (row,)
        )
        return int(counted.fetchone()[0])

    def first_changed(self, told: Mapping[bytes, bytes]) -> bytes | None:
        """Remember many ids with their rows at once; return one that was seen before with another row, else None."""
        added = self._database.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", sorted(told.items()))
        if added.rowcount == len(told):
            return None
        before = "SELECT value FROM seen WHERE key = ?"
        return next(
            (key for key, row in told.items() if self._database.execute(before, (key,)).fetchone()[0] != row), None
        )

    def contradicts(self, identifier: str, row: bytes) -> bool:
        """Return whether this id was seen before with another row."""
        before = self._database.execute(
            "INSERT INTO seen VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = value RETURNING value",
            (fingerprint((identifier,)), row),
        )
        return bool(before.fetchone()[0] != row)

    def close(self) -> None:
        """Forget it all."""
        self._database.close()
