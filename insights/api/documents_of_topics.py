"""What the addresses of the taxonomy take and give, as JSON Schema."""

from typing import Any

from insights.api.documents import COUNT, FLAG, KEY, NUMBER, TEXT, TIME, Schema, listed, maybe, ref, thing
from insights.enrichment.taxonomy_edits import FEWEST_FOR_A_PART
from insights.models import Feedback, TaxonomyVersion, Topic

_SLUG: Schema = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,79}$", "examples": ["router_late"]}
_NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 120}
_EXAMPLE: Schema = {"type": "string", "minLength": 1, "maxLength": 600, "pattern": "^[^\\u0000]*\\S[^\\u0000]*$"}
_THRESHOLD: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_DESCRIBED: dict[str, Schema] = {
    "name": _NAME,
    "description": {"type": "string", "maxLength": 2000},
    "examples": listed(_EXAMPLE),
    "counter_examples": listed(_EXAMPLE),
    "demand": {"type": "string", "enum": list(Topic.Demand.values)},
    "owner_department": {"type": "string", "maxLength": 120},
    "journey_stage": {"type": "string", "enum": ["", *Feedback.Stage.values]},
    "threshold": {**_THRESHOLD, "description": "Null: the one that was found for the stated precision."},
}
_NEW: Schema = {
    "type": "object",
    "properties": {"key": _SLUG, "parent": TEXT, **_DESCRIBED},
    "required": ["key", "name"],
    "additionalProperties": False,
    "examples": [
        {"key": "gift_cards", "name": "Gift cards", "parent": "rewards", "examples": ["My gift card is void"]}
    ],
}
_OPEN: dict[str, Any] = {"type": "object", "additionalProperties": True}
_SAMPLES = listed(thing({"id": KEY, "text": TEXT}))
_DIFFERENCE = thing(
    {
        **dict.fromkeys(("topic", "name"), TEXT),
        **dict.fromkeys(("before", "after", "gained", "lost"), COUNT),
        "moved_to": {"type": "object", "additionalProperties": COUNT},
        "samples": thing({"gained": _SAMPLES, "lost": _SAMPLES}),
    }
)

TOPICS: dict[str, Schema] = {
    "NewTopic": _NEW,
    "TopicChange": {
        "type": "object",
        "properties": _DESCRIBED,
        "additionalProperties": False,
        "examples": [{"name": "Sign-in", "threshold": 0.4}],
    },
    "TopicEdit": {
        "type": "object",
        "properties": {
            "parent": {"type": "string", "description": "move: the key of the topic above; blank: an area of its own."},
            "into": {"type": "string", "description": "merge: the key of the topic it becomes part of."},
            "parts": {
                **listed(ref("NewTopic")),
                "description": f"split: at least two topics with {FEWEST_FOR_A_PART} examples each.",
            },
        },
        "additionalProperties": False,
        "examples": [{"into": "website_problem"}],
    },
    "Topic": thing(
        {
            **dict.fromkeys(("key", "name", "description", "owner_department", "journey_stage", "demand"), TEXT),
            "examples": listed(TEXT),
            "counter_examples": listed(TEXT),
            "threshold": _THRESHOLD,
            "is_active": FLAG,
            "version": {**COUNT, "description": "Of the taxonomy, when the topic last changed."},
            "parent": maybe(TEXT),
            "merged_into": maybe(TEXT),
            "texts": {**COUNT, "description": "Texts that mention the topic itself, not what stands below it."},
            "by_people": {**COUNT, "description": "Of these, those tagged by people."},
            "mean_confidence": maybe(NUMBER),
        }
    ),
    "TopicTree": thing({"version": maybe(COUNT), "topics": listed(ref("Topic"))}),
    "TaxonomyVersion": thing(
        {
            "number": COUNT,
            "state": {"type": "string", "enum": list(TaxonomyVersion.State.values)},
            "based_on": maybe(COUNT),
            "note": TEXT,
            "edits": listed(_OPEN),
            "figures": {**_OPEN, "description": "Of the classifier on its own examples and labels, out of fold."},
            "texts_done": COUNT,
            "texts_total": COUNT,
            "created_at": TIME,
            "published_at": maybe(TIME),
            "error": TEXT,
        }
    ),
    "TaxonomyVersionList": thing({"versions": listed(ref("TaxonomyVersion"))}),
    "TaxonomyDiff": thing(
        {
            "version": COUNT,
            "complete": {**FLAG, "description": "Whether every text was judged."},
            "texts": COUNT,
            "topics": listed(_DIFFERENCE),
        }
    ),
    "TaxonomyTrial": thing(
        {
            "version": COUNT,
            "complete": {**FLAG, "description": "Whether the test is done."},
            "texts": {**COUNT, "description": "The newest texts that were judged."},
            "error": TEXT,
            "topics": listed(_DIFFERENCE),
        }
    ),
}
