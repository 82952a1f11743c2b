"""Answers that do not name their contact exactly: by the declared window, by a unique id, and mended by later facts."""

from datetime import timedelta

import pytest

from insights.intake.link_rules import WrongRule, declare, relink_source, sources_behind, withdraw
from insights.intake.merging import undo_merge
from insights.intake.record import ANY_SOURCE, ContactRecord, FeedbackReference
from insights.intake.store import store
from insights.models import CustomerMerge, DirtyDay, Feedback, LooseLink
from tests.factories.records import NOON, a_contact, a_delivery, a_survey, customer

from .conftest import NOW

pytestmark = pytest.mark.django_db
WHO = customer("a@x.de")


def hours(number: float):
    return NOON + timedelta(hours=number)


def rule(**told):
    return declare({"source": "csv", "window_hours": 72, **told}, user=None, now=NOW)


def links():
    """Return which contact each answer is about, and how that was found."""
    found = Feedback.objects.filter(kind="SURVEY").select_related("about")
    return {one.source_id: (one.about.source_id if one.about else None, one.about_by) for one in found}


def test_without_a_rule_no_answer_is_linked_by_window(tell):
    tell(a_contact("c", customer=WHO), a_survey("s", customer=WHO, occurred_at=hours(1)))
    assert links() == {"s": (None, "")}


def test_the_latest_contact_of_the_same_customer_within_the_window_is_meant(tell):
    rule()
    tell(
        a_contact("old", customer=WHO, occurred_at=hours(-90), queue="A"),
        a_contact("near", customer=WHO, occurred_at=hours(-2), queue="Billing", team="North", agent="7"),
        a_contact("after", customer=WHO, occurred_at=hours(1)),
        a_contact("other", customer=customer("b@x.de"), occurred_at=hours(-1)),
        a_survey("s", customer=WHO, product="DSL"),
        a_survey("unknown"),
    )
    assert links() == {"s": ("near", "WINDOW"), "unknown": (None, "")}
    answer = Feedback.objects.get(source_id="s")
    assert (answer.queue, answer.team, answer.agent, answer.product) == ("Billing", "North", "7", "DSL")


@pytest.mark.parametrize(("hours_before", "linked"), [(72, True), (72.01, False), (0, True)])
def test_the_window_has_a_sharp_edge(tell, hours_before, linked):
    rule()
    tell(a_contact("c", customer=WHO, occurred_at=hours(-hours_before)), a_survey("s", customer=WHO))
    assert links() == {"s": ("c", "WINDOW") if linked else (None, "")}


def test_a_contact_counts_from_its_end_and_not_before_it(tell):
    rule(window_hours=2)
    long_ago = a_contact("c", customer=WHO, occurred_at=hours(-50), contact=ContactRecord(ended_at=hours(-1)))
    still = a_contact("d", customer=WHO, occurred_at=hours(-1.5), contact=ContactRecord(ended_at=hours(1)))
    tell(long_ago, still, a_survey("s", customer=WHO))
    assert links() == {"s": ("c", "WINDOW")}


def test_outbound_contacts_and_other_channels_and_queues_are_not_meant(tell):
    rule(channels=["VOICE"], queues=["Billing"])
    outbound = ContactRecord(direction="OUTBOUND")
    tell(
        a_contact("out", customer=WHO, occurred_at=hours(-1), channel="VOICE", queue="Billing", contact=outbound),
        a_contact("chat", customer=WHO, occurred_at=hours(-2), channel="CHAT", queue="Billing"),
        a_contact("sales", customer=WHO, occurred_at=hours(-3), channel="VOICE", queue="Sales"),
        a_contact("right", customer=WHO, occurred_at=hours(-4), channel="VOICE", queue="Billing"),
        a_survey("s", customer=WHO),
    )
    assert links() == {"s": ("right", "WINDOW")}


def test_the_narrowest_rule_holds(tell):
    rule(window_hours=1)
    rule(survey="After contact", window_hours=48)
    tell(
        a_contact("c", customer=WHO, occurred_at=hours(-20)),
        a_survey("wide", customer=WHO, survey="After contact"),
        a_survey("narrow", customer=WHO, survey="Yearly"),
    )
    assert links() == {"wide": ("c", "WINDOW"), "narrow": (None, "")}


