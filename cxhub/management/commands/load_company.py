"""Make the demo's company and hand its files to the importers, the same way as anybody's files."""

import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cxhub.company.calendar import ZONE
from cxhub.company.generate import CannotMake, make_ledger, read_manifest, window, write_company
from cxhub.company.handover import NotTaken, hand_over, is_open
from cxhub.company.slots import DEVICES
from cxhub.company.truths import COMPANIES
from cxhub.company.world import PRODUCTS
from insights.intake.delivery import read
from insights.models import Delivery, OwnName
from insights.tasks.intake import read_delivery, tell_the_next

POLL_SECONDS = 0.5
ALSO_CALLED = {"Lumio": ("Lumio Wave", "Lumio TV")}  # the tariff of the planted campaign
_MAY_AGE = ("version", "since", "until")  # a company that is there stays, though one made today would be another


class Command(BaseCommand):
    """Generate once, import once; a second run finds everything there and adds nothing."""

    help = "Load the demo's company: load_company [--scale N] [--folder D] [--days N] [--wait]."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("--scale", type=float, default=1.0, help="1 is 15,000 contacts, 10 is ten times as much")
        parser.add_argument("--days", type=int, default=180, help="how long its history is")
        parser.add_argument("--seed", type=int, default=7, help="another seed, another company of the same kind")
        parser.add_argument("--company", choices=sorted(COMPANIES), default="lumio", help="which truths are planted")
        parser.add_argument("--today", type=date.fromisoformat, help="the day after the last one; today if not given")
        parser.add_argument("--folder", type=Path, help="where the files are; in the state directory if not given")
        parser.add_argument("--wait", action="store_true", help="return when everything is imported")

    def handle(self, *_: Any, **given: Any) -> None:
        """Make the files if they are not there, hand them over, and wait if asked to."""
        self._began = time.monotonic()
        folder = given["folder"] or Path(settings.STATE_DIR) / "company"
        manifest = self._files(folder, given)
        self._declare(manifest["company"])
        try:
            deliveries, known = hand_over(folder, manifest)
        except (NotTaken, OSError) as refused:
            raise CommandError(str(refused)) from None
        self._say(f"{len(deliveries)} files handed to the importers, {known} were there already.")
        self._read(deliveries)
        if given["wait"]:
            self._wait(deliveries)

    def _files(self, folder: Path, given: dict[str, Any]) -> dict[str, Any]:
        """Return the manifest of the company in `folder`, made now where there is none."""
        truths, today = COMPANIES[given["company"]], given["today"] or timezone.now().astimezone(ZONE).date()
        asked = {name: given[name] for name in ("days", "scale", "seed")}
        wanted = window(truths=truths, today=today, **asked)
        found = read_manifest(folder)
        if found is not None:
            differs = [
                name for name in wanted if found.get(name) != wanted[name] and (given["today"] or name not in _MAY_AGE)
            ]
            if differs:
                raise CommandError(
                    f"The company in {folder} is another one ({', '.join(differs)} differ). Load that one with its own "
                    "settings, or give another --folder and an empty database."
                )
            self._say(f"The files of {found['company']} are there: {found['since']} to {found['until']}.")
            return found
        try:
            made = write_company(make_ledger(truths, today=today, **asked), folder)
        except CannotMake as wrong:
            raise CommandError(str(wrong)) from None
        self._say(
            f"{made['company']} is made: {made['contacts']:,} contacts, {made['answers']:,} survey answers, "
            f"{made['customers']:,} customers, {made['days']} days."
        )
        return made

    def _declare(self, company: str) -> None:
        """Say what the company and its products are called, before any text is read: they are no names of people."""
        for name in (company, *PRODUCTS, *(device for device in DEVICES if device[0].isupper())):
            if not OwnName.objects.filter(name__iexact=name).exists():
                OwnName.objects.create(name=name, aliases="\n".join(ALSO_CALLED.get(name, ())))

    def _read(self, deliveries: list[Delivery]) -> None:
        """Give each file to a worker, in order; where none answers, read them here."""
        if not deliveries:
            return
        if _has_worker():
            for delivery in deliveries:
                read_delivery.delay(str(delivery.pk))
            return
        self._say("No worker answers, so the files are read here.")
        for delivery in deliveries:
            read(delivery.pk)
            delivery.refresh_from_db()
            self._tell(delivery)
        tell_the_next()

    def _wait(self, deliveries: list[Delivery]) -> None:
        """Return when every file is read, saying of each what came of it. Raises CommandError when one failed."""
        waiting = {delivery.pk for delivery in deliveries if is_open(delivery)}
        while waiting:
            for delivery in Delivery.objects.filter(pk__in=waiting).exclude(state__in=("RECEIVED", "READING")):
                self._tell(delivery)
                waiting.discard(delivery.pk)
            time.sleep(POLL_SECONDS if waiting else 0)
        failed = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries]).exclude(state="DONE")
        if failed:
            raise CommandError("; ".join(f"{one.filename}: {one.error or one.state}" for one in failed))
        self._say("Everything is imported.")

    def _tell(self, delivery: Delivery) -> None:
        known, error = delivery.updated + delivery.unchanged, f". {delivery.error}" if delivery.error else ""
        self._say(
            f"{delivery.filename}: {delivery.accepted:,} new, {known:,} known, {delivery.excluded:,} left out, "
            f"{delivery.set_aside:,} set aside{error}"
        )

    def _say(self, sentence: str) -> None:
        self.stdout.write(f"{time.monotonic() - self._began:6.1f} s  {sentence}")
        self.stdout.flush()


def _has_worker() -> bool:
    """Ask whether a worker that serves the intake queue lives."""
    queues = current_app.control.inspect(timeout=1.0).active_queues() or {}
    return any(queue["name"] == "intake" for served in queues.values() for queue in served)
