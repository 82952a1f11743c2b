"""Exports whose vendor speaks another language than English, or writes the same answers in another form."""

import json

import pytest

from insights.intake.source import recognise

GOOGLE = {
    "horodateur": ("Horodateur", "2026/07/29 9:00:00 AM UTC+3", "2026-07-29T06:00:00+00:00"),
    "marca": ("Marca temporal", "2026/02/13 10:26:52 p. m. GMT-3", "2026-02-14T01:26:52+00:00"),
    "carimbo": ("Carimbo de data/hora", "2026/02/13 10:26:52 AM BRT", "2026-02-13T13:26:52+00:00"),
    "japan": ("タイムスタンプ", "2026/02/13 10:26:52 AM JST", "2026-02-13T01:26:52+00:00"),
    "india": ("Timestamp", "2026/02/13 10:26:52 AM GMT+5:30", "2026-02-13T04:56:52+00:00"),
}


@pytest.mark.parametrize("case", GOOGLE)
def test_a_google_form_is_known_by_its_first_column_in_any_language(read, case):
    first, written, meant = GOOGLE[case]
    done = read("google_forms_csv", f'"{first}","Que pensez-vous ?"\n"{written}","Bien"\n'.encode())
    assert [one.occurred_at.isoformat() for one in done.accepted] == [meant]


def test_the_time_of_several_places_is_the_one_that_was_told(read):
    content = b'"Timestamp","How was it?"\n"2026/01/16 9:00:00 AM CST","Good"\n'
    done = read("google_forms_csv", content, time_zone="America/Chicago")
    assert done.accepted[0].occurred_at.isoformat() == "2026-01-16T15:00:00+00:00"


MICROSOFT = {
    "en": ("Id,Start time,Completion time,Email,Name", "7/2/26 11:00:22,7/22/26 11:01:24"),
    "de": ("Id;Startzeit;Fertigstellungszeit;E-Mail;Name", "02.07.26 11:00:22;22.07.26 11:01:24"),
    "fr": ("ID;Heure de début;Heure de fin;Adresse de messagerie;Nom", "02/07/2026 11:00;22/07/2026 11:01:24"),
    "es": ("Id,Hora de inicio,Hora de finalización,Correo electrónico,Nombre", "2026-07-02,2026-07-22 11:01:24"),
}


@pytest.mark.parametrize("language", MICROSOFT)
def test_microsoft_forms_is_read_in_the_language_of_its_account(read, language):
    head, times = MICROSOFT[language]
    mark = head[2]
    row = mark.join(("1", *times.split(mark), "anonymous", "Kim Lee", '"A;B"', "Please hurry"))
    content = f"\ufeff{head}{mark}Which?{mark}Why is that?\r\n{row}\r\n"
    done = read("microsoft_forms_csv", content.encode(), time_zone="UTC", filename=f"Pulse {language}(1-25).csv")
    (answer,) = done.accepted
    assert answer.source_id == f"Pulse {language}:1"
    assert answer.occurred_at.isoformat() == "2026-07-22T11:01:24+00:00"
    assert answer.text == "Please hurry"
    assert answer.customer is None or "Kim Lee" in answer.customer.names


def test_points_and_feedback_of_a_quiz_are_no_answers(read):
    head = "Id,Start time,Completion time,Email,Name,Total points,Where?,Points - Where?,Feedback - Where?"
    done = read("microsoft_forms_csv", f"{head}\n1,7/2/26 9:00,7/22/26 9:01,,,4,Here,2,ok\n".encode(), time_zone="UTC")
    assert done.accepted[0].attributes == {"Where?": "Here"}


@pytest.mark.parametrize("name", ["Pulse.csv", "Pulse (1).csv", "Pulse(1-312).csv", "Pulse.csv.gz"])
def test_a_later_download_of_a_survey_is_the_same_survey(read, name):
    content = b"Id,Start time,Completion time,Email,Name,Which?\n7,7/2/26 9:00,7/22/26 9:01,,,A\n"
    done = read("microsoft_forms_csv", content, time_zone="UTC", filename=name)
    assert done.accepted[0].source_id == "Pulse:7"


