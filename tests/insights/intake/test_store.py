"""What is told becomes facts once, grows with newer words, and is never erased by silence."""

from datetime import date, timedelta

import pytest

from insights.intake.record import ContactRecord, EventRecord, FeedbackReference, TurnRecord
from insights.intake.source import BadRecord
from insights.intake.store import store
from insights.models import (
    Customer,
    DirtyDay,
    Enrichment,
    Feedback,
    FeedbackPart,
    Freshness,
    JourneyEvent,
    Mention,
    Score,
    Topic,
    Turn,
)
from tests.factories.records import NOON, a_contact, a_delivery, a_survey, customer, nps

from .conftest import NOW

pytestmark = pytest.mark.django_db
ACCEPTED, UPDATED, UNCHANGED = "accepted", "updated", "unchanged"


def days():
    return set(DirtyDay.objects.values_list("day", flat=True))


def test_the_same_record_again_changes_nothing(tell):
    record = a_survey(text="late", customer=customer("a@x.de"))
    assert tell(record) == [ACCEPTED]
    before = Feedback.objects.values().get()
    assert tell(record, record) == [UNCHANGED, UNCHANGED]
    assert Feedback.objects.values().get() == before


def test_twice_in_one_batch_is_stored_once(tell):
    assert tell(a_survey(), a_survey(), a_survey(text="new")) == [ACCEPTED, UNCHANGED, UPDATED]
    assert Feedback.objects.get().text == "new"


def test_an_older_revision_is_not_news(tell):
    tell(a_survey(text="third", revision=3))
    assert tell(a_survey(text="second", revision=2)) == [UNCHANGED]
    assert tell(a_survey(text="again third", revision=3), a_survey(text="fourth", revision=4)) == [UPDATED, UPDATED]
    assert Feedback.objects.get().text == "fourth"


def test_a_narrower_export_erases_nothing_and_is_no_news(tell):
    tell(a_survey(text="late", survey="NPS 2026", product="DSL", attributes={"store": "Bonn"}))
    assert tell(a_survey(scores=())) == [UNCHANGED]
    stored = Feedback.objects.get()
    assert (stored.text, stored.survey, stored.product, stored.attributes) == (
        "late",
        "NPS 2026",
        "DSL",
        {"store": "Bonn"},
    )
    assert Score.objects.count() == 1


def test_the_same_id_in_another_account_is_another_record(delivery):
    other = a_delivery(account="b")
    assert store([[a_survey()]], delivery, NOW) == store([[a_survey()]], other, NOW) == [ACCEPTED]
    assert Feedback.objects.count() == 2


def test_queue_team_and_agent_are_those_of_the_time(tell):
    tell(a_contact(queue="Billing", agent="7"))
    tell(a_contact(queue="Sales", team="North", agent="8", revision=1))
    stored = Feedback.objects.get()
    assert (stored.queue, stored.team, stored.agent) == ("Billing", "North", "7")


@pytest.mark.parametrize("contact_first", [True, False])
def test_a_survey_finds_its_contact_whichever_comes_first(delivery, contact_first):
    contacts = a_delivery("desk")
    told = [
        (contacts, a_contact("c1", queue="Billing", agent="7", customer=customer("a@x.de"))),
        (delivery, a_survey(about=FeedbackReference(source_id="c1", source="desk"), agent="own")),
    ]
    for where, record in told if contact_first else reversed(told):
        store([[record]], where, NOW)
    survey, contact = Feedback.objects.get(kind="SURVEY"), Feedback.objects.get(kind="CONTACT")
    assert survey.about_id == contact.pk
    assert (survey.queue, survey.agent, survey.customer_id) == ("Billing", "own", contact.customer_id)


def test_a_survey_linked_later_marks_its_own_day(tell):
    tell(a_survey(occurred_at=NOON + timedelta(days=9), about=FeedbackReference(source_id="c1")))
    DirtyDay.objects.all().delete()
    tell(a_contact("c1"))
    assert days() == {date(2026, 3, 2), date(2026, 3, 11)}


def test_what_a_contact_tells_later_reaches_its_survey(tell):
    tell(a_contact("c1"), a_survey(about=FeedbackReference(source_id="c1")))
    tell(a_contact("c1", queue="Billing", revision=1))
    assert Feedback.objects.get(kind="SURVEY").queue == "Billing"


