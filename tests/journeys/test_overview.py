"""Stories in a real browser: from a question to the customers behind its number, with mouse, keyboard and thumb."""

import re

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]
PAGES = ("/", "/records/?metric=contacts", "/sources/", "/definitions/", "/evidence/?metric=nps")


def _path(page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url)


def test_a_number_leads_by_keyboard_to_its_evidence_and_to_its_records(company, open_page) -> None:
    page = open_page()
    number = page.locator("[data-tile='nps-surveys'] a.value")
    number.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] .card")
    assert _path(page).startswith("/evidence/?metric=nps")
    assert page.evaluate("document.getElementById('sheet').contains(document.activeElement)")
    assert "The main reason to doubt this" in page.inner_text("dialog")

    page.keyboard.press("Escape")
    page.wait_for_selector("dialog:not([open])", state="attached")
    page.wait_for_url("**/")
    assert number.evaluate("element => element === document.activeElement")

    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] .card")
    n = page.locator("dialog .facts dt", has_text="Records (n)").locator("+ dd").inner_text()
    page.click("dialog >> text=Read the records")
    page.wait_for_selector("#count")
    assert page.inner_text("#count") == n
    page.click("article.record >> nth=0 >> text=All about this record")
    page.wait_for_selector("#known")


def test_a_filter_changes_the_address_and_the_numbers_and_back_undoes_it(company, open_page) -> None:
    page = open_page()
    before = page.inner_text("[data-tile='nps-surveys'] .big")
    page.click("#chip-segment summary")
    with page.expect_response(lambda answer: "segment=Gold" in answer.url):
        page.click("#chip-segment .choice:has-text('Gold')")
    page.wait_for_selector("#chip-segment.is-set")
    assert "segment=Gold" in page.url
    assert page.inner_text("#chip-segment summary") == "Gold"
    assert page.inner_text("[data-tile='nps-surveys'] .big") != before
    assert page.locator("#chip-segment[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("#chip-segment[open]").count() == 0

    page.go_back()
    page.wait_for_selector("#chip-segment:not(.is-set)")
    assert "segment" not in page.url
    assert page.inner_text("[data-tile='nps-surveys'] .big") == before


def test_charts_are_drawn_and_have_a_table_twin_with_the_same_numbers(company, open_page) -> None:
    page = open_page("/?show=contacts.contacts&step=month")
    page.wait_for_selector("#box-trend .chart[data-drawn] .js-line")
    page.keyboard.press("t")
    page.wait_for_selector("#box-trend table")
    cells = page.locator("#box-trend tbody td.r a.cell").all_inner_texts()
    drawn = page.evaluate("JSON.parse(document.getElementById('figure-trend').textContent).data.at(-1).y")
    assert [int(cell.replace(",", "")) for cell in cells] == drawn
    page.keyboard.press("t")
    assert page.locator("#box-trend .chart").is_visible()
    page.wait_for_selector(".own-words .quote")


def test_the_theme_is_chosen_kept_and_there_before_the_first_paint(company, open_page) -> None:
    page = open_page(theme="light")
    assert page.get_attribute("html", "data-theme") is None
    page.click("[data-theme-toggle]")
    page.click("[data-theme-toggle]")
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.reload()
    assert page.get_attribute("html", "data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible(company, open_page, theme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page(theme=theme)
    for address in PAGES:
        page.goto(address)
        page.wait_for_selector("body[data-ready]")
        found = axe.run(page).response["violations"]
        grave = [
            (one["id"], one["nodes"][0]["html"][:160]) for one in found if one["impact"] in {"serious", "critical"}
        ]
        assert [(one["id"], one["nodes"][0]["html"][:160]) for one in grave] == [], address


def test_nothing_is_wider_than_a_phone_and_the_menu_opens(company, open_page) -> None:
    page = open_page(width=390)
    for address in PAGES:
        page.goto(address)
        page.wait_for_selector("body[data-ready]")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    page.click("[data-menu]")
    page.click("nav >> text=Definitions")
    page.wait_for_selector("h1 >> text=Definitions")


def test_signing_in_and_out(company, open_page) -> None:
    page = open_page("/records/", signed_in=False)
    assert _path(page) == "/sign-in/?next=/records/"
    page.fill("#id_username", "anna")
    page.fill("#id_password", "wrong")
    page.click("button[type=submit]")
    page.wait_for_selector("[role=alert]")
    page.fill("#id_password", "a long enough pass phrase")
    page.click("button[type=submit]")
    page.wait_for_selector("#count")
    page.click("text=Sign out")
    page.wait_for_selector("#id_username")
    page.goto("/")
    assert _path(page).startswith("/sign-in/")
