"""A real worker on a real broker, killed with -9 while it pulls: the same facts as if nothing had happened."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO
from uuid import uuid4

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone

from insights.models import Connection, Delivery, Feedback
from tests.factories.workers import Process, kill, python
from tests.vendors.intercom import OPENED, TOKEN, Intercom
from tests.vendors.running import Clock, a_pull, facts, run, totals

pytestmark = [pytest.mark.slow, pytest.mark.live, pytest.mark.django_db(transaction=True)]
CONVERSATIONS = 60
_WORKER = """
import sys
from cxhub.celery import app
queue = sys.argv[1]
app.conf.task_default_queue = queue
app.conf.task_routes = {"insights.tasks.enrichment.*": {"queue": f"{queue}-left"}}
app.worker_main(["worker", "--queues", queue, "--concurrency", "2", "--loglevel", "INFO", "--without-mingle"])
"""


@contextmanager
def _worker(queue: str, log: IO[bytes]) -> Iterator[Process]:
    with python("-c", _WORKER, queue, log=log, CXHUB_RAW_DIR=str(settings.RAW_DIR)) as process:
        yield process


@contextmanager
def _a_queue() -> Iterator[str]:
    queue = f"pulls-{uuid4().hex[:8]}"
    try:
        yield queue
    finally:
        with current_app.connection_for_write() as broker:
            for name in (queue, f"{queue}-left"):
                broker.default_channel.queue_purge(name)


def _until(done, queue, process, seconds=60.0):
    """Hand out what is due again and again, as the clock does, until `done`."""
    deadline, asked = time.monotonic() + seconds, 0.0
    while not done():
        if time.monotonic() > asked + 0.5:
            current_app.send_task("insights.tasks.pulls.hand_out_pulls", queue=queue)
            current_app.send_task("insights.tasks.intake.resume_deliveries", queue=queue)
            asked = time.monotonic()
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.02)


def _three_minutes_go_by():
    """Claims and heartbeats of the dead run out."""
    past = timezone.now() - timedelta(minutes=3)
    Connection.objects.exclude(claimed_until=None).update(claimed_until=past)
    Delivery.objects.filter(state="READING").update(heartbeat_at=past)
    Delivery.objects.filter(state="RECEIVED").update(created_at=past)


@pytest.fixture
def intercom():
    """A workspace of many conversations."""
    with Intercom() as workspace:
        for number in range(1, CONVERSATIONS + 1):
            workspace.opens(number, f"My parcel {number} is late")
            workspace.answers(number, f"Parcel {number} comes today", OPENED + 7200 + number)
        workspace.rates(4, 2, "Slow", OPENED + 9000)
        yield workspace


def _pull(intercom, page="3"):
    connection = a_pull("intercom", intercom.address, {"token": TOKEN}, page_size=page)
    Connection.objects.update(next_at=timezone.now() - timedelta(seconds=1))
    return connection


@pytest.mark.timeout(240)
def test_a_worker_killed_while_it_pulls_loses_nothing_and_repeats_at_most_a_page(intercom, tmp_path):
    undisturbed = _pull(intercom)
    run(undisturbed, Clock(timezone.now()))
    expected = facts()
    assert len(expected) == CONVERSATIONS + 1
    for model in (Feedback, Delivery, Connection):
        model.objects.all().delete()
    asked_undisturbed = len(intercom.calls)
    intercom.calls.clear()
    with (tmp_path / "workers.log").open("wb") as log, _a_queue() as queue:
        _killed_twice(intercom, queue, log)
    assert facts() == expected
    assert not Delivery.objects.exclude(state="DONE").exists()
    assert totals()["accepted"] == CONVERSATIONS
    assert totals()["updated"] == totals()["set_aside"] == 0
    assert len(intercom.calls) <= asked_undisturbed + 2 * 4 + 1, "a kill costs a search and a page of three, no more"


def _killed_twice(intercom, queue, log):
    connection = _pull(intercom)
    come, go = intercom.hold("/conversations/20")
    with _worker(queue, log) as process:
        _until(come.is_set, queue, process)
        kill(process)  # in the middle of a page: some of its conversations were fetched
    go.set()
    kept = Delivery.objects.count()
    assert 0 < kept < CONVERSATIONS // 3
    connection.refresh_from_db()
    assert connection.claimed_until > timezone.now(), "the dead worker still holds it"
    _three_minutes_go_by()
    with _worker(queue, log) as process:
        _until(lambda: Delivery.objects.count() >= kept + 3, queue, process)
        kill(process)  # wherever it is
    assert Delivery.objects.count() < CONVERSATIONS // 3 + 2, "the kills must have come in the middle"
    _three_minutes_go_by()
    with _worker(queue, log) as process:
        _until(lambda: _is_done(connection), queue, process)


def _is_done(connection):
    connection.refresh_from_db()
    caught_up = connection.next_at > timezone.now() + timedelta(minutes=10)
    return caught_up and not Delivery.objects.exclude(state="DONE").exists()
