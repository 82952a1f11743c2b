"""Twilio's JSON: the vendor's own examples, and what its API says beside them."""

import json
from datetime import UTC, datetime

import pytest

from insights.intake.source import recognise

GT = "GT" + "a" * 32
HEAD = {
    "sid": GT, "account_sid": "AC1", "service_sid": "GA1", "media_start_time": "2026-01-02T03:04:05Z", "duration": 60,
    "status": "completed", "language_code": "en-US", "customer_key": "c7", "date_created": "2026-01-02T04:00:00Z",
    "channel": {"participants": [{"channel_participant": 1, "role": "Agent", "user_id": "bo"},
                                 {"channel_participant": 2, "role": "Customer"}]},
}  # fmt: skip
SENTENCE = {"sid": "GX1", "media_channel": 2, "transcript": "My bill is wrong", "start_time": "4.50", "end_time": "6"}
TASK = {
    "sid": "WT1", "account_sid": "AC1", "assignment_status": "canceled", "date_created": "2026-01-02T03:04:05Z",
    "task_channel_unique_name": "voice", "task_queue_friendly_name": "Billing", "reason": "hangup",
    "attributes": json.dumps({"direction": "inbound", "from": "+15550100", "call_sid": "CA1"}),
}  # fmt: skip


def told(*records: object) -> bytes:
    return json.dumps(records).encode()


@pytest.mark.parametrize(
    ("name", "accepted", "excluded", "bad"),
    [
        ("flex_insights_segments.json", 1, 0, 0),
        ("intelligence_sentences.json", 0, 0, 1),  # alone they do not say when they were
        ("intelligence_transcript.json", 1, 0, 0),
        ("taskrouter_events.json", 0, 1, 0),  # a worker's, not a contact's
        ("taskrouter_tasks.json", 1, 0, 0),
        ("voice_insights_call_summary.json", 1, 0, 0),
    ],
)
def test_a_genuine_file_becomes_the_records_it_holds(name, accepted, excluded, bad, read, sample):
    content = sample(f"twilio/{name}")
    assert recognise(content[:65_536], name)[0][1].key == "twilio"
    result = read("twilio", content)
    assert (len(result.accepted), len(result.excluded), len(result.bad)) == (accepted, excluded, bad)


def test_sentences_find_their_transcript_in_the_address_of_their_page(read, sample):
    result = read("twilio", sample("twilio/intelligence_sentences.json"), started_at="2026-01-02T03:04:05Z")
    [part] = result.accepted
    assert (part.source_id, part.turns[0].speaker, part.turns[0].text) == (GT, "SYSTEM", "test test")
    assert "option agent_channel" in result.reading.notices[0]


def test_a_transcript_says_who_speaks_on_which_channel(read):
    head, part = read("twilio", told(HEAD, {**SENTENCE, "transcript_sid": GT}), transcript_sid=GT).accepted
    assert (head.agent, head.customer.vendor_ids, head.contact.talk_seconds) == ("bo", ("c7",), 60)
    [turn] = part.turns
    assert (turn.speaker, turn.offset_seconds, part.occurred_at) == ("CUSTOMER", 4.5, head.occurred_at)


def test_a_task_keeps_its_attributes_though_they_are_a_text(read):
    [contact] = read("twilio", told(TASK)).accepted
    facts = contact.contact
    assert (contact.channel, contact.queue, contact.customer.phone) == ("VOICE", "Billing", "+15550100")
    assert (facts.direction, facts.was_abandoned, facts.was_answered, facts.reason_code) == (
        "INBOUND", True, False, "hangup",
    )  # fmt: skip


def test_events_add_to_their_task(read):
    event = {
        "sid": "EV1", "account_sid": "AC1", "event_type": "reservation.accepted", "event_date": "2026-01-02T03:05:05Z",
        "event_data": {"task_sid": "WT1", "task_age": "60", "worker_name": "bo", "task_channel_unique_name": "voice"},
    }  # fmt: skip
    [part] = read("twilio", told(event)).accepted
    assert (part.source_id, part.part, part.agent) == ("WT1", "event:EV1", "bo")
    assert (part.contact.wait_seconds, part.contact.was_answered) == (60, True)
    assert part.occurred_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_flex_conversation_adds_its_segments_up(read):
    segment = {
        "segment_id": "s1", "date": "2026-01-02T03:04:05Z", "talk_time": "60", "hold_time": "5", "queue": "Billing",
        "agent_name": "bo", "customer_phone": "+15550100",
    }  # fmt: skip
    conversation = {
        "account_id": "a", "conversation_id": "c1", "date": "2026-01-02T03:04:05Z", "agent_team_name": None,
        "segments": [segment, {**segment, "segment_id": "s2", "agent_name": "cy", "talk_time": "30"}],
    }  # fmt: skip
    page = json.dumps({"conversations": [conversation], "meta": {"url": "https://flex-api.twilio.com/v1"}}).encode()
    [contact] = read("twilio", page).accepted
    assert (contact.source_id, contact.agent) == ("c1", "cy")
    assert (contact.contact.talk_seconds, contact.contact.hold_seconds, contact.contact.transfers) == (90, 10, 1)


def test_messages_are_parts_of_their_conversation(read):
    message = {
        "sid": "IM1", "account_sid": "AC1", "conversation_sid": "CH1", "author": "whatsapp:+15550100", "body": "Hello",
        "date_created": "2026-01-02T03:04:05Z",
    }  # fmt: skip
    asked, answered = read("twilio", told(message, {**message, "sid": "IM2", "author": "bo"})).accepted
    assert (asked.source_id, asked.turns[0].speaker, asked.customer.phone) == ("CH1", "CUSTOMER", "+15550100")
    assert (answered.agent, answered.turns[0].speaker) == ("bo", "AGENT")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({**TASK, "assignment_status": "asleep"}, "none of pending"),
        ({**TASK, "date_created": "soon"}, "no date"),
        ({**HEAD, "duration": -1}, "below 0"),
    ],
)
def test_what_makes_no_sense_is_set_aside_with_a_sentence(record, reason, read):
    assert reason in read("twilio", told(record)).bad[0]
