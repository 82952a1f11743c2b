"""How far the reading is, and who may read at the same time."""

import pytest
from django.core.cache import cache
from django.db import connection

from insights.enrichment.pipeline import enrich_batch
from insights.enrichment.progress import progress, report_rate
from insights.enrichment.slots import free_slot
from insights.models import Enrichment
from insights.tasks import enrichment as tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_cache(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


def test_progress_counts_states_and_adds_up_the_speeds(tell, now):
    tell("This is fine.")
    enrich_batch(now)
    for _ in range(30):
        tell("Waiting to be read.")
    report_rate("slot-0", 100, 10)
    report_rate("slot-1", 50, 10)
    assert progress().as_dict() == {
        "pending": 30,
        "done": 1,
        "failed": 0,
        "texts_per_second": 15.0,
        "seconds_left": 2,
        "outdated": 0,
    }


def test_nothing_waiting_is_nothing_left():
    assert (progress().pending, progress().seconds_left, progress().texts_per_second) == (0, 0, None)


def test_without_a_reported_speed_the_rest_is_not_known(tell):
    tell("Waiting to be read.")
    assert (progress().pending, progress().seconds_left) == (1, None)


def test_no_more_drains_than_slots():
    with free_slot(1) as first:
        assert first == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            assert cursor.fetchone() == (1,)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)


def test_the_task_reads_all_and_wakes_another_while_there_is_more(tell, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.enrich_pending, "delay", lambda: sent.append("again"))
    monkeypatch.setattr(tasks, "BATCH", 2)
    monkeypatch.setattr(tasks, "SECONDS", 60)
    monkeypatch.setattr(tasks, "cores", lambda: 2)
    for _ in range(5):
        tell("The line is down again.")
    assert tasks.enrich_pending() == 5
    assert sent == ["again"]
    assert not Enrichment.objects.exclude(state="DONE").exists()


def test_a_task_whose_time_is_over_asks_for_itself_again(tell, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.enrich_pending, "delay", lambda: sent.append("again"))
    monkeypatch.setattr(tasks, "SECONDS", 0)
    tell("The line is down again.")
    assert (tasks.enrich_pending(), sent) == (0, ["again"])
