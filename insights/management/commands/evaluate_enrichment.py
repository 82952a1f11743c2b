"""Measure how well texts are read, on a CSV that people have labelled."""

import csv
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insights.enrichment.encoder import EncoderMissing
from insights.enrichment.evaluation import (
    TASKS,
    evaluate_intent,
    evaluate_language,
    evaluate_sentiment,
)
from insights.enrichment.evaluation_redaction import evaluate_redaction
from insights.enrichment.evaluation_topics import evaluate_several, evaluate_topics
from insights.enrichment.names import hide_names
from insights.intake.redaction import redact


class Command(BaseCommand):
    """`manage.py evaluate_enrichment TASK FILE.csv --text COLUMN --label COLUMN`: prints JSON."""

    help = f"Measure a task on labelled texts and print JSON. Tasks: {', '.join(TASKS)}."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what can be said."""
        parser.add_argument("task", help=f"one of {', '.join(TASKS)}")
        parser.add_argument("file", type=Path, help="a CSV with a header")
        parser.add_argument("--text", required=True, help="the column with the texts")
        parser.add_argument("--label", help="the column with the labels; redaction reads <TYPE>…</TYPE> in the text")
        parser.add_argument("--examples", type=int, default=8, help="topics: how many texts per topic are learned")
        parser.add_argument(
            "--separator", help="topics: what stands between several labels of a text, such as ';'; blank means none"
        )
        parser.add_argument("--share", type=float, default=0.8, help="several labels: the share of texts learned")
        parser.add_argument("--seed", type=int, default=1, help="topics: which ones")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the file, measure, print."""
        task = options["task"]
        if task not in TASKS:
            raise CommandError(f"There is no task '{task}'. There are: {', '.join(TASKS)}.")
        if task != "redaction" and not options["label"]:
            raise CommandError(f"'{task}' needs --label, the column that holds what people said.")
        try:
            keeps_blank = task == "topics" and bool(options["separator"])
            texts, labels = _columns(options["file"], options["text"], options["label"], keeps_blank=keeps_blank)
            found = _measure(task, texts, labels, options)
        except (EncoderMissing, ValueError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(json.dumps({"task": task, **found}, indent=2))


def _measure(task: str, texts: list[str], labels: list[str], options: dict[str, Any]) -> dict[str, Any]:
    if task == "sentiment":
        return evaluate_sentiment(texts, labels)
    if task in {"complaint", "idea"}:
        return evaluate_intent(task, texts, labels)
    if task == "language":
        return evaluate_language(texts, labels)
    if task == "topics" and options["separator"]:
        said = [{one.strip() for one in label.split(options["separator"])} - {""} for label in labels]
        return evaluate_several(texts, [frozenset(one) for one in said], options["share"], options["seed"])
    if task == "topics":
        return evaluate_topics(texts, labels, options["examples"], options["seed"])
    return evaluate_redaction(texts, lambda text: hide_names(redact(text)))


def _columns(path: Path, text: str, label: str | None, *, keeps_blank: bool = False) -> tuple[list[str], list[str]]:
    """Return the texts and the labels of a CSV; a missing file or column is said in words."""
    csv.field_size_limit(10_000_000)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError as missing:
        raise ValueError(f"There is no file {path}.") from missing
    except UnicodeDecodeError as wrong:
        raise ValueError(f"{path} is not UTF-8.") from wrong
    if not rows:
        raise ValueError(f"{path} holds no rows.")
    absent = [column for column in (text, label) if column and column not in rows[0]]
    if absent:
        raise ValueError(f"{path} has no column '{absent[0]}'. It has: {', '.join(rows[0])}.")
    kept = [row for row in rows if not label or keeps_blank or (row[label] or "").strip()]
    return [row[text] or "" for row in kept], [(row[label] or "").strip() if label else "" for row in kept]
