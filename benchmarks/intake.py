"""Intake of a plain CSV: rows a second into facts, beside a bare COPY of the same rows into one table, in one run."""

import csv
import io
import json
import os
import resource
import tempfile
import time
from typing import BinaryIO, cast

import django

ROWS = int(os.environ.get("BENCH_ROWS", "200000"))
MAPPING = {
    "kind": "SURVEY",
    "time_zone": "Europe/Berlin",
    "columns": {
        "id": "source_id",
        "at": "occurred_at",
        "comment": "text",
        "mail": "customer.email",
        "segment": "customer.segment",
    },
    "constants": {"channel": "EMAIL", "survey": "benchmark"},
    "scores": [{"column": "nps", "measure": "NPS"}],
}
WORDS = (
    "The bill was wrong again and nobody could say why.",
    "Friendly and fast, thank you!",
    "",
    "I waited 40 minutes.",
)


def write_table(file: BinaryIO, rows: int, run: str) -> None:
    """Write `rows` survey answers of a third as many customers."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(["id", "at", "nps", "comment", "mail", "segment"])
    for number in range(rows):
        at = f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d} {number % 24:02d}:{number % 60:02d}:00"
        mail = f"person{number % (rows // 3 + 1)}@example.org"
        writer.writerow([f"{run}-{number}", at, number % 11, WORDS[number % 4], mail, ("home", "business")[number % 2]])
    text.detach()


def seconds_of_bare_copy(file: BinaryIO) -> float:
    """Return how long PostgreSQL's own COPY takes for the same file into one table of text."""
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


def main() -> None:
    """Run it and print a section of the page of benchmarks."""
    django.setup()
    from insights.intake.delivery import counts, read, receive  # noqa: PLC0415

    with tempfile.TemporaryFile() as file:
        write_table(cast(BinaryIO, file), ROWS, run=os.urandom(4).hex())
        bare = seconds_of_bare_copy(cast(BinaryIO, file))
        file.seek(0)
        began = time.monotonic()
        delivery = receive(cast(BinaryIO, file), "csv", {"mapping": json.dumps(MAPPING)}, filename="benchmark.csv")
        read(delivery.pk)
        seconds = time.monotonic() - began
    delivery.refresh_from_db()
    told = counts(delivery)
    if told["accepted"] != ROWS:
        raise SystemExit(f"The benchmark is void: {told}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("## Intake\n")
    print(
        "A plain CSV of survey answers, from the file to facts with customers resolved and texts redacted, beside a "
        "bare COPY of the same file into one table of text.\n"
    )
    print("| what | rows | rows/s | against a bare COPY | peak memory |")
    print("|---|---:|---:|---:|---:|")
    print(f"| intake of a CSV | {ROWS:,} | {ROWS / seconds:,.0f} | {seconds / bare:.1f} x its time | {memory:.0f} MB |")
    print(f"| bare COPY | {ROWS:,} | {ROWS / bare:,.0f} | 1 | |")


if __name__ == "__main__":
    main()
