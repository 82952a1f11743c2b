"""What Amazon Connect and Genesys Cloud mean by their words."""

import io
import json
from datetime import UTC, datetime

import pytest

from insights.intake.delivery import read as read_delivery
from insights.intake.delivery import receive
from insights.models import Feedback, Turn

WHEN = "2026-01-02T03:04:05Z"
CTR = {
    "AWSContactTraceRecordFormatVersion": "2017-03-10", "ContactId": "a", "InitialContactId": None, "Channel": "VOICE",
    "InitiationMethod": "INBOUND", "InitiationTimestamp": WHEN, "DisconnectTimestamp": "2026-01-02T03:09:05Z",
    "LastUpdateTimestamp": "2026-01-02T03:10:05Z",
    "CustomerEndpoint": {"Address": "+4915550100", "Type": "TELEPHONE_NUMBER"},
    "Queue": {"Name": "Billing", "Duration": 20}, "Attributes": {"csat": "4", "udDOB": "1960-04-11", "plan": "XL"},
    "Agent": {"Username": "bo", "AgentInteractionDuration": 200, "CustomerHoldDuration": 10,
              "AfterContactWorkDuration": 30,
              "HierarchyGroups": {"Level1": {"GroupName": "Europe"}, "Level2": {"GroupName": "Berlin"}}},
}  # fmt: skip


def test_a_contact_record_tells_who_waited_talked_and_worked_how_long(read):
    [contact] = read("amazon_connect_ctr", json.dumps(CTR).encode()).accepted
    facts = contact.contact
    assert (facts.wait_seconds, facts.talk_seconds, facts.hold_seconds, facts.wrap_up_seconds) == (20, 200, 10, 30)
    assert (contact.queue, contact.team, contact.agent, contact.customer.phone) == (
        "Billing",
        "Berlin",
        "bo",
        "+4915550100",
    )
    assert (facts.direction, facts.was_answered, facts.was_abandoned, facts.transfers) == ("INBOUND", True, False, 0)
    assert contact.attributes["attribute_plan"] == "XL"
    assert "1960" not in repr(contact)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"Agent": None}, (False, True)),
        ({"Agent": None, "NextContactId": "b"}, (None, False)),  # asked to be called back
        ({"Agent": None, "Queue": None}, (None, None)),  # ended in the menu, was never offered
        ({"Channel": "CHAT"}, (True, False)),
    ],
)
def test_only_who_left_a_queue_gave_up(changes, outcome, read):
    contact = read("amazon_connect_ctr", json.dumps({**CTR, **changes}).encode()).accepted[0]
    assert (contact.contact.was_answered, contact.contact.was_abandoned) == outcome


def test_an_attribute_holds_the_survey_answer_when_people_say_which(read):
    content = json.dumps(CTR).encode()
    contact, answer = read("amazon_connect_ctr", content, rating_attribute="csat", rating_scale="1-5").accepted
    assert (answer.kind, answer.scores[0].value, answer.about.source_id) == ("SURVEY", 4.0, contact.source_id)


def test_records_one_after_the_other_are_read(read):
    one = json.dumps(CTR)
    for content in (one + one.replace('"a"', '"b"'), one + "\n" + one, f"{one}{one}\n{one}"):
        result = read("amazon_connect_ctr", content.encode())
        assert (result.read, result.bad) == (content.count("AWSContact"), [])


def told(key: str, *documents: dict) -> None:
    for document in documents:
        delivery = receive(io.BytesIO(json.dumps(document).encode()), key, {})
        read_delivery(delivery.pk)
        delivery.refresh_from_db()
        assert (delivery.error, delivery.set_aside) == ("", 0)


@pytest.fixture
def raw_folder(settings, tmp_path):
    settings.RAW_DIR = tmp_path


@pytest.mark.django_db
@pytest.mark.usefixtures("raw_folder")
def test_legs_events_and_words_of_a_call_are_one_contact():
    leg = {**CTR, "ContactId": "b", "InitialContactId": "a", "InitiationMethod": "TRANSFER", "Queue": {"Name": "Other"}}
    event = {"eventType": "CONNECTED_TO_AGENT", "contactId": "a", "channel": "Voice", "instanceArn": "x",
             "initiationTimestamp": WHEN, "initiationMethod": "INBOUND",
             "AgentInfo": {"agentArn": "x/agent/1", "connectedToAgentTimestamp": "2026-01-02T03:04:30Z"}}  # fmt: skip
    lens = {"Channel": "VOICE", "CustomerMetadata": {"ContactId": "a"}, "ContentMetadata": {"Output": "Raw"},
            "Participants": [{"ParticipantId": "p", "ParticipantRole": "CUSTOMER"}],
            "Transcript": [{"Id": "t", "ParticipantId": "p", "Content": "I am Joe", "AbsoluteTime": WHEN}]}  # fmt: skip
    hidden = json.loads(json.dumps(lens).replace("Joe", "[PII]").replace("Raw", "Redacted"))
    told("amazon_connect_contact_event", event)
    told("amazon_connect_ctr", leg, {**CTR, "NextContactId": "b"})
    told("amazon_connect_ctr", leg)
    told("amazon_contact_lens", hidden, lens)
    contact = Feedback.objects.get()
    assert (contact.queue, contact.agent, contact.contact.transfers) == ("Billing", "bo", 1)
    assert (contact.contact.talk_seconds, contact.contact.was_answered) == (400, True)  # the seconds of both agents
    assert contact.contact.wait_seconds == 20
    assert list(Turn.objects.values_list("speaker", "text")) == [("CUSTOMER", "I am [PII]")]


