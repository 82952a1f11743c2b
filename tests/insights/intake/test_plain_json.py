"""JSON of any form with a declared mapping: laid flat, read like a row, refused in words."""

import io
import json

import pytest

from insights.intake.delivery import counts, read, receive
from insights.intake.plain_json import flat
from insights.intake.source import recognise
from insights.models import Delivery, Feedback

pytestmark = pytest.mark.django_db
MAPPING = {
    "kind": "SURVEY",
    "columns": {"id": "source_id", "when.at": "occurred_at", "answers.0.words": "text", "who.mail": "customer.email"},
    "constants": {"channel": "APP"},
    "scores": [{"column": "answers.0.score", "measure": "CSAT", "scale": [1, 5]}],
}


def _record(number, **more):
    told = {"id": number, "when": {"at": "2026-03-01T10:00:00Z"}, "who": {"mail": f"p{number}@example.com"}}
    return {**told, "answers": [{"score": 4, "words": f"Words {number}"}], **more}


def _import(document, **options):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    told = {"mapping": json.dumps(MAPPING), **options}
    delivery = receive(io.BytesIO(body), "json", told)
    read(delivery.pk)
    return Delivery.objects.get(pk=delivery.pk)


@pytest.mark.parametrize(
    ("document", "options"),
    [
        ([_record(1), _record(2)], {}),
        ({"data": {"rows": [_record(1), _record(2)]}, "total": 2}, {"list": "data.rows"}),
        (json.dumps(_record(1)).encode() + b"\n" + json.dumps(_record(2)).encode(), {}),
    ],
    ids=["list", "list inside", "lines"],
)
def test_records_are_found_wherever_the_list_is(document, options):
    delivery = _import(document, **options)
    assert (delivery.accepted, delivery.set_aside, delivery.error) == (2, 0, "")
    assert sorted(Feedback.objects.values_list("text", flat=True)) == ["Words 1", "Words 2"]
    assert Feedback.objects.first().scores.get().value == 4
    again = _import(document, **options)
    assert (again.accepted, again.unchanged) == (0, 2)


def test_a_record_without_what_it_needs_is_set_aside_and_the_rest_goes_on():
    delivery = _import([_record(1), _record(2, when={}), "no object", _record(4)])
    assert (delivery.accepted, delivery.set_aside) == (2, 2)
    told = [one["reason"] for one in counts(delivery)["errors"]]
    assert told == ["The row does not say when it happened.", "A record must be a JSON object."]


def test_a_member_that_no_record_has_is_noticed():
    delivery = _import([{"id": 1, "when": {"at": "2026-03-01T10:00:00Z"}}])
    assert "None of the first 1 records has 'answers.0.words', which the mapping names." in delivery.notices


def test_records_without_an_id_are_known_by_all_they_say():
    mapping = {**MAPPING, "columns": {"when.at": "occurred_at", "answers.0.words": "text"}, "identity": "row_hash"}
    rows = [_record(1), _record(1), _record(2)]
    assert _import(rows, mapping=json.dumps(mapping)).accepted == 3
    assert _import(rows, mapping=json.dumps(mapping)).unchanged == 3


@pytest.mark.parametrize(
    ("document", "options", "sentence"),
    [
        (b"id,words\n1,x\n", {}, "This is no JSON"),
        (b'[{"id": 1', {}, "breaks off"),
        ([_record(1)], {"mapping": ""}, "needs a mapping"),
        ([_record(1, when={"at": "03/04/2026"})], {}, "No time in the column"),
    ],
    ids=["table", "cut", "no mapping", "ambiguous"],
)
def test_what_cannot_be_read_is_refused_in_words_and_stores_nothing(document, options, sentence):
    delivery = _import(document, **options)
    assert delivery.state == "FAILED"
    assert sentence in delivery.error
    assert not Feedback.objects.exists()


def test_members_inside_members_are_named_with_dots():
    assert flat({"a": {"b": [1, {"c": None}]}, "d": True, "e": 1.5, "f": {}}) == {
        "a.b.0": "1", "a.b.1.c": "", "d": "true", "e": "1.5",
    }  # fmt: skip


def test_any_vendors_own_source_is_surer():
    found = recognise(json.dumps([_record(1)]).encode(), "x.json")
    assert found[-1][1].key == "json"