LIMESURVEY = {
    "fr": "ID de la réponse,Date de soumission,Dernière page,Langue de départ",
    "es": "ID de respuesta,Fecha de envío,Última página,Idioma inicial",
    "it": "ID risposta,Data di invio,Ultima pagina,Lingua iniziale",
    "pl": "ID odpowiedzi,Data wysłania,Ostatnia strona,Język początkowy",
}


@pytest.mark.parametrize("language", LIMESURVEY)
def test_limesurveys_own_columns_are_known_in_other_languages(read, language):
    content = f'{LIMESURVEY[language]},Q1\n"4","2026-05-09 12:33:21","2","{language}","5"\n'
    (answer,) = read("limesurvey", content.encode(), time_zone="UTC", filename="s.csv").accepted
    assert (answer.source_id, answer.language, answer.attributes) == ("s:4", language, {"Q1": "5"})


@pytest.mark.parametrize("wrapped", [True, False])
def test_limesurveys_json_is_the_table_that_its_csv_is(read, wrapped):
    one = {"id": "4", "submitdate": "2026-05-09 12:33:21", "startlanguage": "en", "lastpage": "2", "Q1[a]": "Y"}
    other = {"id": "5", "submitdate": None, "startdate": "2026-05-09 11:00:00", "startlanguage": "en", "Q2": "x"}
    rows = [{"4": one}, {"5": other}] if wrapped else [one, other]
    done = read("limesurvey", json.dumps({"responses": rows}).encode(), time_zone="UTC", filename="s.json")
    assert [answer.source_id for answer in done.accepted] == ["s:4", "s:5"]
    assert done.accepted[1].attributes["finished"] is False


RESPONSE = {
    "responseId": "R_1k5AbCdEfGhIjKl",
    "values": {
        "startDate": "2026-08-10T20:31:00Z", "endDate": "2026-08-10T20:33:00Z", "status": 0, "finished": 1,
        "recordedDate": "2026-08-10T20:33:05.123Z", "_recordId": "R_1k5AbCdEfGhIjKl", "QID1": 9, "QID1_NPS_GROUP": 3,
        "QID2_TEXT": "Friendly", "QID3": 4, "QID4": ["1", "3"], "ticket_id": "991", "ipAddress": "203.0.113.7",
    },
    "labels": {"status": "IP Address", "finished": "True", "QID3": "Somewhat satisfied", "QID4": ["Blue", "Green"]},
    "displayedFields": ["QID1"],
    "displayedValues": {"QID1": [0, 1]},
}  # fmt: skip


def test_the_json_of_qualtrics_says_what_its_csv_says(read):
    preview = {**RESPONSE, "values": {**RESPONSE["values"], "_recordId": "R_2k5AbCdEfGhIjKl", "status": 1}}
    done = read("qualtrics_csv", json.dumps({"responses": [RESPONSE, preview]}).encode(), link_source="zendesk")
    (answer,) = done.accepted
    assert (answer.source_id, answer.text, answer.about.source_id) == ("R_1k5AbCdEfGhIjKl", "Friendly", "991")
    assert answer.occurred_at.isoformat() == "2026-08-10T20:33:00+00:00"
    assert {(one.measure, one.value, one.scale_maximum) for one in answer.scores} == {("NPS", 9, 10), ("CSAT", 4, 5)}
    assert answer.attributes["QID4"] == "Blue,Green"
    assert "203.0.113.7" not in str(answer)
    assert done.excluded == ["Survey preview"]


def test_a_broken_line_of_qualtrics_is_set_aside_and_the_rest_is_read(read):
    line = json.dumps(RESPONSE)
    done = read("qualtrics_csv", f'{line}\n{{"responseId": "R_9", "values": \n{line}\n'.encode())
    assert len(done.accepted) == 2
    assert len(done.bad) == 1
    assert "JSON" in done.bad[0]


