"""What vendors hand on by streams, and Zendesk's newer surveys."""

import base64
import gzip
import json

import pytest

from insights.intake.source import recognise

RESPONSE = {
    "id": "01J1WB51", "responder_id": 77, "expires_at": "2026-05-14T12:00:00.000Z",
    "subject_zrns": ["zen:ticket:99"], "subjects": [{"id": "99", "type": "ticket", "zrn": "zen:ticket:99"}],
    "survey": {"id": "01J58", "state": "enabled", "version": 3},
    "answers": [
        {"type": "rating_scale", "rating": 4, "rating_category": "good", "created_at": "2026-04-14T12:00:00.000Z",
         "updated_at": "2026-04-14T12:05:00.000Z",
         "question": {"type": "rating_scale", "headline": {"type": "static", "value": "How was it?"}, "options": [
             {"rating": step, "label": {"type": "static", "value": f"step {step}"}} for step in range(1, 6)]}},
        {"type": "closed_ended", "created_at": "2026-04-14T12:00:00.000Z", "updated_at": "2026-04-14T12:00:00.000Z",
         "question": {"type": "closed_ended", "headline": {"type": "static", "value": "Why?"}},
         "selections": [{"type": "predefined", "option": {"label": {"type": "dynamic", "value": "Speed"}}}]},
        {"type": "open_ended", "value": "Took a while", "created_at": "2026-04-14T12:00:00.000Z",
         "updated_at": "2026-04-14T12:00:00.000Z", "question": {"type": "open_ended"}},
    ],
}  # fmt: skip
RECORD = {
    "AWSContactTraceRecordFormatVersion": "2017-03-10", "ContactId": "c-1", "InitiationMethod": "INBOUND",
    "Channel": "VOICE", "InitiationTimestamp": "2026-04-01T10:00:00Z", "DisconnectTimestamp": "2026-04-01T10:05:00Z",
    "LastUpdateTimestamp": "2026-04-01T10:06:00Z", "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER"},
    "Agent": None, "Queue": None,
}  # fmt: skip


def packed(record: dict) -> str:
    return base64.b64encode(json.dumps(record).encode()).decode()


def test_a_response_to_a_survey_of_zendesk_is_an_answer_about_its_ticket(read):
    told = read("zendesk", json.dumps({"survey_responses": [RESPONSE], "meta": {"has_more": False}}).encode())
    (answer,) = told.accepted
    (score,) = answer.scores
    assert (answer.source_id, answer.about.source_id) == ("survey_response:01J1WB51", "99")
    assert (score.measure, score.value, score.scale_minimum, score.scale_maximum) == ("CSAT", 4, 1, 5)
    assert (score.label, score.wording, answer.text) == ("step 4", "How was it?", "Took a while")
    assert answer.attributes == {"Why?": ["Speed"]}
    assert answer.customer.vendor_ids == ("77",)
    assert "counts an answer twice" in told.reading.notices[0]


def test_a_rating_without_its_scale_is_good_or_bad_and_one_that_was_skipped_is_none(read):
    bare = {**RESPONSE["answers"][0], "question": {"type": "rating_scale", "id": "q"}}
    skipped = {"type": "skipped", "created_at": "2026-04-14T12:00:00.000Z", "question": {"type": "rating_scale"}}
    told = read("zendesk", json.dumps({"survey_response": {**RESPONSE, "answers": [bare, skipped]}}).encode())
    assert [(one.value, one.scale_minimum, one.scale_maximum) for one in told.accepted[0].scores] == [(1, 0, 1)]
    (left_out,) = read("zendesk", json.dumps({**RESPONSE, "answers": [skipped]}).encode()).excluded
    assert "not answered" in str(left_out)


def test_responses_to_surveys_are_recognised_beside_those_of_others():
    content = json.dumps({"survey_responses": [RESPONSE]}).encode()
    assert recognise(content, "responses.json")[0][1].key == "zendesk"


