"""The taxonomy in a real browser: found, edited, tested while the page looks by itself, judged, put live."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction

from insights.enrichment import retagging, trying_out
from insights.enrichment.taxonomy_versions import draft, live
from insights.models import Mention
from tests.insights.dashboards.told_topics import tell_topics
from tests.journeys.test_labelling import _accessible, _picture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def sent(monkeypatch) -> list:
    """What would go to the workers; the test does their work itself."""
    found: list = []
    monkeypatch.setattr(
        "insights.dashboards.taxonomy_edits.current_app.send_task", lambda name, args: found.append(args)
    )
    return found


@pytest.fixture
def topics(company, built) -> None:
    tell_topics(built)
    User.objects.get().groups.set([Group.objects.get(name="Analyst")])


def test_a_topic_is_merged_tested_judged_and_put_live(topics, open_page, sent) -> None:
    page = open_page("/taxonomy/")
    page.fill("#find", "charged")
    page.wait_for_url("**find=charged")
    assert page.locator("#tree tbody").count() == 1
    page.click("#tree >> text=Charged wrongly")
    page.locator("summary", has_text="Merge it").focus()
    page.keyboard.press("Enter")
    page.select_option("#into", label="Refund")
    page.click("text=Merge in the draft")
    assert "nothing is live yet" in page.inner_text("[role=status]")
    page.click("text=Test it and put it live")
    page.click("button:has-text('Test on the newest')")
    page.wait_for_selector("text=Learning and judging")
    assert trying_out.try_out(*sent[0]) > 0
    page.wait_for_selector("text=What the test says")
    page.click("summary:has-text('Examples of Charged wrongly')")
    assert "The invoice was wrong again" in page.inner_text(".tax-diff")
    page.click("button:has-text('Judge every text')")
    page.wait_for_selector("progress[aria-label='Texts judged']")
    number = draft().number
    retagging.prepare(number)
    while retagging.retag_batch(number, 10):
        transaction.get_connection().commit()
    page.click("button:has-text('Put it live')")
    page.wait_for_selector(f"text=Version {number} is live")
    assert live().number == number
    assert not Mention.objects.filter(topic__key="wrong_charge").exists()


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")])
def test_the_pages_can_be_used_by_everyone(topics, open_page, sent, width, theme) -> None:
    page = open_page("/taxonomy/", width=width, theme=theme)
    _accessible(page)
    _picture(page, f"tree-{width}-{theme}")
    page.goto("/taxonomy/topics/wrong_charge/")
    for summary in page.locator(".tax-edit summary").all():
        summary.click()
    _accessible(page)
    _picture(page, f"topic-{width}-{theme}")
    page.select_option("#into", label="Refund")
    page.click("text=Merge in the draft")
    page.goto("/taxonomy/draft/")
    page.click("button:has-text('Test on the newest')")
    page.wait_for_selector("text=Learning and judging")
    trying_out.try_out(*sent[0])
    page.wait_for_selector("text=What the test says")
    _accessible(page)
    _picture(page, f"draft-{width}-{theme}")
    page.goto("/taxonomy/topics/refund/?version=draft")
    _accessible(page)
    _picture(page, f"tested-{width}-{theme}")
