"""Contact-center systems; registers its sources at start-up."""

from django.apps import AppConfig


class ContactCenterConfig(AppConfig):
    """What customers say when they call, write or chat."""

    name = "contactcenter"
    verbose_name = "Contact center"

    def ready(self) -> None:
        """Make the sources known to intake."""
        from contactcenter.sources import register_all  # noqa: PLC0415 the app registry must be there first

        register_all()
