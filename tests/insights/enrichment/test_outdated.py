"""After an upgrade everything is read again, the newest first, part by part, and after what is new."""

import pytest
from django.core.cache import cache

from insights.enrichment import outdated, sentiment
from insights.enrichment.outdated import left_outdated, send_back_next
from insights.enrichment.pipeline import enrich_batch
from insights.enrichment.progress import progress
from insights.models import Enrichment
from insights.tasks import enrichment as tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_cache(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def read(tell, now):
    """Three texts, read by the version of today."""
    told = [tell(f"The shop in the {street} was closed.") for street in ("high street", "old town", "harbour")]
    enrich_batch(now)
    return told


def _upgrade(monkeypatch):
    monkeypatch.setattr(sentiment, "version", lambda: "sentiment-of-tomorrow")


def _waiting():
    return set(Enrichment.objects.filter(state="PENDING").values_list("feedback", flat=True))


@pytest.mark.usefixtures("read")
def test_nothing_is_sent_back_while_the_versions_are_the_same():
    assert send_back_next() == 0
    assert left_outdated() == 0


def test_a_new_version_reads_the_newest_first_and_no_more_before_these_are_read(read, now, monkeypatch):
    _upgrade(monkeypatch)
    assert send_back_next(2) == 2
    keys = sorted((one.pk for one in read), reverse=True)
    assert _waiting() == set(keys[:2])
    assert progress().outdated == left_outdated() == 1
    assert send_back_next(2) == 0, "what waits comes first"
    enrich_batch(now)
    assert send_back_next(2) == 1
    assert _waiting() == {keys[2]}
    enrich_batch(now)
    assert (send_back_next(2), left_outdated()) == (0, 0)
    assert set(Enrichment.objects.values_list("versions__sentiment", flat=True)) == {"sentiment-of-tomorrow"}


def test_what_is_new_comes_before_what_is_outdated(read, tell, monkeypatch):
    _upgrade(monkeypatch)
    fresh = tell("The shop is open again.")
    assert send_back_next() == 0
    assert _waiting() == {fresh.pk}


@pytest.mark.usefixtures("read")
def test_the_texts_are_not_looked_through_again_once_all_are_current(monkeypatch):
    send_back_next()
    looked = []
    monkeypatch.setattr(outdated, "_outdated", lambda wanted: looked.append(wanted))
    assert send_back_next() == 0
    assert not looked


def test_the_clock_reads_everything_again_without_anybody_asking(read, now, monkeypatch):
    _upgrade(monkeypatch)
    monkeypatch.setattr(outdated, "PART", 1)
    monkeypatch.setattr(tasks.enrich_pending, "delay", lambda: tasks.enrich_pending())
    monkeypatch.setattr(tasks.read_outdated, "delay", lambda: tasks.read_outdated())
    tasks.read_outdated()
    assert not _waiting()
    assert set(Enrichment.objects.values_list("versions__sentiment", flat=True)) == {"sentiment-of-tomorrow"}
