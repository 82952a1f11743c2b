"""Train the small models that read texts, from labelled sets on disk. For developers; needs scikit-learn."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from insights.enrichment.heads import FOLDER
from insights.enrichment.training import HEADS, fit, tabulate
from insights.enrichment.training_aspect import fit_aspect
from insights.enrichment.training_sets import UnknownSet, read_set

ASPECTS = "mams_absa"  # the only set with moods about several things in one sentence


class Command(BaseCommand):
    """`manage.py train_heads --data PATH …`: writes the weights that ship, all from the same texts."""

    help = "Train the heads from labelled sets. Only sets whose licence allows it may be given for weights that ship."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what can be said."""
        names = [*HEADS, "aspect"]
        parser.add_argument("heads", nargs="*", help=f"which ones, of {', '.join(names)}; all where none is named")
        parser.add_argument("--data", nargs="+", required=True, type=Path, help="folders of known sets, or CSV files")
        parser.add_argument("--out", type=Path, default=FOLDER, help="the folder where the weights go")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, fit, save, and print what came of it, one JSON object a line."""
        wanted = options["heads"] or [*HEADS, "aspect"]
        if unknown := set(wanted) - {*HEADS, "aspect"}:
            raise CommandError(f"There is no head '{min(unknown)}'. There are: {', '.join([*HEADS, 'aspect'])}.")
        paths, out, today = options["data"], options["out"], timezone.now().date()
        if set(wanted) & set(HEADS):
            self._train_heads([name for name in HEADS if name in wanted], paths, out)
        if "aspect" in wanted:
            folder = next((path for path in paths if path.name == ASPECTS), None)
            if folder is None:
                raise CommandError(f"The head 'aspect' learns from the folder {ASPECTS}; give it with --data.")
            self.stdout.write(json.dumps(fit_aspect(folder, today, out / "aspect.npz")))

    def _train_heads(self, names: list[str], paths: list[Path], out: Path) -> None:
        try:
            table = tabulate([example for path in paths for example in read_set(path)])
        except UnknownSet as unknown:
            raise CommandError(str(unknown)) from unknown
        for name in names:
            trained = fit(name, table, timezone.now().date())
            trained.head.save(out / f"{name}.npz")
            told = {
                "version": trained.head.version,
                "texts": trained.texts,
                "threshold": round(trained.head.threshold, 3),
                "precision_on_unseen": round(trained.precision, 3),
                "recall_on_unseen": round(trained.recall, 3),
                "calibration_error": round(trained.head.error, 3),
                "bytes": (out / f"{name}.npz").stat().st_size,
            }
            self.stdout.write(json.dumps(told))
