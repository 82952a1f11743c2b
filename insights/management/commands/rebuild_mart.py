"""Builds the whole mart anew from the facts."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from insights.mart import build


class Command(BaseCommand):
    """rebuild_mart"""

    help = "Build the whole mart anew from the facts; with --dirty only the days that changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer --dirty."""
        parser.add_argument("--dirty", action="store_true", help="only the days that changed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, and print what was done as JSON."""
        now = timezone.now()
        built = build.drain(now) if options["dirty"] else build.rebuild_all(now)
        if built is None:
            raise CommandError("Another worker is building the mart. Try again when it is done.")
        self.stdout.write(json.dumps({"days": built.days, "version": built.version}))
