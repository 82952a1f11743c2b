"""Make a token for a program: `manage.py token USER --scope metrics:read`."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from insights.access import SCOPES, TokenRefused, issue_token


class Command(BaseCommand):
    """Prints the token once; only its digest is kept."""

    help = "Make an access token of one person for a program. The token is printed once and cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be said."""
        parser.add_argument("user", help="whose token it is: a user name")
        parser.add_argument(
            "--scope",
            action="append",
            required=True,
            dest="scopes",
            metavar="SCOPE",
            help=f"what it may do; may be given several times: {', '.join(SCOPES)}",
        )
        parser.add_argument("--days", type=int, default=90, help="how long it lives (default: 90)")
        parser.add_argument("--name", default="", help="what it is for, as the list of tokens shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and print it, and nothing else, to standard output."""
        users = get_user_model().objects
        user = users.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(
                f"There is no user '{options['user']}'. "
                "Make one with 'python3 manage.py createsuperuser' or in /admin/."
            )
        try:
            token, secret = issue_token(
                user=user,
                scopes=options["scopes"],
                days=options["days"],
                name=options["name"],
                now=timezone.now(),
            )
        except TokenRefused as refused:
            raise CommandError(str(refused)) from None
        self.stderr.write(
            f"A token of {user.get_username()} for {', '.join(token.scopes)}, until {token.expires_at:%Y-%m-%d}. "
            "Keep it now: it is not shown again.",
            self.style.SUCCESS,
        )
        self.stdout.write(secret)
