"""Conversations as Google's API gives them out, written as its reference describes them."""

import json
from datetime import UTC, datetime

CONVERSATION = {
    "name": "projects/p/locations/l/conversations/c-9",
    "startTime": "2026-01-02T10:00:00Z",
    "medium": "PHONE_CALL",
    "languageCode": "en-US",
    "labels": {"line": "billing"},
    "transcript": {
        "transcriptSegments": [
            {"text": "Hello, how can I help?", "segmentParticipant": {"role": "HUMAN_AGENT", "userId": "a-1"},
             "words": [{"word": "Hello", "startOffset": "0.5s"}]},
            {"text": "My invoice is wrong", "segmentParticipant": {"role": "END_USER"},
             "words": [{"word": "My", "startOffset": "4.250s"}]},
        ]
    },
}  # fmt: skip


def test_a_conversation_of_the_api_is_read_with_speakers_and_offsets(read):
    (contact,) = read("google_ccai", json.dumps({"conversations": [CONVERSATION]}).encode()).accepted
    assert (contact.source_id, contact.channel, contact.agent) == ("c-9", "VOICE", "a-1")
    assert contact.occurred_at == datetime(2026, 1, 2, 10, 0, 0, 500_000, tzinfo=UTC)
    assert [(turn.speaker, turn.offset_seconds) for turn in contact.turns] == [("AGENT", 0.0), ("CUSTOMER", 3.75)]


def test_a_role_nobody_knows_is_told(read):
    odd = json.loads(json.dumps(CONVERSATION))
    odd["transcript"]["transcriptSegments"][0]["segmentParticipant"]["role"] = "PARROT"
    assert "PARROT" in read("google_ccai", json.dumps(odd).encode()).bad[0]
