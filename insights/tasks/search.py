"""Taking read texts up into search: a few seconds now and then while texts are read, without a pause afterwards."""

import time

from celery import shared_task

from insights.enrichment.indexing import take_up
from insights.enrichment.progress import progress

SECONDS = 4


@shared_task(name="insights.tasks.search.take_up_due")
def take_up_due() -> int:
    """Take up what is due until the time is over; ask for itself again once no text waits to be read.

    Its queue goes before that of the reading, which would otherwise be held up by it, or hold it up for ever.
    """
    started, total, taken = time.monotonic(), 0, 1
    while taken and time.monotonic() - started < SECONDS:
        taken = take_up()
        total += taken
    if taken and not progress().pending:
        take_up_due.delay()
    return total
