"""Running pulls: claimed once, committed with their cursor, backed off, and healthy or not in words."""

import json
import logging
import threading
from datetime import timedelta

import pytest
from django.db import connection as database

from insights.intake.connections import secrets_of
from insights.intake.pulls import runner
from insights.intake.pulls.connecting import connect, replace_secrets, set_active
from insights.intake.pulls.health import health
from insights.intake.pulls.pull import pull_named
from insights.intake.pulls.runner import Ran, due, run_step
from insights.intake.pulls.trying import try_out
from insights.intake.source import UnknownSource, WrongOption
from insights.models import Connection, Delivery, Feedback
from tests.vendors.listing import TOKEN, Listing
from tests.vendors.running import NOW, Clock, a_pull, run
from tests.vendors.server import Reply

pytestmark = pytest.mark.django_db
MAPPING = {
    "kind": "SURVEY",
    "columns": {"id": "source_id", "changed": "occurred_at", "given.words": "text"},
    "constants": {"channel": "WEB"},
    "scores": [{"column": "given.score", "measure": "NPS", "scale": [0, 10]}],
}
OPTIONS = {
    "list": "data.items", "auth": "bearer", "read.mapping": json.dumps(MAPPING),
    "next": "offset", "next_parameter": "offset",
}  # fmt: skip


@pytest.fixture
def listing():
    """An API of five answers, two a page."""
    with Listing("offset") as api:
        for number in range(1, 6):
            api.answered(number, number, f"Words {number}")
        yield api


def _pull(listing):
    return a_pull("json_api", f"{listing.address}/answers", {"token": TOKEN}, **OPTIONS)


def test_a_pull_is_due_when_its_time_has_come_and_nobody_is_at_it(listing):
    connection = _pull(listing)
    assert due(NOW) == [connection.pk]
    assert due(NOW - timedelta(seconds=1)) == []
    Connection.objects.update(claimed_until=NOW + timedelta(seconds=5))
    assert due(NOW) == []
    assert due(NOW + timedelta(seconds=6)) == [connection.pk], "whoever had it is thought dead"
    set_active(connection.pk, is_active=False, now=NOW)
    assert due(NOW + timedelta(days=1)) == []


def test_after_the_last_page_it_rests_for_its_interval(listing):
    connection, clock = _pull(listing), Clock()
    run(connection, clock)
    assert connection.next_at == clock.now + timedelta(minutes=15)
    assert connection.claimed_until is None
    assert run_step(connection.pk, clock=clock) == Ran()


def test_the_wait_doubles_with_each_failure_up_to_an_hour_and_begins_anew_after_a_success(listing):
    connection, clock = _pull(listing), Clock()
    listing.fail("/answers", *[Reply({}, status=500)] * 9)
    waits = []
    for _ in range(9):
        run(connection, clock)
        waits.append((connection.next_at - clock.now).total_seconds())
        clock.now = connection.next_at
    assert waits == [15, 30, 60, 120, 240, 480, 960, 1800, 1800], "half of it, as chance says 0"
    assert connection.failures == 9
    assert health(connection, NOW).state == "FAILING"
    run(connection, clock)
    assert connection.failures == 0
    assert connection.error == ""


def test_chance_spreads_the_waits_of_pulls_that_failed_together(listing):
    connection, clock = _pull(listing), Clock()
    listing.fail("/answers", Reply({}, status=500))
    run_step(connection.pk, clock=clock, chance=lambda: 0.999)
    connection.refresh_from_db()
    assert (connection.next_at - clock.now).total_seconds() == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("120", 120), ("Sun, 01 Feb 2026 12:04:00 GMT", 240), ("soon", 15), ("99999999999", 86_400)],
    ids=["seconds", "date", "nonsense", "for ever"],
)
def test_retry_after_is_kept_to_in_seconds_and_as_a_date(listing, told, seconds):
    connection, clock = _pull(listing), Clock()
    listing.fail("/answers", Reply({}, status=429, headers={"Retry-After": told}))
    run(connection, clock)
    assert (connection.next_at - clock.now).total_seconds() == seconds


def test_a_step_that_dies_before_its_commit_changes_nothing_and_leaves_no_page_behind(listing, monkeypatch, settings):
    connection, clock = _pull(listing), Clock()

    def dies(*_args, **_more):
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(runner, "receive_kept", dies)
        with pytest.raises(MemoryError):
            run_step(connection.pk, clock=clock)
    connection.refresh_from_db()
    assert connection.cursor == {}
    assert not [one for one in settings.RAW_DIR.rglob("*") if one.is_file()]
    assert "error of ours (MemoryError)" in connection.error
    clock.now = connection.next_at
    run(connection, clock)
    assert Feedback.objects.count() == 5


