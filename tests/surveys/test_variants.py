"""Forms in which survey vendors hand out the same things: each was retyped from how the vendor's own export looks."""

import csv
import io
import json

import pytest

from insights.intake.source import recognise
from tests.factories.workbooks import made

NAMES = ["StartDate", "EndDate", "Status", "Finished", "RecordedDate", "ResponseId", "Q1", "Q1_NPS_GROUP", "Q2", "Q3"]
WORDINGS = ["Start Date", "End Date", "Response Type", "Finished", "Recorded Date", "Response ID",
            "How likely are you\nto recommend us?", "Group", "How satisfied were you?", "Why?"]  # fmt: skip
IDS = [f'{{"ImportId":"{name}","timeZone":"Europe/Berlin"}}' for name in (
    "startDate", "endDate", "status", "finished", "recordedDate", "_recordId", "QID1", "QID1_NPS_GROUP", "QID2",
    "QID3_TEXT")]  # fmt: skip
LABELS = ["2026-03-01 10:00:00", "2026-03-01 10:05:00", "IP Address", "True", "2026-03-01 10:05:03",
          "R_2abcDEFghiJKLmn", "9", "Promoter", "Sehr zufrieden", "Weil es schnell war"]  # fmt: skip
CODES = [*LABELS[:2], "0", "1", *LABELS[4:7], "3", "5", LABELS[9]]


def table(rows, delimiter=","):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("form", ["utf-16 tabs", "codes", "workbook"])
def test_qualtrics_in_tabs_in_codes_and_as_a_workbook(read, form):
    rows = [NAMES, WORDINGS, IDS, CODES if form == "codes" else LABELS]
    told = {"score.Q2": "CSAT:1:5"} if form == "codes" else {}
    content = table(rows).encode()
    if form == "utf-16 tabs":
        content = table(rows, "\t").encode("utf-16")
    if form == "workbook":
        content = made(("Sheet0", rows))
    (answer,) = read("qualtrics_csv", content, **told).accepted
    assert {(score.measure, score.value) for score in answer.scores} == {("NPS", 9), ("CSAT", 5)}
    assert (answer.occurred_at.isoformat(), answer.text) == ("2026-03-01T09:05:00+00:00", "Weil es schnell war")


HEAD = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address"]


def test_surveymonkey_condensed_and_expanded(read):
    times = ["11", "44", "03/25/2026 01:02:03 PM", "03/25/2026 01:05:00 PM", "192.0.2.1"]
    condensed = [[*HEAD, "How satisfied are you?", "", "Why?"],
                 ["", "", "", "", "", "Response", "Other (please specify)", "Open-Ended Response"],
                 [*times, "Very satisfied", "", "It was good to talk"]]  # fmt: skip
    expanded = [[*HEAD, "How satisfied are you?", "", "", "", "", "Why?"],
                ["", "", "", "", "", "Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied",
                 "Open-Ended Response"],
                [*times, "", "", "", "", "Very satisfied", "It was good to talk"]]  # fmt: skip
    for rows in (condensed, expanded):
        (answer,) = read("surveymonkey_csv", table(rows).encode(), time_zone="UTC").accepted
        assert [(score.measure, score.value) for score in answer.scores] == [("CSAT", 5)]
        assert answer.text == "It was good to talk"
        assert answer.occurred_at.isoformat() == "2026-03-25T13:05:00+00:00"


RESPONSE = {
    "landing_id": "l", "token": "tok1", "response_id": "tok1", "response_type": "completed",
    "landed_at": "2026-03-01T10:00:00Z", "submitted_at": "2026-03-01T10:02:00Z", "thankyou_screen_ref": "e1",
    "hidden": {"ticket_id": "T-5", "email": "ann@example.org", "name": "Ann"}, "calculated": {"score": 3},
    "variables": [{"key": "score", "type": "number", "number": 3}],
    "answers": [{"field": {"id": "f1", "type": "nps", "ref": "nps"}, "type": "number", "number": 9},
                {"field": {"id": "f2", "type": "multi_format", "ref": "v"}, "type": "multi_format", "text": "x"}],
}  # fmt: skip


def test_hidden_fields_of_typeform_tell_the_contact_and_the_customer(read):
    (answer,) = read("typeform_api", json.dumps({"items": [RESPONSE]}).encode()).accepted
    assert (answer.about.source_id, answer.customer.email, answer.customer.names) == (
        "T-5", "ann@example.org", ("Ann",),
    )  # fmt: skip
    assert not {"email", "name"} & set(answer.attributes)


def test_answers_of_typeform_that_were_never_sent_count_from_when_they_were_begun(read):
    begun = {**RESPONSE, "response_type": "partial", "submitted_at": "0001-01-01T00:00:00Z"}
    told = read("typeform_api", json.dumps({"items": [begun, {**begun, "token": "2", "answers": None}]}).encode())
    (answer,) = told.accepted
    assert (answer.occurred_at.isoformat(), answer.attributes["finished"]) == ("2026-03-01T10:00:00+00:00", False)
    assert told.excluded == ["Opened, not answered"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("heads", [
    ["id", "submitdate", "lastpage", "startlanguage", "seed", "G1Q1", "G1Q3[SQ001]", "G1Q3[SQ002]"],
    ["Response ID", "Date submitted", "Last page", "Start language", "Seed", "Satisfied?", "By? [Phone]", "By? [Mail]"],
    ["id. Response ID", "submitdate. Date submitted", "lastpage. Last page", "startlanguage. Start language",
     "seed. Seed", "G1Q1. Satisfied?", "G1Q3[SQ001]. By? [Phone]", "G1Q3[SQ002]. By? [Mail]"],
], ids=["codes", "texts", "both"])  # fmt: skip
def test_limesurvey_by_codes_texts_or_both_between_any_signs(read, heads, delimiter):
    rows = [heads, ["1", "2026-03-01 10:00:00", "3", "en", "1", "Very satisfied", "Y", "N"],
            ["2", "2026-03-01 11:00:00", "3", "en", "1", "Satisfied", "N", "Y"]]  # fmt: skip
    content = ("\ufeff" + table(rows, delimiter)).encode()
    assert recognise(content, "results.csv")[0][1].key == "limesurvey"
    told = read("limesurvey", content, time_zone="UTC")
    assert [answer.scores[0].value for answer in told.accepted] == [5, 4]


@pytest.mark.parametrize("heads", ["Datum;Bewertung;Kommentar", "Fecha;Puntuación;Comentario", "Data;Voto;Commenti"])
def test_a_plain_table_of_scores_in_other_languages(read, heads):
    content = f"{heads}\n31.03.2026 10:00;4;Alles gut\n".encode()
    assert recognise(content, "scores.csv")[0][1].key == "nps_csat_ces_csv"
    (answer,) = read("nps_csat_ces_csv", content, time_zone="Europe/Berlin", measure="CSAT:1:5").accepted
    assert (answer.scores[0].value, answer.text) == (4, "Alles gut")
