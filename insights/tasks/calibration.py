"""Asking the labels again, each night, which media's sentiment may be compared."""

from celery import shared_task
from django.utils import timezone

from insights.analysis.calibration_labels import calibrate


@shared_task
def calibrate_sentiment() -> int:
    """Work it out and keep it; returns how many pairs of media are the same. The mart takes it up by itself."""
    made = calibrate(timezone.now())
    return sum(pair["verdict"] == "SAME" for pair in made.pairs)