def test_parts_make_a_feedback_and_the_whole_fills_it_in(tell):
    part = a_contact("t1", part="comment:2", occurred_at=NOON + timedelta(minutes=5), contact=None,
                     turns=(TurnRecord(speaker="AGENT", text="hello", source_id="2"),))  # fmt: skip
    whole = a_contact(
        "t1",
        queue="Q",
        channel="EMAIL",
        turns=(TurnRecord(speaker="CUSTOMER", text="hi", source_id="1", offset_seconds=0),),
    )
    assert tell(part) == [ACCEPTED]
    assert tell(whole) == [ACCEPTED]
    assert tell(part, whole) == [UNCHANGED, UNCHANGED]
    stored = Feedback.objects.get()
    assert (stored.occurred_at, stored.channel, stored.queue) == (NOON, "EMAIL", "Q")
    assert list(Turn.objects.values_list("text", "offset_seconds")) == [("hi", 0), ("hello", 300)]


def test_a_part_again_with_a_higher_revision_changes_its_turn_only(tell):
    def comment(text, revision=0):
        turns = (TurnRecord(speaker="CUSTOMER", text=text, source_id="2", offset_seconds=9),)
        return a_contact("t1", part="comment:2", turns=turns, revision=revision)

    tell(a_contact("t1", turns=(TurnRecord(speaker="CUSTOMER", text="hi", source_id="1", offset_seconds=0),)))
    tell(comment("helo"))
    assert tell(comment("hello", 1), comment("helo")) == [UPDATED, UNCHANGED]
    assert list(Turn.objects.values_list("text", flat=True)) == ["hi", "hello"]
    assert FeedbackPart.objects.get().revision == 1


def test_turns_keep_their_rows_when_others_come_between(tell):
    def said(number, offset):
        return TurnRecord(speaker="CUSTOMER", text=f"turn {number}", source_id=str(number), offset_seconds=offset)

    tell(a_contact(turns=(said(1, 0), said(3, 20))))
    third = Turn.objects.get(source_id="3")
    topic = Topic.objects.create(key="t", name="T")
    Mention.objects.create(feedback_id=third.feedback_id, topic=topic, confidence=1, tagged_by="person:1", turn=third)
    tell(a_contact(part="2", turns=(said(2, 10),)))
    assert list(Turn.objects.values_list("source_id", "position")) == [("1", 0), ("2", 1), ("3", 2)]
    assert Mention.objects.get().turn_id == third.pk


def test_a_conversation_told_anew_replaces_the_old_one(tell):
    tell(a_contact(turns=tuple(TurnRecord(speaker="CUSTOMER", text=text) for text in ("a", "b", "c"))))
    tell(a_contact(turns=(TurnRecord(speaker="CUSTOMER", text="z"),), revision=1))
    assert list(Turn.objects.values_list("position", "text")) == [(0, "z")]


def test_only_words_wait_to_be_read_and_changed_words_wait_again(tell):
    tell(a_survey("silent"), a_survey("said", text="bad"))
    reading = Enrichment.objects.get()
    assert reading.feedback.source_id == "said"
    Enrichment.objects.update(state="DONE", sentiment=-0.5, attempts=1, enriched_at=NOW, versions={"sentiment": "1"})
    tell(a_survey("said", text="bad", survey="x", revision=1))
    assert Enrichment.objects.get().state == "DONE"
    tell(a_survey("said", text="good", revision=2))
    again = Enrichment.objects.get()
    assert (again.state, again.sentiment, again.attempts, again.versions) == ("PENDING", None, 0, {})


def test_a_moved_record_marks_both_days_and_the_contacts_before(tell):
    who = customer("a@x.de")
    tell(
        a_contact("1", customer=who),
        a_contact("2", customer=who, occurred_at=NOON + timedelta(days=3)),
        a_contact("3", customer=who, occurred_at=NOON + timedelta(days=6)),
    )
    DirtyDay.objects.all().delete()
    tell(a_contact("3", customer=who, occurred_at=NOON + timedelta(days=2), revision=1))
    assert days() == {date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 8)}


def test_what_is_no_news_marks_no_day(tell):
    tell(a_survey())
    DirtyDay.objects.all().delete()
    tell(a_survey(), a_survey(revision=5))
    assert days() == set()


