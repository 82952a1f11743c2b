"""Whatever the order and the batches, and however often it is told: the same facts. And two workers agree."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from insights.intake.record import ContactRecord, FeedbackReference, TurnRecord
from insights.intake.store import store
from insights.models import Customer, DirtyDay, Enrichment, Feedback, Freshness
from tests.factories.records import NOON, a_contact, a_delivery, a_survey, customer, nps

from .conftest import NOW


@st.composite
def records(draw):
    """Draw surveys, contacts and parts of contacts, each (id, revision) with one content, later ones telling more."""
    told = []
    for number in range(draw(st.integers(1, 6))):
        who = customer(f"p{draw(st.integers(0, 2))}@x.de", customer_number=draw(st.sampled_from(["", "1", "2"])))
        at = NOON + timedelta(hours=draw(st.integers(0, 90)))
        if draw(st.booleans()):
            about = draw(st.one_of(st.none(), st.integers(0, 5).map(lambda n: FeedbackReference(source_id=f"c{n}"))))
            told.append(
                a_survey(
                    f"s{number}",
                    occurred_at=at,
                    customer=who,
                    text=f"text {number}",
                    about=about,
                    scores=(nps(number),),
                )
            )
            continue
        turn = TurnRecord(speaker="CUSTOMER", text="hi", source_id="0", offset_seconds=0)
        for revision in range(draw(st.integers(1, 2))):
            wait = ContactRecord(wait_seconds=revision)
            told.append(
                a_contact(
                    f"c{number}",
                    occurred_at=at,
                    customer=who,
                    queue="Q",
                    revision=revision,
                    contact=wait,
                    turns=(turn,),
                )
            )
        for part in range(draw(st.integers(0, 2))):
            turn = TurnRecord(speaker="AGENT", text=f"reply {part}", source_id=f"p{part}")
            told.append(
                a_contact(
                    f"c{number}",
                    part=f"p{part}",
                    occurred_at=at + timedelta(minutes=part + 1),
                    turns=(turn,),
                    contact=None,
                )
            )
    return told


def facts():
    """Return all that is stored, without keys, and customers as the groups of feedback that are theirs."""
    stored = Feedback.objects.order_by("source_id")
    groups = {}
    for one in stored:
        groups.setdefault(one.customer_id, set()).add(one.source_id)
    return {
        "feedback": [
            (one.source_id, one.kind, one.occurred_at, one.channel, one.text, one.queue, one.revision,
             one.about.source_id if one.about else None,
             sorted(one.scores.values_list("measure", "value")),
             list(one.turns.values_list("position", "source_id", "text", "offset_seconds")),
             one.contact.wait_seconds if one.kind == "CONTACT" else None)
            for one in stored
        ],
        "customers": sorted(map(sorted, groups.values())),
        "enrichment": sorted(Enrichment.objects.values_list("feedback__source_id", "state")),
        "fresh": list(Freshness.objects.values_list("source", "latest_record_at")),
    }  # fmt: skip


def stored_in(order, sizes):
    """Store in this order and in batches of these sizes, return the facts, and leave nothing behind."""
    with transaction.atomic():
        delivery = a_delivery()
        left = list(order)
        while left:
            size = sizes[len(left) % len(sizes)]
            batch, left = left[:size], left[size:]
            store([[record] for record in batch], delivery, NOW)
        told = facts()
        days = set(DirtyDay.objects.values_list("day", flat=True))
        transaction.set_rollback(True)
    return told, days


@pytest.mark.django_db
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_order_and_any_batches_make_the_same_facts(data):
    told = data.draw(records())
    shuffled = data.draw(st.permutations(told + told))
    once, days = stored_in(told, [len(told)])
    again, days_again = stored_in(shuffled, data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)))
    assert again == once
    assert days <= days_again


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_new_address_make_one_customer():
    deliveries = [a_delivery(f"source{number}") for number in range(4)]
    start = threading.Barrier(len(deliveries))
    failures = []

    def work(delivery):
        try:
            start.wait(timeout=10)
            for first in range(0, 60, 20):
                batch = [
                    [a_survey(f"{n}", customer=customer(f"p{n}@x.de", customer_number=str(n // 2)))]
                    for n in range(first, first + 20)
                ]
                store(batch, delivery, NOW)
        except Exception as failed:  # told to the test, which is in another thread
            failures.append(failed)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(delivery,)) for delivery in deliveries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert Feedback.objects.count() == 240
    assert Customer.objects.count() == 30
    assert all(
        len(set(Feedback.objects.filter(source_id=str(n)).values_list("customer_id", flat=True))) == 1
        for n in range(60)
    )
