"""Every genuine file of a survey vendor is recognised and becomes the answers it holds. Counts were made by hand."""

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.intake.source import Unreadable, all_sources, check_options, recognise, source_named

FILES = [
    # file, options, accepted, excluded
    ("nps_csat_ces_csv/nps_responses_touchpoint.csv", {"measure": "NPS", "time_zone": "UTC"}, 100, 0),
    ("nps_csat_ces_csv/csat_responses_agent_resolution.csv", {"measure": "CSAT:1:5", "time_zone": "UTC"}, 100, 0),
    ("nps_csat_ces_csv/nps_timeseries_bank_ddmmyy.csv", {"time_zone": "UTC"}, 5000, 0),
    ("nps_csat_ces_csv/nps_20k_rows.csv", {"measure": "NPS", "time_zone": "UTC"}, 20000, 0),
    ("surveymonkey_csv/StarWars_two_header_rows_macroman.csv", {"answered_on": "2014-06-03"}, 1186, 0),
    ("surveymonkey_csv/thanksgiving_flattened_headers.csv", {"answered_on": "2015-11-17"}, 1058, 0),
    ("typeform_csv/multi_select_one_column.csv", {}, 1, 0),
    ("typeform_csv/multi_select_many_columns.csv", {}, 1, 0),
    ("typeform_webhook/tdev_customer_satisfaction_survey.json", {"score.nps_score": "NPS"}, 1, 0),
    ("typeform_webhook/tdev_job_application.json", {}, 1, 0),
    ("typeform_webhook/tdev_event_registration.json", {}, 1, 0),
    ("typeform_webhook/tdev_product_waitlist_signup.json", {}, 1, 0),
    ("typeform_webhook/vendor_doc_example_all_field_types.json", {}, 1, 0),
    ("typeform_api/responses_airbyte_records.jsonl", {}, 5, 0),
    ("google_forms_csv/dask_user_survey_2020.csv", {}, 239, 0),  # its times name their zone
    ("google_forms_csv/dask_user_survey_2021.csv", {"time_zone": "America/New_York"}, 247, 0),
    ("formbricks_webhook/responseCreated.json", {}, 1, 0),
    ("formbricks_webhook/responseUpdated.json", {}, 1, 0),
    ("delighted/survey_responses_airbyte_records.jsonl", {}, 10, 4),  # 2 people, 1 bounce, 1 unsubscribe
    ("asknicely/responses_page.json", {}, 1, 0),
    ("medallia_agent_connect/data_return_feedback_v2_skeleton.json", {}, 1, 0),
    ("puzzel_sms_survey/rest_response.json", {"rating": "CSAT:1:10"}, 1, 0),
    ("usabilla_feedback/feedback_items.json", {}, 4, 0),
    ("hubspot_feedback/feedback_submission.json", {}, 1, 0),
    ("surveymonkey_api/responses_bulk_318754279.json", {}, 2, 0),
    ("surveymonkey_api/responses_bulk_2016_2.json", {}, 3, 0),
    ("surveymonkey_api/docs_responses_bulk_example.json", {}, 1, 0),
    ("surveymonkey_api/quiz_responses_bulk_page1_of_2.json", {}, 10, 0),
    ("surveymonkey_api/quiz_responses_bulk_page2_of_2.json", {}, 6, 0),
    ("surveymonkey_api/survey_details_318754279.json", {}, 0, 0),  # says what ids mean, holds no answers
    ("app_reviews/google_play_scraper_reviews.json", {"time_zone": "UTC"}, 3, 0),
    ("schemaorg_review/product_with_two_reviews.jsonld", {"time_zone": "UTC"}, 2, 0),
    ("schemaorg_review/product_aggregate_best_100.jsonld", {"time_zone": "UTC"}, 0, 1),
    ("schemaorg_review/restaurant_aggregate_only.jsonld", {"time_zone": "UTC"}, 0, 1),
    ("limesurvey/rse_2017_us_code_and_text_headings.csv", {"answered_on": "2017-11-01"}, 164, 0),
    ("limesurvey/answers.lss", {}, 0, 0),  # definitions hold no answers
    ("limesurvey/survey.lss", {}, 0, 0),
    ("limesurvey/uk_core_survey_full_definition.lss", {}, 0, 0),
    ("qualtrics_qsf/Better_Sample_Survey.qsf", {}, 0, 0),
    ("qualtrics_warehouse/fivetran_survey_response.csv", {}, 5, 0),
    ("qualtrics_warehouse/fivetran_question_response.csv", {}, 5, 0),
    ("qualtrics_warehouse/fivetran_survey_embedded_data.csv", {}, 0, 5),  # all without a value
    ("spss_sav/basic_sample.sav", {"answered_on": "2018-08-16"}, 5, 0),
    ("spss_sav/basic_sample.zsav", {"answered_on": "2018-08-16"}, 5, 0),
    ("spss_sav/basic_sample.por", {"answered_on": "2018-08-16"}, 5, 0),
    ("spss_sav/basic_sample_missing.sav", {"answered_on": "2018-10-17"}, 7, 0),
    ("spss_sav/multiple_response_simple_alltypes.sav", {"answered_on": "2014-12-05"}, 6, 0),
    ("spss_sav/haven_labelled-num-na.sav", {"answered_on": "2015-02-06"}, 2, 0),
    ("spss_sav/haven_datetime.sav", {"answered_on": "2015-02-27"}, 2, 0),
    ("alchemer_csv/jupyter_ux_survey_export_full.csv", {"time_zone": "America/Los_Angeles"}, 1706, 0),
]


