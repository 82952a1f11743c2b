"""No face shows a text before the names are out of it: API, exports, pages, quotes."""

import csv
import io
import json
import zipfile

import pytest
from django.test import Client

from insights.access import HIDDEN, WORDS_MAY_BE_SEEN, readable, viewer_for
from insights.models import Enrichment, Feedback, Turn
from tests.insights.api.conftest import PERIOD

pytestmark = pytest.mark.django_db
SECRET = "Wilhelmina Featherstone"


@pytest.fixture
def told(company) -> Feedback:
    """A contact whose words changed a moment ago: intake has forgotten all that was read out of it."""
    contact = company["contacts"][0]
    Feedback.objects.filter(pk=contact.pk).update(title=f"From {SECRET}", text=f"I am {SECRET}")
    Turn.objects.filter(feedback=contact).update(text=f"{SECRET} speaks")
    _forget()
    return contact


def _forget() -> None:
    Enrichment.objects.update(state="PENDING", versions={}, summary=f"{SECRET} says")


@pytest.fixture
def signed_in(person, settings) -> Client:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    client = Client()
    client.force_login(person())
    return client


def test_the_api_says_why_instead(told, speak):
    answer = speak().get(f"/api/v1/feedback/{told.pk}")
    one = answer.json()
    assert (one["title"], one["text"], one["words_hidden"]) == (HIDDEN, HIDDEN, True)
    assert {turn["text"] for turn in one["turns"]} == {HIDDEN}
    assert SECRET not in answer.content.decode()


def test_the_list_hides_them_and_counts_them_still(told, speak):
    answer = speak().get(f"/api/v1/feedback?metric=contacts&{PERIOD}&limit=500")
    assert answer.json()["count"] == len(answer.json()["results"]) == 60
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_exports_hide_them(told, speak, form):
    answer = speak().get(f"/api/v1/exports/feedback?metric=contacts&{PERIOD}&format={form}")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    assert answer.status_code == 200
    assert SECRET.encode() not in content
    if form == "csv":
        lines = [line for line in content.decode("utf-8-sig").splitlines() if not line.startswith("#")]
        texts = {row["text"] for row in csv.DictReader(lines)}
        assert texts == {HIDDEN}


def test_pages_hide_them_and_quote_none(told, signed_in):
    shown = [signed_in.get(path) for path in (f"/records/{told.pk}/", f"/records/?{PERIOD}", f"/?{PERIOD}")]
    assert [answer.status_code for answer in shown] == [200, 200, 200]
    words = [answer.content.decode() for answer in shown]
    assert not any(SECRET in page for page in words)
    assert "hidden until names are removed" in words[0]
    assert "hidden until names are removed" not in words[2]


def test_a_text_that_is_read_again_with_newer_versions_stays_to_be_seen(company, speak):
    Enrichment.objects.update(state="PENDING")
    one = speak().get(f"/api/v1/feedback/{company['contacts'][1].pk}").json()
    assert one["text"] == "My invoice 1 is wrong"
    assert one["words_hidden"] is False


def test_a_text_nobody_could_take_the_names_out_of_stays_hidden(told, speak):
    Enrichment.objects.update(state="FAILED", versions={"sentiment": "1"})
    assert speak().get(f"/api/v1/feedback/{told.pk}").json()["text"] == HIDDEN


def test_a_text_without_any_reading_is_hidden(told, speak):
    Enrichment.objects.all().delete()
    assert speak().get(f"/api/v1/feedback/{told.pk}").json()["text"] == HIDDEN


def test_every_way_to_fetch_a_row_is_veiled(told, person):
    rows = readable(viewer_for(person(name="second")))
    fetched = [
        rows.get(pk=told.pk),
        rows.filter(pk=told.pk).first(),
        rows.in_bulk([told.pk])[told.pk],
        next(iter(rows.filter(pk=told.pk)[:1])),
        next(rows.filter(pk=told.pk).iterator(chunk_size=10)),
    ]
    assert {row.text for row in fetched} == {HIDDEN}
    assert not rows.filter(WORDS_MAY_BE_SEEN).exists()


def test_evidence_points_into_the_words(company, speak):
    contact = company["contacts"][2]
    Turn.objects.filter(feedback=contact, position=0).update(text="ok, it works now, thanks")
    Enrichment.objects.filter(pk=contact.pk).update(outcome="SOLVED", outcome_confidence=0.92, sentiment=0.4)
    one = speak().get(f"/api/v1/feedback/{contact.pk}").json()
    place = one["reading"]["evidence"]["outcome"][0]
    assert one["turns"][place["turn"]]["text"][place["start"] : place["end"]] == "it works now"
    assert json.dumps(one["reading"]["outcome"]) == '"SOLVED"'
