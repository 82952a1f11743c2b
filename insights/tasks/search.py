"""Taking read texts up into search, a few seconds at a time."""

import time

from celery import shared_task

from insights.enrichment.indexing import take_up

SECONDS = 4


@shared_task(name="insights.tasks.search.take_up_due")
def take_up_due() -> int:
    """Take up what is due until the time is over, then ask for itself again. Returns how many."""
    started, total, taken = time.monotonic(), 0, 1
    while taken and time.monotonic() - started < SECONDS:
        taken = take_up()
        total += taken
    if taken:
        take_up_due.delay()
    return total
