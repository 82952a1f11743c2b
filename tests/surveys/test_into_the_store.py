"""Genuine files on their whole way: delivered, translated, stored; and delivered again."""

import io

import pytest

from insights.intake.delivery import read as read_delivery
from insights.intake.delivery import receive
from insights.models import Delivery, Feedback, Score

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _raw_files_in_a_folder_of_their_own(settings, tmp_path):
    settings.RAW_DIR = tmp_path


def delivered(source: str, content: bytes, **options: str) -> Delivery:
    delivery = receive(io.BytesIO(content), source, options, filename="export.csv")
    read_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.error == ""
    return delivery


def counts(delivery: Delivery) -> tuple[int, ...]:
    return delivery.accepted, delivery.updated, delivery.unchanged, delivery.set_aside, delivery.excluded


def test_the_same_export_again_adds_nothing(sample):
    content = sample("qualtrics_csv/api_export_labels_csat_contact_resolution.csv")
    assert counts(delivered("qualtrics_csv", content)) == (10, 0, 0, 0, 16)
    assert counts(delivered("qualtrics_csv", content)) == (0, 0, 10, 0, 16)
    assert Feedback.objects.count() == 10


def test_a_narrower_export_erases_nothing(sample):
    delivered("qualtrics_csv", sample("qualtrics_csv/api_export_labels_csat_contact_resolution.csv"))
    before = {one.source_id: (one.text, one.customer_says_solved) for one in Feedback.objects.all()}
    scores = Score.objects.count()
    delivered("qualtrics_csv", sample("qualtrics_csv/api_export_open_ended_subset.csv"))
    assert {one.source_id: (one.text, one.customer_says_solved) for one in Feedback.objects.all()} == before
    assert Score.objects.count() == scores


@pytest.mark.parametrize(
    ("name", "options", "first", "again"),
    [
        ("limesurvey/rse_2017_us_code_and_text_headings.csv", {"answered_on": "2017-11-01"}, (164, 0, 0, 0, 0), 164),
        ("limesurvey/survey.lss", {}, (0, 0, 0, 0, 0), 0),
        ("qualtrics_qsf/Better_Sample_Survey.qsf", {}, (0, 0, 0, 0, 0), 0),
        ("spss_sav/basic_sample.zsav", {"date_column": "dtime", "time_zone": "UTC"}, (2, 0, 0, 3, 0), 2),
        ("qualtrics_warehouse/fivetran_survey_response.csv", {}, (5, 0, 0, 0, 0), 5),
        ("qualtrics_warehouse/fivetran_question_response.csv", {"score.QID2": "OTHER:1:5"}, (5, 0, 0, 0, 0), 5),
        ("qualtrics_warehouse/fivetran_survey_embedded_data.csv", {}, (0, 0, 0, 0, 5), 0),
    ],
)
def test_each_file_is_stored_once(name, options, first, again, sample):
    content, key = sample(name), name.split("/")[0]
    assert counts(delivered(key, content, **options)) == first
    assert counts(delivered(key, content, **options)) == (0, 0, again, first[3], first[4])
    assert Feedback.objects.count() == again


def test_answers_of_a_warehouse_and_their_response_become_one_in_either_order():
    response = (
        b"id,_fivetran_synced,distribution_channel,end_date,recorded_date,status,survey_id\n"
        b"R_1,2026-03-02 00:00:00,sms,2026-03-01 10:00:00,2026-03-01 10:00:01,0,SV_1\n"
    )
    answers = (
        b"_fivetran_id,_fivetran_synced,question,question_id,response_id,sub_question_key,text,value\n"
        b"a,2026-03-02 00:00:00,Recommend us?,QID1,R_1,,,9\n"
        b"b,2026-03-02 00:00:00,Why?,QID2,R_1,,It works.,\n"
        b"c,2026-03-02 00:00:00,What else?,QID3,R_1,,It is slow.,\n"
    )
    told = []
    for order in ((response, answers), (answers, response)):
        Feedback.objects.all().delete()
        for content in order:
            delivered("qualtrics_warehouse", content, **{"score.QID1": "NPS"})
        one = Feedback.objects.get()
        said = sorted(one.turns.values_list("text", flat=True))
        told.append((one.occurred_at.isoformat(), one.channel, one.survey, said, one.scores.get().value))
    assert told[0] == told[1]
    assert told[0] == ("2026-03-01T10:00:00+00:00", "SMS", "SV_1", ["It is slow.", "It works."], 9)
