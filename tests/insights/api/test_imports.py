"""Imports over HTTP: a file goes in, its counts come out, and what could not be read can be mended."""

import csv
import io
import json
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from kombu.exceptions import OperationalError

from insights.intake.delivery import read
from insights.mart.build import rebuild_all
from insights.models import ColumnMapping, Delivery, Feedback
from tests.factories.workbooks import made

pytestmark = pytest.mark.django_db

MAPPING = {
    "kind": "CONTACT",
    "columns": {"id": "source_id", "when": "occurred_at", "words": "text", "way": "channel"},
    "time_zone": "Europe/Berlin",
}
TABLE = (
    "id,when,way,words\n"
    "1,2026-01-05T10:00:00,CHAT,=cmd my invoice is wrong\n"
    "2,no time at all,CHAT,call me at +49 30 901820 now\n"
    "3,2026-01-06T10:00:00,EMAIL,all fine\n"
)


def upload(client, content=TABLE, **fields):
    form = {
        "file": SimpleUploadedFile("contacts.csv", content.encode()),
        "source": "csv",
        "options": json.dumps({"mapping": MAPPING}),
    }
    return client.post("/api/v1/imports", {**form, **fields})


@pytest.fixture
def imported(speak, tasks):
    """Return a client and the address of an import that was read: two records accepted, one set aside."""
    client = speak()
    started = upload(client).json()
    assert read(UUID(started["id"]))
    return client, started["url"]


def test_an_upload_is_kept_and_handed_to_the_workers(speak, tasks):
    shown = upload(speak())
    assert shown.status_code == 202, shown.content
    started = shown.json()
    assert shown["Location"] == started["url"] == f"/api/v1/imports/{started['id']}"
    assert tasks == [("insights.tasks.intake.read_delivery", (started["id"],))]
    assert Delivery.objects.get().state == "RECEIVED"


def test_an_import_tells_what_became_of_each_record(imported):
    client, url = imported
    told = client.get(url).json()
    counts = [told[name] for name in ("read", "accepted", "updated", "unchanged", "set_aside", "excluded")]
    assert (told["state"], counts) == ("DONE", [3, 2, 0, 0, 1, 0])
    assert told["errors"][0]["record"] == 2
    assert told["errors"][0]["reason"]


def test_what_was_imported_is_counted_by_the_metrics(imported):
    client, _ = imported
    rebuild_all(timezone.now())
    shown = client.get("/api/v1/metrics/contacts?since=2026-01-01&until=2026-02-01").json()
    assert shown["total"]["value"] == 2


def test_a_workbook_is_imported_with_the_mapping_of_a_csv_and_one_sheet_can_be_named(speak, tasks):
    table = [line.split(",") for line in TABLE.splitlines()]
    book = made(("Cover", [["Contacts", "of January"], ["made by", "us"]]), ("Contacts", table))
    client, options = speak(), json.dumps({"mapping": {**MAPPING, "sheet": "contacts"}})
    started = upload(client, file=SimpleUploadedFile("contacts.xlsx", book), options=options).json()
    assert read(UUID(started["id"]))
    told = client.get(started["url"]).json()
    assert (told["state"], told["read"], told["accepted"], told["set_aside"]) == ("DONE", 3, 2, 1)
    assert told["errors"][0]["line"] == 3


def test_the_same_file_again_adds_nothing(imported):
    client, _ = imported
    again = upload(client).json()
    assert read(UUID(again["id"]))
    assert client.get(again["url"]).json()["unchanged"] == 2
    assert Feedback.objects.count() == 2


def test_records_set_aside_are_shown_redacted_with_their_reason(imported):
    client, url = imported
    shown = client.get(f"{url}/set-aside").json()
    (row,) = shown["results"]
    assert (row["record"], shown["next"]) == (2, None)
    assert row["payload"]["when"] == "no time at all"
    assert "901820" not in json.dumps(shown)


def test_records_set_aside_can_be_downloaded(imported):
    client, url = imported
    content = b"".join(client.get(f"{url}/set-aside?format=csv").streaming_content)
    (row,) = csv.DictReader(io.StringIO(content.decode(), newline=""))
    assert row["record"] == "2"
    assert b"901820" not in content


def test_a_mended_record_is_read_once_more_and_the_rest_of_it_stays(imported):
    client, url = imported
    (row,) = client.get(f"{url}/set-aside").json()["results"]
    body = {"records": [{"record": 2, "payload": {**row["payload"], "when": "2026-01-07T10:00:00"}}]}
    shown = client.post(f"{url}/replay", body, content_type="application/json").json()
    assert shown["results"] == [{"record": 2, "outcome": "accepted", "reason": None}]
    told = client.get(url).json()
    assert (told["accepted"], told["set_aside"], told["errors"]) == (3, 0, [])
    again = client.post(f"{url}/replay", body, content_type="application/json")
    assert (again.status_code, again.json()["parameter"]) == (400, "records")


def test_a_record_mended_wrongly_stays_set_aside_with_its_new_reason(imported):
    client, url = imported
    body = {"records": [{"record": 2, "payload": {"when": "31/02/2026"}}]}
    (outcome,) = client.post(f"{url}/replay", body, content_type="application/json").json()["results"]
    assert outcome["outcome"] == "set_aside"
    assert outcome["reason"]
    assert client.get(url).json()["set_aside"] == 1


