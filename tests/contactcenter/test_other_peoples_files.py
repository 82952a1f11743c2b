"""What other exports of the same formats hold: loaders' envelopes, other languages, other tools."""

import json

import pytest

TICKET = {
    "id": 23, "requester_id": 7, "responder_id": 9, "status": 5, "subject": "Bag", "description_text": "Lost",
    "created_at": "2026-11-22T15:00:34Z", "updated_at": "2026-11-22T15:02:37Z", "source": 2,
}  # fmt: skip
LOADED = {
    "airbyte": lambda stream, record: {"stream": stream, "data": record, "emitted_at": 1},
    "airbyte_protocol": lambda stream, record: {"type": "RECORD", "record": {"stream": stream, "data": record}},
    "singer": lambda stream, record: {"type": "RECORD", "stream": stream, "record": record},
}


def lines(*records: dict) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in records).encode()


@pytest.mark.parametrize("loader", LOADED)
def test_what_a_loader_wrapped_is_read_and_other_streams_are_left_out(read, loader):
    wrap = LOADED[loader]
    done = read("freshdesk", lines(wrap("tickets", TICKET), wrap("surveys", {"id": 1, "title": "S"})))
    assert [one.source_id for one in done.accepted] == ["23"]
    assert done.excluded == ["Record of another stream (surveys)"]
    assert done.bad == []


def test_what_singer_says_beside_its_records_is_left_out(read):
    schema = {"type": "SCHEMA", "stream": "tickets", "schema": {}}
    state = {"type": "STATE", "value": {"bookmarks": {}}}
    ticket = {**TICKET, "status": "open", "via": {"channel": "web"}, "description": "Lost"}
    for key in ("zendesk", "freshdesk"):
        done = read(key, lines(schema, LOADED["singer"]("tickets", ticket), state))
        assert (len(done.accepted), len(done.excluded), done.bad) == (1, 2, [])


def test_zendesk_tickets_that_a_loader_wrapped_are_tickets(read):
    ticket = {**TICKET, "status": "open", "via": {"channel": "web"}, "description": "Lost"}
    done = read("zendesk", lines(LOADED["airbyte"]("tickets", ticket), LOADED["airbyte"]("brands", {"id": 4})))
    assert [one.source_id for one in done.accepted] == ["23"]
    assert done.excluded == ["Record of another stream"]


@pytest.mark.parametrize(("kind", "speaker"), [("end_user", "CUSTOMER"), ("agent", "AGENT"), ("system", "BOT")])
def test_a_message_of_a_messaging_ticket_is_a_turn_of_it(read, kind, speaker):
    event = {
        "zendesk_event_version": "2022-11-06", "type": "zen:event-type:messaging_ticket.message_added",
        "detail": {"id": "141"}, "time": "2026-02-11T14:32:05.254571515Z", "subject": "zen:ticket:141", "id": "E1",
        "event": {"actor": {"id": "77", "type": kind}, "message": {"id": "m1", "body": "Where is my bag?"}},
    }  # fmt: skip
    (part,) = read("zendesk", json.dumps(event).encode()).accepted
    assert (part.source_id, part.part, part.channel) == ("141", "message:m1", "MESSAGING")
    assert [(turn.speaker, turn.text) for turn in part.turns] == [(speaker, "Where is my bag?")]


CHATS = {
    "fr": "27/08/2026 à 15:46 - Ana: oui\n27/08/2026 à 15:47 - Support: oui\n27/08/2026 à 15:48 - Ana: <Médias omis>",
    "es": "27/8/26 3:46 p.\u00a0m. - Ana: hola\n27/8/26 3:47 p.\u00a0m. - Soporte: sí",
    "pt": "27/08/2026 15:46 - Ana: oi\n27/08/2026 15:47 - Suporte: sim\n27/08/2026 15:48 - Ana: <Mídia oculta>",
    "zh": "2026/8/27 下午3:46 - 安娜: 你好\n2026/8/27 下午3:47 - 客服: 您好",
    "de": "27.08.26, 15:46 - Ana: hallo\n27.08.26, 15:47 - Support: ja\n27.08.26, 15:48 - Ana: a.jpg (Datei angehängt)",
}


@pytest.mark.parametrize("language", CHATS)
def test_a_chat_of_whatsapp_is_read_in_the_telephones_language(read, language):
    (chat,) = read("plain_transcripts", CHATS[language].encode(), time_zone="UTC").accepted
    assert chat.occurred_at.isoformat() == "2026-08-27T15:46:00+00:00"
    assert [turn.speaker for turn in chat.turns] == ["CUSTOMER", "AGENT"]


def test_what_whatsapp_says_itself_is_no_ones_word(read):
    chat = (
        "[27.08.26, 15:46:01] ACME Support: \u200eMessages and calls are end-to-end encrypted.\n"
        "[27.08.26, 15:46:21] Ana: hello\n[27.08.26, 15:47:01] ACME Support: yes <This message was edited>\n"
    )
    (done,) = read("plain_transcripts", chat.encode(), time_zone="UTC").accepted
    assert [turn.text for turn in done.turns] == ["hello", "yes"]


