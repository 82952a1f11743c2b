"""Train the head that finds names of people. For developers; needs scikit-learn."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from insights.enrichment.names import WEIGHTS
from insights.enrichment.training_names import save, train


class Command(BaseCommand):
    """`manage.py train_names --data FOLDER`: writes the weights that ship."""

    help = "Train the head that finds names, from the project's own lines and a folder of openly licensed sets."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what can be said."""
        parser.add_argument("--data", required=True, type=Path, help="the folder that holds multidogo, banking77, …")
        parser.add_argument("--out", type=Path, default=WEIGHTS, help="where the weights go")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, fit, save, and print what came of it."""
        head, ordinary, lines = train(options["data"], timezone.now().date())
        save(head, ordinary, options["out"])
        self.stdout.write(f"{head.version}: {lines} lines, {len(ordinary)} ordinary words")