@pytest.mark.parametrize(
    ("name", "options", "accepted", "excluded"),
    [pytest.param(*one, id=one[0], marks=[pytest.mark.slow] * (one[2] > 2000)) for one in FILES],
)
def test_a_genuine_file_becomes_the_answers_it_holds(name, options, accepted, excluded, read, sample):
    content = sample(name)
    key = name.split("/")[0]
    assert recognise(content[:65_536], name)[0][1].key == key
    check_options(source_named(key), options)
    result = read(key, content, filename=name.split("/")[1], **options)
    assert (len(result.accepted), len(result.excluded), result.bad) == (accepted, excluded, [])
    assert len({one.source_id for one in result.accepted}) == accepted


def test_every_source_says_what_it_reads_and_what_makes_it_idempotent():
    for source in all_sources():
        assert source.label, source.key
        assert source.reads.endswith("."), source.key
        assert source.identity.endswith("."), source.key
        assert source.side in ("SURVEYS", "CONTACTS", "BOTH"), source.key


@pytest.mark.parametrize("name", [one[0] for one in FILES])
def test_no_other_source_takes_a_file_that_is_not_its_own(name, sample):
    key, content = name.split("/")[0], sample(name)[:65_536]
    rivals = [source.key for sure, source in recognise(content, name) if sure >= 0.8 and source.key != key]
    assert rivals == []


def test_a_bank_of_scores_is_nps_by_its_column_and_day_before_month_by_its_dates(read, sample):
    result = read("nps_csat_ces_csv", sample("nps_csat_ces_csv/nps_timeseries_bank_ddmmyy.csv"), time_zone="UTC")
    first = result.accepted[0]
    assert (first.occurred_at.month, first.scores[0].measure, first.scores[0].value) == (9, "NPS", 10)
    assert first.customer.names == ("Krista Richards",)
    assert first.customer.region == "US"


def test_a_score_whose_measure_nobody_told_is_asked_for(read, sample):
    content = sample("nps_csat_ces_csv/nps_responses_touchpoint.csv")
    with pytest.raises(Unreadable, match="option measure"):
        read("nps_csat_ces_csv", content, time_zone="UTC")
    with pytest.raises(Unreadable, match="option time_zone"):
        read("nps_csat_ces_csv", content, measure="NPS")


def test_two_surveys_that_number_their_answers_alike_stay_two(read, sample):
    content = sample("nps_csat_ces_csv/nps_responses_touchpoint.csv")
    told = {"measure": "NPS", "time_zone": "UTC"}
    spring, autumn = (read("nps_csat_ces_csv", content, survey=one, **told) for one in ("Spring", "Autumn"))
    assert spring.accepted[0].source_id == "Spring:1"
    assert {one.source_id for one in spring.accepted}.isdisjoint(one.source_id for one in autumn.accepted)


def test_several_choices_in_one_cell_become_a_list(read, sample):
    typeform = read("typeform_csv", sample("typeform_csv/multi_select_one_column.csv")).accepted[0]
    assert typeform.attributes["Muscles"][:2] == ["Biceps", "Deltoid"]
    assert typeform.text == "testing form"
    google = read("google_forms_csv", sample("google_forms_csv/dask_user_survey_2020.csv")).accepted[0]
    assert google.attributes["Dask APIs"] == ["Array", "Delayed", "Futures", "Xarray"]


def test_a_question_stands_over_all_of_its_options(read, sample):
    answer = read(
        "surveymonkey_csv", sample("surveymonkey_csv/StarWars_two_header_rows_macroman.csv"), answered_on="2014-06-03"
    )
    named = answer.accepted[0].attributes
    films = [name for name in named if name.startswith("Which of the following Star Wars films have you seen?")]
    assert len(films) == 6


def test_an_answer_without_a_date_is_asked_for_one(read, sample):
    with pytest.raises(Unreadable, match="option answered_on"):
        read("surveymonkey_csv", sample("surveymonkey_csv/thanksgiving_flattened_headers.csv"))


def test_a_typeform_answer_keeps_the_person_apart_from_the_words(read, sample):
    answer = read("typeform_webhook", sample("typeform_webhook/vendor_doc_example_all_field_types.json")).accepted[0]
    assert (answer.customer.email, answer.customer.names) == ("laura@example.com", ("Laura",))
    assert answer.text.startswith("It's cold right now!")
    assert "{{" not in repr(answer)


def test_a_formbricks_event_that_came_later_stands(read, sample):
    created, updated = (
        read("formbricks_webhook", sample(f"formbricks_webhook/response{name}.json")).accepted[0]
        for name in ("Created", "Updated")
    )
    assert created.source_id == updated.source_id
    assert created.revision < updated.revision


