"""vCons of all versions: genuine files, and the rules that they do not show."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.intake.source import Unreadable, recognise

VCON = {
    "vcon": "0.3.0",
    "uuid": "0195544a-0000-8000-8000-000000000001",
    "created_at": "2026-01-02T03:04:05+00:00",
    "parties": [
        {"tel": "+15550100", "name": "Ana Vega", "meta": {"role": "customer"}},
        {"mailto": "bo@example.com", "name": "Bo Lind", "role": "agent"},
    ],
    "dialog": [
        {
            "type": "recording", "start": "2026-01-02T03:00:00Z", "duration": 120, "parties": [0, 1],
            "mediatype": "audio/x-wav", "encoding": "base64url", "body": "UklGRg",
        },
        {"type": "transfer", "start": "2026-01-02T03:02:00Z", "transferee": 0, "transferor": 1},
    ],
    "analysis": [],
}  # fmt: skip


def vcon(**changes: object) -> bytes:
    return json.dumps({**VCON, **changes}).encode()


@pytest.mark.parametrize(
    ("name", "turns", "bad"),
    [
        ("ab_call_int_rec.vcon", 0, 0),
        ("ab_call_ext_rec_signed.vcon", 0, 0),
        ("ab_email_prob_followup_text_thread.vcon", 3, 0),
        ("fake_18b0f9b0-9bae-47ce-9862-9441f64133bc.vcon.json", 13, 0),
        ("fake_1986a446-ce44-4050-a5a0-6be16bab5ebf.vcon.json", 12, 0),
        ("fake_645bb6b6-3c36-4653-a337-3e74d5a284ce.vcon.json", 10, 0),
        ("mcp_01-siprec-billing-dispute.json", 11, 0),
        ("invalid_bad_duration.json", 0, 1),
        ("invalid_bad_party_ref.json", 0, 1),
    ],
)
def test_a_genuine_file_becomes_the_contact_it_holds(name, turns, bad, read, sample):
    content = sample(f"vcon/{name}")
    assert recognise(content[:65_536], name)[0][1].key == "vcon"
    result = read("vcon", content)
    assert (len(result.accepted), len(result.bad)) == (1 - bad, bad)
    assert [len(one.turns) for one in result.accepted] == [turns] * (1 - bad)


def test_a_version_without_quotes_is_no_json_and_the_place_is_told(read, sample):
    content = sample("vcon/invalid_simple-vcon_unquoted_version.vcon")
    assert recognise(content, "simple.vcon")[0][1].key == "vcon"
    with pytest.raises(Unreadable, match="no valid JSON"):
        read("vcon", content, filename="simple.vcon")


@pytest.mark.parametrize(
    ("name", "path"), [("bad_duration", "dialog[0].duration is -30"), ("bad_party_ref", "dialog[0].parties[1] names")]
)
def test_what_is_wrong_is_told_with_its_path(name, path, read, sample):
    assert path in read("vcon", sample(f"vcon/invalid_{name}.json")).bad[0]


def test_a_mail_thread_keeps_what_each_wrote_and_drops_what_it_quotes(read, sample):
    content = sample("vcon/ab_email_prob_followup_text_thread.vcon")
    [contact] = read("vcon", content, ours="a@example.com").accepted
    assert contact.channel == "EMAIL"
    assert [(turn.speaker, turn.text) for turn in contact.turns][1:] == [
        ("CUSTOMER", "Hi Alice:\nAll is fine. Thanks."),
        ("AGENT", "Awesome!"),
    ]
    assert contact.customer.email == "b@example.com"


def test_nobodys_words_are_put_into_the_customers_mouth(read, sample):
    result = read("vcon", sample("vcon/ab_email_prob_followup_text_thread.vcon"))
    assert {turn.speaker for turn in result.accepted[0].turns} == {"SYSTEM"}
    assert "option ours" in result.reading.notices[0]


def test_a_transcript_with_names_speaks_for_both_sides(read, sample):
    result = read("vcon", sample("vcon/mcp_01-siprec-billing-dispute.json"))
    [contact] = result.accepted
    assert [turn.speaker for turn in contact.turns][:3] == ["AGENT", "CUSTOMER", "AGENT"]
    assert (contact.channel, contact.contact.talk_seconds, contact.agent) == ("VOICE", 342, "Agent Mike Rivera")
    assert "no uuid" in result.reading.notices[0]
    assert contact.source_id == read("vcon", sample("vcon/mcp_01-siprec-billing-dispute.json")).accepted[0].source_id


def test_messages_with_a_speaker_each_are_turns_at_their_offsets(read, sample):
    [contact] = read("vcon", sample("vcon/fake_645bb6b6-3c36-4653-a337-3e74d5a284ce.vcon.json")).accepted
    assert [(turn.speaker, turn.offset_seconds) for turn in contact.turns][:3] == [
        ("AGENT", 0.0), ("CUSTOMER", 300.0), ("AGENT", 571.0),
    ]  # fmt: skip
    assert contact.occurred_at == datetime(2025, 2, 19, 21, 15, 50, tzinfo=UTC)


def test_a_call_keeps_its_length_its_transfers_and_no_sound(read):
    result = read("vcon", vcon())
    [contact] = result.accepted
    facts = contact.contact
    assert (facts.talk_seconds, facts.transfers, facts.direction, facts.was_answered) == (120, 1, "INBOUND", True)
    assert facts.ended_at == datetime(2026, 1, 2, 3, 2, tzinfo=UTC)
    assert (contact.customer.phone, contact.agent) == ("+15550100", "Bo Lind")
    assert "UklGRg" not in repr(list(result.reading.records()))


@pytest.mark.parametrize(
    "body",
    [
        [{"party": 1, "text": "Hello", "start": 1.5}, {"party": 0, "text": "My bill is wrong", "start": 4}],
        json.dumps([{"speaker": "Bo Lind", "message": "Hello", "start_time": "1.5"},
                    {"speaker": "customer", "message": "My bill is wrong", "start_time": 4}]),
        {"segments": [{"speaker": 1, "text": "Hello", "timestamp": "2026-01-02T03:00:01.5Z"},
                      {"speaker": 0, "text": "My bill is wrong", "timestamp": "2026-01-02T03:00:04Z"}]},
        {"transcript": "00:01.5 Bo Lind: Hello\n00:04 Ana Vega: My bill is wrong"},
    ],
    ids=["indexes", "a text of JSON", "instants", "labelled lines"],
)  # fmt: skip
def test_transcripts_come_in_many_shapes_and_say_the_same(body, read):
    analysis = [{"type": "transcript", "dialog": 0, "body": body, "encoding": "json"}]
    [contact] = read("vcon", vcon(analysis=analysis)).accepted
    assert [(turn.speaker, turn.text, turn.offset_seconds) for turn in contact.turns] == [
        ("AGENT", "Hello", 1.5),
        ("CUSTOMER", "My bill is wrong", 4.0),
    ]


def test_of_two_transcripts_of_one_dialog_the_one_that_tells_speakers_apart_is_kept(read):
    analysis = [
        {"type": "transcript", "dialog": 0, "body": "Hello\n\nMy bill is wrong"},
        {"type": "diarized", "dialog": 0, "body": "Agent: Hello\n\nCustomer: My bill is wrong"},
    ]
    [contact] = read("vcon", vcon(analysis=analysis)).accepted
    assert [turn.speaker for turn in contact.turns] == ["AGENT", "CUSTOMER"]


def test_an_encrypted_vcon_is_refused_politely(read):
    content = json.dumps({"ciphertext": "x", "recipients": [{}], "iv": "y", "tag": "z"}).encode()
    assert "is encrypted" in read("vcon", content).bad[0]


def test_a_signed_vcon_is_read_and_marked(read):
    payload = base64.urlsafe_b64encode(vcon()).rstrip(b"=").decode()
    content = json.dumps({"payload": payload, "signatures": [{"protected": "", "signature": "x"}]}).encode()
    result = read("vcon", content)
    assert result.accepted[0].attributes["signature"] == "not verified"
    assert "not verified" in result.reading.notices[0]


def test_a_redacted_vcon_never_names_its_original(read):
    original = "0195544a-ffff-8000-8000-000000000009"
    [contact] = read("vcon", vcon(redacted={"uuid": original, "type": "PII"})).accepted
    assert contact.attributes["redacted"] == "PII"
    assert original not in repr(contact)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"parties": None}, "parties is None"),
        ({"dialog": [{"type": "text", "parties": "0"}]}, "dialog[0].parties is '0'"),
        ({"dialog": [{"type": "text", "start": "soon"}]}, "dialog[0].start: 'soon' is no date"),
        ({"dialog": [7]}, "dialog[0] is '7'"),
        ({"created_at": None, "dialog": [{"type": "text", "start": "2026-01-02T03:00:00"}]}, "names no time zone"),
        ({"created_at": None, "dialog": [{"type": "text", "body": "Hi", "parties": 0}]}, "does not say when"),
    ],
)
def test_a_vcon_that_makes_no_sense_is_set_aside_with_the_path(changes, reason, read):
    [bad] = read("vcon", vcon(**changes)).bad
    assert reason in bad


def test_lists_and_lines_of_vcons_are_read_too(read):
    other = {**VCON, "uuid": "0195544a-0000-8000-8000-000000000002"}
    lines = b"\n".join(json.dumps(one).encode() for one in (VCON, other))
    assert len(read("vcon", lines).accepted) == len(read("vcon", json.dumps([VCON, other]).encode()).accepted) == 2


def _cut(content: bytes, cuts: list[tuple[int, bytes, int]]) -> bytes:
    for place, new, length in cuts:
        content = content[:place] + new + content[place + length :]
    return content


@pytest.mark.slow
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(0, 900), st.binary(max_size=6), st.integers(0, 30)), max_size=6))
def test_mangled_bytes_give_an_answer_in_words_and_nothing_else(cuts, read):
    analysis = [{"type": "transcript", "dialog": 0, "body": [{"party": 1, "text": "Hello", "start": 1.5}]}]
    with suppress(Unreadable):
        result = read("vcon", _cut(vcon(analysis=analysis), cuts))
        assert result.read == len(result.bad) + len(result.excluded) + len(result.firsts)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("uuid", "vcon", "created_at", "updated_at", "parties", "dialog", "analysis", "attachments", "redacted")
INSIDE = ("type", "start", "duration", "parties", "originator", "body", "encoding", "mediatype", "role", "meta", "tel")


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(field=st.sampled_from(FIELDS), inside=st.sampled_from(INSIDE), value=JSON, deep=st.booleans())
def test_any_value_in_any_field_is_read_or_set_aside(field, inside, value, deep, read):
    changed = [{**(VCON.get(field) or [{}])[0], inside: value}] if deep and field in FIELDS[4:8] else value
    content = json.dumps({**VCON, field: changed}, default=str).encode("utf-8", "replace")
    with suppress(Unreadable):
        result = read("vcon", content)
        assert result.read == 1
