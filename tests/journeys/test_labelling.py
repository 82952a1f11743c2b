"""Labelling in a real browser: two keys for an answer, one to undo; a record put right in two keys; nothing barred."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from insights.analysis.model_quality import measure
from insights.enrichment import gold
from insights.enrichment.encoder import build_encoder
from insights.models import Enrichment, Feedback, GoldText, Label, Topic

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def desk(company) -> None:
    build_encoder()
    Enrichment.objects.update(words=8, duplicate_of=None)
    gold.draw(timezone.now(), target=40)
    GoldText.objects.update(is_double=False)
    money = Topic.objects.create(key="money", name="Money")
    Topic.objects.create(key="bills", name="Bills", parent=money)
    Topic.objects.create(key="refunds", name="Refunds", parent=money)


def _accessible(page) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = [one for one in axe.run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _picture(page, name: str) -> None:
    """Keep a picture where somebody asks for them."""
    if folder := os.environ.get("CXHUB_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")])
def test_the_pages_can_be_used_by_everyone(desk, open_page, width, theme) -> None:
    page = open_page("/labelling/?task=SENTIMENT&mode=GOLD", width=width, theme=theme)
    page.click("details[data-help] > summary")
    _accessible(page)
    _picture(page, f"desk-{width}-{theme}")
    for _ in range(11):
        page.keyboard.press("1")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.goto("/labelling/?task=TOPIC&mode=GOLD")
    _accessible(page)
    _picture(page, f"topics-{width}-{theme}")
    measure(timezone.now())
    page.goto("/labelling/quality/")
    _accessible(page)
    _picture(page, f"quality-{width}-{theme}")
    page.goto(f"/records/{Feedback.objects.order_by('pk').first().pk}/")
    page.click("details[data-correct] > summary")
    _accessible(page)
    _picture(page, f"record-{width}-{theme}")


def test_two_keys_answer_one_undoes_and_a_skipped_text_goes(desk, open_page) -> None:
    page = open_page("/labelling/?task=SENTIMENT&mode=GOLD")
    first = page.input_value("[data-answer] input[name=feedback]")
    page.keyboard.press("3")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Label.objects.get().value == "POSITIVE"
    page.keyboard.press("1")
    with page.expect_navigation():
        page.keyboard.press("1")
    assert Label.objects.count() == 2
    with page.expect_navigation():
        page.keyboard.press("u")
    assert "Taken back: Mood: negative." in page.inner_text("[role=status]")
    assert str(Label.objects.get().feedback_id) == first
    shown = page.input_value("[data-answer] input[name=feedback]")
    with page.expect_navigation():
        page.keyboard.press("s")
    assert page.input_value("[data-answer] input[name=feedback]") != shown
    page.keyboard.press("?")
    assert page.locator("[data-help]").get_attribute("open") is not None


def test_a_record_is_put_right_in_two_keys(desk, open_page) -> None:
    feedback = Feedback.objects.filter(enrichment__sentiment_label="NEGATIVE").order_by("pk").first()
    page = open_page(f"/records/{feedback.pk}/")
    page.keyboard.press("m")
    with page.expect_navigation():
        page.keyboard.press("3")
    assert Enrichment.objects.get(pk=feedback.pk).sentiment_label == "POSITIVE"
    assert "Kept: Mood: positive" in page.inner_text("[role=status]")
