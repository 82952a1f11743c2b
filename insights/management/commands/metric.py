"""Prints the answer to one question, in the API's JSON."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from insights.mart.calendar import local_day
from insights.metrics.engine import UnknownVersion, answer
from insights.metrics.query import InvalidQuery, MetricQuery
from insights.metrics.viewer import EVERYTHING
from insights.metrics.wire import answer_as_json

_SINGLE = ("since", "until", "hour", "bucket", "compare", "as_of")


class Command(BaseCommand):
    """metric KEY"""

    help = "Answer one question about a metric and print the API's JSON. Whoever may run this sees everything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer the API's parameters."""
        parser.add_argument("key", help="the metric, such as nps")
        parser.add_argument("--since", help="first day, such as 2026-01-01; without it 90 days before --until")
        parser.add_argument("--until", help="the day after the last; without it tomorrow")
        parser.add_argument("--hour", help="only the clock hour that began then, such as 2026-01-31T09:00:00+01:00")
        parser.add_argument("--by", action="append", default=[], help="a cut, such as channel; may be repeated")
        parser.add_argument("--bucket", help="hour, day, week, month, quarter or year")
        parser.add_argument("--compare", help="previous or year")
        parser.add_argument("--as-of", help="a data version to ask again")
        parser.add_argument(
            "--filter", action="append", default=[], metavar="NAME=VALUE", help="a filter or parameter; may be repeated"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask and print."""
        now = timezone.now()
        try:
            query = MetricQuery.from_pairs(options["key"], pairs_of(options), today=local_day(now))
            found = answer(query, EVERYTHING, now=now)
        except (InvalidQuery, UnknownVersion) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(json.dumps(answer_as_json(found), indent=1, ensure_ascii=False))


def pairs_of(options: dict[str, Any]) -> list[tuple[str, str]]:
    """Return a command's options as the API's parameters. Raises CommandError for a filter that is none."""
    pairs = [(name, options[name]) for name in _SINGLE if options.get(name) is not None]
    pairs += [("by", name) for name in options.get("by", ())]
    for given in options["filter"]:
        name, equals, value = given.partition("=")
        if not equals:
            raise CommandError(f"--filter {given}: write it as NAME=VALUE, such as --filter channel=CHAT.")
        pairs.append((name, value))
    return pairs
