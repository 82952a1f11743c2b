"""The records behind a number: as many as it says, each once, in a stable order, and only what the viewer may see."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from insights.mart.build import rebuild_all
from insights.models import Feedback, ViewingLimit
from tests.insights.api.conftest import PERIOD, contact

pytestmark = pytest.mark.django_db


def pages(client, address):
    while address:
        page = client.get(address).json()
        yield page
        address = page["next"]


@pytest.mark.parametrize("question", ["metric=contacts", "metric=nps", "metric=contacts&channel=CHAT&queue=Billing"])
def test_count_is_the_metrics_n_and_the_pages_hold_each_record_once(speak, company, question):
    client = speak("metrics:read", "feedback:read")
    listed = pages(client, f"/api/v1/feedback?{question}&{PERIOD}&limit=7")
    found = [row["id"] for page in listed for row in page["results"]]
    metric, _, filters = question.removeprefix("metric=").partition("&")
    n = client.get(f"/api/v1/metrics/{metric}?{PERIOD}&{filters}").json()["total"]["n"]
    assert len(found) == len(set(found)) == n > 0
    assert client.get(f"/api/v1/feedback?{question}&{PERIOD}").json()["count"] == n


def test_pages_fit_together_while_new_data_arrives(speak, company):
    client = speak("feedback:read")
    first = client.get(f"/api/v1/feedback?metric=contacts&{PERIOD}&limit=20").json()
    newer = contact(999, company["contacts"][0].customer, occurred_at=datetime(2026, 1, 31, tzinfo=UTC))
    newer.save()
    rebuild_all(timezone.now())
    rest = list(pages(client, first["next"]))
    assert all(page["count"] == first["count"] for page in rest)
    assert len(first["results"]) + sum(len(page["results"]) for page in rest) == first["count"]
    assert client.get(f"/api/v1/feedback?metric=contacts&{PERIOD}").json()["count"] == first["count"] + 1


def test_a_record_tells_its_words_scores_facts_mentions_and_readings(speak, company):
    client = speak("feedback:read")
    one = client.get(f"/api/v1/feedback/{company['contacts'][1].pk}").json()
    assert one["text"] == "My invoice 1 is wrong"
    assert [turn["speaker"] for turn in one["turns"]] == ["CUSTOMER", "AGENT"]
    assert one["contact"]["talk_seconds"] == 101.0
    assert one["contact"]["wait_seconds"] is None
    assert (one["mentions"][0]["topic"], one["mentions"][0]["start"]) == ("invoice", 3)
    assert one["reading"]["versions"] == {"names": "1", "sentiment": "1"}
    survey = client.get(f"/api/v1/feedback/{company['surveys'][3].pk}").json()
    assert survey["about"]["id"] == str(company["contacts"][3].pk)
    assert survey["scores"][0]["value"] == 3
    assert survey["contact"] is None
    assert client.get(survey["about"]["url"]).json()["kind"] == "CONTACT"


def test_a_list_shows_what_the_record_shows(speak, company):
    client = speak("feedback:read")
    listed = client.get(f"/api/v1/feedback?metric=contacts&{PERIOD}&limit=1").json()["results"][0]
    assert listed == client.get(listed["url"]).json()


def test_agents_are_named_to_those_who_may_see_them(speak, company):
    address = f"/api/v1/feedback/{company['contacts'][1].pk}"
    assert speak("feedback:read").get(address).json()["agent"] == "Agent 1"
    assert speak("feedback:read", role="Analyst").get(address).json()["agent"] is None


def test_a_viewers_limits_hold_for_lists_and_for_single_records(speak, company):
    client = speak("metrics:read", "feedback:read", role="CX leader")
    ViewingLimit.objects.create(user=User.objects.get(groups__name="CX leader"), dimension="queue", values=["Billing"])
    page = client.get(f"/api/v1/feedback?metric=contacts&{PERIOD}&limit=500").json()
    assert {row["queue"] for row in page["results"]} == {"Billing"}
    assert page["count"] == client.get(f"/api/v1/metrics/contacts?{PERIOD}").json()["total"]["n"] == 30
    billing, technical = company["contacts"][0], company["contacts"][1]
    assert client.get(f"/api/v1/feedback/{billing.pk}").status_code == 200
    assert client.get(f"/api/v1/feedback/{technical.pk}").status_code == 404


@pytest.mark.parametrize(
    ("question", "parameter"),
    [
        ("", "metric"),
        ("metric=nsp", "metric"),
        ("metric=nps&metric=csat", "metric"),
        ("metric=nps&by=channel", "by"),
        ("metric=nps&bucket=day", "bucket"),
        ("metric=nps&limit=0", "limit"),
        ("metric=nps&limit=501", "limit"),
        ("metric=nps&limit=many", "limit"),
        ("metric=nps&cursor=x", "cursor"),
        ("metric=nps&cursor=WyJ4IiwgMV0", "cursor"),
        ("metric=nps&cursor=bnVsbA", "cursor"),
        ("metric=nps&cursor=%C3%A4", "cursor"),
        ("metric=nps&colour=red", "colour"),
    ],
)
def test_a_wrong_parameter_is_named(speak, company, question, parameter):
    shown = speak("feedback:read").get(f"/api/v1/feedback?{question}")
    assert shown.status_code == 400, shown.content
    assert shown.json()["parameter"] == parameter


def test_a_record_erased_since_the_mart_was_built_is_left_out(speak, company):
    Feedback.objects.filter(pk=company["contacts"][59].pk).delete()
    page = speak("feedback:read").get(f"/api/v1/feedback?metric=contacts&{PERIOD}&limit=500").json()
    assert page["count"] == 60
    assert len(page["results"]) == 59


def test_an_empty_house_has_no_records(speak):
    page = speak("feedback:read").get("/api/v1/feedback?metric=contacts").json()
    assert page == {"count": 0, "next": None, "results": []}


def test_a_long_page_takes_as_few_queries_as_a_short_one(speak, company, django_assert_max_num_queries):
    client = speak("feedback:read")
    client.get("/api/v1/feedback?metric=contacts")
    with django_assert_max_num_queries(12):
        client.get(f"/api/v1/feedback?metric=contacts&{PERIOD}&limit=500")


def test_an_unknown_key_is_404(speak):
    assert speak("feedback:read").get(f"/api/v1/feedback/{uuid4()}").status_code == 404
