"""manage.py language_model: what the optional language model was asked, and what came of it."""

import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Count
from django.utils import timezone

from insights.enrichment.language_model import is_on
from insights.enrichment.opinions import agreement_with_people, agreement_with_us, spent, why_paused
from insights.models import Opinion


class Command(BaseCommand):
    """Prints JSON."""

    help = "Tell what the optional language model was asked, what was kept, and how far it agrees."

    def handle(self, *_: Any, **__: Any) -> None:
        """Count, compare, print."""
        states = Opinion.objects.values_list("task", "state").annotate(n=Count("pk")).order_by("task", "state")
        reasons = Opinion.objects.filter(state="DROPPED").values_list("reason").annotate(n=Count("pk")).order_by("-n")
        told = {
            "is_on": is_on(),
            "model": settings.LLM_MODEL,
            "paused": why_paused(),
            "tokens_today": spent(timezone.now()),
            "tokens_a_day": settings.LLM_TOKENS_A_DAY,
            "answers": {f"{task} {state}": n for task, state, n in states},
            "dropped_because": dict(reasons),
            "agreement_with_us": asdict(agreement_with_us()),
            "agreement_with_people": asdict(agreement_with_people()),
        }
        self.stdout.write(json.dumps(told, indent=2))
