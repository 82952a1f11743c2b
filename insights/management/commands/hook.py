"""Make a webhook's address: `manage.py hook SOURCE --label "Zendesk Europe" --secret-from-env ZENDESK_SECRET`."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from insights.intake.hooks import NotMade, make
from insights.intake.signatures import WrongSecret
from insights.intake.source import UnknownSource, WrongOption


class Command(BaseCommand):
    """Prints the address once; only its digest is kept."""

    help = "Make a webhook's address. It is printed once, with its secret where we make that up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be said."""
        parser.add_argument("source", help="key of the source that reads the calls, such as zendesk or push")
        parser.add_argument("--label", required=True, help="what people call it")
        parser.add_argument("--account", default="", help="which account of the source it is of")
        parser.add_argument("--scheme", default="", help="how calls prove themselves (default: the vendor's own way)")
        parser.add_argument("--header", default="", help="the header, where the scheme lets it be named")
        parser.add_argument(
            "--secret-from-env", default="", metavar="NAME", help="the environment variable that holds the secret"
        )
        parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="tell the source")

    def handle(self, *_: Any, **given: Any) -> None:
        """Make it, and print the address and a secret of ours to standard output."""
        try:
            connection, key, made = make(
                source=given["source"],
                label=given["label"],
                account=given["account"],
                scheme=given["scheme"],
                header=given["header"],
                secret=_secret(given["secret_from_env"]),
                options=dict(_pair(one) for one in given["option"]),
            )
        except (NotMade, UnknownSource, WrongOption, WrongSecret) as wrong:
            raise CommandError(str(wrong)) from None
        self.stderr.write(
            f"The webhook '{connection.label}'. Keep what follows now: it is not shown again.", self.style.SUCCESS
        )
        self.stdout.write(f"{_site()}{reverse('hook', args=[connection.source, key])}")
        if made:
            self.stdout.write(made)


def _secret(name: str) -> str:
    if name and not os.environ.get(name):
        raise CommandError(f"The environment variable {name} is not set. It should hold the secret.")
    return os.environ.get(name, "") if name else ""


def _pair(told: str) -> tuple[str, str]:
    name, equals, value = told.partition("=")
    if not equals:
        raise CommandError(f"--option {told}: write it as name=value.")
    return name, value


def _site() -> str:
    """Return where the vendor reaches us, as far as the settings know it."""
    if settings.CSRF_TRUSTED_ORIGINS:
        return str(settings.CSRF_TRUSTED_ORIGINS[0])
    return f"{'https' if settings.HTTPS else 'http'}://{settings.ALLOWED_HOSTS[0]}"
