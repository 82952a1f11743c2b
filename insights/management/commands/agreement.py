"""Prints where surveys and contacts agree, in the API's JSON."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from insights.analysis.agreement import SCOPES, agreement, asked
from insights.analysis.agreement_wire import agreement_as_json
from insights.management.commands.metric import pairs_of
from insights.mart.calendar import local_day
from insights.metrics.engine import UnknownVersion
from insights.metrics.query import InvalidQuery
from insights.metrics.viewer import EVERYTHING


class Command(BaseCommand):
    """agreement"""

    help = "Tell where surveys and contacts agree and which to believe, in the API's JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer the API's parameters."""
        parser.add_argument("--since", help="first day, such as 2026-01-01; without it 90 days before --until")
        parser.add_argument("--until", help="the day after the last; without it tomorrow")
        parser.add_argument("--as-of", help="a data version to ask again")
        parser.add_argument("--customers", default="ALL", choices=SCOPES, help="MATCHED: only those on both sides")
        parser.add_argument(
            "--filter", action="append", default=[], metavar="NAME=VALUE", help="a filter; may be repeated"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask and print."""
        try:
            pairs = [*pairs_of(options), ("customers", options["customers"])]
            query, scope = asked(pairs, today=local_day(timezone.now()))
            found = agreement(query, EVERYTHING)
        except (InvalidQuery, UnknownVersion) as refused:
            raise CommandError(str(refused)) from refused
        if found is None:
            raise CommandError("There is no data yet. Import surveys and contacts first.")
        self.stdout.write(json.dumps(agreement_as_json(found, scope), indent=1, ensure_ascii=False))
