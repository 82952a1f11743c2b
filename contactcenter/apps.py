"""Contact-center systems; registers its sources at start-up."""

from django.apps import AppConfig


class ContactCenterConfig(AppConfig):
    """What customers say when they call, write or chat."""

    name = "contactcenter"
    verbose_name = "Contact center"
