"""Data health in a real browser: what needs a person, the table twin, and a rule declared by hand."""

import pytest

from insights.models import Delivery, LinkRule, SetAside

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch) -> None:
    monkeypatch.setattr("insights.dashboards.data_health.relink", lambda source: None)


def _accessible(page) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = [one for one in axe.run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_the_page_says_what_needs_a_person_and_shows_every_day_as_a_table(company, open_page, width, theme) -> None:
    delivery = Delivery.objects.create(source="test", read=4, accepted=3, set_aside=1)
    SetAside.objects.create(delivery=delivery, record=1, reason="bad", payload=b"x")
    page = open_page("/data-health/", width=width, theme=theme)
    assert page.inner_text("h1") == "One thing needs a person: test."
    page.click("summary:has-text('Days as a table')")
    assert page.locator(".health-card tbody tr").count() == 28
    page.click("#declare > summary")
    _accessible(page)


def test_a_rule_is_declared_and_withdrawn_by_hand(company, open_page) -> None:
    page = open_page("/data-health/")
    page.click("#declare > summary")
    page.select_option("#rule-source", "qualtrics_csv")
    page.fill("#rule-hours", "48")
    page.click("button:has-text('Declare')")
    page.wait_for_selector(".rules li")
    assert "within 48 hours before the answer" in page.inner_text(".rules li")
    assert LinkRule.objects.get().window_hours == 48
    page.click("button:has-text('Withdraw')")
    page.wait_for_selector("text=No rule is declared")
    assert not LinkRule.objects.exists()
