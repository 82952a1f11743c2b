"""Zendesk's words, our records. Counts of the genuine files were made by hand out of the files themselves."""

import gzip
import io
import json
import zipfile
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.intake.record import Excluded
from insights.intake.source import BadRecord, Unreadable, recognise, source_named

WHEN = "2026-01-02T03:04:05Z"
TICKET = {
    "id": 7, "requester_id": 11, "assignee_id": 12, "group_id": 13, "status": "solved", "via": {"channel": "email"},
    "created_at": WHEN, "updated_at": "2026-01-03T00:00:00Z", "subject": "No signal",
    "description": "My phone has no signal.", "tags": ["network"], "custom_fields": [{"id": 99, "value": "outage"}],
    "satisfaction_rating": None,
}  # fmt: skip


def page(**lists: object) -> bytes:
    return json.dumps(lists).encode()


def ticket(**changes: object) -> bytes:
    return page(tickets=[{**TICKET, **changes}])


@pytest.mark.parametrize(
    ("name", "accepted", "excluded"),
    [
        ("incremental_tickets_cursor_page.json", 86, 1),  # 87 tickets, of which 4034 is deleted
        ("ticket_audits_page.json", 87, 4),  # 91 audits: 3 change fields only, 1 holds an internal note
        ("talk_partner_call.json", 1, 0),
        ("estuary_calls.json", 1, 0),
        ("estuary_satisfaction_ratings.json", 0, 1),  # only offered
        ("estuary_ticket_comments.json", 1, 0),
        ("estuary_ticket_metric_events.json", 0, 1),  # a clock that starts
        ("estuary_ticket_metrics.json", 1, 0),
        ("estuary_tickets.json", 1, 0),
    ],
)
def test_a_genuine_file_becomes_the_records_it_holds(name, accepted, excluded, read, sample):
    content = sample(f"zendesk/{name}")
    assert recognise(content[:65_536], name)[0][1].key == "zendesk"
    result = read("zendesk", content)
    assert (len(result.accepted), len(result.excluded), result.bad) == (accepted, excluded, [])
    assert result.read == accepted + excluded


def test_a_ticket_is_a_contact_with_its_words_as_the_first_turn(read):
    [contact] = read("zendesk", ticket(), reason_field="99").accepted
    assert (contact.kind, contact.source_id, contact.channel) == ("CONTACT", "7", "EMAIL")
    assert contact.occurred_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert contact.revision == 1_767_398_400_000_000
    assert (contact.queue, contact.agent, contact.title) == ("13", "12", "No signal")
    assert [(turn.speaker, turn.text) for turn in contact.turns] == [("CUSTOMER", "My phone has no signal.")]
    assert contact.contact.company_says_solved is True
    assert contact.contact.reason_code == "outage"
    assert contact.customer.vendor_ids == ("11",)
    assert contact.attributes["tags"] == ["network"]


def test_users_and_groups_beside_the_tickets_name_who_and_where(read):
    users = [
        {"id": 11, "role": "end-user", "email": "ana@example.com", "phone": "+4915550100", "name": "Ana Vega"},
        {"id": 12, "role": "agent", "email": "bo@example.com", "name": "Bo Lind"},
    ]
    result = read("zendesk", page(tickets=[TICKET], users=users, groups=[{"id": 13, "name": "Mobile"}]))
    [contact] = result.accepted
    assert contact.queue == "Mobile"
    assert (contact.customer.email, contact.customer.phone) == ("ana@example.com", "+4915550100")
    assert set(contact.customer.names) == {"Ana Vega", "Bo Lind"}
    assert result.reading.notices == ["2 users and 1 groups were read for their names."]


def test_a_description_and_the_comment_that_repeats_it_are_one_turn(read):
    told_again = {
        "id": 501, "ticket_id": 7, "author_id": 11, "public": True, "created_at": WHEN,
        "plain_body": "My phone  has no signal. ", "via": {"channel": "email"},
    }  # fmt: skip
    reply = {
        **told_again,
        "id": 502,
        "author_id": 12,
        "plain_body": "Please restart it.",
        "created_at": "2026-01-02T04:04:05Z",
    }
    contact, first, second = read("zendesk", page(tickets=[TICKET], comments=[told_again, reply])).accepted
    assert first.turns[0].source_id == contact.turns[0].source_id
    assert (first.part, first.turns[0].speaker) == ("comment:501", "CUSTOMER")
    assert (second.source_id, second.turns[0].speaker, second.turns[0].offset_seconds) == ("7", "AGENT", 3600.0)