def test_of_two_contacts_at_the_same_time_the_first_by_id_is_meant(tell):
    rule()
    tell(a_contact("b", customer=WHO), a_contact("a", customer=WHO), a_survey("s", customer=WHO))
    assert links() == {"s": ("a", "WINDOW")}


def test_a_contact_that_another_answer_names_is_not_meant_and_the_link_moves_on(tell):
    rule()
    tell(
        a_contact("first", customer=WHO, occurred_at=hours(-5), queue="A"),
        a_contact("second", customer=WHO, occurred_at=hours(-2), queue="B"),
        a_survey("s", customer=WHO),
    )
    assert links() == {"s": ("second", "WINDOW")}
    tell(a_survey("named", occurred_at=hours(9), about=FeedbackReference(source_id="second")))
    assert links() == {"s": ("first", "WINDOW"), "named": ("second", "ID")}
    assert Feedback.objects.get(source_id="s").queue == "A"


def test_an_answer_that_names_another_contact_later_sets_the_first_free(tell):
    rule()
    tell(
        a_contact("c", customer=WHO, occurred_at=hours(-1)),
        a_survey("named", about=FeedbackReference(source_id="c")),
        a_survey("s", customer=WHO),
    )
    assert links()["s"] == (None, "")
    tell(a_survey("named", revision=1, about=FeedbackReference(source_id="elsewhere")))
    assert links() == {"named": (None, ""), "s": ("c", "WINDOW")}


def test_a_nearer_contact_that_arrives_later_takes_the_link_and_gives_its_own_snapshot(tell):
    rule()
    tell(a_contact("far", customer=WHO, occurred_at=hours(-9), queue="A", team="T"), a_survey("s", customer=WHO))
    assert Feedback.objects.get(source_id="s").team == "T"
    DirtyDay.objects.all().delete()
    tell(a_contact("near", customer=WHO, occurred_at=hours(-1), queue="B"))
    answer = Feedback.objects.get(source_id="s")
    assert (links()["s"], answer.queue, answer.team) == (("near", "WINDOW"), "B", "")
    assert DirtyDay.objects.count() == 1


def test_the_true_id_corrects_a_link_by_window(tell):
    rule()
    tell(
        a_contact("near", customer=WHO, occurred_at=hours(-1), queue="B", team="T"),
        a_contact("true", customer=WHO, occurred_at=hours(-30), queue="A"),
        a_survey("s", customer=WHO),
    )
    tell(a_survey("s", customer=WHO, revision=1, about=FeedbackReference(source_id="true")))
    answer = Feedback.objects.get(source_id="s")
    assert (links()["s"], answer.queue, answer.team) == (("true", "ID"), "A", "")
    assert not LooseLink.objects.exists()


def test_an_answer_that_names_a_contact_waits_for_it_and_takes_no_other(tell):
    rule()
    tell(
        a_contact("c", customer=WHO, occurred_at=hours(-1)),
        a_survey("s", customer=WHO, about=FeedbackReference(source_id="not-here-yet")),
    )
    assert links() == {"s": (None, "")}
    tell(a_contact("not-here-yet", customer=WHO, occurred_at=hours(-20)))
    assert links() == {"s": ("not-here-yet", "ID")}


def test_an_answers_own_queue_told_later_is_not_lost_behind_what_it_took(tell):
    rule()
    tell(a_contact("c", customer=WHO, occurred_at=hours(-1), queue="B"), a_survey("s", customer=WHO))
    tell(a_survey("s", customer=WHO, queue="Own", revision=1))
    assert (links()["s"], Feedback.objects.get(source_id="s").queue) == (("c", "WINDOW"), "Own")


def test_customers_who_become_one_link_and_part_again(tell):
    rule()
    tell(
        a_contact("c", customer=customer("a@x.de"), occurred_at=hours(-1)),
        a_survey("s", customer=customer(customer_number="7")),
    )
    assert links() == {"s": (None, "")}
    tell(a_survey("both", occurred_at=hours(-99), customer=customer("a@x.de", customer_number="7")))
    assert links()["s"] == ("c", "WINDOW")
    undo_merge(CustomerMerge.objects.get().pk, NOW)
    assert links()["s"] == (None, "")


