"""From a dropped file to counted facts, in a real browser: look, tell, import, mend."""

from pathlib import Path

import pytest
from django.conf import settings

from insights.intake.delivery import read
from insights.models import Delivery

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]
SAMPLE = Path("samples/qualtrics_csv/api_export_labels_csat_contact_resolution.csv")
ANSWERS = """Response ID,Submitted at,Via,How satisfied? (CSAT),Comment,E-mail
r1,03/04/2026 10:00,mail,5,Thanks for the help,anna@example.com
r2,04/04/2026 11:30,phone,eleven,Call me back,ben@example.com
r3,05/04/2026 09:15,app,1,Nobody could tell me why,cid@example.com
r4,31/31/2026 09:15,mail,5,Great,dora@example.com
"""
DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/csv" }));
  const place = document.querySelector("[data-drop]");
  for (const kind of ["dragover", "drop"])
    place.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
}"""


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch) -> None:
    monkeypatch.setattr("insights.dashboards.importing.begin", lambda delivery: None)


def _drop(page, name: str, text: str) -> None:
    page.goto("/sources/")
    page.evaluate(DROP, [name, text])
    page.wait_for_selector("#draft-form")


def _settled(page, action) -> None:
    """Do something that makes the server look again, and wait for what it sees."""
    with page.expect_response(lambda answer: "/sources/files/" in answer.url and answer.request.method == "POST"):
        action()
    page.wait_for_selector("#draft-form:not(.htmx-request)")


def _accessible(page) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = [one for one in axe.run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _imported(page) -> Delivery:
    page.click("#start")
    page.wait_for_selector(".arrival")
    delivery = Delivery.objects.get()
    assert read(delivery.pk)
    page.wait_for_selector(".state.DONE")
    page.wait_for_selector("#next")
    delivery.refresh_from_db()
    return delivery


def _counts(page) -> str:
    return " ".join(page.inner_text(".counts").split())


def test_a_genuine_survey_export_is_recognised_looked_at_and_imported(company, open_page) -> None:
    Delivery.objects.all().delete()
    path = Path(settings.BASE_DIR).parent / "shared" / SAMPLE
    if not path.exists():
        pytest.skip(f"The sample is not here: {SAMPLE}")
    page = open_page("/sources/")
    page.evaluate(DROP, [path.name, path.read_text(encoding="utf-8")])
    page.wait_for_selector("#draft-form")
    assert page.input_value("#source") == "qualtrics_csv"
    assert "All 26 records: 10 will be stored, 16 left out on purpose." in page.inner_text("#draft")
    assert "CSAT" in page.inner_text("[aria-label=Scores]")
    _accessible(page)
    _imported(page)
    assert _counts(page) == "26 read 10 new 0 changed 0 unchanged 16 left out 0 set aside"


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_plain_table_is_told_imported_and_one_row_mended(company, open_page, width: int, theme: str) -> None:
    Delivery.objects.all().delete()
    page = open_page("/sources/", width=width, theme=theme)
    _accessible(page)
    _drop(page, "answers.csv", ANSWERS)
    assert page.is_disabled("#start")
    assert "needs its scale as asked" in page.inner_text("#draft")
    _accessible(page)
    page.fill("#c3-lowest", "1")
    page.fill("#c3-highest", "5")
    _settled(page, lambda: page.keyboard.press("Tab"))
    _settled(page, lambda: page.select_option("#date_order", "DMY"))
    page.fill("#time_zone", "Europe/Berlin")
    _settled(page, lambda: page.keyboard.press("Tab"))
    page.wait_for_selector("text=All 4 records: 2 will be stored, 2 set aside to be mended.")
    assert page.evaluate("document.activeElement.id") == "date_order"
    _accessible(page)

    _imported(page)
    assert _counts(page) == "4 read 2 new 0 changed 0 unchanged 0 left out 2 set aside"
    _accessible(page)
    page.click("text=Mend record 2")
    page.wait_for_selector("h1 >> text=Mend record 2")
    assert page.evaluate("document.activeElement.value") == "eleven"
    _accessible(page)
    page.keyboard.press("Control+a")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    page.wait_for_selector("#next")
    assert _counts(page) == "4 read 3 new 0 changed 0 unchanged 0 left out 1 set aside"