def test_an_internal_note_is_not_the_customers_word(read):
    note = {
        "id": 1,
        "ticket_id": 7,
        "author_id": 12,
        "public": False,
        "body": "rude",
        "created_at": WHEN,
    }
    result = read("zendesk", page(comments=[note]))
    assert result.accepted == []
    assert result.excluded == ["Internal note, not said to the customer"]


def test_comments_of_one_ticket_can_be_told_which_it_is(read):
    comment = {
        "id": 1,
        "author_id": 11,
        "public": True,
        "body": "Hello",
        "html_body": "",
        "created_at": WHEN,
    }
    assert read("zendesk", page(comments=[comment])).bad == [
        "The comment does not say to which ticket it belongs (ticket_id)."
    ]
    assert read("zendesk", page(comments=[comment]), ticket_id="7").accepted[0].source_id == "7"


@pytest.mark.parametrize(("word", "value"), [("good", 1.0), ("bad", 0.0)])
def test_a_rating_in_a_ticket_is_a_survey_answer_about_it(word, value, read):
    contact, answer = read("zendesk", ticket(satisfaction_rating={"score": word, "comment": "As promised"})).accepted
    assert (answer.kind, answer.source_id, answer.about.source_id) == ("SURVEY", "rating:ticket:7", contact.source_id)
    [score] = answer.scores
    assert (score.measure, score.value, score.scale_minimum, score.scale_maximum) == ("CSAT", value, 0, 1)
    assert answer.text == "As promised"


def test_a_rating_has_one_identity_in_the_ticket_and_on_its_own(read):
    own = {
        "id": 5,
        "ticket_id": 7,
        "requester_id": 11,
        "score": "bad",
        "created_at": "2026-01-04T00:00:00Z",
        "comment": None,
    }
    inside = read("zendesk", ticket(satisfaction_rating={"id": 5, "score": "bad"})).accepted[1]
    [alone] = read("zendesk", page(satisfaction_ratings=[own])).accepted
    assert inside.source_id == alone.source_id == "rating:5"


@pytest.mark.parametrize("word", ["offered", "unoffered"])
def test_what_was_only_offered_is_no_score(word, read):
    assert len(read("zendesk", ticket(satisfaction_rating={"score": word})).accepted) == 1
    own = {"id": 5, "ticket_id": 7, "requester_id": 11, "score": word, "created_at": "2026-01-04T00:00:00Z"}
    assert read("zendesk", page(satisfaction_ratings=[own])).excluded == ["Rating offered, not answered"]


def test_metrics_come_in_minutes_and_go_in_seconds(read):
    metrics = {
        "id": 1, "ticket_id": 7, "created_at": WHEN, "assignee_stations": 3, "reopens": 1,
        "reply_time_in_minutes": {"calendar": 90, "business": 30}, "solved_at": "2026-01-03T00:00:00Z",
    }  # fmt: skip
    [part] = read("zendesk", page(ticket_metrics=[metrics])).accepted
    assert (part.source_id, part.part) == ("7", "metrics")
    assert (part.contact.first_response_seconds, part.contact.first_response_business_seconds) == (5400, 1800)
    assert (part.contact.transfers, part.contact.was_reopened) == (2, True)


def test_a_call_keeps_its_times_and_its_outcome(read):
    call = {
        "id": 3, "customer_id": 11, "agent_id": 12, "direction": "inbound", "talk_time": 120, "hold_time": 5,
        "wrap_up_time": 30, "wait_time": 44, "completion_status": "completed", "created_at": WHEN,
    }  # fmt: skip
    given_up = {**call, "id": 4, "agent_id": None, "talk_time": 0, "completion_status": "abandoned_in_queue"}
    answered, lost = read("zendesk", page(calls=[call, given_up])).accepted
    facts = answered.contact
    assert (answered.source_id, answered.channel, facts.direction) == ("call:3", "VOICE", "INBOUND")
    assert (facts.wait_seconds, facts.talk_seconds, facts.hold_seconds, facts.wrap_up_seconds) == (44, 120, 5, 30)
    assert (facts.was_answered, facts.was_abandoned) == (True, False)
    assert (lost.contact.was_answered, lost.contact.was_abandoned) == (False, True)
    assert lost.attributes["completion_status"] == "abandoned_in_queue"


