"""A real worker on a real broker, killed with -9 in the middle: everything is read, and as if nothing had happened."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from insights.enrichment.pipeline import READ_FIELDS, enrich_batch
from insights.models import Embedding, Enrichment, Feedback
from insights.tasks.enrichment import enrich_pending

pytestmark = [pytest.mark.slow, pytest.mark.live, pytest.mark.django_db(transaction=True)]
TEXTS = int(os.environ.get("CXHUB_KILL_TEXTS", "600"))  # by hand: 10000
KILLS = 2
COMPARED = [name for name in READ_FIELDS if name != "enriched_at"]
SUBJECTS = ["The router", "Your app", "My bill", "The technician", "The delivery", "Support", "The new plan"]
VERDICTS = ["is great", "does not work", "came on Monday", "was rude to me", "is fine", "saved my day", "is a mess"]


def _put_down(now, count):
    feedback = [
        Feedback(
            kind="SURVEY",
            channel="WEB",
            occurred_at=now,
            source="kill",
            source_id=str(number),
            content_hash="x",
            text=f"{SUBJECTS[number % 7]} {VERDICTS[number // 7 % 7]} and I called {number} times about it. "
            * (number % 3 + 1),
        )
        for number in range(count)
    ]
    Feedback.objects.bulk_create(feedback)
    Enrichment.objects.bulk_create([Enrichment(feedback=row) for row in feedback])


def _readings():
    rows = {row["feedback_id"]: row for row in Enrichment.objects.values("feedback_id", *COMPARED)}
    vectors = {key: bytes(vector) for key, vector in Embedding.objects.values_list("feedback_id", "vector")}
    return rows, vectors


@contextmanager
def _worker(queue: str, log: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    there = connection.settings_dict
    password = quote(str(there["PASSWORD"]), safe="")
    address = f"postgresql://{there['USER']}:{password}@{there['HOST']}:{there['PORT']}/{there['NAME']}"
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "--app", "cxhub", "worker", "--queues", queue, "--concurrency", "2"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": address, "CXHUB_MODEL_DIR": str(settings.MODEL_DIR)},
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # a group of its own, so that the kill takes the children too
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_until_done(count: int, queue: str, process: subprocess.Popen[bytes], seconds: float) -> None:
    """Ask for the work again and again, as the clock does, until `count` texts are read."""
    deadline, asked = time.monotonic() + seconds, 0.0
    while Enrichment.objects.filter(state="DONE").count() < count:
        if time.monotonic() > asked + 5:
            enrich_pending.apply_async(queue=queue)
            asked = time.monotonic()
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, f"fewer than {count} texts were read in {seconds} s"
        time.sleep(0.05)


@pytest.mark.timeout(1200)
def test_a_worker_killed_in_the_middle_loses_nothing_and_reads_nothing_differently(now, tmp_path):
    with (tmp_path / "workers.log").open("wb") as log:
        _kill_in_the_middle(now, log)


def _kill_in_the_middle(now, log):
    _put_down(now, TEXTS)
    queue = f"kill-{uuid4().hex[:8]}"
    done_at_kill = []
    for kill in range(1, KILLS + 1):
        with _worker(queue, log) as process:
            _wait_until_done(kill * TEXTS // 6, queue, process, 120)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        done_at_kill.append(Enrichment.objects.filter(state="DONE").count())
    assert all(0 < done < TEXTS for done in done_at_kill), "the kills must have come in the middle"
    after_kill = _readings()
    with _worker(queue, log) as process:
        _wait_until_done(TEXTS, queue, process, 900)
    killed_rows, killed_vectors = _readings()
    assert set(Enrichment.objects.values_list("state", "attempts")) == {("DONE", 0)}
    kept = [key for key, row in after_kill[0].items() if row["state"] == "DONE"]
    assert all(killed_rows[key] == after_kill[0][key] for key in kept), "what was read before the kill stays as it was"

    Embedding.objects.all().delete()
    Enrichment.objects.update(state="PENDING", versions={}, sentiment=None, sentiment_label="", language="", words=None)
    while enrich_batch(now):
        pass
    assert _readings() == (killed_rows, killed_vectors)
