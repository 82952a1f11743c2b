"""`manage.py own_names`: which brands and products are ours, so that they are not taken for names of people."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from insights.enrichment import names, naming
from insights.enrichment.outdated import mark_outdated
from insights.models import OwnName


class Command(BaseCommand):
    """Adds and removes names, and prints the list that holds then. What is there already stays as it is."""

    help = "Our brands and products, never hidden as names of people: own_names [--add NAME] [--remove NAME]."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what can be said."""
        parser.add_argument("--add", action="append", default=[], metavar="NAME", help="may be given several times")
        parser.add_argument("--remove", action="append", default=[], metavar="NAME", help="may be given several times")
        parser.add_argument("--read-again", action="store_true", help="look for names in all stored texts again")

    def handle(self, *_: Any, **given: Any) -> None:
        """Change the list in one transaction; print it as JSON."""
        with transaction.atomic():
            for name in given["add"]:
                _add(name.strip())
            for name in given["remove"]:
                if not OwnName.objects.filter(name__iexact=name.strip()).delete()[0]:
                    raise CommandError(f"There is no own name '{name}'.")
            waiting = mark_outdated({names.NAME: naming.version()}) if given["read_again"] else 0
        told = {one.name: one.names()[1:] for one in OwnName.objects.filter(is_active=True)}
        self.stdout.write(json.dumps({"own_names": told, "read_again": waiting}, indent=2, ensure_ascii=False))


def _add(name: str) -> None:
    if OwnName.objects.filter(name__iexact=name).exists():
        return
    own = OwnName(name=name)
    try:
        own.full_clean()
    except ValidationError as wrong:
        raise CommandError(f"'{name}': {' '.join(wrong.messages)}") from wrong
    own.save()
