"""Forms in which vendors hand out the same things: each was retyped from how the vendor's own export looks."""

import json

import pytest

from insights.intake.source import recognise

TICKET = {
    "id": 7, "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-02T10:00:00Z", "subject": "Bill",
    "description": "My bill is wrong", "status": "solved", "requester": {"id": 1, "name": "Ann", "email": "a@b.org",
    "role": "end-user"}, "submitter": {"id": 1, "name": "Ann"}, "assignee": {"id": 2, "name": "Bo", "role": "agent"},
    "group": {"id": 3, "name": "Billing"}, "via": {"channel": "email"}, "tags": [],
    "comments": [
        {"id": 11, "author_id": 1, "body": "My bill is wrong", "public": True, "created_at": "2026-03-01T10:00:00Z"},
        {"id": 12, "author_id": 2, "body": "Mended", "public": True, "created_at": "2026-03-01T11:00:00Z"},
        {"id": 13, "author_id": 2, "body": "She is right", "public": False, "created_at": "2026-03-01T11:00:00Z"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("form", ["lines", "page"])
def test_an_export_of_a_whole_zendesk_account_has_its_comments_and_people_inside(read, form):
    both = [json.dumps(TICKET), json.dumps({**TICKET, "id": 8})]
    content = "\n".join(both) if form == "lines" else f'{{"tickets": [{",".join(both)}]}}'
    assert recognise(content.encode(), "tickets.json")[0][1].key == "zendesk"
    told = read("zendesk", content.encode())
    assert (told.read, told.bad, told.excluded) == (2, [], [])
    ticket, *parts = (one for one in told.accepted if one.source_id == "7")
    assert (ticket.queue, ticket.agent, ticket.customer.email) == ("Billing", "2", "a@b.org")
    said = [(turn.speaker, turn.text, turn.offset_seconds) for one in parts for turn in one.turns]
    assert said == [("CUSTOMER", "My bill is wrong", 0), ("AGENT", "Mended", 3600)]


SEGMENTS = [
    {"Transcript": {"Id": "t1", "ParticipantId": "CUSTOMER", "ParticipantRole": "CUSTOMER", "Content": "I need help",
                    "BeginOffsetMillis": 100, "EndOffsetMillis": 900}},
    {"Transcript": {"Id": "t2", "ParticipantId": "AGENT", "ParticipantRole": "AGENT", "Content": "Sure",
                    "BeginOffsetMillis": 1000, "EndOffsetMillis": 1500}},
    {"Categories": {"MatchedCategories": ["billing"]}},
]  # fmt: skip
START = {"started_at": "2026-03-01T10:00:00Z"}


def test_segments_of_a_call_that_goes_on_are_read_from_the_api(read):
    content = json.dumps({"Channel": "VOICE", "Status": "COMPLETED", "Segments": SEGMENTS}).encode()
    assert recognise(content, "segments.json")[0][1].key == "amazon_contact_lens"
    (contact,) = read("amazon_contact_lens", content, contact_id="c1", **START).accepted
    assert [(turn.speaker, turn.offset_seconds) for turn in contact.turns] == [("CUSTOMER", 0.1), ("AGENT", 1.0)]
    assert contact.attributes["categories"] == ["billing"]


def test_and_from_the_stream_each_batch_a_part_of_its_contact(read):
    head = {"Version": "1.0.0", "Channel": "VOICE", "ContactId": "c2", "LanguageCode": "en-US"}
    later = [{"Utterance": {"Id": "t2", "ParticipantId": "AGENT", "ParticipantRole": "AGENT", "PartialContent": "Su",
                            "BeginOffsetMillis": 1000}},
             {"Transcript": {**SEGMENTS[1]["Transcript"], "Id": "t3"}}]  # fmt: skip
    events = [
        {**head, "EventType": "STARTED"}, {**head, "EventType": "SEGMENTS", "Segments": SEGMENTS},
        {**head, "EventType": "SEGMENTS", "Segments": later}, {**head, "EventType": "COMPLETED"},
    ]  # fmt: skip
    told = read("amazon_contact_lens", "".join(map(json.dumps, events)).encode(), **START)
    assert [(one.source_id, one.part, len(one.turns)) for one in told.accepted] == [
        ("c2", "contact_lens:segments:t1", 2), ("c2", "contact_lens:segments:t3", 1),
    ]  # fmt: skip
    assert told.excluded == ["Analysis without words"] * 2


CITIES = {
    "chicago": ("SR_NUMBER,SR_TYPE,OWNER_DEPARTMENT,STATUS,CREATED_DATE,LAST_MODIFIED_DATE,CLOSED_DATE",
                "SR1,Pothole,CDOT,Completed,03/01/2026 10:00:00 AM,03/02/2026 9:00:00 AM,03/02/2026 9:00:00 AM"),
    "san francisco": ("CaseID,Opened,Closed,Updated,Status,Responsible Agency,Category,Request Type,Source",
                      "SR1,03/01/2026 10:00:00 AM,,,Closed,DPW,Street,Clean,Mobile/Open311"),
    "austin": ("Service Request (SR) Number,SR Description,Method Received,SR Status,Status Change Date,Created Date",
               "SR1,Graffiti,Phone,Closed,03/01/2026 11:00:00 AM,03/01/2026 10:00:00 AM"),
    "baltimore": ("ServiceRequestNum,SRType,MethodReceived,CreatedDate,SRStatus,StatusDate,Agency,CloseDate",
                  "SR1,Missed,Phone,2026/03/01 16:00:00+00,Closed,2026/03/01 17:00:00+00,Waste,"),
}  # fmt: skip


@pytest.mark.parametrize("city", CITIES)
def test_the_requests_of_other_cities_are_known_by_their_columns(read, city):
    content = "\n".join(CITIES[city]).encode()
    assert recognise(content, "311.csv")[0][1].key == "city_311_csv"
    (request,) = read("city_311_csv", content, time_zone="America/Chicago").accepted
    assert (request.source_id, request.occurred_at.isoformat()) == ("SR1", "2026-03-01T16:00:00+00:00")
    assert request.contact.company_says_solved is True


def test_new_yorks_columns_of_2025_are_still_new_yorks(read):
    heads = (
        "Unique Key,Created Date,Closed Date,Agency,Problem (formerly Complaint Type),Problem Detail (formerly "
        "Descriptor),Status,Open Data Channel Type"
    )
    (request,) = read(
        "city_311_csv", f"{heads}\n6,03/01/2026 10:00:00 AM,,NYPD,Noise,Loud,Open,ONLINE\n".encode()
    ).accepted
    assert (request.title, request.channel) == ("Noise: Loud", "WEB")
    assert request.occurred_at.isoformat() == "2026-03-01T15:00:00+00:00"


def test_conversations_of_genesys_jobs_may_still_go_on(read):
    session = {
        "mediaType": "voice", "sessionId": "s2", "metrics": [{"name": "tAcd", "value": 40000}],
        "segments": [{"queueId": "q1", "segmentStart": "2026-03-01T10:00:05.000Z", "segmentType": "interact"}],
    }  # fmt: skip
    page = {
        "conversations": [{"conversationId": "g1", "conversationStart": "2026-03-01T10:00:00.000Z",
                           "originatingDirection": "inbound",
                           "participants": [{"participantId": "p2", "purpose": "acd", "sessions": [session]}]}],
        "cursor": "abc", "dataAvailabilityDate": "2026-03-01T11:00:00Z",
    }  # fmt: skip
    (contact,) = read("genesys_analytics", json.dumps(page).encode()).accepted
    assert (contact.source_id, contact.contact.ended_at, contact.contact.wait_seconds) == ("g1", None, 40)


SUBTITLES = """WEBVTT Kind: captions; Language: en

STYLE
::cue { color: red }

REGION
id:fred

NOTE
a comment
over two lines

intro
00:00.000 --> 00:02.000 align:start position:0%
<v.loud Agent Bo>Hello <i>there</i> <00:00:01.000><c.yellow>friend</c>

00:02.500 --> 00:04.000
<v Ann>My bill &amp; more</v>
"""


def test_subtitles_with_styles_regions_notes_and_voices(read):
    (call,) = read("webvtt_srt", SUBTITLES.encode(), ours="Agent Bo", filename="a.vtt", **START).accepted
    assert [(turn.speaker, turn.text) for turn in call.turns] == [
        ("AGENT", "Hello there friend"), ("CUSTOMER", "My bill & more"),
    ]  # fmt: skip


@pytest.mark.parametrize("version", ["0.0.1", "0.0.2", "0.3.0", "0.4.0"])
def test_a_vcon_of_each_version(read, version):
    mimetype = "mimetype" if version == "0.0.1" else "mediatype"
    vcon = {
        "vcon": version, "uuid": f"u-{version}", "created_at": "2026-03-01T10:00:00Z", "extensions": ["cc"],
        "parties": [{"tel": "+15550100", "name": "Ann", "role": "customer"}, {"name": "Bo", "role": "agent"}],
        "dialog": [
            {"type": "text", "start": "2026-03-01T10:00:00Z", "parties": 0 if version == "0.0.1" else [0, 1],
             "originator": 0, mimetype: "text/plain", "body": "My bill is wrong", "encoding": "none"},
            {"type": "transfer", "start": "2026-03-01T10:02:00Z", "parties": [0, 1], "transferor": 1},
        ],
        "analysis": [], "attachments": [],
    }  # fmt: skip
    (contact,) = read("vcon", json.dumps(vcon).encode()).accepted
    assert (contact.turns[0].speaker, contact.turns[0].text, contact.agent) == ("CUSTOMER", "My bill is wrong", "Bo")
