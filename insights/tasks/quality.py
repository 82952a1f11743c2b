"""Measuring the readings each night, and learning from labels when asked."""

from celery import shared_task
from django.contrib.auth.models import User
from django.utils import timezone

from insights.analysis.model_quality import measure
from insights.analysis.refit import refit
from insights.enrichment import gold


@shared_task(name="insights.tasks.quality.measure_quality")
def measure_quality() -> str:
    """Draw what is missing of the gold set, then measure against it; returns the measurement's key."""
    now = timezone.now()
    gold.draw(now)
    return str(measure(now).pk)


@shared_task(name="insights.tasks.quality.refit_from_labels")
def refit_from_labels(task: str, by: int | None = None) -> str:
    """Learn one task anew and adopt it if it is better; returns what became of it. Safe to run twice."""
    now = timezone.now()
    head = refit(task, by=None if by is None else User.objects.filter(pk=by).first(), now=now)
    measure(now)
    return f"{head.state}: {head.reason}"
