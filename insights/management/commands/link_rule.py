"""The rules by which answers find their contacts, from the command line."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from insights.intake.link_rules import DEFAULT_HOURS, WrongRule, declare, relink_source, withdraw
from insights.models import LinkRule

WRONG_USAGE = 2
_SHOWN = (
    *("id", "source", "account", "survey", "contact_source", "contact_account", "id_attribute", "window_hours"),
    *("channels", "queues", "is_linking"),
)


class Command(BaseCommand):
    """link_rule list | declare SOURCE … | withdraw SOURCE …"""

    help = (
        "Rules of linking: list; declare SOURCE [--window [HOURS]] [--contact-source S] [--id-attribute A] …; "
        "withdraw SOURCE. Stored answers are linked anew before the command returns."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("what", choices=["list", "declare", "withdraw"])
        parser.add_argument("source", nargs="?", default="", help="of the answers, such as qualtrics_csv")
        parser.add_argument("--account", default="", help="of the answers; without it every account")
        parser.add_argument("--survey", default="", help="one survey only")
        parser.add_argument(
            "--window", type=int, nargs="?", const=DEFAULT_HOURS, metavar="HOURS",
            help=f"fallback: the same customer's last contact within so many hours; {DEFAULT_HOURS} without a number",
        )  # fmt: skip
        parser.add_argument("--channel", action="append", default=[], help="contacts of this channel only; repeatable")
        parser.add_argument("--queue", action="append", default=[], help="contacts of this queue only; repeatable")
        parser.add_argument("--contact-source", default="", help="whose contacts the answers' ids are, such as zendesk")
        parser.add_argument("--contact-account", default="", help="and of which account of that source")
        parser.add_argument("--id-attribute", default="", help="which attribute of an answer holds the contact's id")

    def handle(self, *_: Any, **given: Any) -> None:
        """Do it and print the rules as JSON."""
        try:
            source = self._do(given)
        except WrongRule as wrong:
            raise CommandError(str(wrong), returncode=WRONG_USAGE) from None
        if source:
            changed = relink_source(source, timezone.now)
            self.stderr.write(f"{changed} {'link' if changed == 1 else 'links'} changed.")
        rules = [{name: getattr(rule, name) for name in _SHOWN} for rule in LinkRule.objects.all()]
        self.stdout.write(json.dumps(rules, indent=1, ensure_ascii=False))

    @staticmethod
    def _do(given: dict[str, Any]) -> str:
        """Declare or withdraw; return the source whose answers are to be linked anew."""
        key = {name: given[name] for name in ("source", "account", "survey")}
        if given["what"] == "list":
            return ""
        if given["what"] == "withdraw":
            rule = LinkRule.objects.filter(**key).first()
            if rule is None or withdraw(rule.pk) is None:
                raise WrongRule("source", "There is no such rule. `link_rule list` shows all of them.")
            return rule.source
        told = {
            **key,
            **{name: given[name] for name in ("contact_source", "contact_account", "id_attribute")},
            "window_hours": given["window"],
            "channels": given["channel"],
            "queues": given["queue"],
        }
        return declare(told, user=None, now=timezone.now()).source
