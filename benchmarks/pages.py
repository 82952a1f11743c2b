"""The Overview's data: for a filter never asked before and asked again, of all rows and of a tenth of the customers."""

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks._facts import ROWS, generate

ASKED = 20  # queues: as many never-asked filters


def main() -> None:
    """Print the table."""
    generate()
    from django.conf import settings  # noqa: PLC0415  # Django is set up in generate
    from django.utils import timezone  # noqa: PLC0415

    from insights.mart import build  # noqa: PLC0415
    from insights.mart.engine import open_version  # noqa: PLC0415

    if open_version() is None:
        build.rebuild_all(timezone.now())
    print("## The Overview's data\n")
    print("Each time another queue, never asked for before; then the same again. The first one compiles formulas.\n")
    print("| rows | first | never asked, p50 | p95 | its CPU, p50 | asked again, p50 | p95 |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        whole = settings.MART_URL
        settings.MART_URL = folder
        _write_a_tenth(whole, Path(folder))
        _measure(ROWS // 10)
        settings.MART_URL = whole
        _measure(ROWS)


def _write_a_tenth(whole: str, folder: Path) -> None:
    """Write a mart of every tenth customer."""
    import pyarrow.compute as pc  # noqa: PLC0415
    from deltalake import DeltaTable, write_deltalake  # noqa: PLC0415

    from insights.mart import table as mart  # noqa: PLC0415

    source = DeltaTable(f"{whole}/feedback")
    rows = source.to_pyarrow_table()
    person = rows.column("person")
    tenth = pc.equal(pc.subtract(person, pc.multiply(pc.divide(person, 10), 10)), 0)
    note = mart.note_of(source).as_commit()
    write_deltalake(f"{folder}/feedback", rows.filter(tenth), partition_by=["month"], commit_properties=note)


def _measure(rows: int) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from insights.dashboards import menus  # noqa: PLC0415
    from insights.dashboards.boards.overview import overview  # noqa: PLC0415
    from insights.metrics.viewer import EVERYTHING  # noqa: PLC0415

    last_day = menus.bounds(EVERYTHING).last_day
    if last_day is None:
        raise SystemExit("The benchmark is void: the mart is empty.")
    now, run = timezone.now(), f"run {time.time_ns()}"  # asked beside a queue, it makes the question a new one

    def ask(queue: str) -> tuple[float, float]:
        wall, processor = time.perf_counter(), time.process_time()
        overview([("queue", queue), ("queue", run)], EVERYTHING, last_day=last_day, path="/", now=now)
        return (time.perf_counter() - wall) * 1000, (time.process_time() - processor) * 1000

    first, _ = ask("queue 0")
    new = [ask(f"queue {number}") for number in range(1, ASKED + 1)]
    again = [ask(f"queue {number}") for number in range(1, ASKED + 1)]
    processor = statistics.median(cpu for _, cpu in new)
    told = [first, *_quantiles(new), processor, *_quantiles(again)]
    print(f"| {rows:,} | {' | '.join(f'{value:,.0f} ms' for value in told)} |", flush=True)


def _quantiles(asked: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the median and the 95th percentile of the wall times."""
    ranked = sorted(wall for wall, _ in asked)
    return statistics.median(ranked), ranked[-(-len(ranked) * 95 // 100) - 1]


if __name__ == "__main__":
    main()
