"""Run benchmarks and write their tables into docs/benchmarks.md: `python3 manage.py bench [NAME …]`."""

import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
NAMES = ("intake", "hooks", "enrichment", "mart", "metrics", "pages")
ASKED_FOR = ("gigabyte", "retag", "search")  # takes long and fills a disk: only when it is named
HEAD = """# How fast it is

Written by `python3 manage.py bench`; `python3 manage.py bench NAME` measures one of them again.
Absolute times depend on the machine and on what else it is doing. Read the ratios: both sides were measured in one run.
"""


def section(name: str) -> str:
    """Run one benchmark in a process of its own and return its section of the page."""
    print(f"{name} …", file=sys.stderr, flush=True)
    begun, load = datetime.now(UTC), psutil.getloadavg()[0]
    result = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], stdout=subprocess.PIPE, text=True, check=True)
    memory = psutil.virtual_memory().total / 2**30
    machine = f"{psutil.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"
    seconds = (datetime.now(UTC) - begun).total_seconds()
    measured = f"Measured {begun:%Y-%m-%d} on {machine}; the run took {seconds:.0f} s.{_busy(load)}"
    return f"{result.stdout.strip()}\n\n{measured}\n"


def _busy(load: float) -> str:
    """Say so where others were using the processors when it began."""
    is_busy = load > (psutil.cpu_count() or 1) / 2
    return f" The machine was busy with other work (load average {load:.0f})." if is_busy else ""


def write(name: str, words: str) -> None:
    """Put the section of `name` in its place on the page."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else HEAD
    block = f"<!-- {name} -->\n{words}<!-- /{name} -->\n"
    pattern = re.compile(rf"<!-- {name} -->.*?<!-- /{name} -->\n", re.DOTALL)
    page = pattern.sub(lambda _: block, page) if pattern.search(page) else f"{page}\n{block}"
    PAGE.write_text(page, encoding="utf-8")


def main(names: list[str]) -> int:
    """Measure what is asked, or all but what has to be asked for."""
    unknown = [name for name in names if name not in (*NAMES, *ASKED_FOR)]
    if unknown:
        print(f"There is no benchmark '{unknown[0]}'. Benchmarks: {', '.join((*NAMES, *ASKED_FOR))}.", file=sys.stderr)
        return 2
    for name in names or NAMES:
        words = section(name)
        write(name, words)
        print(words)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
