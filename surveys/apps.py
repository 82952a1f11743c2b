"""Survey systems; registers its sources at start-up."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """What customers answer."""

    name = "surveys"
    verbose_name = "Surveys"
