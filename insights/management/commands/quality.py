"""Quality at the command line: measure it, show it, learn from labels, take a refit back."""

import json
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from insights.analysis.model_quality import latest, measure
from insights.analysis.refit import REFITTED, CannotRefit, refit, withdraw
from insights.enrichment import gold
from insights.enrichment.encoder import EncoderMissing
from insights.models import AdoptedHead, QualityRun


class Command(BaseCommand):
    """`manage.py quality show|measure|refit TASK|withdraw NUMBER`."""

    help = "show: the last measurement as JSON. measure: anew. refit TASK: learn from labels. withdraw NUMBER: a refit."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what can be said."""
        parser.add_argument("what", choices=["show", "measure", "refit", "withdraw"])
        parser.add_argument("which", nargs="?", default="", help=f"refit: {', '.join(REFITTED)}; withdraw: its number")
        parser.add_argument("--user", default="", help="in whose name a refit is made")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the four."""
        try:
            told = self._done(options["what"], options["which"], options["user"])
        except (CannotRefit, EncoderMissing) as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))

    def _done(self, what: str, which: str, user: str) -> dict[str, Any]:
        now = timezone.now()
        if what == "refit":
            by = User.objects.filter(username=user).first()
            if user and by is None:
                raise CommandError(f"There is nobody called '{user}'.")
            return _head(refit(which, by=by, now=now))
        if what == "withdraw":
            if not which.isascii() or not which.isdigit():
                raise CommandError("Say which: 'manage.py quality withdraw NUMBER'. GET /api/v1/quality lists them.")
            return _head(withdraw(int(which)))
        if what == "measure":
            gold.draw(now)
            return _run(measure(now))
        run = latest()
        if run is None:
            raise CommandError("Nothing was measured yet. 'manage.py quality measure' does.")
        return _run(run)


def _run(run: QualityRun) -> dict[str, Any]:
    return {"at": run.at.isoformat(), "versions": run.versions, **run.figures, "drift": run.drift}


def _head(head: AdoptedHead) -> dict[str, Any]:
    told = {name: getattr(head, name) for name in ("number", "task", "state", "version", "labels", "reason")}
    return {**told, "before": head.before.get("macro_f1"), "after": head.after.get("macro_f1")}
