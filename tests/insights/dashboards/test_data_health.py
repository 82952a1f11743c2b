"""The Data health page: says whether anything needs a person, and takes rules of linking from who may import."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from insights.models import Delivery, LinkRule, SetAside

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
MANAGER = "Contact-center manager"


@pytest.fixture
def sent(monkeypatch) -> list[list[str]]:
    """Collect what is handed to the workers."""
    handed: list[list[str]] = []
    monkeypatch.setattr(
        "celery.app.base.Celery.send_task", lambda self, name, args=(), **_: handed.append([name, *args])
    )
    return handed


def _words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    assert client.get("/data-health/").status_code == 302


def test_an_instance_without_data_says_so(sign_in: SignIn) -> None:
    assert "Nothing has been told yet" in _words(sign_in().get("/data-health/"))


def test_every_source_has_its_volumes_links_and_a_table(company, sign_in: SignIn) -> None:
    answer = sign_in().get("/data-health/")
    words = _words(answer)
    assert answer.status_code == 200
    assert "Nothing needs a person" in words
    [card] = answer.context["board"].cards
    assert len(card.days) == 28
    assert card.bars is not None
    assert "Answers not linked 100 % (120 of 120)" in words
    assert "Customers known on both sides" in words


def test_what_is_set_aside_leads_to_where_it_is_mended(company, sign_in: SignIn) -> None:
    delivery = Delivery.objects.create(source="test", read=4, accepted=3, set_aside=1)
    SetAside.objects.create(delivery=delivery, record=1, reason="bad", payload=b"x")
    answer = sign_in().get("/data-health/")
    assert "One thing needs a person: test." in _words(answer)
    assert f"/sources/{delivery.pk}/#aside" in answer.content.decode()


def test_the_page_asks_a_fixed_number_of_questions(company, sign_in: SignIn, django_assert_max_num_queries) -> None:
    client = sign_in()
    with django_assert_max_num_queries(19):
        client.get("/data-health/")


def test_a_rule_is_declared_told_in_words_and_withdrawn(sign_in: SignIn, sent: list[list[str]]) -> None:
    client = sign_in(MANAGER)
    told = {"source": "qualtrics_csv", "window_hours": "48", "channels": ["VOICE"], "queues": "Billing\n\nSales"}
    answer = client.post("/data-health/rules/", told, follow=True)
    words = _words(answer)
    assert "last inbound contact by Phone in Billing, Sales within 48 hours before the answer" in words
    assert "linking what is stored" in words
    rule = LinkRule.objects.get()
    assert (rule.created_by.username, rule.queues) == ("anna", ["Billing", "Sales"])
    client.post(f"/data-health/rules/{rule.pk}/withdraw/")
    assert not LinkRule.objects.exists()
    assert sent == [["insights.tasks.linking.relink_answers", "qualtrics_csv"]] * 2


@pytest.mark.parametrize("hours", ["0", "many", "999999999999", "7.5"])
def test_a_wrong_window_is_refused_in_words_and_what_was_told_stays(sign_in: SignIn, sent, hours: str) -> None:
    told = {"source": "qualtrics_csv", "survey": "After contact", "window_hours": hours}
    answer = sign_in(MANAGER).post("/data-health/rules/", told)
    assert answer.status_code == 400
    assert "whole number of hours from 1 to 744" in _words(answer)
    assert 'value="After contact"' in answer.content.decode()
    assert (LinkRule.objects.count(), sent) == (0, [])


@pytest.mark.parametrize("role", ["CX leader", "Agent"])
def test_who_may_not_import_reads_the_rules_and_declares_none(sign_in: SignIn, sent, role: str) -> None:
    client = sign_in(role)
    page = client.get("/data-health/")
    assert page.status_code == 200
    assert "Declare a rule" not in page.content.decode()
    assert client.post("/data-health/rules/", {"source": "csv", "window_hours": "3"}).status_code == 403
    assert client.post("/data-health/rules/1/withdraw/").status_code == 403
