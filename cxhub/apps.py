"""The wiring as a Django application: its commands, and the Celery application that shared tasks belong to."""

from django.apps import AppConfig


class CxhubConfig(AppConfig):
    """Comes last, so that every task it lets Celery find is already importable."""

    name = "cxhub"
    verbose_name = "cxhub"

    def ready(self) -> None:
        """Make our Celery application the current one in every process that runs Django."""
        from cxhub.celery import app  # noqa: PLC0415  Celery reads Django's settings, which are ready only now

        app.set_default()
