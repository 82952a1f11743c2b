"""LimeSurvey: headings of three kinds, answers as codes and texts, and definitions that are never trusted."""

import pytest

from insights.intake.source import Unreadable, recognise

CODES = (
    '"id","submitdate","lastpage","startlanguage","seed","token","startdate","datestamp","ipaddr","Q1","Q2[SQ001]",'
    '"Q2[SQ002]","Q2[other]","Q3[S1]","Q3[S2]","Q4","interviewtime","groupTime3","Q1Time"\n'
    '"1","2026-03-01 10:00:00","3","de","7","sEcReT","2026-03-01 09:50:00","2026-03-01 10:00:00","203.0.113.7","9",'
    '"Y","","","4","2","Die Technikerin war pünktlich und nett.","601.5","9.1","2.2"\n'
    '"2","","1","de","8","oThEr","2026-03-01 09:55:00","2026-03-01 09:58:00","203.0.113.7","","N","Y",'
    '"","","","","","",""\n'
)
BOTH = (
    "id. Response ID;submitdate. Date submitted;lastpage. Last page;startlanguage. Start language;"
    "Q1. How likely are you to recommend us?;Q2[SQ001]. What did you use? [The app];"
    "Q2[SQ002]. What did you use? [The shop]\n"
    "5;2026-03-01 10:00:00;3;en;10 - certainly;Yes;No\n"
)
WORDS = (
    "Response ID;Date submitted;Last page;Start language;How likely are you to recommend us?;"
    "What did you use? [The app];What did you use? [The shop]\n5;2026-03-01 10:00:00;3;en;10 - certainly;Yes;No\n"
)
BERLIN = {"time_zone": "Europe/Berlin", "survey": "Visit"}
LSS = b"""<?xml version="1.0"?>%s<document><LimeSurveyDocType>Survey</LimeSurveyDocType><questions><rows><row>
<qid>1</qid><parent_qid>0</parent_qid><type>5</type><title>Q1</title><question>%s</question></row></rows></questions>
</document>"""


def test_codes_of_an_export_become_answers_choices_and_circumstances(read):
    assert recognise(CODES.encode(), "results.csv")[0][1].key == "limesurvey"
    result = read("limesurvey", b"\xef\xbb\xbf" + CODES.encode(), **{"score.Q1": "NPS"}, **BERLIN)
    done, begun = result.accepted
    assert result.bad == []
    assert (done.source_id, done.occurred_at.isoformat(), done.language) == (
        "Visit:1",
        "2026-03-01T09:00:00+00:00",
        "de",
    )
    assert [(one.measure, one.value) for one in done.scores] == [("NPS", 9)]
    assert done.attributes["Q2"] == ["SQ001"]
    assert begun.attributes["Q2"] == ["SQ002"]
    assert done.attributes["Q3[S1]"] == "4"
    assert (done.attributes["duration_seconds"], begun.attributes["finished"]) == (601.5, False)
    for hidden in ("sEcReT", "203.0.113.7", "groupTime3", "Q1Time"):
        assert hidden not in repr(done)


@pytest.mark.parametrize("content", [BOTH, WORDS], ids=["code and text", "text"])
def test_headings_in_words_tell_the_question_and_its_options(content, read):
    assert recognise(content.encode(), "results.csv")[0][1].key == "limesurvey"
    told = {"score.How likely are you to recommend us?": "NPS"}
    [answer] = read("limesurvey", content.encode(), **told, **BERLIN).accepted
    assert answer.source_id == "Visit:5"
    assert answer.scores[0].value == 10
    assert answer.attributes["What did you use?"] == ["The app"]


def test_a_question_answered_yes_and_no_in_one_column_stays_a_question(read):
    content = BOTH.replace("Q2[SQ001]. What did you use? [The app]", "Q2. Were you there?")
    [answer] = read("limesurvey", content.encode(), **BERLIN).accepted
    assert answer.attributes["Q2. Were you there?"] == "Yes"


def test_a_survey_that_keeps_no_times_asks_for_the_day(read):
    content = BOTH.replace("2026-03-01 10:00:00", "1980-01-01 00:00:00").encode()
    with pytest.raises(Unreadable, match="option answered_on"):
        read("limesurvey", content, survey="Visit")
    [answer] = read("limesurvey", content, survey="Visit", answered_on="2026-03-01").accepted
    assert answer.occurred_at.year == 2026


def test_what_was_begun_and_says_no_time_is_left_out(read):
    result = read("limesurvey", BOTH.encode() + b"6;;1;en;;;\n", **BERLIN)
    assert result.excluded == ["Begun but not sent off, and without any time"]


def test_a_definition_tells_its_questions_and_holds_no_answers(read, sample):
    result = read("limesurvey", sample("limesurvey/survey.lss"))
    assert result.read == 0
    assert "4 questions" in result.reading.notices[0]
    assert "G01Q02: 'Text for second question' (a choice from 1 to 5)." in result.reading.notices
    labelled = read("limesurvey", sample("limesurvey/answers.lss")).reading.notices
    assert any("Too much | More than I like | Just Right | Less than I like | Too little" in one for one in labelled)


BOMB = b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(("declared", "said"), [(BOMB, b"&b;"), (OUTSIDE, b"&a;"), (b"<!DOCTYPE d>", b"x")])
def test_a_definition_that_declares_entities_is_refused(declared, said, read):
    assert read("limesurvey", LSS % (b"", b"How was it?")).reading.notices[1].startswith("Q1: 'How was it?'")
    with pytest.raises(Unreadable, match="document type or entities"):
        read("limesurvey", LSS % (declared, said))


@pytest.mark.parametrize("content", [b"<document><a></document>", b"<html><p>Hello</p></html>", b"<a>" * 5000])
def test_xml_that_is_no_definition_is_refused(content, read):
    with pytest.raises(Unreadable):
        read("limesurvey", content)
