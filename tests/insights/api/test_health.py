"""Data health and the rules of linking for programs."""

import json

import pytest
from django.core.management import CommandError, call_command

from insights.models import Feedback, LinkRule

pytestmark = pytest.mark.django_db
RULES = "/api/v1/link-rules"


def put(client, body):
    return client.put(RULES, json.dumps(body), content_type="application/json")


def test_health_tells_each_source_and_what_needs_a_person(company, speak):
    told = speak("metrics:read").get("/api/v1/health").json()
    assert {one["source"] for one in told["sources"]} == {"zendesk", "qualtrics_csv"}
    linkage = next(one["linkage"] for one in told["sources"] if one["source"] == "qualtrics_csv")
    assert (linkage["surveys"], linkage["linked_by_id"]) == (40, 40)
    assert told["needs_a_person"] is bool(told["tasks"])


def test_health_needs_its_scope(speak):
    assert speak("imports:write").get("/api/v1/health").status_code == 403


def test_the_command_prints_the_same_as_the_api(company, speak, capsys):
    call_command("health")
    printed = json.loads(capsys.readouterr().out)
    told = speak("metrics:read").get("/api/v1/health").json()
    assert printed["sources"][0]["linkage"] == told["sources"][0]["linkage"]
    assert printed.keys() == told.keys()


def test_a_rule_is_declared_listed_and_withdrawn(speak, tasks):
    client = speak("imports:write")
    made = put(client, {"source": "csv", "window_hours": 24}).json()
    assert (made["window_hours"], made["is_linking"]) == (24, True)
    assert put(client, {"source": "csv", "window_hours": 48}).json()["id"] == made["id"]
    assert [rule["window_hours"] for rule in client.get(RULES).json()["rules"]] == [48]
    assert client.delete(f"{RULES}/{made['id']}").status_code == 204
    assert client.delete(f"{RULES}/{made['id']}").status_code == 404
    assert tasks == [("insights.tasks.linking.relink_answers", ["csv"])] * 3


@pytest.mark.parametrize(
    "body", [{"source": "csv"}, {"window_hours": 3}, {"source": "csv", "window_hours": "3"}, [], 7]
)
def test_a_rule_that_cannot_hold_is_refused(speak, tasks, body):
    answer = put(speak("imports:write"), body)
    assert answer.status_code == 400
    assert (LinkRule.objects.count(), tasks) == (0, [])


def test_a_record_tells_how_its_contact_was_found(company, speak):
    answer = Feedback.objects.filter(kind="SURVEY").first()
    Feedback.objects.filter(pk=answer.pk).update(about_by="WINDOW")
    told = speak("feedback:read").get(f"/api/v1/feedback/{answer.pk}").json()
    assert told["about"]["found_by"] == "WINDOW"


def test_the_command_line_declares_and_withdraws(db, capsys):
    call_command("link_rule", "declare", "csv", "--window")
    assert json.loads(capsys.readouterr().out)[0]["window_hours"] == 72
    assert LinkRule.objects.get().is_linking is False
    call_command("link_rule", "withdraw", "csv")
    with pytest.raises(CommandError, match="no such rule"):
        call_command("link_rule", "withdraw", "csv")
    with pytest.raises(CommandError, match="from 1 to 744"):
        call_command("link_rule", "declare", "csv", "--window", "9999")
