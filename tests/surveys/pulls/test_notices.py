"""Calls that tell only that something happened wake the pull that fetches it: from the vendor's call to the answer."""

import base64
import hmac
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from insights.intake import hooks
from insights.intake.delivery import read
from insights.intake.notices import BETWEEN_WAKINGS
from insights.intake.pulls.connecting import set_active
from insights.intake.pulls.runner import due, run_step
from insights.intake.replay import replay
from insights.models import Connection, Delivery, Feedback, SetAside
from insights.tasks.intake import read_delivery
from surveys.pulls.surveymonkey import SurveyMonkeyPull
from tests.vendors.listing import Listing
from tests.vendors.running import Clock, a_pull, run
from tests.vendors.server import Reply
from tests.vendors.surveymonkey import SURVEY, TOKEN, SurveyMonkey

pytestmark = pytest.mark.django_db
SECRET = "client-id&client-secret"
HAND_OUT = "insights.tasks.pulls.hand_out_pulls"


class Caller:
    """SurveyMonkey's webhook, which calls us."""

    def __init__(self, account=""):
        self.hook, key, _ = hooks.make(source="surveymonkey_api", label="SM", account=account, secret=SECRET)
        self.address = f"/api/v1/hooks/surveymonkey_api/{key}"

    def tells(self, event):
        """Tell of a response, signed as SurveyMonkey signs; return the delivery, not read yet."""
        body = json.dumps(
            {
                "name": "Ours", "filter_type": "survey", "filter_id": SURVEY, "event_type": "response_completed",
                "event_id": str(event), "event_datetime": "2026-02-01T12:00:00+00:00", "object_type": "response",
                "object_id": f"{SURVEY}{event:04d}", "resources": {"survey_id": SURVEY, "collector_id": "55"},
            }
        ).encode()  # fmt: skip
        signature = base64.b64encode(hmac.new(SECRET.encode(), body, "sha1").digest()).decode()
        shown = Client().post(self.address, body, content_type="application/json", headers={"Sm-Signature": signature})
        assert shown.status_code == 202, shown.content
        return Delivery.objects.order_by("-pk").first()


@pytest.fixture
def monkey():
    """A survey of one response."""
    with SurveyMonkey() as account:
        account.answered(1, 10, "The first")
        yield account


@pytest.fixture
def caller(tasks):
    return Caller()


def _resting(monkey, clock, **options):
    """Set up a pull and let it catch up, so that it rests."""
    connection = a_pull("surveymonkey", monkey.address, {"token": TOKEN}, survey=SURVEY, **options)
    run(connection, clock)
    assert connection.began_at is None
    return connection


def _read(delivery, clock):
    read(delivery.pk, clock=clock)
    delivery.refresh_from_db()
    return delivery


def test_a_call_wakes_the_pull_which_brings_the_answer(monkey, caller, tasks):
    clock = Clock(timezone.now())
    connection = _resting(monkey, clock)
    clock.forward(120)
    monkey.answered(2, 3, "The second")
    delivery = caller.tells(2)
    told = [name for name, _ in tasks]
    assert told[-1] == "insights.tasks.intake.read_delivery"
    assert due(clock.now) == []
    _read(delivery, clock)
    assert due(clock.now) == [connection.pk]
    assert (delivery.read, delivery.excluded, delivery.set_aside) == (1, 1, 0)
    assert delivery.excluded_reasons == {"Notice; the pull fetches it": 1}
    assert not SetAside.objects.exists()
    run(connection, clock)
    assert set(Feedback.objects.values_list("text", flat=True)) == {"The first", "The second"}
    assert connection.next_at == clock.now + timedelta(minutes=15)


def test_the_worker_that_read_the_call_hands_the_pull_out_at_once(monkey, caller, tasks):
    _resting(monkey, Clock(timezone.now() - timedelta(minutes=5)))
    delivery = caller.tells(2)
    read_delivery(str(delivery.pk))
    assert [name for name, _ in tasks].count(HAND_OUT) == 1


def test_a_call_with_its_answers_inside_hands_no_pull_out(tasks):
    made, key, _ = hooks.make(source="push", label="P", secret="a long random text")
    record = {"source_id": "a", "kind": "SURVEY", "occurred_at": "2026-01-05T09:00:00Z", "channel": "WEB", "text": "x"}
    Client().post(
        f"/api/v1/hooks/push/{key}",
        json.dumps({"records": [record]}),
        content_type="application/json",
        headers={"X-Webhook-Secret": "a long random text"},
    )
    read_delivery(str(made.deliveries.get().pk))
    assert Feedback.objects.exists()
    assert HAND_OUT not in [name for name, _ in tasks]