def test_whoever_was_thought_dead_does_not_commit_behind_the_one_who_took_over(listing):
    connection, clock = _pull(listing), Clock()

    class Slow(Clock):
        """A clock by which another has taken over when the step is done."""

        def __call__(self):
            if listing.calls:
                Connection.objects.update(claimed_until=NOW + timedelta(hours=1))
            return self.now

    assert run_step(connection.pk, clock=Slow()) == Ran()
    connection.refresh_from_db()
    assert connection.cursor == {}
    assert Delivery.objects.count() == 0
    clock.forward(7200)
    Connection.objects.update(next_at=NOW)
    run(connection, clock)
    assert Feedback.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_pull_the_same_connection_at_once(listing):
    connection = _pull(listing)
    come, go = listing.hold("/answers")
    ran = []

    def work():
        ran.append(run_step(connection.pk, clock=Clock()))
        database.close()

    first = threading.Thread(target=work)
    first.start()
    assert come.wait(10)
    assert run_step(connection.pk, clock=Clock()) == Ran(), "the other one leaves at once"
    go.set()
    first.join(10)
    assert len(ran[0].deliveries) == 1
    assert len(listing.calls) == 1


def test_secrets_are_sealed_and_stand_in_no_error_and_no_log(listing, caplog):
    caplog.set_level(logging.DEBUG)
    connection = _pull(listing)
    assert TOKEN.encode() not in bytes(Connection.objects.get().secrets)
    assert secrets_of(Connection.objects.get()) == {"token": TOKEN}
    listing.fail("/answers", Reply({"token": TOKEN}, status=500), Reply({}, status=401), Reply(raw=TOKEN.encode()))
    clock = Clock()
    for _ in range(3):
        run(connection, clock)
        assert connection.error
        assert TOKEN not in connection.error
        clock.now = connection.next_at
    run(connection, clock)
    assert TOKEN not in caplog.text
    assert TOKEN not in json.dumps(list(Connection.objects.values("options", "cursor", "error")))
    assert not any(TOKEN in str(one) for one in Delivery.objects.values_list("options", "error"))


def test_a_new_token_is_tried_at_once(listing):
    connection = a_pull("json_api", f"{listing.address}/answers", {"token": "old"}, **OPTIONS)
    clock = Clock()
    run(connection, clock)
    assert "was refused" in connection.error
    replace_secrets(connection.pk, {"token": TOKEN}, clock.now)
    run(connection, clock)
    assert connection.failures == 0
    assert Feedback.objects.count() == 5


def test_health_says_in_words_how_a_pull_fares(listing):
    connection, clock = _pull(listing), Clock()
    assert health(connection, NOW).state == "NEW"
    assert health(connection, NOW + timedelta(hours=1)).state == "LATE"
    run(connection, clock)
    assert health(connection, clock.now).state == "FINE"
    listing.answered(9, 9, "One more")
    listing.fail("/answers", Reply({"data": {"items": [{"id": 9, "changed": "no time"}]}}))
    clock.now = connection.next_at
    run(connection, clock)
    assert health(connection, clock.now).state == "UNREADABLE"
    set_active(connection.pk, is_active=False, now=clock.now)
    connection.refresh_from_db()
    assert health(connection, clock.now).state == "PAUSED"


def test_trying_it_shows_what_would_be_stored_and_keeps_nothing(listing, settings):
    told = {"address": f"{listing.address}/answers", "private_network": "yes", "start": "2026-01-01", **OPTIONS}
    tried = try_out(pull_named("json_api"), told, {"token": TOKEN}, clock=Clock())
    assert tried.sentence == "It works: the first page holds 2 records."
    assert [one.fact.text for one in tried.look.stored] == ["Words 1", "Words 2"]
    assert not [one for one in settings.RAW_DIR.rglob("*") if one.is_file()]
    assert Connection.objects.count() == Delivery.objects.count() == Feedback.objects.count() == 0


def test_what_cannot_be_set_up_is_refused_in_words(listing):
    told = {"address": "https://api.example.com/answers", "read_as": "push"}
    with pytest.raises(UnknownSource, match="Known pulls: intercom, json_api, qualtrics, surveymonkey, zendesk"):
        connect(pull="nothing", label="x", options=told, secrets={}, now=NOW)
    with pytest.raises(WrongOption, match="to be called"):
        connect(pull="json_api", label=" ", options=told, secrets={}, now=NOW)
    with pytest.raises(WrongOption, match="every 1 to 10080 minutes"):
        connect(pull="json_api", label="x", options=told, secrets={}, now=NOW, every_minutes=0)
    with pytest.raises(WrongOption, match="Which API token"):
        connect(pull="zendesk", label="x", options={"address": "https://a.zendesk.com"}, secrets={}, now=NOW)
    with pytest.raises(WrongOption, match="no secret 'password'"):
        connect(pull="json_api", label="x", options=told, secrets={"password": "x"}, now=NOW)
    _pull(listing)
    with pytest.raises(WrongOption, match="already"):
        _pull(listing)