def test_a_redacted_chat_tells_the_roles_beside_the_measures(read, sample):
    chat = json.loads(sample("amazon_contact_lens/chat_original.json"))
    for one in (*chat["Participants"], *chat["Transcript"]):
        one.pop("ParticipantRole", None)
    [contact] = read("amazon_contact_lens", json.dumps(chat).encode()).accepted
    assert {turn.speaker for turn in contact.turns} >= {"AGENT", "CUSTOMER"}


def test_the_file_name_says_which_contact_it_is_and_when(read, sample):
    name = "15a5cf14-3212-45a1-9f86-a8e97db8afaf_analysis_2022-04-08T14_59_38Z.json"
    [contact] = read(
        "amazon_contact_lens", sample("amazon_contact_lens/voice_original_repaired.json"), filename=name
    ).accepted
    assert contact.source_id == "15a5cf14-3212-45a1-9f86-a8e97db8afaf"
    assert contact.occurred_at == datetime(2022, 4, 8, 14, 59, 38, tzinfo=UTC)
    assert [turn.speaker for turn in contact.turns[:2]] == ["AGENT", "CUSTOMER"]


def test_an_agents_hold_and_talk_are_counted_once(read, sample):
    [chat] = read("genesys_analytics", sample("genesys_analytics/conversation_detail_chat_hold.json")).accepted
    facts = chat.contact
    assert (facts.wait_seconds, facts.talk_seconds, facts.hold_seconds) == (11.179, 374.561, 544.176)
    assert (facts.was_answered, facts.transfers, chat.channel) == (True, 0, "CHAT")


def conversation(*, metrics: list[dict], agent: bool, **more: object) -> bytes:
    session = {"mediaType": "voice", "direction": "inbound", "ani": "tel:+4915550100", "segments": []}
    people = [
        {"purpose": "customer", "sessions": [session]},
        {"purpose": "acd", "sessions": [{**session, "metrics": metrics}]},
    ]
    if agent:
        spoke = [
            {"name": "tTalk", "value": 1000},
            {"name": "tTalk", "value": 500},
            {"name": "nTransferred", "value": 1},
        ]
        people.append({"purpose": "agent", "userId": "u", "sessions": [{**session, "metrics": spoke}]})
        people.append({"purpose": "agent", "userId": "v", "sessions": [{**session, "metrics": spoke[:1]}]})
    return json.dumps({"conversationId": "c", "conversationStart": "2021-04-2T15:30:51.418Z",
                       "conversationEnd": "2021-04-02T15:40:00Z", "participants": people, **more}).encode()  # fmt: skip


def test_a_caller_who_gave_up_waited_as_long_as_the_queue_says(read):
    [contact] = read(
        "genesys_analytics", conversation(metrics=[{"name": "tAbandon", "value": 9000}], agent=False)
    ).accepted
    assert (contact.contact.was_abandoned, contact.contact.wait_seconds, contact.customer.phone) == (
        True,
        9.0,
        "+4915550100",
    )
    assert contact.occurred_at == datetime(2021, 4, 2, 15, 30, 51, 418_000, tzinfo=UTC)  # a day without its zero


def test_two_agents_after_a_transfer_are_one_handling(read):
    [contact] = read("genesys_analytics", conversation(metrics=[{"name": "tAcd", "value": 2000}], agent=True)).accepted
    assert (contact.contact.talk_seconds, contact.contact.transfers, contact.agent) == (2.5, 1, "v")


def test_a_survey_inside_a_conversation_is_about_it(read):
    surveys = [
        {"surveyId": "s", "surveyStatus": "Finished", "surveyPromoterScore": 9,
         "surveyCompletedDate": "2021-04-03T00:00:00Z"},
        {"surveyId": "t", "surveyStatus": "Sent"},
    ]  # fmt: skip
    contact, answer = read("genesys_analytics", conversation(metrics=[], agent=True, surveys=surveys)).accepted
    assert (answer.source_id, answer.about.source_id) == ("survey:s", contact.source_id)
    assert [(score.measure, score.value) for score in answer.scores] == [("NPS", 9.0)]


def test_a_skipped_preview_is_no_talk(read, sample):
    result = read("genesys_analytics", sample("genesys_analytics/details_query_callbacks_preview_skip.json"))
    skipped = [one for one in result.accepted if one.contact.reason_code == "ININ-OUTBOUND-PREVIEW-SKIPPED"]
    assert skipped
    assert {(one.contact.direction, one.contact.was_answered, one.contact.talk_seconds) for one in skipped} == {
        ("OUTBOUND", False, None)
    }


def test_an_event_of_the_end_dates_the_beginning(read, sample):
    [part] = read("genesys_analytics", sample("genesys_analytics/eventbridge_conversation_end.json")).accepted
    assert (part.contact.ended_at - part.occurred_at).total_seconds() == 60


@pytest.mark.django_db
@pytest.mark.usefixtures("raw_folder")
def test_a_transcript_becomes_part_of_its_conversation(sample):
    transcript = json.loads(sample("genesys_transcript/voice_transcript_repaired.json"))
    told("genesys_transcript", {**transcript, "conversationId": "c"})
    told("genesys_analytics", json.loads(conversation(metrics=[], agent=True)))
    contact = Feedback.objects.get()
    assert (contact.source, Turn.objects.filter(feedback=contact).count(), contact.contact.talk_seconds) == (
        "genesys_analytics",
        5,
        2.5,
    )
