"""Programs push our own records; each that is wrong is set aside with its member and a sentence."""

import io
import json

import pytest

from insights.intake.delivery import counts, read, receive
from insights.intake.push import receive_records
from insights.intake.pushed import EVENT_SCHEMA, FEEDBACK_SCHEMA
from insights.models import ContactFacts, Delivery, Feedback, JourneyEvent, Score, Turn

pytestmark = pytest.mark.django_db
CONTACT = {
    "kind": "CONTACT",
    "source": "shop",
    "source_id": "c1",
    "occurred_at": "2026-03-01T10:00:00+01:00",
    "channel": "CHAT",
    "customer": {"email": "a@x.de", "names": ["Anna"]},
    "contact": {"wait_seconds": 3, "company_says_solved": True},
    "turns": [{"speaker": "CUSTOMER", "text": "Anna here", "offset_seconds": 0}],
    "scores": [{"measure": "CSAT", "question": "q", "value": 4, "scale_minimum": 1, "scale_maximum": 5}],
    "attributes": {"tags": ["late"], "deep": {"mail": "a@x.de"}},
}


def pushed(*records, **given):
    delivery = receive_records(records, **given)
    read(delivery.pk)
    delivery.refresh_from_db()
    return delivery


def test_a_pushed_record_becomes_facts_of_the_source_it_names():
    delivery = pushed(CONTACT)
    assert (delivery.state, delivery.origin, delivery.accepted) == ("DONE", "PUSH", 1)
    stored = Feedback.objects.get()
    assert (stored.source, stored.source_id, stored.attributes) == (
        "shop",
        "c1",
        {"tags": ["late"], "deep": {"mail": "[EMAIL]"}},
    )
    assert (Turn.objects.get().text, Score.objects.get().value) == ("[NAME] here", 4)
    assert ContactFacts.objects.get().company_says_solved is True
    assert pushed(CONTACT).unchanged == 1


def test_an_event_is_told_apart_by_its_member():
    event = {"event": "purchase", "source_id": "e1", "occurred_at": "2026-03-01T10:00:00Z", "channel": "WEB"}
    assert pushed(event).accepted == 1
    assert JourneyEvent.objects.get().source == "push"


WRONG = {
    "unknown member": ({"colour": 1}, "colour", "no member"),
    "missing member": ({"channel": None}, "channel", "missing"),
    "unknown channel": ({"channel": "FAX"}, "channel", "can be"),
    "naive time": ({"occurred_at": "2026-03-01T10:00:00"}, "occurred_at", "offset"),
    "a number as text": ({"source_id": 7}, "source_id", "must be a text"),
    "a list as object": ({"customer": []}, "customer", "JSON object"),
    "a score off its scale": ({"scores": [{**CONTACT["scores"][0], "value": 6}]}, "q", "outside"),
    "a wrong score's member": ({"scores": [{**CONTACT["scores"][0], "value": "4"}]}, "scores[0].value", "number"),
}


@pytest.mark.parametrize(("changes", "field", "word"), WRONG.values(), ids=WRONG)
def test_a_wrong_record_is_set_aside_and_the_others_are_stored(changes, field, word):
    delivery = pushed({**CONTACT, "source_id": "ok"}, {**CONTACT, **changes})
    assert (delivery.accepted, delivery.set_aside) == (1, 1)
    (error,) = counts(delivery)["errors"]
    assert (error["record"], error["field"]) == (2, field)
    assert word in error["reason"]


@pytest.mark.parametrize("body", [b'{"records": [{"kind": "SUR', b"[{]", b"", b"no json"])
def test_half_a_json_changes_nothing(body):
    good = json.dumps({**CONTACT}).encode()
    delivery = receive(io.BytesIO(body.replace(b'{"kind": "SUR', good + b', {"kind": "SUR')), "push")
    read(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, bool(delivery.error), Feedback.objects.count()) == (Delivery.State.FAILED, True, 0)


def test_a_list_and_lines_are_read_too():
    for body in (json.dumps([CONTACT]), json.dumps(CONTACT) + "\n" + json.dumps({**CONTACT, "source_id": "c2"})):
        read(receive(io.BytesIO(body.encode()), "push").pk)
    assert Feedback.objects.count() == 2


def test_the_schema_names_every_member_and_what_is_required():
    assert set(FEEDBACK_SCHEMA["required"]) == {"kind", "source_id", "occurred_at", "channel"}
    assert FEEDBACK_SCHEMA["properties"]["scores"]["items"]["properties"]["measure"]["enum"] == [
        "NPS",
        "CSAT",
        "CES",
        "OTHER",
    ]
    assert "event" in EVENT_SCHEMA["required"]