DELIGHTED = (
    "Response ID,Score,Comment,Email,Name,Created At,Updated At,Permalink,Tags,Ticket ID\n"
    "123,10,Great,jo@example.com,Jo,2026-05-09 12:33:21 -0700,2026-05-10 12:33:21 -0700,https://delighted.com/r/a,,991\n"
)


def test_delighteds_csv_is_the_same_source_as_its_api(read):
    (answer,) = read("delighted", DELIGHTED.encode(), measure="NPS").accepted
    assert (answer.source_id, answer.text, answer.about.source_id) == ("123", "Great", "991")
    assert (answer.scores[0].measure, answer.scores[0].value) == ("NPS", 10)
    assert answer.occurred_at.isoformat() == "2026-05-09T19:33:21+00:00"
    assert answer.customer.email == "jo@example.com"
    assert "Permalink" not in answer.attributes


def test_delighteds_csv_asks_what_its_score_measures(read):
    with pytest.raises(Exception, match="option measure"):
        read("delighted", DELIGHTED.encode())


def test_a_column_called_note_that_holds_numbers_is_no_text(read):
    rows = "".join(f'"2026/07/29 9:0{place}:00 AM UTC","{place}","Bien fait {place}"\n' for place in range(1, 5))
    done = read("google_forms_csv", ('"Horodateur","Note","Pourquoi ?"\n' + rows).encode())
    assert [one.text for one in done.accepted] == [f"Bien fait {place}" for place in range(1, 5)]
    assert done.accepted[0].attributes["Note"] == "1"


def test_choices_that_come_back_are_no_text_however_openly_was_asked(read):
    rows = "".join(f'"2026/07/29 9:0{place}:00 AM UTC","Price"\n' for place in range(8))
    done = read("google_forms_csv", ('"Timestamp","What can we improve?"\n' + rows).encode())
    assert {one.text for one in done.accepted} == {""}


def test_a_surveymonkey_of_europe_proves_its_own_order_of_day_and_month(read):
    content = (
        "RespondentID,CollectorID,StartDate,EndDate,IP Address,Which?\n,,,,,Response\n"
        "11,1,27/11/2026 15:34:01,27/11/2026 15:40:01,203.0.113.7,A\n"
    )
    (answer,) = read("surveymonkey_csv", content.encode(), time_zone="UTC").accepted
    assert answer.occurred_at.isoformat() == "2026-11-27T15:40:01+00:00"


REVIEWS = {
    "play": {"id": "gp:1", "userName": "A", "date": "2026-03-05T08:15:22.000Z", "score": 2, "text": "Slow",
             "thumbsUp": 3, "version": "1", "replyText": "Sorry", "replyDate": "2026-03-06T08:15:22.000Z"},
    "store": {"id": "77", "userName": "A", "score": 2, "title": "", "text": "Slow", "version": "1",
              "updated": "2026-03-05T01:15:22-07:00"},
    "nameless": {"userName": "A", "date": "2026-03-05 08:15:22", "rating": 2, "title": "", "review": "Slow",
                 "isEdited": False,
                 "developerResponse": {"id": 1, "body": "Sorry", "modified": "2026-03-06T08:00:00Z"}},
}  # fmt: skip


@pytest.mark.parametrize("scraper", REVIEWS)
def test_reviews_are_read_as_each_scraper_names_their_members(read, scraper):
    content = json.dumps({"data": [REVIEWS[scraper]]} if scraper == "play" else [REVIEWS[scraper]]).encode()
    (review,) = read("app_reviews", content, time_zone="UTC").accepted
    assert (review.text, review.scores[0].value, review.scores[0].scale_maximum) == ("Slow", 2, 5)
    assert review.occurred_at.isoformat() == "2026-03-05T08:15:22+00:00"
    assert review.attributes.get("reply", "Sorry") == "Sorry"
    assert recognise(content, "reviews.json")[0][1].key == "app_reviews"


def test_a_language_told_by_its_name_becomes_its_code(read):
    content = b"Response ID,Time Started,Date Submitted,Status,Language,Q\n3,,2026-03-05 10:00:00,Complete,German,A\n"
    assert read("alchemer_csv", content, time_zone="UTC").accepted[0].language == "de"
