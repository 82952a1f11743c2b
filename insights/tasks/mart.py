"""Keeping the mart as fresh as the facts."""

from celery import shared_task
from django.utils import timezone

from insights.mart import build


@shared_task
def drain_dirty_days() -> int | None:
    """Rebuild the days marked dirty and return how many; None where another worker is at it."""
    built = build.drain(timezone.now())
    return None if built is None else built.days


@shared_task
def compact_mart() -> int | None:
    """Join the mart's small files and delete what no kept version needs."""
    return build.compact(timezone.now())
