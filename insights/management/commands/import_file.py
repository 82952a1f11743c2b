"""Import a file from the command line and print its counts as JSON."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from insights.intake.delivery import counts, read, receive
from insights.intake.raw import TooLarge
from insights.intake.source import UnknownSource, WrongOption
from insights.mart import build
from insights.models import Delivery, DirtyDay

OPEN = (Delivery.State.RECEIVED, Delivery.State.READING)
POLL_SECONDS = 0.5
PATIENCE_SECONDS = 120  # for the mart: enrichment keeps marking days for as long as it runs
WRONG_USAGE = 2


class Command(BaseCommand):
    """Keep the file and have it read by a worker; without one, read it here."""

    help = "Import a file: import_file SOURCE PATH [--option k=v]… [--account A] [--wait]. Prints the counts as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("source", help="key of the source, such as csv or qualtrics_csv")
        parser.add_argument("path", type=Path, help="the file")
        parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="tell the source")
        parser.add_argument("--account", default="", help="which account of the source it is from")
        parser.add_argument("--wait", action="store_true", help="return when it is read and the numbers know it")

    def handle(self, *_: Any, **given: Any) -> None:
        """Import, print, and leave with 0 (done), 1 (could not be read) or 2 (wrong usage)."""
        delivery = self._receive(given["source"], given["path"], _options(given["option"]), given["account"])
        if self._has_worker():
            current_app.send_task("insights.tasks.intake.read_delivery", [str(delivery.pk)])
        else:
            self.stderr.write("No worker answers, so the file is read here.")
            read(delivery.pk)
            current_app.send_task("insights.tasks.enrichment.enrich_pending")
        if given["wait"]:
            _wait(delivery)
            _let_the_mart_catch_up()
        delivery.refresh_from_db()
        self.stdout.write(json.dumps(counts(delivery), indent=2))
        if delivery.state in (Delivery.State.FAILED, Delivery.State.CANCELLED):
            self.stderr.write(delivery.error or "The import was cancelled.")
            sys.exit(1)

    @staticmethod
    def _receive(source: str, path: Path, options: dict[str, str], account: str) -> Delivery:
        try:
            with path.open("rb") as file:
                return receive(file, source, options, filename=path.name, account=account)
        except OSError as missing:
            raise CommandError(f"{path} cannot be opened: {missing.strerror}.", returncode=WRONG_USAGE) from None
        except (UnknownSource, WrongOption, TooLarge) as wrong:
            raise CommandError(str(wrong), returncode=WRONG_USAGE) from None

    @staticmethod
    def _has_worker() -> bool:
        """Ask whether a worker that serves the intake queue lives."""
        queues = current_app.control.inspect(timeout=1.0).active_queues() or {}
        return any(queue["name"] == "intake" for served in queues.values() for queue in served)


def _options(given: list[str]) -> dict[str, str]:
    """Return the options by name. `mapping` names a JSON file on the command line; its content is what is passed on."""
    options: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise CommandError(f"--option {one}: write it as name=value.", returncode=WRONG_USAGE)
        options[name] = value
    mapping = options.get("mapping", "")
    if mapping and not mapping.lstrip().startswith("{"):
        try:
            options["mapping"] = Path(mapping).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as missing:
            raise CommandError(f"The mapping {mapping} cannot be read: {missing}.", returncode=WRONG_USAGE) from None
    return options


def _wait(delivery: Delivery) -> None:
    while Delivery.objects.filter(pk=delivery.pk, state__in=OPEN).exists():
        time.sleep(POLL_SECONDS)


def _let_the_mart_catch_up() -> None:
    """Rebuild the days dirty now, or wait while a worker does, so that a number asked next has the file in it."""
    dirty = set(DirtyDay.objects.values_list("day", "marks"))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while dirty & set(DirtyDay.objects.values_list("day", "marks")) and time.monotonic() < deadline:
        if build.drain(timezone.now()) is None:
            time.sleep(POLL_SECONDS)
