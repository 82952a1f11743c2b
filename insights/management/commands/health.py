"""Prints the data's health, in the API's JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from insights.analysis.health import health
from insights.analysis.health_wire import health_as_json
from insights.metrics.viewer import EVERYTHING


class Command(BaseCommand):
    """health"""

    help = "Print the data's health as JSON: freshness, volumes, links, backlog. Whoever may run this sees everything."

    def handle(self, *_: Any, **__: Any) -> None:
        """Ask and print."""
        self.stdout.write(json.dumps(health_as_json(health(EVERYTHING, timezone.now())), indent=1, ensure_ascii=False))
