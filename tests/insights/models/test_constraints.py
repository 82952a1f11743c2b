"""What must hold is held by the database, whoever writes."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from insights.models import (
    ContactFacts,
    Customer,
    CustomerIdentifier,
    CustomerMerge,
    Delivery,
    Enrichment,
    Feedback,
    JourneyEvent,
    Mention,
    Score,
    SetAside,
    Topic,
    Turn,
)
from insights.models.keys import new_key

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


def feedback(**given: Any) -> Feedback:
    facts = {
        "kind": "CONTACT",
        "source": "zendesk",
        "source_id": str(new_key()),
        "content_hash": "0",
        "occurred_at": NOON,
        "channel": "CHAT",
    }
    return Feedback.objects.create(**{**facts, **given})


def topic(**given: Any) -> Topic:
    return Topic.objects.create(**{"key": "billing", "name": "Billing", **given})


def refused(constraint: str, make: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


def test_keys_sort_by_the_time_they_were_made() -> None:
    keys = [new_key() for _ in range(1000)]
    assert keys == sorted(keys)
    assert {key.version for key in keys} == {7}
    assert isinstance(keys[0], UUID)


def test_a_fact_stands_once_per_source_account_and_id() -> None:
    feedback(source_id="0042")
    feedback(source_id="42")
    feedback(source_id="0042", account="other")
    refused("feedback_once_per_source_id", lambda: feedback(source_id="0042"))


def test_an_identifier_belongs_to_one_customer() -> None:
    ana, ben = Customer.objects.create(), Customer.objects.create()
    CustomerIdentifier.objects.create(customer=ana, kind="EMAIL", digest="a" * 64)
    refused(
        "identifier_belongs_to_one_customer",
        lambda: CustomerIdentifier.objects.create(customer=ben, kind="EMAIL", digest="a" * 64),
    )


def test_a_vendor_id_says_whose_it_is() -> None:
    ana = Customer.objects.create()
    refused(
        "identifier_vendor_id_has_namespace",
        lambda: CustomerIdentifier.objects.create(customer=ana, kind="VENDOR_ID", digest="b" * 64),
    )


def test_a_customer_is_not_merged_with_itself() -> None:
    ana = Customer.objects.create()
    refused(
        "merge_of_two_customers",
        lambda: CustomerMerge.objects.create(
            survivor=ana,
            absorbed_id=ana.id,
            absorbed_facts={},
            moved_identifiers=[],
            moved_feedback=[],
            moved_events=[],
            reason="same e-mail",
            merged_at=NOON,
        ),
    )


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("feedback_kind_known", {"kind": "GOSSIP"}),
        ("feedback_channel_known", {"channel": "PIGEON"}),
        ("feedback_has_source_id", {"source_id": ""}),
        ("feedback_has_source_id", {"source": ""}),
    ],
)
def test_a_feedback_speaks_our_words(constraint: str, wrong: dict[str, str]) -> None:
    refused(constraint, lambda: feedback(**wrong))


def test_only_a_survey_is_solicited() -> None:
    answer, contact = feedback(kind="SURVEY"), feedback()
    answer.refresh_from_db()
    contact.refresh_from_db()
    assert (answer.solicited, contact.solicited) == (True, False)


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("score_within_its_scale", {"value": 11}),
        ("score_within_its_scale", {"value": -1}),
        ("nps_is_asked_from_0_to_10", {"scale_minimum": 1}),
        ("nps_is_asked_from_0_to_10", {"higher_is_better": False}),
        ("score_scale_has_width", {"measure": "CSAT", "value": 5, "scale_minimum": 5, "scale_maximum": 5}),
        ("score_measure_known", {"measure": "LUCK"}),
    ],
)
def test_a_score_fits_its_scale(constraint: str, wrong: dict[str, Any]) -> None:
    answer = feedback(kind="SURVEY")
    right = {"measure": "NPS", "question": "Q1", "value": 9, "scale_minimum": 0, "scale_maximum": 10}
    refused(constraint, lambda: Score.objects.create(feedback=answer, **{**right, **wrong}))


def test_a_question_is_answered_once() -> None:
    answer = feedback(kind="SURVEY")
    score = {"measure": "NPS", "question": "Q1", "value": 9, "scale_minimum": 0, "scale_maximum": 10}
    Score.objects.create(feedback=answer, **score)
    refused("score_once_per_question", lambda: Score.objects.create(feedback=answer, **score))


def test_a_turn_has_its_place_and_its_speaker() -> None:
    contact = feedback()
    Turn.objects.create(feedback=contact, position=0, speaker="CUSTOMER", text="Hello", source_id="c1")
    refused("turn_position_once", lambda: Turn.objects.create(feedback=contact, position=0, speaker="AGENT"))
    refused(
        "turn_source_id_once",
        lambda: Turn.objects.create(feedback=contact, position=1, speaker="AGENT", source_id="c1"),
    )
    refused("turn_speaker_known", lambda: Turn.objects.create(feedback=contact, position=2, speaker="PARROT"))


@pytest.mark.parametrize("name", ["wait", "talk", "hold", "wrap_up", "first_response"])
def test_no_duration_is_negative(name: str) -> None:
    contact = feedback()
    refused(
        f"contact_{name}_seconds_not_negative",
        lambda: ContactFacts.objects.create(feedback=contact, **{f"{name}_seconds": -0.5}),
    )


def test_an_abandoned_contact_was_not_answered() -> None:
    contact = feedback()
    refused(
        "contact_abandoned_is_not_answered",
        lambda: ContactFacts.objects.create(feedback=contact, was_abandoned=True, was_answered=True),
    )


def test_a_topic_is_named_once_below_its_parent() -> None:
    parent = topic()
    refused("topic_used_name_once_per_parent", lambda: topic(key="billing-2"))
    topic(key="billing-3", parent=parent)


def test_a_mention_has_a_probability_and_a_span_in_order() -> None:
    contact, billing = feedback(), topic()
    right = {"feedback": contact, "topic": billing, "confidence": 0.9, "tagged_by": "model:1"}
    refused("mention_confidence_is_probability", lambda: Mention.objects.create(**{**right, "confidence": 1.2}))
    refused("mention_span_in_order", lambda: Mention.objects.create(**right, start=9, end=3))
    refused("mention_sentiment_in_range", lambda: Mention.objects.create(**right, sentiment=-2))


def test_what_was_read_has_a_time_and_a_range() -> None:
    contact = feedback()
    refused("enrichment_done_has_time", lambda: Enrichment.objects.create(feedback=contact, state="DONE"))
    refused("enrichment_sentiment_in_range", lambda: Enrichment.objects.create(feedback=contact, sentiment=1.5))


def test_an_event_stands_once() -> None:
    event = {
        "source": "web",
        "source_id": "1",
        "content_hash": "0",
        "event": "visit",
        "channel": "WEB",
        "occurred_at": NOON,
    }
    JourneyEvent.objects.create(**event)
    refused("event_once_per_source_id", lambda: JourneyEvent.objects.create(**event))


def test_the_counts_of_a_delivery_add_up() -> None:
    refused("delivery_counts_add_up", lambda: Delivery.objects.create(source="csv", read=3, accepted=2))


def test_what_failed_or_was_set_aside_says_why() -> None:
    refused("delivery_failed_says_why", lambda: Delivery.objects.create(source="csv", state="FAILED"))
    delivery = Delivery.objects.create(source="csv")
    refused(
        "set_aside_says_why",
        lambda: SetAside.objects.create(delivery=delivery, record=1, reason="", payload=b"{}"),
    )
