"""Reading deliveries in the background; resumed when a worker was killed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from celery import current_app, shared_task
from django.utils import timezone

from insights.intake.delivery import read, waiting
from insights.intake.hooks import forget_calls
from insights.intake.notices import holds_notices
from insights.intake.replay import replay
from insights.intake.staging import forget_old
from insights.intake.sweeping import forget_unnamed


def tell_the_next() -> None:
    """Let enrichment begin at once. The mart has its own clock: fifty files are one rebuild of their days."""
    current_app.send_task("insights.tasks.enrichment.enrich_pending")


@shared_task(name="insights.tasks.intake.read_delivery")
def read_delivery(delivery_id: str) -> bool:
    """Read one delivery to its end. Safe to run twice: one worker reads, the other leaves."""
    was_ours = read(UUID(delivery_id))
    if was_ours:
        tell_the_next()
        if holds_notices(UUID(delivery_id)):
            current_app.send_task("insights.tasks.pulls.hand_out_pulls")
    return was_ours


@shared_task(name="insights.tasks.intake.resume_deliveries")
def resume_deliveries() -> int:
    """Hand out again what nobody is reading: never started, or left by a worker that fell silent."""
    left = waiting(timezone.now())
    for delivery_id in left:
        read_delivery.delay(str(delivery_id))
    return len(left)


@shared_task(name="insights.tasks.intake.replay_set_aside")
def replay_set_aside(set_aside_ids: Sequence[int], mended: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Read records set aside once more, mended where people mended them (keys are ids as text, as JSON has them)."""
    payloads = {int(key): payload for key, payload in (mended or {}).items()}
    told = replay(set_aside_ids, payloads, timezone.now())
    tell_the_next()
    return {str(key): outcome for key, outcome in told.items()}


@shared_task(name="insights.tasks.intake.forget_staged_files")
def forget_staged_files() -> int:
    """Forget files that somebody looked at and never imported: customers' words are not kept for nothing."""
    return forget_old(timezone.now())


@shared_task(name="insights.tasks.intake.forget_hook_calls")
def forget_hook_calls() -> int:
    """Forget by what webhooks' calls were known, once no vendor sends them again."""
    return forget_calls(timezone.now())


@shared_task(name="insights.tasks.intake.forget_unnamed_files")
def forget_unnamed_files() -> int:
    """Forget raw files that nothing names: whoever kept them was killed before the commit."""
    return forget_unnamed(timezone.now())
