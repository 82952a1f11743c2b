"""Zendesk asked on a schedule, against a server that behaves as its documentation says."""

import io
import json

import pytest

from insights.intake.delivery import read, receive
from insights.intake.pulls.connecting import hasten
from insights.intake.pulls.health import health
from insights.intake.pulls.runner import run_step
from insights.models import Delivery, Feedback
from tests.vendors.running import Clock, a_pull, facts, run, run_until_caught_up, totals
from tests.vendors.server import Reply
from tests.vendors.zendesk import AGENT, CUSTOMER, OPENED, TOKEN, USER, Zendesk

pytestmark = pytest.mark.django_db
LATER = OPENED + 86_400


@pytest.fixture
def zendesk():
    """An account of seven tickets, one of them changed while it is exported, with answers and ratings."""
    with Zendesk() as account:
        for number in range(1, 8):
            account.opens(number, f"My invoice {number} is wrong")
            account.says(number, AGENT, f"I am looking at invoice {number}", OPENED + 3600 + number)
        account.says(3, AGENT, "The customer is difficult", OPENED + 4000, public=False)
        account.changes(2, LATER, status="solved")
        account.rates(2, "good", "Quick and kind", LATER + 60)
        account.rates(3, "offered", "", LATER + 60)
        account.rates(4, "bad", "", LATER + 90)
        account.rates(5, "bad", "Nobody called", LATER + 95)
        yield account


def _pull(zendesk, **options):
    return a_pull("zendesk", zendesk.address, {"token": TOKEN}, user=USER, page_size="3", **options)


def test_every_ticket_comment_and_rating_arrives_once_whatever_is_repeated_and_reordered(zendesk):
    connection, clock = _pull(zendesk), Clock()
    run(connection, clock)
    assert connection.error == ""
    assert connection.failures == 0
    contacts = Feedback.objects.filter(kind="CONTACT")
    assert sorted(contacts.values_list("source_id", flat=True), key=int) == [str(one) for one in range(1, 8)]
    surveys = Feedback.objects.filter(kind="SURVEY").order_by("source_id")
    assert [(one.source_id, one.text) for one in surveys] == [
        ("rating:502", "Quick and kind"), ("rating:504", ""), ("rating:505", "Nobody called"),
    ]  # fmt: skip
    assert totals()["set_aside"] == 0
    assert not Delivery.objects.exclude(state="DONE").exists()


def test_who_spoke_is_known_although_what_was_said_comes_apart_from_its_ticket(zendesk):
    run(_pull(zendesk), Clock())
    told = facts()["zendesk 1"]
    assert told["turns"] == [
        ("CUSTOMER", "My invoice 1 is wrong", 0.0),
        ("AGENT", "I am looking at invoice 1", 3541.0),
    ]
    assert told["queue"] == "Billing"
    assert told["customer"]


def test_what_was_pulled_is_what_a_file_of_it_would_have_become(zendesk):
    run(_pull(zendesk), Clock())
    pulled = facts()
    Feedback.objects.all().delete()
    users = zendesk.users(list(zendesk.tickets.values()))
    whole = {"tickets": list(zendesk.tickets.values()), "users": users, "groups": [{"id": 5, "name": "Billing"}]}
    _import(whole)
    _import({"tickets": whole["tickets"], "users": users, "ticket_events": zendesk.events})
    _import({"satisfaction_ratings": zendesk.ratings})
    assert facts() == pulled


def _import(document):
    read(receive(io.BytesIO(json.dumps(document).encode()), "zendesk").pk)


def test_a_second_run_without_news_adds_nothing_and_a_late_edit_arrives_with_the_next(zendesk):
    connection, clock = _pull(zendesk), Clock()
    run(connection, clock)
    before = facts()
    clock.now = connection.next_at
    run(connection, clock)
    assert facts() == before
    zendesk.changes(6, LATER + 500, subject="Now it is about the router", status="solved")
    zendesk.says(6, CUSTOMER + 6, "And it still blinks", LATER + 500)
    clock.now = connection.next_at
    run(connection, clock)
    after = facts()
    assert after["zendesk 6"]["title"] == "Now it is about the router"
    assert after["zendesk 6"]["turns"][-1][1] == "And it still blinks"
    assert {key: value for key, value in after.items() if key != "zendesk 6"} == {
        key: value for key, value in before.items() if key != "zendesk 6"
    }


def test_every_failure_on_the_way_costs_time_and_nothing_else(zendesk):
    undisturbed, clock = _pull(zendesk), Clock()
    run(undisturbed, clock)
    expected = facts()
    Feedback.objects.all().delete()
    undisturbed.delete()
    zendesk.fail("cursor.json", Reply({}, status=429, headers={"Retry-After": "17"}), Reply({}, status=500))
    zendesk.fail("cursor.json", Reply({"tickets": [{"id": 1}], "after_cursor": "c99"}, cut=True))
    zendesk.fail("cursor.json", Reply(raw=b'{"tickets": [{"id": 1'), Reply(raw=b"<html>maintenance</html>", status=503))
    zendesk.fail("ticket_events", Reply({}, status=502), Reply({}, status=429))
    zendesk.fail("show_many", Reply({}, status=500), Reply({"tickets": []}, cut=True))
    zendesk.fail("satisfaction", Reply({}, status=504))
    again = _pull(zendesk)
    run_until_caught_up(again, Clock())
    assert facts() == expected
    assert totals()["set_aside"] == 0


def test_we_wait_as_long_as_retry_after_says_and_keep_to_ten_questions_a_minute(zendesk):
    connection, clock = _pull(zendesk), Clock()
    zendesk.fail("cursor.json", Reply({}, status=429, headers={"Retry-After": "93"}))
    run(connection, clock)
    assert (connection.next_at - clock.now).total_seconds() == 93
    assert "slow down" in connection.error
    clock.now = connection.next_at
    assert run_step(connection.pk, clock=clock).again_in == 6.5


def test_an_expired_token_is_told_in_words_and_nothing_is_lost_meanwhile(zendesk):
    connection, clock = _pull(zendesk), Clock()
    run_step(connection.pk, clock=clock)
    connection.refresh_from_db()
    cursor = connection.cursor
    zendesk.token = "another"
    clock.forward(10)
    run(connection, clock)
    assert "The token was refused" in health(connection, clock.now).sentence
    assert TOKEN not in connection.error
    assert connection.cursor == cursor
    assert (connection.next_at - clock.now).total_seconds() >= 1800
    zendesk.token = TOKEN
    hasten(connection.pk, clock.now)
    run(connection, clock)
    assert connection.failures == 0
    assert Feedback.objects.filter(kind="CONTACT").count() == 7


def test_an_export_that_stands_still_is_no_endless_run(zendesk):
    connection, clock = _pull(zendesk), Clock()
    still = {"tickets": [], "after_cursor": None, "end_of_stream": False}
    zendesk.fail("cursor.json", Reply(still))
    run(connection, clock)
    assert connection.failures == 1
    assert "more tickets follow, and not where" in connection.error


def test_metrics_beside_the_tickets_are_read(zendesk):
    run(_pull(zendesk, comments="no", ratings="no"), Clock())
    contact = Feedback.objects.get(source_id="1").contact
    assert contact.first_response_seconds == 720
    assert not zendesk.asked("ticket_events")
    assert not zendesk.asked("satisfaction")