def test_what_usabilla_did_not_ask_is_no_score(read, sample):
    first, *_, last = read("usabilla_feedback", sample("usabilla_feedback/feedback_items.json")).accepted
    assert [one.measure for one in first.scores] == ["CSAT"]
    assert [(one.measure, one.value) for one in last.scores] == [("CSAT", 4), ("NPS", 9)]


def test_the_number_that_begins_an_sms_is_not_told_twice(read, sample):
    [answer] = read("puzzel_sms_survey", sample("puzzel_sms_survey/rest_response.json"), rating="CSAT:1:10").accepted
    assert (answer.text, answer.scores[0].value, answer.customer.phone) == ("abc", 8, "+4712345678")
    assert (answer.queue, answer.team, answer.agent) == ("queue1", "team1", "agent1")


@pytest.mark.parametrize("name", [one[0] for one in FILES if one[0].endswith(("json", "jsonl"))])
def test_half_a_json_is_refused_or_its_broken_line_set_aside(name, read, sample):
    content = sample(name).strip()
    options = next(options for file, options, *_ in FILES if file == name)
    with pytest.raises(Unreadable, match=r"breaks off|no valid JSON|no JSON of"):
        read(name.split("/")[0], content[: len(content) // 3].split(b"\n{")[0][:-3], **options)


def test_a_surveymonkey_answer_is_said_in_words_where_the_details_are_beside_it(read, sample):
    details = sample("surveymonkey_api/survey_details_318754279.json").replace(b"\n", b" ")
    page = sample("surveymonkey_api/responses_bulk_318754279.json").replace(b"\n", b" ")
    answer = read("surveymonkey_api", details + b"\n" + page).accepted[0]
    assert (answer.survey, answer.language) == ("my survey", "en")
    assert answer.attributes["How many pets do you have?"] == "3"
    assert answer.text == "Donut, Mango, Phil"
    assert "203.0.113.7" not in repr(answer)


def test_a_surveymonkey_nps_is_what_the_choice_says_and_never_its_id(read):
    choices = [{"id": str(9000 + at), "text": str(at), "position": at + 1} for at in range(11)]
    heading = [{"heading": "How likely are you to recommend us?"}]
    question = {"id": "5", "family": "matrix", "subtype": "nps", "headings": heading, "answers": {"choices": choices}}
    details = {"id": "1", "title": "Pulse", "pages": [{"id": "2", "questions": [question]}]}
    answer = {
        "id": "77", "survey_id": "1", "collector_id": "3", "response_status": "completed",
        "date_modified": "2026-01-02T03:04:05+00:00",
        "pages": [{"id": "2", "questions": [{"id": "5", "answers": [{"choice_id": "9009"}]}]}],
    }  # fmt: skip
    content = f"{json.dumps(details)}\n{json.dumps({'data': [answer, {**answer, 'collection_mode': 'preview'}]})}"
    result = read("surveymonkey_api", content.encode())
    assert [(one.measure, one.value) for one in result.accepted[0].scores] == [("NPS", 9)]
    assert result.excluded == ["Survey preview"]


def test_a_quiz_is_no_satisfaction(read, sample):
    result = read("surveymonkey_api", sample("surveymonkey_api/quiz_responses_bulk_page1_of_2.json"))
    assert [one.scores for one in result.accepted] == [()] * 10


def test_stars_keep_the_scale_they_were_given_on(read):
    review = {"@type": "Review", "author": "A", "datePublished": "2026-01-02", "reviewBody": "Fine"}
    rated = {**review, "reviewRating": {"ratingValue": "87", "bestRating": "100", "worstRating": "0"}}
    plain = {**review, "reviewRating": "4"}
    beyond = {**review, "reviewRating": {"ratingValue": "7"}}
    page = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": "X",
        "review": [rated, {**plain, "author": "B"}],
    }
    hundred, five = read("schemaorg_review", json.dumps(page).encode(), time_zone="UTC").accepted
    assert [(one.value, one.scale_minimum, one.scale_maximum) for one in hundred.scores] == [(87, 0, 100)]
    assert [(one.value, one.scale_minimum, one.scale_maximum) for one in five.scores] == [(4, 1, 5)]
    page["review"] = [beyond]
    assert read("schemaorg_review", json.dumps(page).encode(), time_zone="UTC").bad == [
        "The rating 7 does not lie between 1 and 5."
    ]


WHOLE = json.dumps({"survey_responses": [
    {"id": "1", "survey_type": "nps", "score": 9, "person": "5", "created_at": 1641289688, "comment": "Good"},
    {"id": "2", "survey_type": "csat", "score": 4, "person": {"email": "a@example.com"}, "created_at": 1641289689},
]}).encode()  # fmt: skip


@pytest.mark.slow
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=6), st.integers(0, 40)), max_size=6))
def test_mangled_bytes_give_an_answer_in_words_and_nothing_else(cuts, read):
    content = WHOLE
    for place, new, length in cuts:
        content = content[:place] + new + content[place + length :]
    with suppress(Unreadable):
        result = read("delighted", content)
        assert result.read == len(result.bad) + len(result.excluded) + len(result.firsts)
