"""A real browser on a real server; whatever it complains about fails the test."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

from tests.insights.dashboards.company import PASSWORD, a_person, tell
from tests.insights.mart.conftest import built, facts  # noqa: F401 (fixtures)

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Chromium, once for all tests; they skip where there is none."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
    if before is not None:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="session")
def address(request, tmp_path_factory) -> Iterator[str]:
    """Where the pages are served, with static files as they lie: no page needs a collection first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = {**settings.STORAGES, "staticfiles": plain}
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path_factory.mktemp("static")):
        yield request.getfixturevalue("live_server").url


@pytest.fixture
def company(transactional_db, facts, built) -> None:  # noqa: F811 (fixtures)
    tell(facts, built)
    a_person("Contact-center manager")


@pytest.fixture
def open_page(browser, address) -> Iterator:
    """Open a window: open_page("/", width=390, theme="dark"). Errors and refusals of the browser fail the test."""
    complaints: list[str] = []
    contexts = []

    def make(path: str = "/", *, width: int = 1440, theme: str = "light", signed_in: bool = True):
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if signed_in:
            page.goto("/sign-in/")
            page.fill("#id_username", "anna")
            page.fill("#id_password", PASSWORD)
            page.click("button[type=submit]")
            page.wait_for_selector("body[data-ready]")
        if not signed_in or path != "/":
            page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []
