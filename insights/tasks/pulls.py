"""Pulling in the background: the clock hands out what is due, each task takes one step and queues the next."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from insights.intake.pulls.runner import due, run_step
from insights.tasks.intake import read_delivery


@shared_task(name="insights.tasks.pulls.hand_out_pulls")
def hand_out_pulls() -> int:
    """Queue a step of every pull that is due. A pull queued twice is taken once."""
    waiting = due(timezone.now())
    for identity in waiting:
        pull_step.delay(str(identity))
    return len(waiting)


@shared_task(name="insights.tasks.pulls.pull_step")
def pull_step(connection_id: str) -> int:
    """Take one step of a pull; let what came be read, and queue the next step. Returns how many pages came."""
    ran = run_step(UUID(connection_id))
    for delivery_id in ran.deliveries:
        read_delivery.delay(str(delivery_id))
    if ran.again_in is not None:
        pull_step.apply_async((connection_id,), countdown=ran.again_in)
    return len(ran.deliveries)
