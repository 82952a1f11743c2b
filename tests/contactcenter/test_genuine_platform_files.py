"""Genuine files of contact-center platforms, with the counts that stand in them, on their whole way and mangled."""

import io
import json
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.intake.delivery import read as read_delivery
from insights.intake.delivery import receive
from insights.intake.source import Unreadable, recognise, source_named
from insights.models import Delivery, Feedback

STARTED = {"started_at": "2026-01-31T13:45:00Z"}
ZONE = {"time_zone": "America/Los_Angeles"}
# Source, file, options; then how many records are accepted, left out on purpose, and set aside.
FILES = [
    ("intercom", "conversation.json", {}, 1, 0, 0),
    ("intercom", "conversations.json", {}, 3, 0, 0),
    ("intercom", "v2_13_conversation_full.json", {}, 1, 0, 0),
    ("intercom", "v2_13_conversations_search.json", {}, 1, 0, 0),
    ("intercom", "conversation_rated_5_with_remark.json", {}, 1, 0, 0),
    # Nine states of two conversations, the last of each being the active one.
    ("intercom_warehouse", "fivetran_conversation_history_data.csv", {}, 2, 7, 0),
    ("freshdesk", "ticket_1.json", {}, 1, 0, 0),
    ("freshdesk", "all_tickets.json", {}, 1, 0, 0),
    ("freshdesk", "conversations.json", {}, 1, 1, 0),  # a reply and an internal note
    ("freshdesk", "time_entries.json", {}, 3, 0, 0),
    ("freshdesk", "contact.json", {}, 0, 1, 0),  # a person
    ("salesforce_case_csv", "gen_ai_demo_Case.csv", {}, 40, 0, 0),
    ("salesforce_case_csv", "archive_Case_first300.csv", {}, 299, 0, 0),  # 300 lines with the header
    ("genesys_analytics", "conversation_detail_chat_hold.json", {}, 1, 0, 0),
    ("genesys_analytics", "details_query_callbacks_preview_skip.json", {}, 25, 0, 0),
    ("genesys_analytics", "eventbridge_conversation_end.json", {}, 1, 0, 0),
    ("genesys_transcript", "voice_transcript_repaired.json", {}, 1, 0, 0),
    ("amazon_connect_ctr", "ctr_single_inbound_voice.json", {}, 1, 0, 0),
    ("amazon_connect_ctr", "aws_mock_ctrs_firehose_newline.ndjson", {}, 100, 0, 0),
    ("amazon_connect_contact_event", "contact_event_connected_to_agent.json", {}, 1, 0, 0),
    ("amazon_connect_contact_event", "agent_event_stream_repaired.json", {}, 0, 1, 0),  # an agent's, not a contact's
    ("amazon_contact_lens", "chat_original.json", {}, 1, 0, 0),
    ("amazon_contact_lens", "voice_original_repaired.json", {}, 0, 0, 1),  # says neither which contact nor when
    ("amazon_contact_lens", "voice_original_repaired.json", {"contact_id": "c-1", **STARTED}, 1, 0, 0),
    ("aws_transcribe_call_analytics", "example_call.json", {}, 0, 0, 1),  # does not say when
    ("aws_transcribe_call_analytics", "example_call.json", STARTED, 1, 0, 0),
    ("nice_cxone", "contacts_completed.json", {}, 2, 0, 0),
    ("five9", "call_log_report.csv", ZONE, 5, 0, 0),  # one call's row stands there twice
    ("talkdesk", "calls_report.json", {}, 3, 0, 0),
]
BROKEN = [
    ("genesys_transcript", "voice_transcript.json", {}, "at line 195"),
    ("amazon_connect_contact_event", "agent_event_stream_sample.json", {}, "at line 7"),
    ("amazon_contact_lens", "voice_original.json", {}, "at line 297"),
]


def options_of(given: dict[str, str], name: str) -> dict[str, str]:
    return {**given, "filename": name}


