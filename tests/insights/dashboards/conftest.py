"""A told company, people, and static files as they lie."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.insights.dashboards.company import a_person, tell
from tests.insights.mart.conftest import built, facts  # noqa: F401 (fixtures)


@pytest.fixture(autouse=True)
def _plain_static_files(settings: LazySettings, tmp_path) -> None:
    """Names without digests, so that no page needs a collection first."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture
def company(db, facts, built) -> None:  # noqa: F811 (fixtures)
    tell(facts, built)


@pytest.fixture
def sign_in(db) -> Callable[[str], Client]:
    def make(role: str = "CX leader") -> Client:
        client = Client()
        client.force_login(a_person(role))
        return client

    return make
