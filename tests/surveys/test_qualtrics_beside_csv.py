"""Qualtrics definitions and warehouse tables."""

import io
import json

from insights.intake.record import Notice
from insights.intake.source import recognise, source_named

HEAD = (
    "_fivetran_id,_fivetran_synced,loop_id,question,question_id,question_option_key,response_id,sub_question_key,"
    "sub_question_text,text,value\n"
)
RESPONSES = (
    "id,_fivetran_synced,distribution_channel,duration_in_seconds,end_date,finished,progress,recipient_email,"
    "recorded_date,start_date,status,survey_id,user_language\n"
)


def test_a_definition_tells_its_questions_and_their_recodes(read, sample):
    notices = read("qualtrics_qsf", sample("qualtrics_qsf/Better_Sample_Survey.qsf")).reading.notices
    assert notices[0].startswith("This is the definition of the survey 'Better Sample Survey' with")
    assert any(one.startswith("q2_favorite: 'Please select your favorite fruit") for one in notices)
    assert any(one.startswith("q5_position:") and "free text" in one for one in notices)


def test_what_was_deleted_from_a_definition_is_not_told_and_nps_is(read):
    def question(number, **more):
        told = {
            "QuestionID": f"QID{number}",
            "DataExportTag": f"Q{number}",
            "QuestionText": "<b>Why</b>&nbsp;so?",
            **more,
        }
        return {"Element": "SQ", "Payload": told}

    blocks = [{"Type": "Trash", "BlockElements": [{"Type": "Question", "QuestionID": "QID9"}]}]
    choices = {"1": {"Display": "Good"}, "2": {"Display": "Bad"}}
    definition = {
        "SurveyEntry": {"SurveyID": "SV_1", "SurveyName": "Pulse"},
        "SurveyElements": [
            {"Element": "BL", "Payload": blocks},
            question(1, QuestionType="MC", Selector="NPS"),
            question(2, QuestionType="MC", Selector="SAVR", Choices=choices, RecodeValues={"1": "5", "2": "1"}),
            question(9, QuestionType="TE", Selector="SL"),
            {"Element": "QC", "Payload": None},
        ],
    }
    notices = read("qualtrics_qsf", json.dumps(definition).encode()).reading.notices
    assert "with 2 questions" in notices[0]
    assert "score.Q1=NPS" in notices[1]
    assert notices[2] == "Q2: 'Why so?' (one of 2 choices: Good = 5 | Bad = 1)."


def test_an_answer_of_a_warehouse_adds_its_score_or_its_words_to_the_response(read):
    rows = (
        HEAD + "a,2026-03-01 00:18:29,,Recommend us?,QID1,,R_1,,,,9\n"
        "b,2026-03-01 00:18:29,,Why?,QID2,,R_1,,,Because it works.,\n"
        "c,2026-03-01 00:18:29,,Which?,QID3,,R_1,4,The app,,2\n"
        "d,2026-03-01 00:18:29,,Which?,QID3,,R_1,5,The shop,,\n"
    )
    result = read("qualtrics_warehouse", rows.encode(), **{"score.QID1": "NPS"})
    score, why, which = result.accepted
    assert result.excluded == ["Question not answered"]
    assert (score.scores[0].value, score.part != why.part, score.source_id) == (9, True, "R_1")
    assert [turn.text for turn in why.turns] == ["Because it works."]
    assert which.attributes == {"Which? - The app": "2"}
    assert "survey_response" in result.reading.notices[0]


def test_previews_of_a_warehouse_are_left_out(read):
    real = "R_1,2026-03-02 00:00:00,sms,61,2026-03-01 10:00:00,1,100,a@example.com,2026-03-01 10:00:01,,0,SV_1,DE\n"
    preview = real.replace("R_1", "R_2").replace(",0,SV_1", ",1,SV_1")
    result = read("qualtrics_warehouse", (RESPONSES + real + preview).encode(), survey="Pulse")
    [answer] = result.accepted
    assert result.excluded == ["Survey preview"]
    assert (answer.survey, answer.channel, answer.language, answer.customer.email) == (
        "Pulse",
        "SMS",
        "de",
        "a@example.com",
    )


def test_a_call_of_an_event_subscription_is_a_notice_for_the_pull():
    body = b"Topic=a.surveyengine.completedResponse.SV_1&HMAC=ab&MSG=" + (
        b"%7B%22SurveyID%22%3A%22SV_1%22%2C%22ResponseID%22%3A%22R_1%22%7D"
    )
    assert recognise(body, "call")[0][1].key == "qualtrics_csv"
    reading = source_named("qualtrics_csv").open(io.BytesIO(body), {})
    (record,) = reading.records()
    notice = reading.translate(record)
    assert isinstance(notice, Notice)
    assert notice.told == "response R_1 to survey SV_1 arrived"
    assert "HMAC" not in record.payload


def test_a_table_of_a_warehouse_without_any_time_sets_its_rows_aside(read):
    told = read("qualtrics_warehouse", HEAD.replace("_fivetran_synced", "x").encode() + b"1,,,Why?,Q1,,R_1,,,good,2\n")
    assert told.bad
    assert all("does not say when it happened" in reason for reason in told.bad)
