"""Survey systems; registers its sources and pulls at start-up."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """What customers answer."""

    name = "surveys"
    verbose_name = "Surveys"

    def ready(self) -> None:
        """Make the sources and pulls known to intake."""
        from insights.intake.signatures import declare  # noqa: PLC0415 the app registry must be there first
        from surveys.hooks import HOOKS  # noqa: PLC0415
        from surveys.pulls import register_all as register_pulls  # noqa: PLC0415
        from surveys.sources import register_all  # noqa: PLC0415

        register_all()
        register_pulls()
        declare(HOOKS)
