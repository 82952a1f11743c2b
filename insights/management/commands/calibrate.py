"""Asks the labels which media's sentiment may share an axis."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from insights.analysis.calibration_labels import calibrate
from insights.analysis.calibration_wire import calibration_as_json


class Command(BaseCommand):
    """calibrate"""

    help = "Compare the gold set's judgements of each medium with the scores, keep the result and print it as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work it out and print it."""
        made = calibrate(timezone.now())
        self.stdout.write(json.dumps(calibration_as_json(made), indent=1))
