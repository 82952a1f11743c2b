"""Google's transcripts, ABCD dialogues, CloudEvents and city requests: genuine files and their rules."""

import base64
import json
from datetime import UTC, datetime

import pytest

from insights.intake.record import EventRecord
from insights.intake.source import Unreadable, recognise

START = "2026-01-02T03:04:05Z"


@pytest.mark.parametrize(
    ("name", "turns", "agent"),
    [
        ("readme_chat_epoch_usec.json", 14, "2"),
        ("synthetic_call_000c49b0-4bdf-4736-85b3-8f3ed34123da.json", None, "204"),
        ("synthetic_call_065f9b5e-bd50-4cdf-b04e-5479f5dd114d.json", 13, "201"),
        ("synthetic_call_235366c2-3c39-4b3d-ad57-0aaf051b2dad.json", None, "205"),
    ],
)
def test_a_transcript_of_googles_becomes_a_contact(name, turns, agent, read, sample):
    content = sample(f"google_ccai/{name}")
    assert recognise(content[:65_536], name)[0][1].key == "google_ccai"
    [contact] = read("google_ccai", content, started_at=START, filename=name).accepted
    assert contact.source_id == name.removeprefix("synthetic_call_").removesuffix(".json")
    assert len(contact.turns) == (turns or len(json.loads(content)["entries"]))
    assert contact.agent == agent


def test_marks_from_zero_need_a_beginning_and_marks_since_1970_do_not(read, sample):
    relative = sample("google_ccai/synthetic_call_065f9b5e-bd50-4cdf-b04e-5479f5dd114d.json")
    assert "option started_at" in read("google_ccai", relative).bad[0]
    [chat] = read("google_ccai", sample("google_ccai/readme_chat_epoch_usec.json"), filename="a.json").accepted
    assert chat.occurred_at == datetime(2023, 2, 1, 5, 49, 41, tzinfo=UTC)
    assert [turn.offset_seconds for turn in chat.turns][:3] == [0, 15, 30]


def test_a_second_agent_is_a_transfer_and_a_machine_is_none(read, sample):
    content = sample("google_ccai/synthetic_call_065f9b5e-bd50-4cdf-b04e-5479f5dd114d.json")
    [contact] = read("google_ccai", content, started_at=START).accepted
    assert [turn.speaker for turn in contact.turns][:4] == ["BOT", "BOT", "AGENT", "CUSTOMER"]
    assert (contact.contact.transfers, contact.contact.reason_code) == (1, "Billing Escalation (Supervisor Request)")
    solved = sample("google_ccai/synthetic_call_235366c2-3c39-4b3d-ad57-0aaf051b2dad.json")
    assert read("google_ccai", solved, started_at=START).accepted[0].contact.company_says_solved is True


def test_dialogues_of_abcd_become_contacts_on_the_day_they_are_given(read, sample):
    content = sample("abcd_dialogues/abcd_sample.json")
    assert recognise(content[:65_536], "abcd_sample.json")[0][1].key == "abcd_dialogues"
    result = read("abcd_dialogues", content, started_at=START)
    assert (len(result.accepted), result.bad) == (3, [])
    first = result.accepted[0]
    assert (first.source_id, len(first.turns), first.contact.reason_code) == ("3592", 29, "product_defect")
    assert first.customer.names == ("crystal minh",)
    whole = json.dumps({"train": json.loads(content)[:2], "dev": [], "test": json.loads(content)[2:]}).encode()
    assert len(read("abcd_dialogues", whole, started_at=START).accepted) == 3
    with pytest.raises(Unreadable, match="started_at"):
        read("abcd_dialogues", content)


@pytest.mark.parametrize("name", ["ontology.json", "kb.json"])
def test_what_surrounds_the_dialogues_is_refused_by_name(name, read, sample):
    content = sample(f"abcd_dialogues/{name}")
    assert recognise(content[:65_536], name)[0][1].key == "abcd_dialogues"
    with pytest.raises(Unreadable, match="hold no dialogues"):
        read("abcd_dialogues", content, started_at=START)


@pytest.mark.parametrize(("number", "events"), [(1, 1), (2, 1), (4, 1), (5, 1), (7, 2)])
def test_an_event_in_the_standards_envelope_is_an_event(number, events, read, sample):
    content = sample(f"cloudevents/json_format_example_{number}.json")
    assert recognise(content, "event.json")[0][1].key == "cloudevents"
    result = read("cloudevents", content)
    assert (len(result.accepted), result.bad) == (events, [])
    assert all(isinstance(one, EventRecord) for one in result.accepted)
    assert result.accepted[0].source_id.endswith("234-1234-1234")


EVENT = {"specversion": "1.0", "type": "com.example.survey.v1", "source": "/shop", "id": "1", "time": START}
ANSWER = {
    "kind": "SURVEY", "channel": "WEB", "text": "Fine",
    "scores": [{"measure": "NPS", "question": "q", "value": 9, "scale_minimum": 0, "scale_maximum": 10}],
}  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
def test_an_event_that_carries_our_own_record_is_that_record(packed, read):
    inside = {"data_base64": base64.b64encode(json.dumps(ANSWER).encode()).decode()} if packed else {"data": ANSWER}
    [answer] = read("cloudevents", json.dumps({**EVENT, **inside}).encode()).accepted
    assert (answer.kind, answer.source_id, answer.scores[0].value) == ("SURVEY", "/shop#1", 9)
    assert answer.occurred_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"specversion": "0.3"}, "only 1.0"),
        ({"time": None}, "does not say when"),
        ({"id": ""}, "has no id"),
        ({"data": {**ANSWER, "channel": "PIGEON"}}, "data.channel"),
        ({"data_base64": "%%"}, "holds no JSON"),
    ],
)
def test_an_event_that_makes_no_sense_is_set_aside_with_a_sentence(changes, reason, read):
    assert reason in read("cloudevents", json.dumps({**EVENT, **changes}).encode()).bad[0]


def test_the_requests_of_a_city_become_contacts(read, sample):
    content = sample("city_311_csv/nyc_311_first300.csv")
    assert recognise(content[:65_536], "nyc.csv")[0][1].key == "city_311_csv"
    result = read("city_311_csv", content)
    assert (len(result.accepted), result.bad) == (299, [])
    solved = [one.contact.company_says_solved for one in result.accepted]
    assert (solved.count(True), solved.count(False)) == (99, 200)
    channels = [one.channel for one in result.accepted]
    assert [channels.count(one) for one in ("VOICE", "WEB", "APP", "OTHER")] == [99, 98, 95, 7]
    assert result.accepted[0].occurred_at == datetime(2024, 5, 27, 6, 8, 51, tzinfo=UTC)
    assert "New York" in result.reading.notices[0]
    assert "KINGSLAND" not in repr(result.accepted)  # an address is nobody's business


def test_another_citys_columns_are_found_by_their_names(read):
    content = (
        b"SR_NUMBER,SR_TYPE,OWNER_DEPARTMENT,STATUS,ORIGIN,CREATED_DATE,CLOSED_DATE\n"
        b"SR26-1,Pothole,Streets,Completed,Phone Call,01/02/2026 03:04:05 AM,01/05/2026 01:00:00 PM\n"
    )
    [contact] = read("city_311_csv", content, time_zone="America/Chicago").accepted
    assert contact.occurred_at == datetime(2026, 1, 2, 9, 4, 5, tzinfo=UTC)
    assert (contact.queue, contact.channel, contact.contact.company_says_solved) == ("Streets", "VOICE", True)
    assert "names no time zone" in read("city_311_csv", content).bad[0]