def test_declaring_links_what_is_stored_and_withdrawing_takes_it_back(tell):
    tell(a_contact("c", customer=WHO, occurred_at=hours(-1), queue="B"), a_survey("s", customer=WHO))
    declared = rule()
    assert sources_behind() == ["csv"]
    DirtyDay.objects.all().delete()
    assert relink_source("csv", lambda: NOW) == 1
    assert links() == {"s": ("c", "WINDOW")}
    assert (sources_behind(), DirtyDay.objects.count()) == ([], 1)
    assert relink_source("csv", lambda: NOW) == 0
    assert withdraw(declared.pk) == "csv"
    assert relink_source("csv", lambda: NOW) == 1
    assert (links(), Feedback.objects.get(source_id="s").queue) == ({"s": (None, "")}, "")


@pytest.mark.parametrize("contact_first", [True, False])
@pytest.mark.parametrize("reference", [
    FeedbackReference(source_id="17", source="desk"),
    FeedbackReference(source_id="17", source="desk", account=" ACME"),
    FeedbackReference(source_id="17", source=ANY_SOURCE),
], ids=["no account", "other spelling", "any source"])  # fmt: skip
def test_an_id_without_its_account_or_source_finds_the_one_contact_that_has_it(delivery, reference, contact_first):
    told = [
        (a_delivery("desk", account="Acme"), a_contact("17", queue="Q", customer=WHO)),
        (delivery, a_survey("s", about=reference)),
    ]
    for where, record in told if contact_first else reversed(told):
        store([[record]], where, NOW)
    assert links() == {"s": ("17", "ID")}
    answer = Feedback.objects.get(kind="SURVEY")
    assert (answer.queue, answer.customer_id) == ("Q", Feedback.objects.get(kind="CONTACT").customer_id)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (0, 2, 1), (1, 0, 2)])
def test_an_id_that_two_accounts_have_is_nobodys(delivery, order):
    told = [
        (a_delivery("desk", account="de"), a_contact("17")),
        (a_delivery("desk", account="fr"), a_contact("17")),
        (delivery, a_survey("s", about=FeedbackReference(source_id="17", source="desk"))),
    ]
    for place in order:
        store([[told[place][1]]], told[place][0], NOW)
    assert links() == {"s": (None, "")}


def test_a_contact_of_another_customer_is_not_found_by_a_loose_id(delivery):
    store([[a_contact("17", customer=customer("b@x.de"))]], a_delivery("desk", account="de"), NOW)
    about = FeedbackReference(source_id="17", source=ANY_SOURCE)
    store([[a_survey("s", customer=WHO, about=about)]], delivery, NOW)
    assert links() == {"s": (None, "")}


def test_a_rule_says_whose_contacts_the_ids_in_an_attribute_are(delivery):
    store([[a_contact("17")]], a_delivery("desk", account="de"), NOW)
    store([[a_contact("17")]], a_delivery("shop"), NOW)
    store([[a_survey("s", attributes={"Ticket": "#17"})]], delivery, NOW)
    store([[a_survey("t", about=FeedbackReference(source_id="17", source=ANY_SOURCE))]], delivery, NOW)
    assert links() == {"s": (None, ""), "t": (None, "")}
    declared = declare({"source": "csv", "contact_source": "desk", "id_attribute": "Ticket"}, user=None, now=NOW)
    relink_source("csv", lambda: NOW)
    assert links() == {"s": ("17", "ID"), "t": ("17", "ID")}
    assert set(Feedback.objects.filter(kind="SURVEY").values_list("about__source", flat=True)) == {"desk"}
    withdraw(declared.pk)
    relink_source("csv", lambda: NOW)
    assert links() == {"s": (None, ""), "t": (None, "")}
    assert sorted(Feedback.objects.filter(kind="SURVEY").values_list("about_source", flat=True)) == ["", ANY_SOURCE]


@pytest.mark.parametrize(("told", "field"), [
    ({"source": ""}, "source"),
    ({"window_hours": 0}, "window_hours"),
    ({"window_hours": 745}, "window_hours"),
    ({"window_hours": None}, "window_hours"),
    ({"window_hours": True}, "window_hours"),
    ({"channels": ["PIGEON"]}, "channels"),
    ({"channels": "VOICE"}, "channels"),
    ({"contact_account": "x"}, "contact_source"),
    ({"survey": "x" * 201}, "survey"),
    ({"survey": 4}, "survey"),
    ({"days": 3}, "days"),
])  # fmt: skip
def test_a_rule_that_cannot_hold_is_refused_with_a_reason(db, told, field):
    with pytest.raises(WrongRule) as refused:
        rule(**told)
    assert refused.value.field == field
