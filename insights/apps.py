"""The shared insights model as a Django application."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """Feedback facts, enrichment, mart, metrics and faces."""

    name = "insights"
    verbose_name = "Insights"