STREAM = [
    {"specversion": "1.0", "type": "com.twilio.voice.insights.call-summary.complete", "id": "EZ1",
     "source": "/v1/Voice/CA1/Summary", "time": "2026-04-01T10:40:00Z",
     "dataschema": "https://events-schemas.twilio.com/VoiceInsights.CallSummary/2",
     "data": {"callSid": "CA1", "accountSid": "AC1", "callState": "completed", "callType": "carrier",
              "startTime": "2026-04-01T10:00:00Z", "endTime": "2026-04-01T10:05:00Z", "duration": 300,
              "connectDuration": 290, "processingState": "complete", "from": {"number": "+15550100"}, "to": {},
              "properties": {"direction": "inbound"}}},
    {"specversion": "1.0", "type": "com.twilio.messaging.inbound-message.received", "id": "EZ2", "source": "/sms",
     "time": "2026-04-01T11:00:00Z", "data": {"messageSid": "SM1", "body": "Where is my parcel?", "numSegments": 1,
     "from": "+15550101", "to": "+15550199", "timestamp": "2026-04-01T11:00:00Z"}},
    {"specversion": "1.0", "type": "com.twilio.messaging.message.delivered", "id": "EZ3", "source": "/sms",
     "time": "2026-04-01T11:01:00Z", "data": {"messageSid": "SM2", "messageStatus": "DELIVERED"}},
    {"specversion": "1.0", "type": "com.twilio.taskrouter.reservation.accepted", "id": "EZ4", "source": "/tr",
     "time": "2026-04-01T12:00:30Z", "data": {"sid": "EV4", "timestamp": "2026-04-01T12:00:30Z", "payload": {
         "task_sid": "WT1", "task_age": 30, "task_channel_unique_name": "voice", "task_queue_name": "Billing",
         "worker_name": "Bo", "task_attributes": '{"direction": "inbound", "from": "+15550102"}'}}},
]  # fmt: skip


@pytest.mark.parametrize("form", ["batch", "lines"])
def test_event_streams_of_twilio_tell_calls_messages_and_tasks(read, form):
    lines = [json.dumps(one) for one in STREAM]
    content = (f"[{','.join(lines)}]" if form == "batch" else "\n".join(lines)).encode()
    assert recognise(content, "events.json")[0][1].key == "twilio"
    told = read("twilio", content)
    call, message, task = told.accepted
    assert (call.source_id, call.contact.talk_seconds, call.contact.direction) == ("CA1", 290, "INBOUND")
    assert (message.source_id, message.turns[0].speaker, message.turns[0].text) == (
        "SM1", "CUSTOMER", "Where is my parcel?",
    )  # fmt: skip
    assert (task.source_id, task.queue, task.agent, task.contact.wait_seconds) == ("WT1", "Billing", "Bo", 30)
    assert len(told.excluded) == 1
    assert told.bad == []


def test_an_event_of_another_system_stays_a_cloudevent():
    content = json.dumps({**STREAM[1], "type": "com.example.order.placed"}).encode()
    assert recognise(content, "event.json")[0][1].key == "cloudevents"


WRAPPED = {
    "kinesis in lambda": {"Records": [{"kinesis": {"partitionKey": "1", "data": packed(RECORD)}, "eventSource": "k"}]},
    "get-records": {"NextShardIterator": "x", "Records": [{"SequenceNumber": "1", "Data": packed(RECORD)}]},
    "firehose": {"invocationId": "i", "records": [{"recordId": "1", "data": packed(RECORD)}]},
    "firehose, zipped": {"invocationId": "i", "records": [{"recordId": "1", "data": base64.b64encode(
        gzip.compress(json.dumps(RECORD).encode())).decode()}]},
}  # fmt: skip


@pytest.mark.parametrize("wrapping", WRAPPED)
def test_contact_records_come_out_of_what_streams_wrap_around_them(read, wrapping):
    content = json.dumps(WRAPPED[wrapping]).encode()
    assert recognise(content, "batch.json")[0][1].key == "amazon_connect_ctr"
    (contact,) = read("amazon_connect_ctr", content).accepted
    assert contact.source_id == "c-1"


def test_records_may_follow_each_other_with_nothing_between_and_batches_too(read):
    content = json.dumps(RECORD).encode() + json.dumps({**RECORD, "ContactId": "c-2"}).encode()
    assert [one.source_id for one in read("amazon_connect_ctr", content).accepted] == ["c-1", "c-2"]
    batches = json.dumps(WRAPPED["firehose"]).encode() * 2
    assert len(read("amazon_connect_ctr", batches).accepted) == 2


def test_what_cannot_be_unwrapped_is_set_aside(read):
    batch = {"Records": [{"kinesis": {"data": packed(RECORD)}}, {"kinesis": {"data": "!!"}}, {"sns": 1}]}
    told = read("amazon_connect_ctr", json.dumps(batch).encode())
    assert (len(told.accepted), len(told.bad)) == (1, 2)
