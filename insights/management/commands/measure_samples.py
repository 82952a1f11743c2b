"""What each source makes of the genuine files kept beside the project, as a Markdown table."""

import re
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from insights.intake.prepare import prepare
from insights.intake.record import Excluded
from insights.intake.source import BadRecord, Reading, Source, UnknownSource, Unreadable, recognise, source_named
from insights.intake.tally import translate
from insights.intake.workbook import beginning

# What is told to a file that asks; the answer is for measuring only, so any that fits will do.
ANSWERS = {
    "time_zone": "UTC",
    "answered_on": "2020-01-01",
    "measure": "CSAT:0:10",
    "rating": "CSAT:1:10",
    "date_order": "DMY",
    "started_at": "2020-01-01T12:00:00Z",
    "sent_at": "2020-01-01T12:00:00Z",
    "contact_id": "measured",
}
MOST_QUESTIONS = len(ANSWERS) + 1
_ASKS = re.compile(r"\((?:option )?([a-z_]+)\b")
INTRODUCTION = """# What the sources make of genuine files

Written by `python3 manage.py measure_samples`. One line per file that was collected beside the project (none is ours,
none is part of it): what its source reads, what becomes facts, what is set aside with a sentence, what is left out on
purpose. "Told" are the options that the file asked for and got a stand-in for.
"""


class Command(BaseCommand):
    """Read every sample of every source through translate, check and redaction, storing nothing."""

    help = "Print, as Markdown, what each source makes of the sample files: measure_samples [--folder F] [--output F]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        beside = Path(settings.BASE_DIR).parent / "shared" / "samples"
        parser.add_argument("--folder", type=Path, default=beside, help="one folder per source, named after its key")
        parser.add_argument("--output", type=Path, help="write there instead of printing")

    def handle(self, *_: Any, **given: Any) -> None:
        """Measure, and print or write."""
        if not given["folder"].is_dir():
            raise CommandError("There are no samples beside the project. Name their folder with --folder.")
        text = INTRODUCTION + "".join(_sections(given["folder"]))
        if given["output"]:
            given["output"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text)


def _sections(folder: Path) -> Iterator[str]:
    unread: list[str] = []
    for samples in sorted(one for one in folder.iterdir() if one.is_dir()):
        try:
            source = source_named(samples.name)
        except UnknownSource:
            unread.append(samples.name)
            continue
        yield f"\n## {source.label} (`{source.key}`)\n\n"
        yield "| file | recognised | told | read | facts | set aside | left out | notes |\n"
        yield "|---|---|---|---:|---:|---:|---:|---|\n"
        for path in sorted(one for one in samples.iterdir() if one.name != "SOURCE.txt"):
            yield _line(source, path)
    if unread:
        yield f"\n## No source yet\n\n{', '.join(unread)}\n"


def _line(source: Source, path: Path) -> str:
    with path.open("rb") as file:
        surest = recognise(beginning(file), path.name)
    own = "first" if surest and surest[0][1].key == source.key else f"**{surest[0][1].key if surest else 'no'}**"
    counts, options, refused = _measured(source, path)
    told = ", ".join(f"{name}={value}" for name, value in options.items()) or "–"
    if refused:
        return f"| {path.name} | {own} | {told} | – | – | – | – | unreadable: {_cell(refused)} |\n"
    numbers = " | ".join(f"{counts[name]:,}" for name in ("read", "facts", "set aside", "left out"))
    reasons = [name.removeprefix("why ") for name in counts if name.startswith("why ")]
    return f"| {path.name} | {own} | {told} | {numbers} | {_cell('; '.join(reasons[:3]))} |\n"


def _measured(source: Source, path: Path) -> tuple[Counter[str], dict[str, str], str]:
    """Read a file, telling it what it asks for as long as there is an answer. The last is why it cannot be read."""
    options: dict[str, str] = {}
    for _ in range(MOST_QUESTIONS):
        counts, asked, refused = Counter[str](), "", ""
        try:
            with path.open("rb") as file:
                reading = source.open(file, {"filename": path.name, **options})
                counts = _counted(reading, source.key)
            if not counts:
                counts.update(f"why {notice}" for notice in reading.notices[:1])
            asked = " ".join(counts)
        except Unreadable as unreadable:
            asked = refused = str(unreadable)
        news = {name: ANSWERS[name] for name in _ASKS.findall(asked) if name in ANSWERS and name not in options}
        if not news:
            break
        options |= news
    return counts, options, refused


def _counted(reading: Reading, source: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for record in reading.records():
        counts["read"] += 1
        what = translate(reading, record)
        try:
            if isinstance(what, BadRecord):
                raise what
            if isinstance(what, Excluded):
                counts.update(("left out", f"why {what.reason}"))
                continue
            counts["facts"] += len([prepare(fact, source, "") for fact in what])
        except BadRecord as bad:
            counts.update(("set aside", f"why {bad.reason}"))
    return counts


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())[:240]