def test_days_are_the_companys(tell, settings):
    settings.REPORTING_TIME_ZONE = "Pacific/Auckland"
    tell(a_survey(occurred_at=NOON))
    assert days() == {date(2026, 3, 3)}


def test_a_bad_record_stops_no_other(tell):
    outcomes = tell(a_survey("1"), a_survey("2", scores=(nps(11),)), a_survey("3"))
    assert [outcomes[0], outcomes[2]] == [ACCEPTED, ACCEPTED]
    assert isinstance(outcomes[1], BadRecord)
    assert "outside its scale" in outcomes[1].reason


def test_what_only_the_database_refuses_is_narrowed_down_to_its_record(tell, monkeypatch):
    monkeypatch.setattr("insights.intake.prepare.check", lambda record: None)
    outcomes = tell(*(a_survey(str(number), scores=(nps(11 if number == 5 else 9),)) for number in range(9)))
    assert [place for place, outcome in enumerate(outcomes) if outcome != ACCEPTED] == [5]
    assert "score_within_its_scale" in outcomes[5].reason
    assert Feedback.objects.count() == 8


def test_a_contact_said_to_be_answered_later_is_not_abandoned_any_more(tell):
    tell(a_contact(contact=ContactRecord(was_abandoned=True)))
    tell(a_contact(contact=ContactRecord(was_answered=True), revision=1))
    facts = Feedback.objects.get().contact
    assert (facts.was_answered, facts.was_abandoned) == (True, False)


def test_customers_learn_from_the_newest_record(tell):
    tell(a_survey("new", customer=customer("a@x.de", segment="gold", region="North")))
    tell(
        a_survey(
            "old", occurred_at=NOON - timedelta(days=9), customer=customer("a@x.de", segment="basic", product="DSL")
        )
    )
    known = Customer.objects.get()
    assert (known.segment, known.region, known.product) == ("gold", "North", "DSL")
    tell(a_survey("next", occurred_at=NOON + timedelta(days=1), customer=customer("a@x.de")))
    assert Feedback.objects.get(source_id="next").segment == "gold"


def test_events_are_told_once_and_grow(tell):
    event = EventRecord(source_id="e1", event="purchase", occurred_at=NOON, channel="WEB", customer=customer("a@x.de"))
    assert tell(event, event) == [ACCEPTED, UNCHANGED]
    later = EventRecord(
        source_id="e1", event="purchase", occurred_at=NOON, channel="WEB", revision=1, attributes={"a": 1}
    )
    assert tell(later) == [UPDATED]
    stored = JourneyEvent.objects.get()
    assert (stored.attributes, stored.customer_id) == ({"a": 1}, Customer.objects.get().pk)


def test_intake_says_how_far_a_source_has_delivered(tell):
    tell(a_survey("1"), a_survey("2", occurred_at=NOON - timedelta(days=1)))
    told = Freshness.objects.get()
    assert (told.stage, told.source, told.latest_record_at, told.delivered_at) == ("INTAKE", "csv", NOON, NOW)


def test_an_export_of_fewer_questions_does_not_shorten_the_text(tell):
    both = "The app is fine.\n\nThe line was busy for an hour."
    tell(a_survey(text=both, revision=5))
    assert tell(a_survey(text="The line was busy for an hour.", revision=5)) == [UNCHANGED]
    assert Feedback.objects.get().text == both
    assert tell(a_survey(text="The line was busy for a minute.", revision=5)) == [UPDATED]
    assert tell(a_survey(text="The line was busy.", revision=6)) == [UPDATED]  # a newer word may be shorter
    assert Feedback.objects.get().text == "The line was busy."


@pytest.mark.parametrize(
    "bare", ["360003113011", "3f0a5c1e-2b1c-4c55-9d2e-0a8f1f5f7c11", "arn:aws:connect:x:1:queue/q"]
)
def test_a_name_takes_the_place_of_a_vendors_id_and_stays(tell, bare):
    tell(a_contact(queue=bare, team=bare, agent="17"))
    tell(a_contact(queue="Billing", team="North", agent="Anna", revision=2))
    tell(a_contact(queue="Sales", team=bare, revision=3))
    stored = Feedback.objects.get()
    assert (stored.queue, stored.team, stored.agent) == ("Billing", "North", "17")