def test_a_call_with_a_ticket_is_a_part_of_it_and_without_one_a_contact(read):
    call = {
        "id": 3, "ticket_id": 7, "agent_id": 12, "direction": "inbound", "talk_time": 120, "created_at": WHEN,
        "call_ended_at": "2026-01-02T03:10:00Z", "completion_status": "completed", "duration": 130,
    }  # fmt: skip
    part, back, alone = read(
        "zendesk",
        page(calls=[call, {**call, "id": 4, "direction": "outbound"}, {**call, "id": 5, "ticket_id": None}]),
    ).accepted
    assert (part.source_id, part.part, part.adds_up) == ("7", "call:3", True)
    assert (part.contact.talk_seconds, part.contact.was_answered, part.contact.ended_at) == (120, True, None)
    assert part.attributes == {"call_3": {"ticket_id": 7, "duration": 130, "completion_status": "completed"}}
    assert (back.part, back.contact.was_answered) == ("call:4", None)  # nobody gives up on a call back
    assert (alone.source_id, alone.part, alone.adds_up) == ("call:5", "", False)
    assert alone.contact.ended_at == datetime(2026, 1, 2, 3, 10, tzinfo=UTC)


def test_address_and_place_of_the_writer_are_dropped(read, sample):
    for name in ("ticket_audits_page.json", "estuary_ticket_comments.json"):
        stored = repr(read("zendesk", sample(f"zendesk/{name}")).accepted)
        assert not [trace for trace in ("203.0.113.7", "Boardman", "latitude") if trace in stored]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None}, "The record has no id"),
        ({"created_at": "redacted"}, "does not say when it happened"),
        ({"created_at": "31/02/2026"}, "There is no such date"),
        ({"created_at": "2026-01-02 03:04:05"}, "names no time zone"),
        ({"status": "asleep"}, "none of new, open"),
        ({"satisfaction_rating": {"score": "7"}}, "none of good, bad"),
        ({"requester_id": ["x"]}, "which is no id"),
    ],
)
def test_a_ticket_that_makes_no_sense_is_set_aside_with_a_sentence(changes, reason, read):
    content = page(tickets=[{**TICKET, **changes}, {**TICKET, "id": 8}])
    result = read("zendesk", content)
    assert len(result.bad) == 1
    assert reason in result.bad[0]
    assert [record.source_id for record in result.accepted] == ["8"]


