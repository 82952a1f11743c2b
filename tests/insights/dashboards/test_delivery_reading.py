"""The page of a delivery says how many of its own texts are read, and asks again until all are."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from insights.models import Delivery, Enrichment, Feedback

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.fixture
def told(settings) -> Delivery:
    """A delivery of three texts, one of them read; and a waiting text of another."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    now = timezone.now()
    made = {"source": "csv", "state": "DONE", "finished_at": now}
    ours, other = (Delivery.objects.create(filename=name, **made) for name in ("ours.csv", "other.csv"))
    for number, delivery in enumerate([ours, ours, ours, other]):
        feedback = Feedback.objects.create(
            kind="SURVEY", channel="WEB", occurred_at=now, source="csv", source_id=str(number), content_hash="x",
            text="Fine", delivery=delivery,
        )  # fmt: skip
        state = {"state": "DONE", "enriched_at": now} if number == 0 else {}
        Enrichment.objects.create(feedback=feedback, **state)
    return ours


def test_it_counts_its_own_texts_and_asks_again(told: Delivery, sign_in: SignIn) -> None:
    shown = sign_in("Analyst").get(f"/sources/{told.pk}/").content.decode()
    assert "1 of its 3 texts read" in shown
    assert f'hx-get="/sources/{told.pk}/reading/"' in shown


def test_when_all_are_read_it_asks_no_more(told: Delivery, sign_in: SignIn) -> None:
    Enrichment.objects.update(state="DONE", enriched_at=timezone.now())
    answer = sign_in("Analyst").get(f"/sources/{told.pk}/reading/").content.decode()
    assert "All its 3 texts read" in answer
    assert "hx-get" not in answer


def test_while_records_come_in_it_goes_on_asking(told: Delivery, sign_in: SignIn) -> None:
    Enrichment.objects.update(state="DONE", enriched_at=timezone.now())
    Delivery.objects.filter(pk=told.pk).update(state="READING", finished_at=None)
    analyst, address = sign_in("Analyst"), f"/sources/{told.pk}/reading/"
    answer = analyst.get(address).content.decode()
    assert "All its 3 texts read so far" in answer
    assert "hx-get" in answer
    Delivery.objects.filter(pk=told.pk).update(state="DONE", finished_at=timezone.now())
    Enrichment.objects.filter(feedback__source_id="2").update(state="PENDING")
    assert "2 of its 3 texts read" in analyst.get(address).content.decode()