def test_many_calls_are_one_run(monkey, caller):
    clock = Clock(timezone.now())
    connection = _resting(monkey, clock)
    clock.forward(120)
    for number in range(2, 12):
        monkey.answered(number, 5, f"Answer {number}")
        _read(caller.tells(number), clock)
    monkey.calls.clear()
    run(connection, clock)
    assert Feedback.objects.count() == 11
    assert len(monkey.asked("responses/bulk")) == 1
    assert connection.next_at == clock.now + timedelta(minutes=15)


def test_calls_one_after_the_other_do_not_ask_more_often_than_the_vendor_likes(monkey, caller):
    clock = Clock(timezone.now())
    connection = _resting(monkey, clock)
    clock.forward(120)
    _read(caller.tells(2), clock)
    run(connection, clock)
    clock.forward(1)
    _read(caller.tells(3), clock)
    connection.refresh_from_db()
    assert connection.next_at == connection.tried_at + BETWEEN_WAKINGS


def test_a_call_that_comes_while_the_pull_asks_is_not_forgotten(monkey, caller, monkeypatch):
    clock = Clock(timezone.now())
    connection = _resting(monkey, clock)
    clock.forward(120)
    _read(caller.tells(2), clock)
    ask = SurveyMonkeyPull.step

    def ask_and_be_called(pull, asking):
        step = ask(pull, asking)
        clock.forward(2)
        _read(caller.tells(3), clock)  # told behind the page that was fetched
        return step

    monkeypatch.setattr(SurveyMonkeyPull, "step", ask_and_be_called)
    run_step(connection.pk, clock=clock, chance=lambda: 0.0)
    monkeypatch.undo()
    connection.refresh_from_db()
    assert connection.next_at == clock.now + BETWEEN_WAKINGS
    clock.now = connection.next_at
    run(connection, clock)
    assert connection.next_at == clock.now + timedelta(minutes=15), "once is enough"


def test_a_pull_in_its_back_off_is_not_hastened(monkey, caller):
    clock = Clock(timezone.now())
    connection = _resting(monkey, clock)
    monkey.fail("responses/bulk", Reply(status=503, headers={"Retry-After": "600"}))
    clock.now = connection.next_at
    run(connection, clock)
    before = connection.next_at
    delivery = _read(caller.tells(2), clock)
    connection.refresh_from_db()
    assert connection.next_at == before
    assert delivery.excluded == 1


def test_without_a_pull_the_call_is_set_aside_and_says_what_to_set_up(caller, monkey):
    clock = Clock(timezone.now())
    delivery = _read(caller.tells(1), clock)
    assert (delivery.set_aside, delivery.excluded) == (1, 0)
    row = SetAside.objects.get()
    assert "response_completed happened to response" in row.reason
    assert "Add a scheduled pull of SurveyMonkey" in row.reason
    _resting(monkey, clock)
    replay([row.pk], {}, clock.now)
    delivery.refresh_from_db()
    assert (delivery.set_aside, delivery.excluded) == (0, 1)


def test_a_pull_that_is_switched_off_is_named(monkey, caller):
    clock = Clock(timezone.now())
    connection = _resting(monkey, clock)
    set_active(connection.pk, is_active=False, now=clock.now)
    _read(caller.tells(1), clock)
    assert "'Our surveymonkey' is switched off" in SetAside.objects.get().reason


def test_a_pull_of_another_account_is_not_woken(monkey, tasks):
    clock = Clock(timezone.now())
    connection = _resting(monkey, clock)
    before = connection.next_at
    delivery = _read(Caller("Another").tells(1), clock)
    connection.refresh_from_db()
    assert (connection.next_at, connection.woken_at, delivery.set_aside) == (before, None, 1)


def test_hubspots_notice_wakes_a_declared_pull_that_reads_hubspot(tasks):
    clock = Clock(timezone.now())
    with Listing("none") as vendor:
        connection = a_pull("json_api", f"{vendor.address}/answers", {}, read_as="hubspot_feedback", list="data.items")
        Connection.objects.filter(pk=connection.pk).update(next_at=clock.now + timedelta(hours=1), tried_at=None)
        _, key, _ = hooks.make(source="hubspot_feedback", label="H", scheme="header", secret="a long random text")
        body = json.dumps([{"eventId": 1, "subscriptionType": "feedback_submission.creation", "objectId": 7}])
        headers = {"X-Webhook-Secret": "a long random text"}
        address = f"/api/v1/hooks/hubspot_feedback/{key}"
        assert Client().post(address, body, content_type="application/json", headers=headers).status_code == 202
        _read(Delivery.objects.get(), clock)
    assert due(clock.now) == [connection.pk]
