"""Transcripts without a vendor's format: texts, WhatsApp chats, Teams records, SIPREC metadata."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.intake.source import Unreadable, recognise

START = "2026-01-02T03:04:05Z"
TEXT = b"Agent Bo Lind: Good morning.\n\nAna Vega: My bill is wrong.\nAgain.\n\nAgent Bo Lind: Let me see."
CHAT = (
    "25/12/26, 14:30 - Messages and calls are end-to-end encrypted. No one outside of this chat can read them.\n"
    "25/12/26, 14:31 - Ana Vega: Where is my parcel?\nIt was promised for today.\n"
    "25/12/26, 14:32 - Ana Vega: <Media omitted>\n"
    "25/12/26, 14:40 - Agent Bo: On its way: today at 16:00.\n"
    "28/12/26, 09:00 - Ana Vega: It never came.\n"
)


@pytest.mark.parametrize(
    ("name", "turns"),
    [
        ("billing-complaint.txt", 11),
        ("followup-positive.txt", 9),
        ("whatsapp-plan-upgrade.txt", 16),
        ("teams-vpn-support.json", 15),
        ("billing-complaint.xml", 0),
        ("followup-positive.xml", 0),
    ],
)
def test_a_genuine_file_becomes_the_contact_it_holds(name, turns, read, sample):
    content = sample(f"plain_transcripts/{name}")
    assert recognise(content[:65_536], name)[0][1].key == "plain_transcripts"
    result = read("plain_transcripts", content, started_at=START, time_zone="UTC", date_order="MDY")
    [contact] = result.accepted
    assert len(contact.turns) == turns
    assert {turn.speaker for turn in contact.turns} == ({"AGENT", "CUSTOMER"} if turns else set())
    assert contact.agent in ("Agent Mike Rivera", "Agent Lisa Park")


def test_the_metadata_of_a_recording_tell_of_the_call(read, sample):
    for name, seconds in (("billing-complaint", 342), ("followup-positive", 255)):
        [contact] = read("plain_transcripts", sample(f"plain_transcripts/{name}.xml")).accepted
        assert (contact.contact.talk_seconds, contact.contact.direction) == (seconds, "INBOUND")
        assert contact.customer.phone == "+15551234567"
    assert contact.source_id == "SIPREC-2026-0307-003"


def test_a_text_becomes_the_words_of_the_call_it_is_said_to_be(read, sample):
    text = sample("plain_transcripts/billing-complaint.txt")
    [part] = read(
        "plain_transcripts", text, started_at="2026-03-07T10:30:00Z", contact_id="SIPREC-2026-0307-001"
    ).accepted
    assert (part.source_id, part.part) == ("SIPREC-2026-0307-001", "transcript")
    assert part.turns[0].source_id == "line:0"


def test_lines_without_a_label_go_on_with_who_spoke_before(read):
    [contact] = read("plain_transcripts", TEXT, started_at=START).accepted
    assert [(turn.speaker, turn.text) for turn in contact.turns][:2] == [
        ("AGENT", "Good morning."),
        ("CUSTOMER", "My bill is wrong.\nAgain."),
    ]
    assert contact.customer.names == ("Bo Lind", "Ana Vega")


def test_a_text_without_a_beginning_asks_for_it(read):
    with pytest.raises(Unreadable, match="option started_at"):
        read("plain_transcripts", TEXT)


def test_a_chat_of_whatsapp_is_split_where_it_was_silent(read):
    result = read("plain_transcripts", CHAT.encode(), time_zone="Europe/Berlin")
    first, second = result.accepted
    assert first.occurred_at == datetime(2026, 12, 25, 13, 31, tzinfo=UTC)
    assert [(turn.speaker, turn.text, turn.offset_seconds) for turn in first.turns] == [
        ("CUSTOMER", "Where is my parcel?\nIt was promised for today.", 0),
        ("AGENT", "On its way: today at 16:00.", 540),
    ]
    assert [turn.text for turn in second.turns] == ["It never came."]
    assert "2 lines of the chat are no one's words" in result.reading.notices[0]


def test_a_chat_that_went_on_keeps_its_conversations(read):
    shorter = CHAT[: CHAT.index("25/12/26, 14:40")]
    before = read("plain_transcripts", shorter.encode(), time_zone="UTC").accepted[0]
    after = read("plain_transcripts", CHAT.encode(), time_zone="UTC").accepted[0]
    assert before.source_id == after.source_id
    assert before.revision < after.revision


@pytest.mark.parametrize(
    "line",
    [
        "[25.12.26, 14:31:05] Ana Vega: Hello",
        "\u200e[12/25/26, 2:31:05\u202fPM] Ana Vega: Hello",
        "25/12/2026, 2:31 p.m. - Ana Vega: Hello",
    ],
)
def test_telephones_write_the_time_in_many_ways(line, read):
    [contact] = read("plain_transcripts", f"{line}\n".encode(), time_zone="UTC").accepted
    assert contact.occurred_at.replace(second=0) == datetime(2026, 12, 25, 14, 31, tzinfo=UTC)


def test_dates_that_can_mean_two_days_are_asked_about(read, sample):
    with pytest.raises(Unreadable, match="option date_order"):
        read("plain_transcripts", sample("plain_transcripts/whatsapp-plan-upgrade.txt"), time_zone="UTC")
    with pytest.raises(Unreadable, match="option time_zone"):
        read("plain_transcripts", CHAT.encode())


def test_siprec_of_the_standard_is_read(read):
    content = b"""<?xml version='1.0'?><recording xmlns='urn:ietf:params:xml:ns:recording:1'>
      <datamode>complete</datamode><session session_id="hVpd7YQgRW2nD22h7q60JQ=="/>
      <participant><nameID aor="sip:+15550101@example.com"><name>Ana Vega</name></nameID></participant>
      <participant participant_id="b"><nameID aor="sip:bo@ours.example"><name>Bo</name></nameID></participant>
      <sessionrecordingassoc session_id="hVpd7YQgRW2nD22h7q60JQ==">
      <associate-time>2026-01-02T03:04:05Z</associate-time></sessionrecordingassoc></recording>"""
    [contact] = read("plain_transcripts", content, ours="ours.example").accepted
    assert (contact.source_id, contact.customer.phone, contact.agent) == (
        "hVpd7YQgRW2nD22h7q60JQ==", "+15550101", "Bo",
    )  # fmt: skip


def test_xml_that_declares_entities_is_refused(read):
    bomb = b'<!DOCTYPE recording [<!ENTITY a "aaaa">]><recording><session id="&a;"/></recording>'
    with pytest.raises(Unreadable, match="for safety"):
        read("plain_transcripts", bomb)
    with pytest.raises(Unreadable, match="nests deeper"):
        read("plain_transcripts", b"<recording><session/>" + b"<a>" * 100 + b"</a>" * 100 + b"</recording>")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello world",
        b"name,score\nAna,5\n",
        b"From: a@a.de\nSubject: x\n\nhi",
        b'{"a": 1}',
        b"<html></html>",
    ],
)
def test_another_file_is_refused_with_advice(content, read):
    with pytest.raises(Unreadable) as refused:
        read("plain_transcripts", content, started_at=START)
    assert len(str(refused.value)) > 15


XML = (
    b"<recording><session id='a'><start-time>2026-03-07T10:30:00Z</start-time></session><caller><number>+1555</number>"
    b"<name>Ana</name></caller><direction>inbound</direction></recording>"
)
TEAMS = json.dumps(
    {
        "id": "a", "modalities": ["audio"], "startDateTime": START, "participants": [{"user": {"displayName": "Ana"}}],
        "_simulated": {"transcript": "Agent Bo: Hi\nAna: Hello"},
    }
).encode()  # fmt: skip


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    content=st.sampled_from([TEXT, CHAT.encode(), XML, TEAMS]),
    cuts=st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=6), st.integers(0, 30)), max_size=6),
)
def test_mangled_bytes_give_an_answer_in_words_and_nothing_else(content, cuts, read):
    for place, new, length in cuts:
        content = content[:place] + new + content[place + length :]
    with suppress(Unreadable):
        result = read("plain_transcripts", content, started_at=START, time_zone="UTC", date_order="DMY")
        assert result.read == len(result.bad) + len(result.excluded) + len(result.firsts)