@pytest.mark.parametrize(("key", "name", "options", "accepted", "excluded", "bad"), FILES)
def test_a_genuine_file_becomes_the_records_it_holds(key, name, options, accepted, excluded, bad, read, sample):
    content = sample(f"{key}/{name}")
    assert recognise(content[:65_536], name)[0][1].key == key
    result = read(key, content, **options_of(options, name))
    assert (len(result.firsts), len(result.excluded), len(result.bad)) == (accepted, excluded, bad)


@pytest.mark.parametrize(("key", "name", "options", "reason"), BROKEN)
def test_a_file_broken_as_published_is_refused_with_the_place(key, name, options, reason, read, sample):
    content = sample(f"{key}/{name}")
    assert recognise(content[:65_536], name)[0][1].key == key
    with pytest.raises(Unreadable, match=reason):
        read(key, content, **options_of(options, name))


@pytest.mark.parametrize("key", sorted({file[0] for file in FILES}))
def test_its_own_source_is_the_surest_of_every_genuine_file(key, sample):
    """No file of another folder is taken for one of this source's."""
    folder = sample_folder(sample, key)
    for path in sorted(folder.parent.glob("*/*")):
        if path.name == "SOURCE.txt" or path.parent.name in (key, "manifest.json") or not path.is_file():
            continue
        head = path.read_bytes()[:65_536]
        mine = source_named(key).recognise(head, path.name)
        theirs = max((sure for sure, source in recognise(head, path.name) if source.key == path.parent.name), default=1)
        assert mine < theirs, path


def sample_folder(sample, key):
    folder = Path(django_settings.BASE_DIR).parent / "shared" / "samples" / key
    if not folder.exists():
        pytest.skip("the samples are not on this machine")
    return folder


def delivered(key: str, content: bytes, options: dict[str, str], name: str) -> Delivery:
    delivery = receive(io.BytesIO(content), key, options, filename=name)
    read_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.error == ""
    return delivery


@pytest.mark.django_db
@pytest.mark.parametrize(("key", "name", "options", "accepted", "excluded", "bad"), FILES)
def test_a_second_delivery_adds_nothing(key, name, options, accepted, excluded, bad, settings, tmp_path, sample):
    settings.RAW_DIR = tmp_path
    content = sample(f"{key}/{name}")
    first = delivered(key, content, options, name)
    assert first.accepted + first.updated + first.unchanged == accepted
    assert (first.excluded, first.set_aside) == (excluded, bad)
    stored = Feedback.objects.count()
    again = delivered(key, content, options, name)
    assert (again.accepted, again.updated, again.unchanged) == (0, 0, accepted)
    assert Feedback.objects.count() == stored


def mangled(content: bytes, cuts: list[tuple[int, bytes, int]]) -> bytes:
    for place, new, length in cuts:
        place %= len(content) or 1
        content = content[:place] + new + content[place + length :]
    return content


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    cuts=st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=6), st.integers(0, 30)), min_size=1, max_size=6)
)
@pytest.mark.parametrize(("key", "name", "options"), [file[:3] for file in FILES])
def test_mangled_bytes_give_an_answer_in_words_and_nothing_else(key, name, options, cuts, read, sample):
    with suppress(Unreadable):
        result = read(key, mangled(sample(f"{key}/{name}")[:30_000], cuts), **options_of(options, name))
        assert result.read == len(result.bad) + len(result.excluded) + len(result.firsts)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: object, way: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value[:3]) if isinstance(value, list) else ()
    return [one for key, child in inside for one in ((*way, key), *places(child, (*way, key)))]


@pytest.mark.slow
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, 10**6), value=VALUES)
@pytest.mark.parametrize(("key", "name", "options"), [file[:3] for file in FILES if file[1].endswith(".json")])
def test_any_value_in_any_field_is_read_or_set_aside(key, name, options, place, value, read, sample):
    document = json.loads(sample(f"{key}/{name}"))
    ways = places(document)
    *way, last = ways[place % len(ways)]
    holder = document
    for step in way:
        holder = holder[step]
    holder[last] = value
    with suppress(Unreadable):
        read(key, json.dumps(document).encode(), **options_of(options, name))
