"""Why customers reach out, in a real browser: for the manager who plans by it."""

import pytest

from tests.insights.dashboards.company import a_person
from tests.insights.dashboards.reasons_company import tell_reasons

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def told(transactional_db, facts, built) -> None:
    tell_reasons(facts, built)


def _shown(page) -> list[str]:
    return page.locator("tr[data-key]:not([hidden])").evaluate_all("rows => rows.map(row => row.dataset.key)")


def _focused(page) -> str | None:
    return page.evaluate("document.activeElement.closest('tr')?.dataset.key")


def test_the_manager_unfolds_the_tree_by_keys_and_reads_the_conversations(told, open_page) -> None:
    a_person("Contact-center manager")
    page = open_page("/")
    page.click("nav >> text=Contact reasons")
    page.wait_for_selector("[data-tree]")
    assert "wrong_charge" not in _shown(page)
    page.focus("tr[data-key=billing] [data-step]")
    page.keyboard.press("ArrowDown")
    assert _focused(page) == "bills"
    page.keyboard.press("ArrowRight")
    assert "wrong_charge" in _shown(page)
    page.keyboard.press("ArrowRight")
    assert _focused(page) == "wrong_charge"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert _focused(page) == "bills"
    assert "wrong_charge" not in _shown(page)
    page.click("text=Unfold all")
    page.reload()
    assert "wrong_charge" in _shown(page)  # the address knows what is unfolded

    with page.expect_response(lambda answer: "window_days=30" in answer.url):
        page.check("#window-30", force=True)
    page.wait_for_selector("[data-tile^='repeat_rate'] >> text=within 30 days")
    assert "wrong_charge" in _shown(page)  # and so does a changed filter
    page.click("tr[data-key=wrong_charge] td >> nth=0 >> a")
    page.wait_for_selector("dialog[open] .card")
    page.click("dialog >> text=Read the records")
    page.wait_for_selector("mark.topic >> nth=0")
    assert page.inner_text("mark.topic >> nth=0") == "The invoice was wrong again"
