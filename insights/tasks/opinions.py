"""Asking a language model, where one is set up."""

from celery import shared_task
from django.utils import timezone

from insights.enrichment.opinions import ask_next


@shared_task(name="insights.tasks.opinions.ask_language_model")
def ask_language_model() -> int:
    """Ask about some texts, then ask for itself again while there are more. Returns how many."""
    asked = ask_next(timezone.now())
    if asked:
        ask_language_model.delay()
    return asked