@pytest.mark.parametrize(
    "body", [{}, [], {"records": []}, {"records": [{"record": "2"}]}, {"records": [{"record": 2}, {"record": 2}]}]
)
def test_a_replay_of_another_shape_is_refused(imported, body):
    client, url = imported
    assert client.post(f"{url}/replay", body, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"source": "fax"}, "source"),
        ({"source": ""}, "source"),
        ({"options": "no json"}, "options"),
        ({"options": "[]"}, "options"),
        ({"options": '{"colour": "red"}'}, "options"),
        ({"surprise": "1"}, "surprise"),
        ({"file": ""}, "file"),
        ({"account": "x" * 121}, "account"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(speak, tasks, fields, parameter):
    shown = upload(speak(), **fields)
    assert shown.status_code == 400, shown.content
    assert shown.json()["parameter"] == parameter
    assert not Delivery.objects.exists()
    assert not tasks


def test_a_file_too_large_is_refused(speak, tasks, settings):
    settings.MAX_IMPORT_BYTES = 10
    assert upload(speak()).status_code == 413


def test_a_file_that_cannot_be_read_says_why(speak, tasks):
    client = speak()
    started = upload(client, content="").json()
    read(UUID(started["id"]))
    told = client.get(started["url"]).json()
    assert told["state"] == "FAILED"
    assert told["error"]


def test_an_import_can_be_stopped_once(speak, tasks):
    client = speak()
    url = upload(client).json()["url"]
    assert client.post(f"{url}/cancel").json()["state"] == "CANCELLED"
    assert client.post(f"{url}/cancel").status_code == 409


def test_imports_are_listed_newest_first_in_pages(speak, tasks, django_assert_max_num_queries):
    client = speak()
    ids = [upload(client).json()["id"] for _ in range(5)]
    with django_assert_max_num_queries(8):
        first = client.get("/api/v1/imports?limit=3").json()
    rest = client.get(first["next"]).json()
    assert [one["id"] for one in [*first["results"], *rest["results"]]] == ids[::-1]
    assert rest["next"] is None


def test_an_upload_waits_for_the_clock_while_the_broker_is_away(speak, monkeypatch):
    def away(*_, **__):
        raise OperationalError("no broker")

    monkeypatch.setattr("celery.app.base.Celery.send_task", away)
    assert upload(speak()).status_code == 202
    assert Delivery.objects.get().state == "RECEIVED"


def test_sources_say_what_they_read_and_ask(speak):
    sources = {one["key"]: one for one in speak().get("/api/v1/sources").json()["sources"]}
    assert {"csv", "push", "zendesk", "qualtrics_csv"} <= set(sources)
    assert sources["csv"]["options"]


def test_a_mapping_is_saved_by_name_and_used_again(speak, tasks):
    client = speak()
    address = "/api/v1/mappings/our%20contacts"
    assert client.get(address).status_code == 404
    assert client.put(address, MAPPING, content_type="application/json").status_code == 201
    assert client.put(address, MAPPING, content_type="application/json").status_code == 200
    assert client.get(address).json()["declaration"] == MAPPING
    assert ColumnMapping.objects.count() == 1
    started = upload(client, options=json.dumps({"mapping_name": "our contacts"})).json()
    read(UUID(started["id"]))
    assert client.get(started["url"]).json()["accepted"] == 2


@pytest.mark.parametrize("body", [[], {}, {"kind": "FAX"}, {"kind": "CONTACT", "columns": {"a": "no_such_field"}}])
def test_a_mapping_that_cannot_work_is_refused(speak, body):
    shown = speak().put("/api/v1/mappings/x", body, content_type="application/json")
    assert (shown.status_code, shown.json()["parameter"]) == (400, "body")


def test_a_mapping_with_too_long_a_name_is_refused(speak):
    shown = speak().put(f"/api/v1/mappings/{'x' * 121}", MAPPING, content_type="application/json")
    assert shown.status_code == 400


RECORD = {
    "kind": "SURVEY",
    "source_id": "a1",
    "occurred_at": "2026-01-05T10:00:00Z",
    "channel": "WEB",
    "text": "Quick",
    "scores": [{"measure": "NPS", "question": "q", "value": 9, "scale_minimum": 0, "scale_maximum": 10}],
}


def push(client, *records, **more):
    return client.post("/api/v1/feedback/batch", {"records": records, **more}, content_type="application/json")


def test_pushed_records_are_stored_once(speak, tasks):
    client = speak()
    first = push(client, RECORD, {**RECORD, "source_id": "a2"})
    assert first.status_code == 200, first.content
    assert (first.json()["accepted"], first.json()["state"]) == (2, "DONE")
    again = push(client, RECORD).json()
    assert (again["accepted"], again["unchanged"]) == (0, 1)
    assert Feedback.objects.count() == 2


def test_a_pushed_record_that_cannot_be_read_is_set_aside_and_the_others_are_stored(speak, tasks):
    bad = {**RECORD, "source_id": "a2", "scores": [{**RECORD["scores"][0], "value": 11}]}
    told = push(speak(), RECORD, bad, {**RECORD, "source_id": "a3", "text": "half \u0000 a word"}).json()
    assert told["read"] == 3
    assert told["accepted"] >= 1
    assert told["errors"][0]["record"] == 2


def test_a_long_batch_is_left_to_the_workers(speak, tasks):
    records = [{**RECORD, "source_id": f"a{n}"} for n in range(501)]
    shown = push(speak(), *records)
    assert shown.status_code == 202
    assert tasks == [("insights.tasks.intake.read_delivery", (shown.json()["id"],))]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"records": []},
        {"records": [RECORD] * 5001},
        {"records": ["text"]},
        {"records": [RECORD], "surprise": 1},
        {"records": [RECORD], "source": ""},
        {"records": [RECORD], "account": 7},
    ],
)
def test_a_batch_of_another_shape_is_refused(speak, tasks, body):
    shown = speak().post("/api/v1/feedback/batch", body, content_type="application/json")
    assert shown.status_code == 400
    assert shown.json()["parameter"]
