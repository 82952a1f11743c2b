"""Metrics over HTTP say what the engine says."""

import json
from datetime import date

import pytest
from django.utils import timezone

from insights.mart.build import rebuild_all
from insights.metrics.engine import answer
from insights.metrics.query import MetricQuery
from insights.metrics.registry import METRICS
from insights.metrics.viewer import Viewer
from insights.metrics.wire import answer_as_json
from tests.insights.api.conftest import PERIOD

pytestmark = pytest.mark.django_db


def test_the_catalog_lists_every_definition_in_words(speak):
    shown = speak("metrics:read").get("/api/v1/metrics").json()["metrics"]
    assert [one["key"] for one in shown] == list(METRICS)
    assert all(one["meaning"] and one["formula"] and one["interval"] and one["cuts"] for one in shown)


@pytest.mark.parametrize("question", ["", "&by=channel", "&bucket=week", "&by=queue&compare=previous", "&channel=CHAT"])
def test_an_answer_is_the_engines(speak, company, question):
    client = speak("metrics:read", "feedback:read")
    shown = client.get(f"/api/v1/metrics/nps?{PERIOD}{question}").json()
    pairs = [tuple(pair.split("=")) for pair in f"{PERIOD}{question}".split("&")]
    query = MetricQuery.from_pairs("nps", pairs, today=date(2026, 1, 1))
    viewer = Viewer(may_read_rows=True, may_see_agents=True)
    assert shown == json.loads(json.dumps(answer_as_json(answer(query, viewer, now=timezone.now()))))
    assert shown["total"]["n"] is not None


def test_several_questions_are_answered_in_one_round_trip_in_their_order(speak, company):
    client = speak("metrics:read", "feedback:read")
    body = {
        "queries": [
            {"metric": "contacts", "since": "2026-01-01", "until": "2026-02-01", "by": ["channel"]},
            {"metric": "nps", "since": "2026-01-01", "until": "2026-02-01", "filters": {"channel": ["EMAIL"]}},
        ]
    }
    shown = client.post("/api/v1/query", body, content_type="application/json").json()["answers"]
    assert [one["metric"]["key"] for one in shown] == ["contacts", "nps"]
    assert shown[0] == client.get(f"/api/v1/metrics/contacts?{PERIOD}&by=channel").json()
    assert shown[0]["total"]["value"] == 60


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"queries": []}, "queries"),
        ({"queries": [{"metric": "nps"}] * 51}, "queries"),
        ({"queries": [{"metric": "nps"}], "more": 1}, "queries"),
        ([], "queries"),
        ({"queries": ["nps"]}, "queries[0]"),
        ({"queries": [{"metric": "nps"}, {"metric": "nsp"}]}, "queries[1].metric"),
        ({"queries": [{"metric": "nps", "filters": {"chanel": ["CHAT"]}}]}, "queries[0].chanel"),
        ({"queries": [{"metric": "nps", "since": "2026-02-01", "until": "2026-01-01"}]}, "queries[0].since"),
    ],
)
def test_a_wrong_question_among_several_is_named(speak, body, parameter):
    shown = speak("metrics:read").post("/api/v1/query", body, content_type="application/json")
    assert shown.status_code == 400
    assert shown.json()["parameter"] == parameter


@pytest.mark.parametrize(
    ("question", "parameter"),
    [
        ("chanel=CHAT", "chanel"),
        ("channel=FAX", "channel"),
        ("by=chanel", "by"),
        ("bucket=fortnight", "bucket"),
        ("compare=tomorrow", "compare"),
        ("since=2026-02-01&until=2026-01-01", "since"),
        ("since=31/02/2026", "since"),
        ("since=2026-01-01&since=2026-01-02", "since"),
        ("as_of=-1", "as_of"),
        ("queue=%00", "queue"),
    ],
)
def test_a_wrong_parameter_is_named(speak, question, parameter):
    shown = speak("metrics:read").get(f"/api/v1/metrics/nps?{question}")
    assert shown.status_code == 400
    assert shown["Content-Type"] == "application/problem+json"
    assert shown.json()["parameter"] == parameter


def test_an_unknown_metric_is_not_found_and_the_known_are_listed(speak):
    shown = speak("metrics:read").get("/api/v1/metrics/nsp")
    assert shown.status_code == 404
    assert "nps" in shown.json()["detail"]


def test_an_unknown_version_of_the_data_is_not_found(speak, company):
    shown = speak("metrics:read").get(f"/api/v1/metrics/nps?{PERIOD}&as_of=999999")
    assert shown.status_code == 404
    assert shown.json()["parameter"] == "as_of"


def test_agents_are_no_cut_for_whoever_may_not_see_them(speak, company):
    assert speak("metrics:read").get(f"/api/v1/metrics/contacts?{PERIOD}&by=agent").status_code == 200
    shown = speak("metrics:read", role="Analyst").get(f"/api/v1/metrics/contacts?{PERIOD}&by=agent")
    assert shown.status_code == 403


def test_an_answer_that_is_known_already_is_304(speak, company):
    client = speak("metrics:read")
    address = f"/api/v1/metrics/nps?{PERIOD}&by=channel"
    tag = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    zipped = client.get(address, headers={"If-None-Match": f"W/{tag}"})  # what gzip made of it
    assert zipped.status_code == 304


def test_another_question_viewer_or_version_has_another_tag(speak, company):
    address = f"/api/v1/metrics/nps?{PERIOD}"
    reader, counter = speak("metrics:read", "feedback:read"), speak("metrics:read")
    tags = {reader.get(address)["ETag"], counter.get(address)["ETag"], reader.get(f"{address}&by=channel")["ETag"]}
    rebuild_all(timezone.now())
    tags.add(reader.get(address)["ETag"])
    assert len(tags) == 4


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip", "gzip"), ("gzip, br", "br"), ("gzip, deflate, br, zstd", "zstd"), ("gzip;q=0, br", "br")],
)
def test_a_long_answer_is_compressed_as_the_asker_takes_it(speak, company, accepted, encoding):
    client = speak("metrics:read")
    shown = client.get(f"/api/v1/metrics/nps?{PERIOD}&bucket=day", headers={"Accept-Encoding": accepted})
    assert shown["Content-Encoding"] == encoding


def test_the_links_to_records_lead_to_as_many_records_as_the_row_says(speak, company):
    client = speak("metrics:read", "feedback:read")
    rows = client.get(f"/api/v1/metrics/contacts?{PERIOD}&by=channel,queue").json()["rows"]
    assert rows
    for row in rows:
        assert client.get(row["records"]).json()["count"] == row["n"]


def test_an_answer_takes_few_queries_of_the_database(speak, company, django_assert_max_num_queries):
    client = speak("metrics:read")
    client.get("/api/v1/metrics/nps")
    with django_assert_max_num_queries(8):
        client.get(f"/api/v1/metrics/nps?{PERIOD}&by=channel&bucket=week")
