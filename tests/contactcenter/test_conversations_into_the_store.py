"""Genuine conversations on their whole way, delivered twice; every source's own files; and values gone wrong."""

import io
import json
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings as site
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.intake.delivery import read as read_delivery
from insights.intake.delivery import receive
from insights.intake.source import Unreadable, all_sources, recognise
from insights.models import Delivery, Feedback, JourneyEvent

SAMPLES = Path(site.BASE_DIR).parent / "shared" / "samples"
OURS = (
    "vcon", "webvtt_srt", "plain_transcripts", "email_eml_mbox", "twilio", "google_ccai", "city_311_csv", "cloudevents",
    "abcd_dialogues",
)  # fmt: skip
START = {"started_at": "2026-01-02T03:04:05Z"}
FILES = [
    # file, options, facts the first time
    ("vcon/mcp_01-siprec-billing-dispute.json", {}, 1),
    ("webvtt_srt/youtube_dl.vtt", START, 1),
    ("plain_transcripts/billing-complaint.txt", START, 1),
    ("plain_transcripts/whatsapp-plan-upgrade.txt", {"time_zone": "UTC", "date_order": "MDY"}, 1),
    ("plain_transcripts/followup-positive.xml", {}, 1),
    ("email_eml_mbox/four_messages.mbox", {}, 4),
    ("email_eml_mbox/email_acct_prob_alice_reply.eml", {"ours": "a@example.com"}, 1),
    ("twilio/taskrouter_tasks.json", {}, 1),
    ("twilio/intelligence_sentences.json", START, 1),
    ("google_ccai/readme_chat_epoch_usec.json", {}, 1),
    ("city_311_csv/nyc_311_first300.csv", {}, 299),
    ("cloudevents/json_format_example_7.json", {}, 2),
    ("abcd_dialogues/abcd_sample.json", START, 3),
]


def delivered(name: str, options: dict[str, str], content: bytes) -> Delivery:
    key, _, filename = name.partition("/")
    delivery = receive(io.BytesIO(content), key, options, filename=filename)
    read_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.error == ""
    return delivery


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "options", "facts"), FILES, ids=[one[0] for one in FILES])
def test_the_same_file_again_adds_nothing(name, options, facts, sample, settings, tmp_path):
    settings.RAW_DIR = tmp_path
    content = sample(name)
    first = delivered(name, options, content)
    assert (first.accepted, first.set_aside) == (facts, 0)
    assert Feedback.objects.count() + JourneyEvent.objects.count() == facts
    second = delivered(name, options, content)
    assert (second.accepted, second.updated, second.unchanged) == (0, 0, facts)
    assert Feedback.objects.count() + JourneyEvent.objects.count() == facts


def test_every_genuine_file_is_recognised_by_its_own_source_before_all_others():
    if not SAMPLES.exists():
        pytest.skip("the samples are not on this machine")
    known = {source.key for source in all_sources()}
    wrong = []
    for path in sorted(SAMPLES.glob("*/*")):
        if path.name == "SOURCE.txt" or path.parent.name not in known:
            continue
        found = recognise(path.read_bytes()[:65_536], path.name)
        rivals = [source.key for sure, source in found if sure == found[0][0]] if found else []
        told = not found or found[0][1].key != path.parent.name or rivals != [path.parent.name]
        # what another room reads is that room's test; none of ours may claim it
        if told and (path.parent.name in OURS or not set(OURS).isdisjoint(rivals)):
            wrong.append((f"{path.parent.name}/{path.name}", rivals))
    assert wrong == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
BREAKABLE = (
    "twilio/taskrouter_tasks.json", "twilio/taskrouter_events.json", "twilio/flex_insights_segments.json",
    "twilio/voice_insights_call_summary.json", "twilio/intelligence_transcript.json", "google_ccai/"
    "synthetic_call_065f9b5e-bd50-4cdf-b04e-5479f5dd114d.json", "cloudevents/json_format_example_7.json",
    "city_311_csv/nyc_311_first300.csv", "plain_transcripts/teams-vpn-support.json",
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.sampled_from(BREAKABLE),
    cuts=st.lists(st.tuples(st.integers(0, 6000), st.binary(max_size=6), st.integers(0, 40)), max_size=6),
)
def test_mangled_bytes_give_an_answer_in_words_and_nothing_else(name, cuts, read, sample):
    content = sample(name)[:8000] if name.endswith(".csv") else sample(name)
    for place, new, length in cuts:
        content = content[:place] + new + content[place + length :]
    with suppress(Unreadable):
        result = read(name.partition("/")[0], content, **START)
        assert result.read == len(result.bad) + len(result.excluded) + len(result.firsts)


@pytest.mark.slow
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.sampled_from([one for one in BREAKABLE if one.endswith(".json")]), place=st.integers(0, 60), value=JSON)
def test_any_value_in_any_field_is_read_or_set_aside(name, place, value, read, sample):
    whole = json.loads(sample(name))
    record = whole[0] if isinstance(whole, list) else whole
    lists = [one for one in record.values() if isinstance(one, list) and one and isinstance(one[0], dict)]
    target = lists[0][0] if lists and place % 2 else record
    target[sorted(target)[place // 2 % len(target)]] = value
    with suppress(Unreadable):
        result = read(name.partition("/")[0], json.dumps(whole, default=str).encode("utf-8", "replace"), **START)
        assert result.read == len(result.bad) + len(result.excluded) + len(result.firsts)
