"""Intercom asked on a schedule, against a server that behaves as its documentation says."""

import pytest

from insights.intake.pulls.runner import run_step
from insights.models import Feedback
from tests.vendors.intercom import OPENED, TOKEN, Intercom
from tests.vendors.running import Clock, a_pull, facts, run, run_until_caught_up, totals
from tests.vendors.server import Reply

pytestmark = pytest.mark.django_db
LATER = OPENED + 86_400


@pytest.fixture
def intercom():
    """A workspace of nine conversations."""
    with Intercom() as workspace:
        for number in range(1, 10):
            workspace.opens(number, f"My parcel {number} is late")
        workspace.answers(2, "It comes today", LATER)
        workspace.rates(4, 2, "Slow", LATER + 5)
        yield workspace


def _pull(intercom, **options):
    return a_pull("intercom", intercom.address, {"token": TOKEN}, page_size="3", **options)


def _contacts():
    return sorted(int(one) for one in Feedback.objects.filter(kind="CONTACT").values_list("source_id", flat=True))


def test_every_conversation_arrives_once_with_its_parts_and_its_rating(intercom):
    run(_pull(intercom), Clock())
    assert _contacts() == list(range(1, 10))
    told = facts()
    assert told["intercom 2"]["turns"] == [
        ("CUSTOMER", "My parcel 2 is late", 0.0),
        ("AGENT", "It comes today", float(LATER - OPENED - 120)),
    ]
    assert told["intercom rating:4"]["scores"] == [("CSAT", 2.0)]
    assert totals() == {"read": 9, "accepted": 9, "updated": 0, "unchanged": 0, "set_aside": 0, "excluded": 0}


def test_a_conversation_that_changes_while_we_page_lets_no_other_slip_past(intercom):
    connection, clock = _pull(intercom), Clock()
    first = run(connection, clock, most=1)
    assert first[0].again_in == 0
    intercom.answers(1, "Sorry for that", LATER + 50)  # it moves to the end of the search, all others one place ahead
    intercom.answers(3, "Sorry for that too", LATER + 51)
    run(connection, clock)
    assert _contacts() == list(range(1, 10))
    assert [turn[1] for turn in facts()["intercom 1"]["turns"]] == ["My parcel 1 is late", "Sorry for that"]


def test_many_changes_in_one_second_are_paged_through(intercom):
    for number in range(20, 31):
        intercom.opens(number, "The same second")
        intercom.conversations[str(number)]["updated_at"] = LATER + 100
    run(_pull(intercom), Clock())
    assert _contacts() == [*range(1, 10), *range(20, 31)]


def test_a_run_without_news_fetches_no_conversation_again(intercom):
    connection, clock = _pull(intercom), Clock()
    run(connection, clock)
    fetched = len(intercom.asked("/conversations/")) - len(intercom.asked("search"))
    clock.now = connection.next_at
    run(connection, clock)
    assert len(intercom.asked("/conversations/")) - len(intercom.asked("search")) == fetched
    assert totals()["read"] == 9


def test_a_rating_changed_later_replaces_the_first(intercom):
    connection, clock = _pull(intercom), Clock()
    run(connection, clock)
    intercom.rates(4, 5, "They called back", LATER + 900)
    clock.now = connection.next_at
    run(connection, clock)
    assert facts()["intercom rating:4"]["scores"] == [("CSAT", 5.0)]
    assert facts()["intercom rating:4"]["text"] == "They called back"


def test_we_rest_before_the_limit_is_reached(intercom):
    connection, clock = _pull(intercom), Clock()
    intercom.left, intercom.reset = 35, int(clock.now.timestamp()) + 25
    assert run_step(connection.pk, clock=clock).again_in == 25


def test_failures_and_broken_answers_change_nothing_in_the_end(intercom):
    first = _pull(intercom)
    run(first, Clock())
    expected = facts()
    first.delete()
    Feedback.objects.all().delete()
    intercom.fail("search", Reply({}, status=500), Reply(raw=b'{"conversations": [{"id"'), Reply({"errors": []}))
    intercom.fail("/conversations/5", Reply({}, status=429, headers={"Retry-After": "Sun, 01 Feb 2026 12:30:00 GMT"}))
    intercom.fail("/conversations/6", Reply({"id": "6", "x": "y" * 1000}, cut=True))
    run_until_caught_up(_pull(intercom), Clock())
    assert facts() == expected
    assert totals()["set_aside"] == 0


def test_a_conversation_deleted_since_it_was_listed_is_left_out(intercom):
    intercom.fail("/conversations/5", Reply({}, status=404))
    connection = _pull(intercom)
    run(connection, Clock())
    assert connection.failures == 0
    assert _contacts() == [1, 2, 3, 4, 6, 7, 8, 9]


def test_the_version_of_the_api_is_named_in_every_question(intercom):
    run(_pull(intercom), Clock())
    assert {call.headers["intercom-version"] for call in intercom.calls} == {"2.13"}
