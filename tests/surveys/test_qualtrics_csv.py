"""Qualtrics exports, our records. Counts of the genuine files were made by hand out of the files themselves."""

import csv
import io
import zipfile
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.intake.record import ANY_SOURCE, FeedbackReference
from insights.intake.source import Unreadable, recognise

NAMES = [
    "StartDate",
    "EndDate",
    "Status",
    "Finished",
    "RecordedDate",
    "ResponseId",
    "RecipientEmail",
    "DistributionChannel",
]
WORDS = [
    "Start Date",
    "End Date",
    "Response Type",
    "Finished",
    "Recorded Date",
    "Response ID",
    "Recipient Email",
    "Channel",
]
IDS = [
    "startDate",
    "endDate",
    "status",
    "finished",
    "recordedDate",
    "_recordId",
    "recipientEmail",
    "distributionChannel",
]
VALUES = [
    "2026-01-02 10:00:00",
    "2026-01-02 10:05:00",
    "IP Address",
    "True",
    "2026-01-02 10:06:00",
    "R_1abcdefghijklmn",
    "",
    "email",
]


def import_id(name: str, zone: str) -> str:
    if zone and name.endswith("Date"):
        return f'{{"ImportId":"{name}","timeZone":"{zone}"}}'
    return f'{{"ImportId":"{name}"}}'


