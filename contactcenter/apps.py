"""Contact-center systems; registers its sources and pulls at start-up."""

from django.apps import AppConfig


class ContactCenterConfig(AppConfig):
    """What customers say when they call, write or chat."""

    name = "contactcenter"
    verbose_name = "Contact center"

    def ready(self) -> None:
        """Make the sources and pulls known to intake."""
        from contactcenter.hooks import HOOKS  # noqa: PLC0415 the app registry must be there first
        from contactcenter.pulls import register_all as register_pulls  # noqa: PLC0415
        from contactcenter.sources import register_all  # noqa: PLC0415
        from insights.intake.signatures import declare  # noqa: PLC0415

        register_all()
        register_pulls()
        declare(HOOKS)
