"""Genuine Zendesk files on their whole way: delivered, translated, stored; and delivered again."""

import io
import json
from itertools import permutations

import pytest

from insights.intake.delivery import read as read_delivery
from insights.intake.delivery import receive
from insights.models import ContactFacts, Delivery, Feedback, Turn

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


def test_the_calls_of_a_ticket_are_one_contact_with_it_and_their_seconds_add_up_in_any_order():
    when = "2026-01-02T03:04:05Z"
    ticket = {"id": 7, "requester_id": 11, "status": "open", "via": {"channel": "email"}, "created_at": when}
    call = {"id": 3, "ticket_id": 7, "direction": "inbound", "completion_status": "completed", "created_at": when,
            "updated_at": when, "talk_time": 100, "wait_time": 20, "hold_time": 5, "wrap_up_time": 30}  # fmt: skip
    later = call | {"id": 4, "direction": "outbound", "talk_time": 60, "wait_time": None, "hold_time": None}
    corrected = call | {"talk_time": 110, "updated_at": "2026-01-02T05:00:00Z"}
    pages = [{"tickets": [ticket]}, {"calls": [call]}, {"calls": [corrected, later]}]
    for order in permutations(pages):
        Feedback.objects.all().delete()
        for page in (*order, *order):
            delivered(json.dumps(page).encode())
        contact, facts = Feedback.objects.get(), ContactFacts.objects.get()
        seconds = (facts.wait_seconds, facts.talk_seconds, facts.hold_seconds, facts.wrap_up_seconds)
        assert (contact.source_id, contact.channel, facts.direction) == ("7", "EMAIL", "INBOUND")
        assert seconds == (20, 170, 5, 60)
        assert facts.was_answered is True
