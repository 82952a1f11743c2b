"""GET /search: what it answers, and to whom."""

import pytest
from django.utils import timezone

from insights.enrichment import embed
from insights.enrichment.encoder import encoder
from insights.enrichment.indexing import make_due, rebuild, take_up
from insights.models import Embedding, Enrichment, Feedback, SearchEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def texts(db) -> list:
    said = ["The invoice is wrong again", "My bill is far too high", "Parcel never came", "Invoice paid, thank you"]
    keys = []
    for number, text in enumerate(said):
        feedback = Feedback.objects.create(
            kind="SURVEY" if number % 2 else "CONTACT", source="csv", source_id=str(number), content_hash="",
            channel="EMAIL", occurred_at=timezone.now(), text=text, team="A" if number else "B",
        )  # fmt: skip
        Enrichment.objects.create(
            feedback=feedback, state="DONE", language="en", versions={"names": "1"}, enriched_at=timezone.now()
        )
        vector = encoder().encode([text])[0]
        Embedding.objects.create(feedback=feedback, vector=embed.to_bytes(vector), encoder=embed.version())
        keys.append(feedback.pk)
    make_due(keys)
    take_up()
    return keys


def test_it_finds_with_marks_and_similarity(texts, speak):
    answer = speak("feedback:read").get("/api/v1/search?q=invoices&limit=2")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert {hit["id"] for hit in told["results"]} == {str(texts[0]), str(texts[3])}
    snippet = told["results"][0]["snippets"][0]
    assert [snippet["text"][a:b].lower() for a, b in snippet["marks"]] == ["invoice"]
    assert all(0 <= hit["similarity"] <= 1 for hit in told["results"])


def test_pages_follow_each_other_without_a_gap(texts, speak):
    client, address, seen = speak("feedback:read"), "/api/v1/search?q=invoice&limit=1", []
    while address:
        told = client.get(address).json()
        seen += [hit["id"] for hit in told["results"]]
        address = told["next"]
    assert sorted(seen) == sorted(map(str, texts))


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "q"),
        ("q=x&mode=MAGIC", "mode"),
        ("q=x&colour=red", "colour"),
        ("like=7", "like"),
        ("q=x&since=31.01.2026", "since"),
        ("q=x&since=2026-02-01&until=2026-01-01", "until"),
        ("q=x&first=300", "limit"),
        ("q=x&q=y", "q"),
    ],
)
def test_a_wrong_question_is_told_which_part(query, parameter, speak, db):
    answer = speak("feedback:read").get(f"/api/v1/search?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter


def test_without_the_scope_nothing_is_found(texts, speak):
    assert speak("metrics:read").get("/api/v1/search?q=invoice").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_everything_can_be_taken_up_anew(texts):
    SearchEntry.objects.all().delete()
    assert rebuild() == len(texts)
    assert SearchEntry.objects.exclude(vector=None).count() == len(texts)
    assert rebuild() == len(texts)
