"""Work is handed over without waiting: while the broker is away nobody is kept for its sake."""

import threading
import time

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from insights.api import handover
from insights.api.handover import SKIPPED_SECONDS, Handover


class Broker:
    """A broker that is there or away, and counts who asks it."""

    def __init__(self):
        self.is_away, self.asked = False, []

    def __call__(self, task, arguments):
        self.asked.append((task, arguments))
        if self.is_away:
            raise OperationalError("away")


class Clock:
    """A clock that goes on when it is told to."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def broker(monkeypatch):
    one = Broker()
    monkeypatch.setattr(handover, "_send", one)
    return one


@pytest.fixture
def clock():
    return Clock()


def test_while_the_broker_is_there_everything_is_sent(broker, clock):
    sender = Handover(clock)
    assert [sender.send("task", str(number)) for number in range(3)] == [True, True, True]
    assert broker.asked[0] == ("task", ("0",))


def test_after_a_failure_nobody_asks_for_some_seconds(broker, clock):
    sender, broker.is_away = Handover(clock), True
    assert [sender.send("task") for _ in range(200)] == [False] * 200
    assert len(broker.asked) == 1
    clock.now += SKIPPED_SECONDS - 0.1
    assert not sender.send("task")
    assert len(broker.asked) == 1


def test_then_one_tries_and_all_follow_when_it_is_back(broker, clock):
    sender, broker.is_away = Handover(clock), True
    sender.send("task")
    clock.now += SKIPPED_SECONDS
    assert not sender.send("task")
    assert len(broker.asked) == 2
    broker.is_away = False
    clock.now += SKIPPED_SECONDS
    assert [sender.send("task") for _ in range(3)] == [True, True, True]


def test_while_one_tries_the_others_do_not_wait(broker, clock, monkeypatch):
    sender, broker.is_away = Handover(clock), True
    sender.send("task")
    clock.now += SKIPPED_SECONDS
    come, go = threading.Event(), threading.Event()

    def slow(task, arguments):
        come.set()
        assert go.wait(10)

    monkeypatch.setattr(handover, "_send", slow)
    trying = threading.Thread(target=sender.send, args=("task",))
    trying.start()
    assert come.wait(10)
    assert not sender.send("task")
    go.set()
    trying.join(10)
    assert sender.send("task"), "the one that tried found it back"


def test_a_broker_that_is_really_away_holds_nobody_for_seconds(monkeypatch):
    application = current_app._get_current_object()
    connect = application.connection_for_write
    monkeypatch.setattr(application, "connection_for_write", lambda **more: connect("redis://127.0.0.1:1/0", **more))
    began = time.monotonic()
    assert not Handover().send("insights.tasks.intake.read_delivery", "x")
    assert time.monotonic() - began < 2.0, "kombu's own pauses take six seconds"
