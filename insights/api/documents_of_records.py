"""The components for records, imports and the state of things; the shape of `documents` goes on here."""

from insights.api.documents import COUNT, FLAG, KEY, NUMBER, TEXT, TIME, Schema, either, listed, maybe, ref, thing
from insights.api.documents import NULL as NOTHING

_FACT_NAMES = (
    *("kind", "source", "account", "source_id", "channel", "touchpoint", "journey_stage", "survey", "product"),
    *("segment", "region", "queue", "team", "language", "title", "text"),
)
_FACTS: dict[str, Schema] = {name: TEXT for name in _FACT_NAMES}  # noqa: C420 - each has the same schema today
_CONTACT: dict[str, Schema] = {
    "ended_at": maybe(TIME),
    "direction": TEXT,
    **{
        name: maybe(NUMBER)
        for name in (
            *("wait_seconds", "talk_seconds", "hold_seconds", "wrap_up_seconds", "first_response_seconds"),
            *("first_response_business_seconds", "transfers"),
        )
    },
    **{
        name: maybe(FLAG)
        for name in ("was_answered", "was_abandoned", "was_escalated", "was_reopened", "company_says_solved")
    },
    "reason_code": TEXT,
}
_READING: dict[str, Schema] = {
    "enriched_at": maybe(TIME),
    "state": {"type": "string", "enum": ["PENDING", "DONE", "FAILED"]},
    "language": TEXT,
    "language_confidence": maybe(NUMBER),
    "sentiment": maybe({"type": "number", "minimum": -1, "maximum": 1}),
    "sentiment_label": TEXT,
    "sentiment_confidence": maybe(NUMBER),
    "words": maybe(COUNT),
    "versions": {"type": "object", "additionalProperties": TEXT},
}
RECORDS: dict[str, Schema] = {
    "Score": thing(
        {
            "measure": {"type": "string", "enum": ["NPS", "CSAT", "CES", "OTHER"]},
            "question": TEXT,
            "wording": TEXT,
            "label": TEXT,
            "value": NUMBER,
            "scale_minimum": NUMBER,
            "scale_maximum": NUMBER,
            "higher_is_better": FLAG,
        }
    ),
    "Turn": thing({"position": COUNT, "speaker": TEXT, "offset_seconds": maybe(NUMBER), "text": TEXT}),
    "Mention": thing(
        {
            "topic": TEXT,
            "name": TEXT,
            "sentiment": maybe(NUMBER),
            "confidence": NUMBER,
            "tagged_by": TEXT,
            "turn": maybe(COUNT),
            "start": maybe(COUNT),
            "end": maybe(COUNT),
        }
    ),
    "Contact": thing(_CONTACT),
    "Reading": thing(_READING, description="What was read out of the words, and by which version. Null is not known."),
    "Feedback": thing(
        {
            "id": KEY,
            "url": TEXT,
            "occurred_at": TIME,
            "customer": maybe(KEY),
            **_FACTS,
            "solicited": FLAG,
            "customer_says_solved": maybe(FLAG),
            "agent": maybe(TEXT),
            "about": either(thing({"id": KEY, "url": TEXT}), NOTHING),
            "contact": either(ref("Contact"), NOTHING),
            "scores": listed(ref("Score")),
            "turns": listed(ref("Turn")),
            "mentions": listed(ref("Mention")),
            "reading": either(ref("Reading"), NOTHING),
            "updated_at": TIME,
        }
    ),
    "FeedbackPage": thing({"count": COUNT, "next": maybe(TEXT), "results": listed(ref("Feedback"))}),
    "Explanation": {
        "type": "object",
        "properties": {"metric": TEXT, "question": {"type": "object"}, "n": maybe(COUNT), "data_version": COUNT},
        "required": ["metric", "formula", "question", "n", "definition_version", "data_version", "exported_at"],
    },
    "Status": thing(
        {
            "sources": listed(
                thing({"source": TEXT, "account": TEXT, "latest_record_at": maybe(TIME), "delivered_at": maybe(TIME)})
            ),
            "mart": thing({"data_version": maybe(COUNT), "built_at": maybe(TIME), "days_to_rebuild": COUNT}),
            "waiting": thing(
                {
                    "deliveries_waiting": COUNT,
                    "deliveries_reading": COUNT,
                    "texts_to_read": COUNT,
                    "texts_failed": COUNT,
                }
            ),
        }
    ),
}
