"""Survey systems; registers its sources at start-up."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """What customers answer."""

    name = "surveys"
    verbose_name = "Surveys"

    def ready(self) -> None:
        """Make the sources known to intake."""
        from surveys.sources import register_all  # noqa: PLC0415 the app registry must be there first

        register_all()
