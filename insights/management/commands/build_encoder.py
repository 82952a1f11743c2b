"""Make the sentence encoder from the installed packages, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insights.enrichment.encoder import EncoderMissing, build_encoder
from insights.enrichment.encoder_ranges import FILE, save


class Command(BaseCommand):
    """`manage.py build_encoder`: safe to run twice and at the same time."""

    help = "Make the sentence encoder from the installed packages; does nothing where it is made already."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what can be said."""
        parser.add_argument("--again", action="store_true", help="make it anew even where it is whole")
        parser.add_argument(
            "--measure", action="store_true", help="for a new version: measure the ranges that ship with it, and end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, and print where."""
        try:
            if options["measure"]:
                from insights.enrichment.encoder_measuring import own_ranges  # noqa: PLC0415 - needs onnx, seldom

                save(own_ranges())
                self.stdout.write(str(FILE))
                return
            folder = build_encoder(again=options["again"])
        except EncoderMissing as missing:
            raise CommandError(str(missing)) from missing
        self.stdout.write(str(folder))
