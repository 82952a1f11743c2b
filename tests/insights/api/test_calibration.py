"""Which media's sentiment may be compared, for programs."""

import json
from itertools import combinations

import pytest
from django.core.management import call_command

from insights.mart.medium import MEDIA

pytestmark = pytest.mark.django_db


def test_without_labels_everything_is_unknown_and_every_medium_alone(speak):
    told = speak("metrics:read").get("/api/v1/calibration").json()
    assert (told["made_at"], told["margin"], told["fewest"]) == (None, 0.15, 100)
    assert [(pair["first"], pair["second"]) for pair in told["pairs"]] == list(combinations(MEDIA, 2))
    assert told["axes"] == [[medium] for medium in MEDIA]


def test_the_command_works_it_out_and_prints_what_the_api_then_says(speak, capsys):
    call_command("calibrate")
    printed = json.loads(capsys.readouterr().out)
    assert printed["made_at"] is not None
    assert speak("metrics:read").get("/api/v1/calibration").json() == printed


def test_it_needs_its_scope(speak):
    assert speak("imports:write").get("/api/v1/calibration").status_code == 403
