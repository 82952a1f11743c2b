"""Subtitles as transcripts: genuine files, and what live captions and meeting programs do to them."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.intake.source import Unreadable, recognise

START = "2026-01-02T03:04:05Z"
TEAMS = b"""WEBVTT

00:00:01.000 --> 00:00:03.000
<v Agent Bo>Good morning, how can I help?</v>

00:00:04.000 --> 00:00:09.500
<v Ana Vega>My bill is wrong &amp; nobody answers.</v>
"""


@pytest.mark.parametrize(
    ("name", "turns", "ends"),
    [
        ("sample.vtt", 16, 64.3),
        ("sample.srt", 5, 23.88),
        ("ascii.srt", 3, 36.57),  # numbered 2, 4, 6
        ("comments.vtt", 3, 150.0),  # two notes are no cues
        ("cue_tags.vtt", 3, 21.5),
        ("w3c_voices_interview.vtt", 13, 38.0),
        ("youtube_dl.vtt", 3, 305.069),  # four cues, of which each rolls up the line before
    ],
)
def test_a_genuine_file_becomes_the_turns_it_holds(name, turns, ends, read, sample):
    content = sample(f"webvtt_srt/{name}")
    assert recognise(content[:65_536], name)[0][1].key == "webvtt_srt"
    result = read("webvtt_srt", content, started_at=START)
    [contact] = result.accepted
    assert (len(contact.turns), contact.contact.talk_seconds) == (turns, ends)
    assert contact.source_id == read("webvtt_srt", content, started_at=START).accepted[0].source_id


def test_a_time_that_is_none_is_refused_with_its_line(read, sample):
    with pytest.raises(Unreadable, match=r"Line 6: '00:00:07\.000 --> 00:00:1d\.890'"):
        read("webvtt_srt", sample("webvtt_srt/invalid_timeframe.vtt"), started_at=START)


def test_captions_that_roll_up_say_each_line_once(read, sample):
    [contact] = read("webvtt_srt", sample("webvtt_srt/youtube_dl.vtt"), started_at=START).accepted
    assert [turn.text for turn in contact.turns] == ["yeah", "what", "this will happen is I'm telling"]
    assert contact.language == "en"


def test_without_a_beginning_it_asks_for_one(read):
    with pytest.raises(Unreadable, match="option started_at"):
        read("webvtt_srt", TEAMS)


def test_zoom_names_the_beginning_in_the_name_of_the_file(read):
    [contact] = read("webvtt_srt", TEAMS, filename="GMT20260102-030405_Recording.transcript.vtt").accepted
    assert contact.occurred_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_voices_speak_for_their_sides(read):
    result = read("webvtt_srt", TEAMS, started_at=START)
    [contact] = result.accepted
    assert [(turn.speaker, turn.text, turn.offset_seconds) for turn in contact.turns] == [
        ("AGENT", "Good morning, how can I help?", 1.0),
        ("CUSTOMER", "My bill is wrong & nobody answers.", 4.0),
    ]
    assert contact.customer.names == ("Bo", "Ana Vega")
    assert result.reading.notices == []


def test_names_before_the_words_are_speakers_until_the_next_is_named(read):
    content = b"1\n00:00:01,000 --> 00:00:02,000\nBo Lind: Hello\n\n2\n00:00:02,000 --> 00:00:03,000\nwho is there?\n\n"
    content += b"3\n00:00:03,000 --> 00:00:04,000\nAna Vega: It is me\n\n42\n"
    [contact] = read("webvtt_srt", content, started_at=START, ours="Bo Lind").accepted
    assert [(turn.speaker, turn.text) for turn in contact.turns] == [
        ("AGENT", "Hello"),
        ("AGENT", "who is there?"),
        ("CUSTOMER", "It is me\n42"),
    ]


def test_speakers_on_no_known_side_are_named_in_a_notice(read, sample):
    result = read("webvtt_srt", sample("webvtt_srt/w3c_voices_interview.vtt"), started_at=START)
    assert {turn.speaker for turn in result.accepted[0].turns} == {"SYSTEM"}
    assert "Roger Bingham, Neil deGrasse Tyson" in result.reading.notices[0]


def test_sbv_is_read_as_well(read):
    content = b"0:00:00.599,0:00:04.160\nAgent: Hello\n\n0:00:04.160,0:00:06.770\nCustomer: My bill\nis wrong\n"
    assert recognise(content, "call.sbv")[0][1].key == "webvtt_srt"
    [contact] = read("webvtt_srt", content, started_at=START).accepted
    assert [(turn.speaker, turn.text) for turn in contact.turns] == [
        ("AGENT", "Hello"),
        ("CUSTOMER", "My bill\nis wrong"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_other_encodings_read_the_same(encoding, read):
    content = "1\n00:00:01,000 --> 00:00:02,000\n你好，我的账单有问题，请问怎么办？\n".encode(encoding)
    result = read("webvtt_srt", content, started_at=START)
    assert result.accepted[0].turns[0].text == "你好，我的账单有问题，请问怎么办？"


def test_a_cue_that_ends_before_it_begins_is_refused(read):
    with pytest.raises(Unreadable, match="Line 3: the cue ends"):
        read("webvtt_srt", b"WEBVTT\n\n00:09.000 --> 00:01.000\nHello\n", started_at=START)


@pytest.mark.parametrize("content", [b"", b" \n", b"WEBVTT\n\n", b'{"a": 1}', b"a,b\n1,2\n", b"WEBVTT\x00\x00\x00"])
def test_another_file_is_refused_with_advice(content, read):
    with pytest.raises(Unreadable) as refused:
        read("webvtt_srt", content, started_at=START)
    assert len(str(refused.value)) > 15


@pytest.mark.slow
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=6), st.integers(0, 30)), max_size=6))
def test_mangled_bytes_give_an_answer_in_words_and_nothing_else(cuts, read):
    content = TEAMS
    for place, new, length in cuts:
        content = content[:place] + new + content[place + length :]
    with suppress(Unreadable):
        result = read("webvtt_srt", content, started_at=START)
        assert result.read == len(result.bad) + len(result.firsts) == 1
