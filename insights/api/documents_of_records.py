"""The components for records, imports and the state of things; the shape of `documents` goes on here."""

from insights.api.documents import COUNT, FLAG, KEY, NUMBER, TEXT, TIME, Schema, either, listed, maybe, ref, thing
from insights.api.documents import NULL as NOTHING
from insights.intake.pushed import EVENT_SCHEMA, FEEDBACK_SCHEMA

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
    "outcome": {"type": "string", "enum": ["", "SOLVED", "UNSOLVED", "UNCLEAR"]},
    "outcome_confidence": maybe(NUMBER),
    "effort": maybe({"type": "number", "minimum": 0, "maximum": 1}),
    "is_high_effort": maybe(FLAG),
    "intents": maybe(listed(ref("Intent"))),
    "asked_for_superior": maybe(FLAG),
    "seen_before": maybe(FLAG),
    "summary": TEXT,
    "duplicate_of": maybe(KEY),
    "evidence": thing({name: listed(ref("Place")) for name in ("outcome", "asked_for_superior", "seen_before")}),
    "words": maybe(COUNT),
    "versions": {"type": "object", "additionalProperties": TEXT},
}
_FOUND_BY: Schema = maybe({"type": "string", "enum": ["ID", "WINDOW"], "description": "By its id, or the window."})
RECORDS: dict[str, Schema] = {
    "Intent": thing(
        {
            "intent": {"type": "string", "enum": ["CHURN_RISK", "COMPETITOR", "COMPLAINT", "IDEA", "PURCHASE"]},
            "confidence": NUMBER,
            "name": maybe(TEXT),
            "sentiment": maybe(NUMBER),
            "place": either(ref("Place"), NOTHING),
        }
    ),
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
    "Place": thing(
        {"turn": maybe(COUNT), "start": COUNT, "end": COUNT},
        description="Characters [start, end) of the turn at this position; of the feedback's text where it is null.",
    ),
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
            "about": either(thing({"id": KEY, "url": TEXT, "found_by": _FOUND_BY}), NOTHING),
            "contact": either(ref("Contact"), NOTHING),
            "scores": listed(ref("Score")),
            "turns": listed(ref("Turn")),
            "words_hidden": FLAG,
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
    "Taken": thing(
        {"state": {"type": "string", "enum": ["KEPT", "KNOWN"]}},
        description="KEPT: the call is kept and will be read. KNOWN: the same event was taken before; nothing is done.",
    ),
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

# --- imports

_DELIVERY: dict[str, Schema] = {
    "id": KEY,
    "url": TEXT,
    "source": TEXT,
    "account": TEXT,
    "origin": TEXT,
    "filename": TEXT,
    "state": {"type": "string", "enum": ["RECEIVED", "READING", "DONE", "FAILED", "CANCELLED"]},
    **dict.fromkeys(("read", "accepted", "updated", "unchanged", "set_aside", "excluded"), COUNT),
    "error": TEXT,
    "created_at": TIME,
    "finished_at": maybe(TIME),
}
_PAYLOAD: Schema = {"type": "object", "description": "The record as it stands in the delivery, by its own names."}
_OUTCOME: Schema = {"type": "string", "enum": ["accepted", "updated", "unchanged", "excluded", "set_aside"]}
_OPTION = thing(
    {"name": TEXT, "question": TEXT, "choices": listed(TEXT), "required": FLAG, "default": TEXT},
)
_PUSHED = {
    "kind": "SURVEY",
    "source_id": "answer-1",
    "occurred_at": "2026-01-31T13:45:00Z",
    "channel": "WEB",
    "survey": "After delivery",
    "text": "The parcel came two days late.",
    "customer": {"customer_number": "4711"},
    "scores": [{"measure": "NPS", "question": "recommend", "value": 6, "scale_minimum": 0, "scale_maximum": 10}],
}
RECORDS |= {
    "ImportSummary": thing(_DELIVERY),
    "ImportPage": thing({"next": maybe(TEXT), "results": listed(ref("ImportSummary"))}),
    "ImportStarted": thing({"id": KEY, "url": TEXT}),
    "ImportForm": {
        "type": "object",
        "properties": {
            "file": {"type": "string", "contentMediaType": "application/octet-stream", "format": "binary"},
            "source": {"type": "string", "maxLength": 60, "description": "A key of GET /api/v1/sources."},
            "account": {"type": "string", "maxLength": 120, "description": "Which account of that source, if several."},
            "options": {"type": "string", "description": "A JSON object: what the source asks for."},
        },
        "required": ["file", "source"],
        "additionalProperties": False,
    },
    "Import": thing(
        {
            **_DELIVERY,
            "errors": listed(thing({"record": COUNT, "line": maybe(COUNT), "field": TEXT, "reason": TEXT})),
            "excluded_reasons": {"type": "object", "additionalProperties": COUNT},
            "notices": listed(TEXT),
            "rows_per_second": maybe(NUMBER),
            "progress": {"type": "number", "minimum": 0, "maximum": 1},
            "seconds_left": maybe(NUMBER),
            "set_aside_url": TEXT,
        },
        description="read = accepted + updated + unchanged + set_aside + excluded, one for each record.",
    ),
    "SetAside": thing({"record": COUNT, "line": maybe(COUNT), "field": TEXT, "reason": TEXT, "payload": _PAYLOAD}),
    "SetAsidePage": thing({"next": maybe(TEXT), "results": listed(ref("SetAside"))}),
    "Replay": thing(
        {
            "records": {
                **listed(thing({"record": COUNT, "payload": _PAYLOAD}, required=["record"])),
                "minItems": 1,
                "maxItems": 500,
            }
        },
        examples=[{"records": [{"record": 17, "payload": {"score": "9"}}]}],
    ),
    "Replayed": thing(
        {"url": TEXT, "results": listed(thing({"record": COUNT, "outcome": _OUTCOME, "reason": maybe(TEXT)}))}
    ),
    "SourceList": thing(
        {
            "sources": listed(
                thing(
                    {
                        "key": TEXT,
                        "label": TEXT,
                        "side": {"type": "string", "enum": ["SURVEYS", "CONTACTS", "BOTH"]},
                        "reads": TEXT,
                        "identity": TEXT,
                        "options": listed(_OPTION),
                    }
                )
            )
        }
    ),
    "PushedFeedback": FEEDBACK_SCHEMA,
    "PushedEvent": EVENT_SCHEMA,
    "Push": thing(
        {
            "source": {"type": "string", "minLength": 1, "maxLength": 60, "default": "push"},
            "account": {"type": "string", "maxLength": 120, "default": ""},
            "records": {
                **listed(either(ref("PushedFeedback"), ref("PushedEvent"))),
                "minItems": 1,
                "maxItems": 5000,
            },
        },
        required=["records"],
        description="A record that cannot be read is set aside with its reason; the others are stored.",
        examples=[{"source": "shop", "records": [_PUSHED]}],
    ),
    "MappingDeclaration": {"type": "object", "minProperties": 1},
    "Mapping": thing({"name": TEXT, "declaration": ref("MappingDeclaration"), "updated_at": TIME}),
}
