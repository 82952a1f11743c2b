"""Genuine Zendesk files on their whole way: delivered, translated, stored; and delivered again."""

import io

import pytest

from insights.intake.delivery import read as read_delivery
from insights.intake.delivery import receive
from insights.models import Delivery, Feedback, Turn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _raw_files_in_a_folder_of_their_own(settings, tmp_path):
    settings.RAW_DIR = tmp_path


def delivered(content: bytes) -> Delivery:
    delivery = receive(io.BytesIO(content), "zendesk", {})
    read_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.error == ""
    return delivery


def counts(delivery: Delivery) -> tuple[int, ...]:
    return delivery.accepted, delivery.updated, delivery.unchanged, delivery.set_aside, delivery.excluded


def test_the_same_page_again_adds_nothing(sample):
    content = sample("zendesk/incremental_tickets_cursor_page.json")
    assert counts(delivered(content)) == (86, 0, 0, 0, 1)
    assert counts(delivered(content)) == (0, 0, 86, 0, 1)


def test_tickets_and_their_audits_become_one_conversation_in_either_order(sample):
    pages = [sample(f"zendesk/{name}.json") for name in ("incremental_tickets_cursor_page", "ticket_audits_page")]
    told = {}
    for order in (pages, pages[::-1]):
        Feedback.objects.all().delete()
        for page in order:
            delivered(page)
        turns = Turn.objects.filter(feedback__source_id="1").values_list("speaker", "text", "offset_seconds")
        contact = Feedback.objects.get(source_id="1")
        told[page] = (contact.occurred_at, contact.channel, contact.title, len(turns), turns[0][0], turns[0][2])
    assert told[pages[0]] == told[pages[1]]
    assert told[pages[0]][3:] == (2, "CUSTOMER", 0.0)  # asked, and answered; a note is neither
