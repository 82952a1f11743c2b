"""Memory while one file of 1 GiB is imported: what the process holds at a tenth, at half and at the end."""

import os
import tempfile
from typing import BinaryIO, cast

import django
import psutil

from benchmarks._deliveries import LONG_TEXTS
from benchmarks._imports import imported

ROWS = int(os.environ.get("BENCH_ROWS", "225418"))
_MARKS = (0.01, 0.1, 0.25, 0.5, 0.75, 1.0)


class Held:
    """The memory of this process at some places of the file, and the most at the end of any batch."""

    def __init__(self) -> None:
        self.at: dict[float, float] = {}
        self.most = 0.0
        self._process = psutil.Process()

    def look(self, delivery: object) -> None:
        """Note the memory, after a batch."""
        megabytes = self._process.memory_info().rss / 2**20
        self.most = max(self.most, megabytes)
        done = getattr(delivery, "read", 0) / ROWS
        for mark in _MARKS:
            if done >= mark:
                self.at.setdefault(mark, megabytes)


def main() -> None:
    """Run it and print a section of the page of benchmarks."""
    django.setup()
    held = Held()
    before = psutil.Process().memory_info().rss / 2**20
    with tempfile.TemporaryFile() as opened:
        file = cast(BinaryIO, opened)
        LONG_TEXTS.write(file, ROWS, os.urandom(4).hex())
        size = file.tell()
        measured = imported(file, LONG_TEXTS, held.look)
    if measured.told["accepted"] != ROWS:
        raise SystemExit(f"The benchmark is void: {measured.told}")
    gibibytes, marks = size / 2**30, held.at.items()
    print("## One large file\n")
    print(f"A CSV of {gibibytes:.2f} GiB, {ROWS:,} survey answers of {size // ROWS:,} bytes. Memory of the process.\n")
    print("| before | " + " | ".join(f"at {mark:.0%}" for mark, _ in marks) + " | most |")
    print("|" + "---:|" * (len(held.at) + 2))
    print(f"| {before:.0f} MB | " + " | ".join(f"{one:.0f} MB" for _, one in marks) + f" | {held.most:.0f} MB |\n")
    print(
        f"{size / measured.wall / 2**20:.1f} MiB/s and {ROWS / measured.wall:,.0f} rows/s by the clock; "
        f"{measured.python / ROWS * 10_000:.1f} s of a processor in Python for 10,000 rows."
    )


if __name__ == "__main__":
    main()
