"""What is assumed of channels over HTTP: read by whoever sees figures, set by those who edit definitions."""

import json

import pytest

from insights.models import Assumption
from tests.insights.api.conftest import Speak

pytestmark = pytest.mark.django_db
LINES = [{"channel": "VOICE", "cost_per_minute": 0.9, "cost_per_contact": 0.5, "answer_within_seconds": 30}]


def test_a_version_is_added_and_those_before_it_stay(speak: Speak) -> None:
    api = speak("metrics:read", "topics:write", role="Analyst")
    first = api.post("/api/v1/assumptions", json.dumps({"channels": LINES, "note": "budget"}), "application/json")
    assert first.status_code == 201, first.content
    second = api.post("/api/v1/assumptions", json.dumps({"channels": []}), "application/json").json()
    told = api.get("/api/v1/assumptions").json()["assumptions"]
    assert [one["version"] for one in told] == [second["version"], first.json()["version"]]
    assert (told[0]["channels"], told[1]["channels"], told[1]["note"]) == ([], LINES, "budget")
    assert Assumption.objects.exclude(made_by=None).count() == 2


def test_what_cannot_be_assumed_is_a_problem_that_names_its_place(speak: Speak) -> None:
    api = speak("metrics:read", "topics:write", role="Analyst")
    body = {"channels": [{"channel": "VOICE", "cost_per_minute": -1}]}
    refused = api.post("/api/v1/assumptions", json.dumps(body), "application/json")
    assert refused.status_code == 400
    assert refused.json()["parameter"] == "channels[0].cost_per_minute"
    assert not Assumption.objects.exists()


def test_whoever_may_not_edit_definitions_may_only_look(speak: Speak) -> None:
    api = speak("metrics:read", role="CX leader")
    assert api.get("/api/v1/assumptions").json() == {"assumptions": []}
    assert api.post("/api/v1/assumptions", json.dumps({"channels": []}), "application/json").status_code == 403
