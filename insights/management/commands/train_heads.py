"""Train the small models that read texts, from labelled sets on disk. For developers; needs scikit-learn."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from insights.enrichment.sentiment import WEIGHTS
from insights.enrichment.training import fit, name_version, save, tabulate
from insights.enrichment.training_sets import UnknownSet, read_set


class Command(BaseCommand):
    """`manage.py train_heads sentiment --data PATH …`: writes the weights that ship."""

    help = "Train a head from labelled sets. Only sets whose licence allows it may be given for weights that ship."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what can be said."""
        parser.add_argument("head", choices=["sentiment"])
        parser.add_argument("--data", nargs="+", required=True, type=Path, help="folders of known sets, or CSV files")
        parser.add_argument("--out", type=Path, default=WEIGHTS, help="where the weights go")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, fit, save, and print what came of it."""
        try:
            examples = [example for path in options["data"] for example in read_set(path)]
        except UnknownSet as unknown:
            raise CommandError(str(unknown)) from unknown
        table = tabulate(examples)
        head = fit(table, name_version(table, timezone.now().date()))
        save(head, options["out"])
        size = options["out"].stat().st_size
        self.stdout.write(f"{head.version}: {len(examples)} texts, temperature {head.temperature:.2f}, {size} bytes")
