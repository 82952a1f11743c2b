"""Background reading of texts: started by the clock and by imports, as many at once as there are cores."""

import time

from celery import shared_task
from django.utils import timezone

from insights.enrichment.outdated import left_outdated, send_back_next
from insights.enrichment.pipeline import enrich_batch
from insights.enrichment.progress import report_rate
from insights.enrichment.slots import cores, free_slot

BATCH = 128
SECONDS = 4  # then the task ends and asks for itself again, so that an import or the mart waits no longer than this


@shared_task(name="insights.tasks.enrichment.enrich_pending")
def enrich_pending() -> int:
    """Read waiting texts until none is left or the time is over; returns how many. Many at once do not collide."""
    with free_slot(cores()) as slot:
        return 0 if slot is None else _drain(slot)


def _drain(slot: int) -> int:
    started = time.monotonic()
    total, claimed = 0, BATCH
    while claimed and time.monotonic() - started < SECONDS:
        before = time.monotonic()
        claimed = enrich_batch(timezone.now(), BATCH)
        if claimed == BATCH and not total and slot + 1 < cores():
            enrich_pending.delay()  # there is more than one can read at once: wake the next
        if claimed:
            report_rate(f"slot-{slot}", claimed, time.monotonic() - before)
        total += claimed
    if claimed:
        enrich_pending.delay()
    elif total and left_outdated():
        read_outdated.delay()
    return total


@shared_task(name="insights.tasks.enrichment.read_outdated")
def read_outdated() -> int:
    """After an upgrade, let what earlier versions read be read again, part by part and after all that is new."""
    sent = send_back_next()
    if sent:
        enrich_pending.delay()
    return sent
