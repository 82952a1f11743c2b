"""In whatever order and batches files come, and whenever a rule is declared: the same links, the same snapshots."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from insights.intake.link_rules import declare, relink_source
from insights.intake.record import ANY_SOURCE, ContactRecord, FeedbackReference
from insights.intake.store import store
from insights.models import DirtyDay, Feedback
from tests.factories.records import NOON, a_contact, a_delivery, a_survey, customer

from .conftest import NOW

ACCOUNTS = (("csv", ""), ("desk", "de"), ("desk", "fr"))
RULES = (
    {"source": "csv", "window_hours": 30},
    {"source": "csv", "survey": "narrow", "window_hours": 6, "queues": ["A", "B"]},
    {"source": "csv", "survey": "by id", "contact_source": "desk", "id_attribute": "ticket"},
)


@st.composite
def told(draw):
    """Draw contacts of three accounts, some ended later, and answers that name one, name one loosely, or none."""
    records = []
    for number in range(draw(st.integers(1, 5))):
        who = customer(f"p{draw(st.integers(0, 1))}@x.de", customer_number=draw(st.sampled_from(["", "", "1"])))
        at = NOON + timedelta(hours=draw(st.integers(0, 40)))
        account = draw(st.sampled_from(ACCOUNTS))
        queue = draw(st.sampled_from(["", "A", "B", "C"]))
        ended = draw(st.one_of(st.none(), st.integers(0, 20).map(lambda more, at=at: at + timedelta(hours=more))))
        direction = draw(st.sampled_from([None, None, "OUTBOUND"]))
        contact = ContactRecord(ended_at=ended, direction=direction)
        source_id = f"c{draw(st.integers(0, 2))}-{number % 2}"
        records.append(
            (account, a_contact(source_id, revision=number, occurred_at=at, customer=who, queue=queue, contact=contact))
        )
    references = st.builds(
        FeedbackReference,
        source_id=st.sampled_from(["c0-0", "c1-0", "c1-1"]),
        source=st.sampled_from(["", "desk", ANY_SOURCE]),
        account=st.sampled_from(["", "DE"]),
    )
    for number in range(draw(st.integers(1, 4))):
        who = draw(st.one_of(st.none(), st.sampled_from(["p0@x.de", "p1@x.de"]).map(customer)))
        named = draw(st.one_of(st.none(), references))
        for revision in range(draw(st.integers(1, 2))):
            if revision and number % 2:  # later revisions tell other things, and never less
                named = draw(references)
            record = a_survey(
                f"s{number}",
                revision=revision,
                occurred_at=NOON + timedelta(hours=draw(st.integers(0, 60))),
                customer=who,
                survey=("", "narrow", "by id")[number % 3],
                attributes={"ticket": "c1-0"} if number % 2 else {},
                about=named,
            )
            records.append((ACCOUNTS[0], record))
    return records


def links():
    answers = Feedback.objects.filter(kind="SURVEY").select_related("about").order_by("source_id")
    return [
        (one.source_id, one.about and (one.about.source, one.about.account, one.about.source_id), one.about_by)
        for one in answers
    ]


def loose_snapshots():
    """Return what answers took where the link may turn out otherwise."""
    loose = Feedback.objects.filter(loose_link__isnull=False).order_by("source_id")
    return list(loose.values_list("source_id", "queue", "about_source_id"))


def linked(order, sizes, *, rules_at):
    """Store in this order and in batches of these sizes, declaring the rules before batch `rules_at`."""
    with transaction.atomic():
        deliveries = {account: a_delivery(account[0], account=account[1]) for account in ACCOUNTS}
        left, batch = list(order), 0
        while left or batch <= rules_at:
            if batch == rules_at:
                for rule in RULES:
                    declare(rule, user=None, now=NOW)
                relink_source("csv", lambda: NOW)
            size = sizes[batch % len(sizes)]
            now, left, batch = left[:size], left[size:], batch + 1
            for account, delivery in deliveries.items():
                if some := [[record] for where, record in now if where == account]:
                    store(some, delivery, NOW)
        found = (links(), loose_snapshots(), set(DirtyDay.objects.values_list("day", flat=True)))
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_order_batches_and_hour_of_the_rule_make_the_same_links(data):
    records = data.draw(told())
    shuffled = data.draw(st.permutations(records + records))
    once, snapshots, days = linked(records, [len(records)], rules_at=0)
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    again, snapshots_again, days_again = linked(shuffled, sizes, rules_at=data.draw(st.integers(0, 6)))
    assert again == once
    assert snapshots_again == snapshots
    assert days <= days_again