def export(*columns, answers, zone="Z", separator=",", **system) -> str:
    """Columns as (name, wording, ImportId); answers as one list of cells a response."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerow([*NAMES, *(one[0] for one in columns)])
    writer.writerow([*WORDS, *(one[1] for one in columns)])
    writer.writerow([*(import_id(name, zone) for name in IDS), *(import_id(one[2], "") for one in columns)])
    for number, cells in enumerate(answers):
        values = dict(zip(NAMES, VALUES, strict=True)) | {"ResponseId": f"R_1abcdefghijkl{number:03}"} | system
        writer.writerow([*values.values(), *cells])
    return out.getvalue()


NPS = (("Q5_NPS_GROUP", "Recommend - Group", "QID5_NPS_GROUP"), ("Q5", "How likely are you to recommend us?", "QID5"))
TEXT = ("Q6", "Why?", "QID6_TEXT")


@pytest.mark.parametrize(
    ("name", "options", "accepted", "excluded"),
    [
        ("api_export_labels_csat_contact_resolution.csv", {}, 10, 16),  # 26 responses: 1 preview, 15 tests
        ("api_export_numeric_display_order_breakout.csv", {}, 0, 14),  # 2 previews, 12 tests
        ("api_export_numeric_display_order_breakout.csv", {"include_tests": "yes"}, 14, 0),
        ("api_export_open_ended_subset.csv", {}, 8, 7),  # 15 responses: 1 preview, 6 tests
        ("german_ui_header_row2_localised.csv", {"time_zone": "Europe/Zurich"}, 1, 0),
        ("legacy_comment_coding_other_specify.csv", {"time_zone": "UTC"}, 0, 10),  # Status 2 is a test
        ("legacy_comment_coding_other_specify.csv", {"time_zone": "UTC", "include_tests": "yes"}, 10, 0),
        ("legacy_single_quote_importid_better.csv", {"time_zone": "UTC"}, 0, 10),
        ("legacy_single_quote_importid_better.csv", {"time_zone": "UTC", "include_tests": "yes"}, 10, 0),
    ],
)
def test_a_genuine_export_becomes_the_responses_it_holds(name, options, accepted, excluded, read, sample):
    content = sample(f"qualtrics_csv/{name}")
    assert recognise(content[:65_536], name)[0][1].key == "qualtrics_csv"
    result = read("qualtrics_csv", content, **options)
    assert (len(result.accepted), len(result.excluded), result.bad) == (accepted, excluded, [])


def test_a_genuine_response_keeps_its_score_its_words_and_whether_it_was_solved(read, sample):
    result = read("qualtrics_csv", sample("qualtrics_csv/api_export_labels_csat_contact_resolution.csv"))
    answer = next(one for one in result.accepted if one.source_id == "R_1ozQ0AYNCrc2hXQ")
    assert answer.occurred_at == datetime(2020, 2, 20, 1, 34, 37, tzinfo=UTC)
    assert [(one.measure, one.value, one.scale_maximum, one.label) for one in answer.scores] == [
        ("CSAT", 2, 5, "Somewhat dissatisfied")
    ]
    assert answer.customer_says_solved is False
    assert answer.text.startswith("Jet pack malfunctions constantly.")
    assert (answer.language, answer.attributes["SolutionRevision"]) == ("en", "2")
    assert "203.0.113.7" not in repr(answer)
    assert "40.74" not in repr(answer)


def test_order_timing_browser_and_text_analysis_are_no_answers(read, sample):
    content = sample("qualtrics_csv/api_export_numeric_display_order_breakout.csv")
    result = read("qualtrics_csv", content, include_tests="yes")
    named = {name for one in result.accepted for name in one.attributes}
    assert not [name for name in named if "_DO_" in name or "_ADO_" in name or "timing" in name or "metainfo" in name]
    assert "sidebyside#2_1" in named  # two columns, one question of several choices
    assert "26 columns of display order, timing, browser or text analysis were left out." in result.reading.notices


def test_a_narrower_export_of_the_same_survey_names_the_same_responses(read, sample):
    wide = read("qualtrics_csv", sample("qualtrics_csv/api_export_labels_csat_contact_resolution.csv"))
    narrow = read("qualtrics_csv", sample("qualtrics_csv/api_export_open_ended_subset.csv"))
    known = {one.source_id: one.revision for one in wide.accepted}
    assert {one.source_id: one.revision for one in narrow.accepted}.items() <= known.items()
    assert all(one.scores == () for one in narrow.accepted)


def test_the_question_beside_an_nps_group_is_nps(read):
    content = export(*NPS, TEXT, answers=[["Promoter", "10 - Extremely likely", "Fast"], ["Detractor", "0", ""]])
    first, second = read("qualtrics_csv", content.encode()).accepted
    assert [(one.measure, one.value, one.scale_minimum, one.scale_maximum) for one in first.scores] == [
        ("NPS", 10, 0, 10)
    ]
    assert [one.value for one in second.scores] == [0]
    assert first.channel == "EMAIL"
    assert first.text == "Fast"


def test_an_nps_of_eleven_is_set_aside_and_a_recode_is_no_answer(read):
    result = read("qualtrics_csv", export(*NPS, answers=[["", "11"], ["", "-99"], ["", "999"], ["", ""]]).encode())
    assert result.bad == ["NPS goes from 0 to 10 here, and the answer is 11."]
    assert [one.scores for one in result.accepted] == [(), (), ()]


@pytest.mark.parametrize(
    ("option", "value", "wording", "refusal"),
    [
        ("score.Q5", "NPS", "Rate us from 1 to 10", "says 1 to 10"),
        ("score.Q5", "NPS:1:10", "How likely", "NPS is asked from 0 to 10"),
        ("score.Q5", "CSAT", "How satisfied", "without its scale"),
        ("score.Q5", "CSAT:5:5", "How satisfied", "no width"),
        ("score.Q5", "HAPPY:1:5", "How satisfied", "It can be NPS"),
        ("score.Q9", "CSAT:1:5", "How satisfied", "no column 'Q9'"),
        ("segment_column", "Q9", "How satisfied", "no column 'Q9'"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_before_anything_is_read(option, value, wording, refusal, read):
    with pytest.raises(Unreadable, match=refusal):
        read("qualtrics_csv", export(("Q5", wording, "QID5"), answers=[["7"]]).encode(), **{option: value})


def test_a_column_cannot_play_two_parts(read):
    content = export(("plan", "plan", "plan"), answers=[["gold"]]).encode()
    with pytest.raises(Unreadable, match="'plan' is named twice"):
        read("qualtrics_csv", content, segment_column="plan", product_column="plan")


@pytest.mark.parametrize(
    ("answers", "measure", "values", "top"),
    [
        (["Extremely satisfied", "Somewhat dissatisfied", "Neither satisfied nor dissatisfied"], "CSAT", [5, 2, 3], 5),
        (["Extremely satisfied", "Slightly dissatisfied", "Moderately satisfied"], "CSAT", [7, 3, 6], 7),
        (["Very satisfied", "Not at all satisfied"], "CSAT", [4, 1], 5),
        (["Äußerst zufrieden", "Eher unzufrieden", "Weder zufrieden noch unzufrieden"], "CSAT", [5, 2, 3], 5),
        (["Extremely easy", "Slightly difficult"], "CES", [7, 3], 7),
        (["Sehr einfach", "Eher schwierig", "Weder noch"], "CES", [5, 2, 3], 5),
    ],
)
def test_a_scale_in_words_is_recognised_by_all_of_its_words(answers, measure, values, top, read):
    result = read("qualtrics_csv", export(("Q1", "And?", "QID1"), answers=[[one] for one in answers]).encode())
    scores = [one.scores[0] for one in result.accepted]
    assert [(one.measure, one.value, one.scale_maximum) for one in scores] == [
        (measure, value, top) for value in values
    ]


@pytest.mark.parametrize("answers", [["Neutral", "Neutral"], ["Extremely satisfied", "Purple"], ["3", "4"], ["N/A"]])
def test_what_is_no_scale_for_sure_is_no_score(answers, read):
    result = read("qualtrics_csv", export(("Q1", "And?", "QID1"), answers=[[one] for one in answers]).encode())
    assert [one.scores for one in result.accepted] == [()] * len(answers)


def test_agreement_measures_effort_only_where_the_question_says_easy(read):
    easy = export(("Q1", "They made it easy for me to solve my issue.", "QID1"), answers=[["Strongly agree"]])
    other = export(("Q1", "I trust them.", "QID1"), answers=[["Strongly agree"]])
    assert read("qualtrics_csv", easy.encode()).accepted[0].scores[0].measure == "CES"
    assert read("qualtrics_csv", other.encode()).accepted[0].scores == ()


@pytest.mark.parametrize(("zone", "hour"), [("Z", 10), ("America/Denver", 17), ("Europe/Berlin", 9), ("+02:00", 8)])
def test_times_are_in_the_zone_that_the_third_row_names(zone, hour, read):
    [answer] = read("qualtrics_csv", export(TEXT, answers=[["x"]], zone=zone).encode()).accepted
    assert answer.occurred_at == datetime(2026, 1, 2, hour, 5, tzinfo=UTC)
    assert answer.revision == int(datetime(2026, 1, 2, hour, 6, tzinfo=UTC).timestamp() * 1_000_000)


def test_times_without_a_zone_are_asked_for_and_not_guessed(read):
    content = export(TEXT, answers=[["x"]], zone="").encode()
    with pytest.raises(Unreadable, match="option time_zone"):
        read("qualtrics_csv", content)
    with pytest.raises(Unreadable, match="no time zone"):
        read("qualtrics_csv", content, time_zone="Mars/Olympus")
    assert read("qualtrics_csv", content, time_zone="Asia/Tokyo").accepted[0].occurred_at.hour == 1


LEGACY = (
    "\ufeffV1,V2,V3,V4,V5,V6,V7,V8,V9,V10,Q1,Q2_TEXT,\r\n"
    "ResponseID,ResponseSet,Name,ExternalDataReference,EmailAddress,IPAddress,Status,StartDate,EndDate,Finished,Like?,Why?,\r\n"
    "R_0abcDEFghiJKLmn,Default Response Set,Ana Vega,C-007,ana@example.com,203.0.113.7,0,2014-05-01 10:00:00,"
    '2014-05-01 10:01:00,1,4,"Two\nlines",\r\n'
)


def test_a_legacy_export_of_two_header_rows_is_read(read):
    assert recognise(LEGACY.encode()[:65_536], "x.csv")[0][1].key == "qualtrics_csv"
    [answer] = read("qualtrics_csv", LEGACY.encode(), time_zone="UTC", **{"score.Q1": "CSAT:1:5"}).accepted
    assert (answer.source_id, answer.text) == ("R_0abcDEFghiJKLmn", "Two\nlines")
    assert (answer.customer.email, answer.customer.customer_number) == ("ana@example.com", "C-007")
    assert answer.customer.names == ("Ana Vega",)
    assert answer.scores[0].value == 4
    assert "203.0.113.7" not in repr(answer)


def test_an_export_with_a_single_header_row_is_read(read):
    content = "ResponseId,StartDate,EndDate,RecordedDate,Q1\nR_0abcDEFghiJKLmn,2026-01-01,2026-01-02,2026-01-03,4\n"
    [answer] = read("qualtrics_csv", content.encode(), time_zone="UTC").accepted
    assert answer.attributes == {"Q1": "4"}


@pytest.mark.parametrize("wrapping", ["utf-16", "utf-8-sig", "semicolons", "zip"])
def test_an_export_reads_the_same_however_it_is_written(wrapping, read):
    usual = export(*NPS, TEXT, answers=[["", "9", "größer,\nbesser"]])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Survey.csv", usual)
    content = {
        "utf-16": export(*NPS, TEXT, answers=[["", "9", "größer,\nbesser"]], separator="\t").encode("utf-16"),
        "utf-8-sig": usual.encode("utf-8-sig"),
        "semicolons": export(*NPS, TEXT, answers=[["", "9", "größer,\nbesser"]], separator=";").encode(),
        "zip": packed.getvalue(),
    }[wrapping]
    assert recognise(content[:65_536], "x")[0][1].key == "qualtrics_csv"
    assert read("qualtrics_csv", content).accepted == read("qualtrics_csv", usual.encode()).accepted


@pytest.mark.parametrize(
    ("status", "reason"),
    [("Survey Preview", "Survey preview"), ("Survey Test", "Survey test"), ("Spam", "Spam"), ("1", "Survey preview"),
     ("2", "Survey test"), ("8", "Spam"), ("Umfragetest", "Survey test"), ("0", None), ("4", None),
     ("IP Address", None), ("16", None)],
)  # fmt: skip
def test_previews_tests_and_spam_are_left_out_with_their_reason(status, reason, read):
    result = read("qualtrics_csv", export(TEXT, answers=[["x"]], Status=status).encode())
    assert result.excluded == ([reason] if reason else [])


def test_the_channel_tells_a_preview_in_any_language(read):
    content = export(TEXT, answers=[["x"]], Status="Aperçu", DistributionChannel="preview").encode()
    assert read("qualtrics_csv", content).excluded == ["Survey preview"]


def test_a_partial_answer_is_kept_and_marked(read):
    [answer] = read("qualtrics_csv", export(TEXT, answers=[["x"]], Finished="False").encode()).accepted
    assert answer.attributes["finished"] is False


def test_several_texts_are_one_text_and_each_is_kept_under_its_question(read):
    other = ("Q7_3_TEXT", "Other, please specify", "QID7_3_TEXT")
    analysis = ("Q6 - Topics", "Q6 - Topics", "QID6_TEXT_eae5a8d0e7fd4bd183e983e5Topics")
    [answer] = read(
        "qualtrics_csv", export(TEXT, other, analysis, answers=[["Slow", "By fax", "Speed"]]).encode()
    ).accepted
    assert answer.text == "Slow\n\nBy fax"
    assert answer.attributes["verbatim Why?"] == "Slow"
    assert answer.attributes["verbatim Other, please specify"] == "By fax"
    assert "Speed" not in repr(answer)


def test_embedded_data_links_the_answer_to_its_ticket_wherever_that_is_unless_told(read):
    data = (("TicketID", "TicketID", "TicketID"), ("Segment", "Segment", "Segment"), ("plan", "plan", "plan"))
    content = export(*data, answers=[["0042", "Business", "gold"]]).encode()
    unlinked = read("qualtrics_csv", content)
    assert unlinked.accepted[0].about == FeedbackReference(source_id="0042", source=ANY_SOURCE)
    assert "whoever has it alone" in unlinked.reading.notices[-1]
    [answer] = read("qualtrics_csv", content, link_source="zendesk").accepted
    assert answer.about == FeedbackReference(source_id="0042", source="zendesk")
    assert answer.customer.segment == "Business"
    assert answer.attributes["plan"] == "gold"
    [answer] = read("qualtrics_csv", content, link_column="plan").accepted
    assert answer.about == FeedbackReference(source_id="gold", source=ANY_SOURCE)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("EndDate", "31/02/2026", "no such date"),
        ("EndDate", "soon", "no date in a form"),
        ("ResponseId", "", "no response id"),
    ],
)
def test_a_response_that_makes_no_sense_is_set_aside(column, value, reason, read):
    result = read("qualtrics_csv", export(TEXT, answers=[["x"]], **{column: value}).encode())
    assert len(result.bad) == 1
    assert reason in result.bad[0]


def test_a_row_with_too_many_cells_is_set_aside_and_the_rest_goes_on(read):
    content = export(TEXT, answers=[["x"], ["y", "surplus"], ["z"]])
    result = read("qualtrics_csv", content.encode())
    assert [one.text for one in result.accepted] == ["x", "z"]
    assert "The row has 10 cells where the header has 9" in result.bad[0]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"a,b\n1,2\n",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x00\xff\x00\x01" * 50,
        b'{"tickets": []}',
    ],
)
def test_another_file_is_refused_with_advice(content, read):
    with pytest.raises(Unreadable) as refused:
        read("qualtrics_csv", content)
    assert len(str(refused.value)) > 15


def test_the_survey_is_called_as_people_say_or_as_the_file_is_named(read):
    content = export(TEXT, answers=[["x"]]).encode()
    assert read("qualtrics_csv", content, filename="Relationship 2026.csv").accepted[0].survey == "Relationship 2026"
    assert read("qualtrics_csv", content, filename="a.csv", survey="Pulse").accepted[0].survey == "Pulse"


WHOLE = export(*NPS, TEXT, ("Q1", "And?", "QID1"), answers=[["Promoter", "9", "Good", "Very satisfied"]] * 3).encode()


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=6), st.integers(0, 40)), max_size=6))
def test_mangled_bytes_give_an_answer_in_words_and_nothing_else(cuts, read):
    content = WHOLE
    for place, new, length in cuts:
        content = content[:place] + new + content[place + length :]
    with suppress(Unreadable):
        result = read("qualtrics_csv", content)
        assert result.read == len(result.bad) + len(result.excluded) + len(result.firsts)
