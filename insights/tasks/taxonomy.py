"""Background work on a version of the taxonomy: judging every text, in small pieces that a kill cannot spoil."""

import time

from celery import shared_task

from insights.enrichment.retagging import prepare, retag_batch
from insights.enrichment.taxonomy_versions import draft
from insights.enrichment.trying_out import try_out

SECONDS = 8  # then the task asks for itself again, behind what else waits to be read


@shared_task(name="insights.tasks.taxonomy.retag")
def retag(number: int) -> int:
    """Re-tag by version `number` for a while; returns how many texts. Many at once wait for each other."""
    if not prepare(number):
        return 0
    started, total = time.monotonic(), 0
    while done := retag_batch(number):
        total += done
        if time.monotonic() - started > SECONDS:
            retag.delay(number)
            break
    return total


@shared_task(name="insights.tasks.taxonomy.resume_tagging")
def resume_tagging() -> int:
    """Go on with a version whose worker was killed; returns its number, 0 where none is re-tagging."""
    version = draft()
    if version is None or version.state != version.State.TAGGING:
        return 0
    retag(version.number)
    return version.number


@shared_task(name="insights.tasks.taxonomy.try_draft")
def try_draft(number: int, asked: str) -> int:
    """Judge the newest texts by a draft, for its page; returns how many, 0 where the draft is another one by now."""
    return try_out(number, asked)
