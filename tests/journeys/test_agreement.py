"""The Agreement page in a real browser, for a CX leader and for a contact-center manager."""

import pytest

from tests.factories.both_sides import tell
from tests.insights.dashboards.company import a_person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(params=["CX leader", "Contact-center manager"])
def role(request, transactional_db, facts, built) -> str:
    tell(facts, built)
    a_person(request.param)
    return request.param


def _accessible(page) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = [one for one in axe.run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_the_overview_to_both_sides_words(role, open_page) -> None:
    page = open_page("/")
    page.click("text=Where surveys and contacts agree")
    page.wait_for_url("**/agreement/**")
    page.wait_for_selector(".chart[data-drawn]")
    assert page.locator(".plot .scatterlayer .point").count() >= 5
    page.click("text=Customers on both sides")
    page.wait_for_url("**customers=MATCHED**")
    page.locator(".agree-line", has_text="bill").locator("summary").first.click()
    page.wait_for_selector(".agree-line mark.told")
    assert page.locator(".agree-line .quotes.voice-surveys .quote").count() == 2
    _accessible(page)


def test_the_keyboard_alone_reaches_the_table_and_a_numbers_evidence(role, open_page) -> None:
    page = open_page("/agreement/")
    page.wait_for_selector(".chart[data-drawn]")
    page.keyboard.press("t")
    page.wait_for_selector("#box-agreement[data-view=table] table")
    assert page.locator("#box-agreement tbody tr").count() == 6
    page.locator("#box-agreement a.cell").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#sheet[open] .card")
    assert "Share of a topic" in page.inner_text("#sheet")
    _accessible(page)
    page.keyboard.press("Escape")
    page.wait_for_selector("#sheet:not([open])", state="attached")


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_it_fits_and_can_be_read_by_all(transactional_db, facts, built, open_page, width, theme) -> None:
    tell(facts, built)
    a_person("CX leader")
    page = open_page("/agreement/", width=width, theme=theme)
    page.wait_for_selector(".chart[data-drawn]")
    _accessible(page)
    page.emulate_media(media="print")
    assert page.locator(".headline h1").is_visible()
