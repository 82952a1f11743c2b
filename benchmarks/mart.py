"""The mart: building everything anew, and one changed day, beside the rows that PostgreSQL holds."""

import time
from datetime import date

from benchmarks._facts import ROWS, generate


def main() -> None:
    """Print the table."""
    generate()
    from django.utils import timezone  # noqa: PLC0415  # Django is set up in generate

    from insights.mart import build  # noqa: PLC0415
    from insights.models import DirtyDay, Feedback  # noqa: PLC0415

    began = time.monotonic()
    build.rebuild_all(timezone.now())
    everything = time.monotonic() - began
    day = date(2026, 1, 15)
    in_day = Feedback.objects.filter(occurred_at__date=day).count()
    DirtyDay.objects.create(day=day, marked_at=timezone.now())
    began = time.monotonic()
    drained = build.drain(timezone.now())
    one_day = time.monotonic() - began
    print("## The mart\n")
    print("| what | rows | seconds | rows/s |\n|---|---:|---:|---:|")
    print(f"| everything anew | {ROWS:,} | {everything:.1f} | {ROWS / everything:,.0f} |")
    reached = 0 if drained is None else drained.reached
    print(f"| one changed day and the {reached:,} rows it reaches on other days | {in_day:,} | {one_day:.1f} | |")


if __name__ == "__main__":
    main()
