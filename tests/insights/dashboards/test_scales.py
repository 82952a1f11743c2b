"""Whether sentiment may be compared is shown where it matters: Overview, evidence, definitions, Data health."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from insights.dashboards.boards.scales import scales
from insights.dashboards.words import said
from insights.enrichment import sentiment
from insights.metrics.registry import METRICS
from insights.models import Calibration
from tests.insights.dashboards.answers import a_query, a_row

SignIn = Callable[..., Client]
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
GAPS = [
    {"score": -0.5, "difference": 0.02, "low": -0.05, "high": 0.09},
    {"score": 0.0, "difference": -0.04, "low": -0.1, "high": 0.02},
]


def found(**changes) -> Calibration:
    told = {
        "made_at": NOW,
        "checked_at": NOW,
        "sentiment_version": sentiment.version(),
        "labelled": {"SURVEY": 240, "CHAT": 130, "MAIL": 110, "CALL": 40},
        "pairs": [
            {"first": "SURVEY", "second": "CHAT", "verdict": "SAME", "gaps": GAPS},
            {"first": "SURVEY", "second": "MAIL", "verdict": "DIFFERENT", "gaps": GAPS},
            {"first": "CHAT", "second": "MAIL", "verdict": "UNKNOWN", "gaps": GAPS},
        ],
    }
    return Calibration(**told | changes)


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_matrix_tells_each_two_media_with_their_widest_gap() -> None:
    board = scales(found())
    survey = board.lines[0]
    assert (survey.name, survey.labelled) == ("Survey answers", "240")
    assert [field.told for field in survey.fields] == ["", "same", "different", "not known"]
    assert survey.fields[1].gap == "−0.04 (−0.10 to +0.02) at 0.0"
    assert board.sentence == "Proven to share a scale: survey answers and chats."


def test_it_says_what_to_label_next() -> None:
    assert scales(found()).tasks == (
        "Label 60 more calls of the gold set.",
        "Labels leave open whether chats and mails are alike: label more of both.",
    )


def test_without_labels_it_says_where_the_work_begins() -> None:
    board = scales(None)
    assert board.tasks[0] == "Label 100 survey answers of the gold set."
    assert {field.told for line in board.lines for field in line.fields} == {"", "not known"}
    assert "No two media" in board.sentence


def test_a_number_that_would_mix_scales_says_so() -> None:
    row = a_row(a_query("sentiment"), None, state="NOT_COMPARABLE", media=("SURVEY", "CHAT", "CALL"))
    note = said(row, METRICS["sentiment"]).note
    assert note == "Not one number: survey answers, chats and calls are not shown to share a scale"


@pytest.mark.django_db
def test_data_health_shows_the_matrix(company, sign_in: SignIn) -> None:
    found().save()
    page = words(sign_in().get("/data-health/"))
    assert "Proven to share a scale: survey answers and chats." in page
    assert "Label 60 more calls of the gold set." in page


@pytest.mark.django_db
def test_what_another_version_of_the_reading_found_is_not_shown(company, sign_in: SignIn) -> None:
    found(sentiment_version="older").save()
    assert "No two media are proven" in words(sign_in().get("/data-health/"))


@pytest.mark.django_db
def test_definitions_say_that_an_axis_is_shared_only_where_it_is_proven(sign_in: SignIn) -> None:
    page = words(sign_in().get("/definitions/"))
    assert page.count("Shares an axis") == sum(bool(metric.scale) for metric in METRICS.values()) > 0


@pytest.mark.django_db
def test_the_evidence_of_a_mixed_number_says_why_there_is_none(facts, built, sign_in: SignIn) -> None:
    for _ in range(12):
        facts.survey(text="words", sentiment=0.5, sentiment_label="POSITIVE")
        facts.contact(text="words", sentiment=-0.5, sentiment_label="NEGATIVE", channel="CHAT")
    built()
    client = sign_in()
    page = words(client.get("/evidence/?metric=sentiment&since=2026-03-01&until=2026-04-01"))
    assert "Not one number: survey answers and chats" in page
    assert "0 survey answers and 0 chats were labelled for it, 100 of each are needed" in page
    alone = words(client.get("/evidence/?metric=sentiment&since=2026-03-01&until=2026-04-01&medium=CHAT"))
    assert "−0.50" in alone
    assert "of chats" in alone


@pytest.mark.django_db
def test_the_overview_has_a_tile_for_each_medium_and_says_why(facts, built, sign_in: SignIn) -> None:
    for turn in range(40):
        told = {"text": "words", "sentiment_label": "NEGATIVE" if turn % 2 else "POSITIVE"}
        facts.survey(**told)
        facts.contact(**told, channel="CHAT")
        facts.contact(**told, channel="VOICE")
    built()
    answer = sign_in().get("/?since=2026-03-01&until=2026-04-01")
    tiles = {tile.label: tile.said.value for side in answer.context["board"].sides for tile in side.tiles}
    told = {label: value for label, value in tiles.items() if label.startswith("Negative")}
    assert told == {
        "Negative words in surveys": "50",
        "Negative words in chats": "50",
        "Negative words in calls": "50",
    }
    assert "Negative words stand apart by medium." in words(answer)
