"""The shared insights model as a Django application."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """Feedback facts, enrichment, mart, metrics and faces."""

    name = "insights"
    verbose_name = "Insights"

    def ready(self) -> None:
        """Register the sources that belong to no vendor."""
        from insights.intake.documented import ACTIVE_CUSTOMERS, JOURNEY_EVENTS  # noqa: PLC0415
        from insights.intake.plain_csv import PlainCsv  # noqa: PLC0415  # models are not loaded before
        from insights.intake.plain_json import PlainJson  # noqa: PLC0415
        from insights.intake.pulls.generic import JsonApi  # noqa: PLC0415
        from insights.intake.pulls.pull import register as register_pull  # noqa: PLC0415
        from insights.intake.push import Push  # noqa: PLC0415
        from insights.intake.source import register  # noqa: PLC0415

        register(PlainCsv())
        register(PlainJson())
        register(Push())
        register(JOURNEY_EVENTS)
        register(ACTIVE_CUSTOMERS)
        register_pull(JsonApi())