def test_half_a_page_is_refused_and_says_so(read):
    content = page(tickets=[TICKET] * 50)
    with pytest.raises(Unreadable, match="breaks off before its end"):
        read("zendesk", content[: len(content) // 2])


@pytest.mark.parametrize(
    "content", [b"", b"  \n", b"ResponseId,Q1\n", b'{"hello": 1}', b"\x00\x01\x02", b"PK\x03\x04broken"]
)
def test_another_file_is_refused_with_advice(content, read):
    with pytest.raises(Unreadable) as refused:
        read("zendesk", content)
    assert len(str(refused.value)) > 15


def test_a_broken_line_is_set_aside_and_the_others_go_on(read):
    lines = [json.dumps({**TICKET, "id": number}) for number in (1, 2, 3)]
    result = read("zendesk", "\n".join([lines[0], lines[1][:60], lines[2], ""]).encode())
    assert [record.source_id for record in result.accepted] == ["1", "3"]
    assert "Line 2 is no complete JSON value" in result.bad[0]


@pytest.mark.parametrize("shape", ["page", "list", "single", "bare", "lines", "utf-16", "bom", "gzip", "zip"])
def test_a_ticket_reads_the_same_however_it_is_wrapped(shape, read):
    bare = json.dumps(TICKET).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tickets.json", ticket())
    content = {
        "page": ticket(),
        "list": b"[" + bare + b"]",
        "single": json.dumps({"ticket": TICKET}).encode(),
        "bare": bare,
        "lines": bare + b"\n" + json.dumps({**TICKET, "id": 8}).encode(),
        "utf-16": ticket().decode().encode("utf-16"),
        "bom": b"\xef\xbb\xbf" + ticket(),
        "gzip": gzip.compress(ticket()),
        "zip": packed.getvalue(),
    }[shape]
    assert read("zendesk", content).accepted[0] == read("zendesk", ticket()).accepted[0]


def test_deep_nesting_and_huge_numbers_do_no_harm(read):
    with pytest.raises(Unreadable, match="nests deeper"):
        read("zendesk", b'{"tickets":[{"requester_id":1,"via":{},"status":' + b"[" * 5000 + b"]" * 5000 + b"}]}")
    with pytest.raises(Unreadable, match="4,000 digits"):
        read("zendesk", b'{"tickets":[{"requester_id":1,"via":{},"status":' + b"9" * 5000 + b"}]}")
    infinite = json.dumps({**TICKET, "custom_fields": [{"id": 1, "value": 0}]}).replace('"value": 0', '"value": 1e999')
    assert read("zendesk", infinite.encode()).accepted[0].attributes["field_1"] == "1E+999"


def test_a_mended_record_is_understood_without_the_rest_of_its_file(read):
    comment = {
        "id": 1,
        "ticket_id": 7,
        "author_id": 11,
        "public": True,
        "plain_body": "Hi",
        "created_at": "2026-01-02T05:04:05Z",
    }
    content = page(tickets=[TICKET], ticket_comments=[comment])
    raw = list(read("zendesk", content).reading.records())[1]
    fresh = source_named("zendesk").open(io.BytesIO(content), {})
    [part] = fresh.translate(raw)
    assert (part.turns[0].speaker, part.turns[0].offset_seconds) == ("CUSTOMER", 7200.0)


def mangled(content: bytes) -> st.SearchStrategy[bytes]:
    places = st.integers(0, len(content) - 1)
    return st.lists(st.tuples(places, st.binary(max_size=6), st.integers(0, 30)), min_size=1, max_size=6).map(
        lambda cuts: _cut(content, cuts)
    )


def _cut(content: bytes, cuts: list[tuple[int, bytes, int]]) -> bytes:
    for place, new, length in cuts:
        content = content[:place] + new + content[place + length :]
    return content


EVERYTHING = page(
    tickets=[{**TICKET, "satisfaction_rating": {"id": 1, "score": "good"}}],
    audits=[{"id": 1, "ticket_id": 7, "created_at": WHEN, "author_id": 11, "events": [
        {"id": 2, "type": "Comment", "public": True, "body": "Hello", "author_id": 11},
        {"id": 3, "type": "Change", "field_name": "status", "value": "open", "previous_value": "solved"}]}],
    calls=[{"id": 3, "ticket_id": 7, "direction": "inbound", "talk_time": 1, "created_at": WHEN}],
    ticket_metrics=[{"id": 4, "ticket_id": 7, "created_at": WHEN, "reply_time_in_minutes": {"calendar": 1}}],
    users=[{"id": 11, "role": "end-user", "email": "ana@example.com", "name": "Ana"}],
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=mangled(EVERYTHING))
def test_mangled_bytes_give_an_answer_in_words_and_nothing_else(content, read):
    with suppress(Unreadable):
        result = read("zendesk", content)
        assert result.read == len(result.bad) + len(result.excluded) + len({id(one) for one in result.firsts})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(record=st.sampled_from(["tickets", "audits", "calls", "ticket_metrics"]), field=st.integers(0, 30), value=JSON)
def test_any_value_in_any_field_is_read_or_set_aside(record, field, value, read):
    payload = dict(json.loads(EVERYTHING)[record][0])
    payload[sorted(payload)[field % len(payload)]] = value
    reading = read("zendesk", ticket()).reading
    raw = next(iter(read("zendesk", ticket()).reading.records()))
    with suppress(BadRecord):
        facts = reading.translate(type(raw)(1, payload))
        assert isinstance(facts, Excluded) or facts


@pytest.mark.parametrize(
    ("name", "accepted", "excluded", "bad"),
    [
        ("fivetran_ticket_data.csv", 8, 2, 0),  # ten tickets, two of them deleted
        ("fivetran_ticket_comment_data.csv", 20, 0, 0),
        ("fivetran_ticket_chat_data.csv", 0, 10, 0),  # heads of chats
        (
            "fivetran_ticket_chat_event_data.csv",
            6,
            5,
            1,
        ),  # of twelve, two without words, three no messages, one without actor
    ],
)
def test_a_warehouse_table_becomes_the_records_it_holds(name, accepted, excluded, bad, read, sample):
    content = sample(f"zendesk_warehouse/{name}")
    assert recognise(content[:65_536], name)[0][1].key == "zendesk_warehouse"
    result = read("zendesk_warehouse", content)
    assert (len(result.accepted), len(result.excluded), len(result.bad)) == (accepted, excluded, bad)


def test_a_warehouse_ticket_is_told_like_the_apis(read, sample):
    result = read("zendesk_warehouse", sample("zendesk_warehouse/fivetran_ticket_data.csv"))
    contact = next(one for one in result.accepted if one.source_id == "16988")
    assert contact.occurred_at == datetime(2020, 12, 22, 0, 19, 23, tzinfo=UTC)
    assert (contact.channel, contact.contact.company_says_solved, contact.agent) == ("EMAIL", True, "418284131934")
    assert [turn.text for turn in contact.turns] == ["description1"]