ABOVE = {
    "otter": "Agent Mia  0:03  \nHello there.\n\nSam Roe  0:08  \nMy bill is wrong.\n\nTranscribed by https://x.y\n",
    "zoom": "[Agent Mia] 10:15:03\nHello there.\n\n[Sam Roe] 10:15:08\nMy bill is wrong.\n",
    "zoom_chat": (
        "10:15:03\t From Agent Mia to Everyone:\n\tHello there.\n"
        "10:15:08\t From Sam Roe to Everyone:\n\tMy bill is wrong.\n"
    ),
    "zendesk_chat": "(10:15:03 PM) Agent Mia: Hello there.\n(10:15:08 PM) Visitor 12: My bill is wrong.\n",
}


@pytest.mark.parametrize("tool", ABOVE)
def test_transcripts_of_other_tools_say_who_speaks_and_when(read, tool):
    (done,) = read("plain_transcripts", ABOVE[tool].encode(), started_at="2026-01-01T10:15:00Z").accepted
    assert [(turn.speaker, turn.text) for turn in done.turns] == [
        ("AGENT", "Hello there."), ("CUSTOMER", "My bill is wrong."),
    ]  # fmt: skip
    assert done.turns[1].offset_seconds - done.turns[0].offset_seconds == 5


def test_webex_names_its_speakers_above_the_cue_and_sbv_behind_arrows(read):
    webex = (
        'WEBVTT\n\n1 "Agent Mia" (25)\n00:00:01.6 --> 00:00:04.2\nHello.\n\n'
        '2 "Sam" (12)\n00:00:05.0 --> 00:00:07.2\nHi.\n'
    )
    sbv = "0:00:00.599,0:00:04.160\n>> AGENT: Hello.\n\n0:00:04.160,0:00:06.770\n>> SAM: Hi.\n"
    for content in (webex, sbv):
        (done,) = read("webvtt_srt", content.encode(), started_at="2026-01-01T10:15:00Z").accepted
        assert [(turn.speaker, turn.text) for turn in done.turns] == [("AGENT", "Hello."), ("CUSTOMER", "Hi.")]


REPORT = (
    '"Case Number","Case Owner","Subject","Status","Case Origin","Case Reason","Date/Time Opened","Date/Time Closed"\n'
    '"00001001","Kim Lee","Wi-Fi","Closed","Phone","Equipment","7/11/2026, 9:22 PM","7/12/2026, 9:22 PM"\n'
    '"00001002","Kim Lee","Bill","New","Email","","7/21/2026, 9:22 PM",""\n'
    '"Confidential Information - Do Not Distribute","","","","","","",""\n'
)


def test_a_report_on_cases_is_read_by_its_labels(read):
    done = read("salesforce_case_csv", REPORT.encode(), time_zone="America/New_York")
    assert [one.source_id for one in done.accepted] == ["number:00001001", "number:00001002"]
    case = done.accepted[0]
    assert (case.channel, case.agent, case.queue, case.contact.reason_code) == ("VOICE", "Kim Lee", "", "Equipment")
    assert case.occurred_at.isoformat() == "2026-07-12T01:22:00+00:00"
    assert done.excluded == ["Foot of the report"]


@pytest.mark.parametrize(("owner", "queue", "agent"), [("00G1", "Tier 1", ""), ("0051", "", "Tier 1")])
def test_the_owner_of_a_case_is_a_queue_only_where_the_id_says_so(read, owner, queue, agent):
    content = (
        "Id,CaseNumber,Subject,Status,CreatedDate,OwnerId,Owner.Name\n"
        f"5003t00001abcdeAAA,1,Wi-Fi,New,2026-07-11T21:22:08.000Z,{owner},Tier 1\n"
    )
    (case,) = read("salesforce_case_csv", content.encode()).accepted
    assert (case.queue, case.agent) == (queue, agent)


def test_an_analysed_call_began_when_its_recording_did(read):
    analysed = {
        "Channel": "VOICE", "JobStatus": "COMPLETED", "LanguageCode": "en-US", "Version": "1.1.0",
        "CustomerMetadata": {"ContactId": "c-1", "InputS3Uri": "s3://b/CallRecordings/c-1_20260305T08:15_UTC.wav"},
        "Participants": [{"ParticipantId": "1", "ParticipantRole": "CUSTOMER"}],
        "Transcript": [{"BeginOffsetMillis": 0, "EndOffsetMillis": 9, "Content": "Late", "ParticipantId": "1"}],
        "ConversationCharacteristics": {}, "Categories": {},
    }  # fmt: skip
    (part,) = read("amazon_contact_lens", json.dumps(analysed).encode()).accepted
    assert part.occurred_at.isoformat() == "2026-03-05T08:15:00+00:00"


@pytest.mark.parametrize("kind", [["RECORD"], {"a": 1}, None, 4])
def test_a_type_that_is_no_word_is_no_loaders(read, kind):
    done = read("freshdesk", lines({**TICKET, "type": kind, "stream": ["x"], "data": 3}))
    assert [one.source_id for one in done.accepted] == ["23"]
