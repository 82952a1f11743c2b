"""Intake: rows a second into facts, beside a bare COPY of the same rows into one table, in one run."""

import os
import resource
import tempfile
import time
from typing import BinaryIO, cast

import django

from benchmarks._deliveries import CONTACTS, SURVEY, TICKETS, Kind
from benchmarks._imports import Measured, imported

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
_HEAD = """## Intake

From the file to facts: kept encrypted, customers resolved, texts redacted. Each beside the seconds of a processor that
10,000 rows took on either side. The two work side by side, so the slower one is the limit of a machine with two free
cores: the last column. A bare COPY of the survey's file into one table of text is the ratio's other side.

| what | rows | rows/s | Python, s / 10,000 | PostgreSQL, s / 10,000 | rows a second of the slower side |
|---|---:|---:|---:|---:|---:|"""


def seconds_of_bare_copy(file: BinaryIO) -> float:
    """Return how long PostgreSQL's own COPY takes for the survey's file into one table of text."""
    from django.db import connection  # noqa: PLC0415  # Django is set up in main

    file.seek(0)
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bare (id text, at text, nps text, comment text, mail text, segment text)"
        )
        with cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as copy:
            while piece := file.read(1 << 20):
                copy.write(piece)
        cursor.execute("DROP TABLE bare")
    return time.monotonic() - began


def checked(measured: Measured, expected: dict[str, int]) -> Measured:
    """Stop when something else became of the rows than what is measured."""
    if any(measured.told[name] != count for name, count in expected.items()):
        raise SystemExit(f"The benchmark is void: {measured.told}")
    return measured


def main() -> None:
    """Run it and print a section of the page of benchmarks."""
    django.setup()
    print(_HEAD)
    with tempfile.TemporaryFile() as opened:
        survey = cast(BinaryIO, opened)
        SURVEY.write(survey, ROWS, os.urandom(4).hex())
        bare = seconds_of_bare_copy(survey)
        first = checked(imported(survey, SURVEY), {"accepted": ROWS})
        print(first.row(SURVEY.title))
        again = checked(imported(survey, SURVEY), {"unchanged": ROWS})
        print(again.row("the same file again"))
    for kind in (CONTACTS, TICKETS):
        print(_new(kind, ROWS).row(kind.title))
    print(f"| bare COPY | {ROWS:,} | {ROWS / bare:,.0f} | | | |\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"The survey's import took {first.wall / bare:.0f} times as long as the bare COPY. Peak memory: {peak:.0f} MB."
    )


def _new(kind: Kind, rows: int) -> Measured:
    with tempfile.TemporaryFile() as opened:
        file = cast(BinaryIO, opened)
        kind.write(file, rows, os.urandom(4).hex())
        return checked(imported(file, kind), {"accepted": rows})


if __name__ == "__main__":
    main()
