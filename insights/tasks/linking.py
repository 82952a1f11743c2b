"""Linking what was stored before a rule was declared or changed."""

from celery import shared_task
from django.utils import timezone

from insights.intake.link_rules import relink_source, sources_behind


@shared_task(name="insights.tasks.linking.relink_answers")
def relink_answers(source: str) -> int:
    """Link all answers of a source by the rules as they are now. Safe to run twice; returns how many links changed."""
    return relink_source(source, timezone.now)


@shared_task(name="insights.tasks.linking.resume_linking")
def resume_linking() -> int:
    """Hand out again what a lost worker left: sources whose rules are newer than their links."""
    left = sources_behind()
    for source in left:
        relink_answers.delay(source)
    return len(left)
