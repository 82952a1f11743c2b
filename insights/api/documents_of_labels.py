"""What the addresses of labels and quality take and give, as JSON Schema."""

from typing import Any

from insights.analysis.refit import REFITTED
from insights.api.documents import COUNT, KEY, NULL, NUMBER, TEXT, TIME, Schema, either, listed, maybe, ref, thing
from insights.enrichment.label_queue import MODES
from insights.enrichment.people import VALUES
from insights.models import AdoptedHead, Label

_TASK: Schema = {"type": "string", "enum": list(VALUES)}
_PURPOSE: Schema = {"type": "string", "enum": list(Label.Purpose.values)}
_SLUG: Schema = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,79}$"}
_DIGEST: Schema = {"type": "string", "pattern": "^([0-9a-f]{16})?$"}
_PLACE: Schema = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
_OPEN: dict[str, Any] = {"type": "object", "additionalProperties": True}
_SPAN: Schema = {
    "type": "object",
    "properties": {"turn": maybe(_PLACE), "start": _PLACE, "end": _PLACE},
    "required": ["start", "end"],
    "additionalProperties": False,
    "description": "Characters [start, end) of the customer's turn at this position, or of the text without turns.",
}
_MEASURE = ref("QualityMeasure")
_OF_CLASS = thing(
    {"name": TEXT, "true": COUNT, "said": COUNT, **dict.fromkeys(("precision", "recall", "f1"), _MEASURE)}
)


def _answer(task: str, values: tuple[str, ...], **more: Schema) -> Schema:
    """The body of one kind of answer."""
    return {
        "type": "object",
        "properties": {
            "feedback": KEY,
            "task": {"type": "string", "enum": [task]},
            "value": {"type": "string", "enum": list(values)},
            "purpose": _PURPOSE,
            "words_digest": {
                **_DIGEST,
                "description": "As it came with the text; an answer to other words is refused.",
            },
            "span": either(ref("Span"), NULL),
            **more,
        },
        "required": ["feedback", "task", "value", *more],
        "additionalProperties": False,
    }


LABELS: dict[str, Schema] = {
    "Span": _SPAN,
    "NewLabel": {
        "oneOf": [
            *(_answer(task, values) for task, values in VALUES.items() if task != Label.Task.TOPIC),
            _answer(Label.Task.TOPIC.value, VALUES[Label.Task.TOPIC], topic=_SLUG),
            {
                "type": "object",
                "properties": {
                    "feedback": KEY,
                    "task": {"type": "string", "enum": ["TOPIC"]},
                    "topics": {**listed(_SLUG), "maxItems": 50},
                    "purpose": _PURPOSE,
                    "words_digest": _DIGEST,
                },
                "required": ["feedback", "task", "topics"],
                "additionalProperties": False,
            },
        ],
        "examples": [
            {"feedback": "01890000-0000-7000-8000-000000000000", "task": "SENTIMENT", "value": "NEGATIVE"},
            {"feedback": "01890000-0000-7000-8000-000000000000", "task": "TOPIC", "topic": "invoice", "value": "YES"},
        ],
    },
    "Label": thing(
        {
            "id": KEY,
            "feedback": KEY,
            "task": _TASK,
            "topic": maybe(TEXT),
            "value": TEXT,
            "purpose": _PURPOSE,
            "seen_before": {**maybe(TEXT), "description": "What the model said then; null: nothing."},
            "words_digest": TEXT,
            "span": either(thing({"turn": maybe(COUNT), "start": COUNT, "end": COUNT}), NULL),
            "by": maybe(TEXT),
            "created_at": TIME,
            "updated_at": TIME,
        }
    ),
    "LabelList": thing({"labels": listed(ref("Label"))}),
    "LabelPage": thing({"next": maybe(TEXT), "labels": listed(ref("Label"))}),
    "LabelQueue": thing(
        {
            "progress": thing(
                {
                    "drawn": COUNT,
                    "answered": COUNT,
                    "doubled": COUNT,
                    "left": {**COUNT, "description": "Gold texts to judge before figures say something."},
                }
            ),
            "questions": listed(
                thing(
                    {
                        "feedback": KEY,
                        "url": TEXT,
                        "task": _TASK,
                        "topic": {**maybe(TEXT), "description": "Asked about it alone; null with TOPIC: all topics."},
                        "purpose": _PURPOSE,
                        "words_digest": TEXT,
                        "certainty": {**maybe(NUMBER), "description": "Null: chosen at random."},
                        "kind": TEXT,
                        "channel": TEXT,
                        "title": TEXT,
                        "text": TEXT,
                        "turns": listed(thing({"position": COUNT, "speaker": TEXT, "text": TEXT})),
                    }
                )
            ),
        }
    ),
    "QualityMeasure": thing(
        {
            "value": maybe(NUMBER),
            "low": maybe(NUMBER),
            "high": maybe(NUMBER),
            "n": COUNT,
            "state": {"type": "string", "enum": ["OK", "INDICATIVE", "TOO_FEW"]},
        }
    ),
    "Quality": thing(
        {
            "run": either(
                thing(
                    {
                        "at": TIME,
                        "versions": _OPEN,
                        "gold": thing({"texts": COUNT, "tasks": listed(_OPEN)}),
                        "agreement": listed(
                            thing(
                                {
                                    "task": _TASK,
                                    "topic": maybe(TEXT),
                                    "texts": COUNT,
                                    "people": COUNT,
                                    "alpha": maybe(NUMBER),
                                    "low": maybe(NUMBER),
                                    "high": maybe(NUMBER),
                                    "kappa": maybe(NUMBER),
                                }
                            )
                        ),
                        "tasks": listed(
                            thing(
                                {
                                    "task": _TASK,
                                    "n": COUNT,
                                    **dict.fromkeys(("coverage", "accuracy", "macro_f1", "micro_f1"), _MEASURE),
                                    "classes": listed(_OF_CLASS),
                                    "calibration": _OPEN,
                                }
                            )
                        ),
                        "sides": {
                            "type": "object",
                            "additionalProperties": listed(_OF_CLASS),
                            "description": "Topics once more, by kind of feedback.",
                        },
                        "drift": _OPEN,
                    }
                ),
                NULL,
            ),
            "heads": listed(ref("Refit")),
        }
    ),
    "Refit": thing(
        {
            "number": COUNT,
            "task": TEXT,
            "state": {"type": "string", "enum": list(AdoptedHead.State.values)},
            "version": TEXT,
            "labels": COUNT,
            "before": maybe(NUMBER),
            "after": maybe(NUMBER),
            "gold_texts": maybe(COUNT),
            "reason": {**TEXT, "description": "Why it was adopted or kept out, in words."},
            "by": maybe(TEXT),
            "at": TIME,
        }
    ),
    "RefitList": thing({"refits": listed(ref("Refit"))}),
    "NewRefit": {
        "type": "object",
        "properties": {"task": {"type": "string", "enum": list(REFITTED)}},
        "required": ["task"],
        "additionalProperties": False,
        "examples": [{"task": "SENTIMENT"}],
    },
    "RefitStarted": thing(
        {"task": TEXT, "outcome": {**TEXT, "description": "Where it is told; empty until it is known."}}
    ),
    "EnrichmentState": thing(
        {
            "pending": COUNT,
            "done": COUNT,
            "failed": COUNT,
            "texts_per_second": maybe(NUMBER),
            "seconds_left": maybe(COUNT),
            "outdated": COUNT,
            "versions": {"type": "object", "additionalProperties": TEXT},
            "taxonomy": maybe(COUNT),
            "not_yet_findable": COUNT,
        }
    ),
}


def _query(name: str, schema: Schema, words: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "description": words, "schema": schema}


LABEL_PARAMETERS: dict[str, list[Schema]] = {
    "labels": [
        _query("task", _TASK, "Only labels of this task."),
        _query("purpose", _PURPOSE, "Only labels given for this purpose."),
        _query("feedback", KEY, "Only labels of this text."),
    ],
    "label_queue": [
        _query("task", _TASK, "What to ask about; default SENTIMENT."),
        _query("mode", {"type": "string", "enum": list(MODES)}, "UNSURE teaches, GOLD measures; default UNSURE."),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}, "Texts at most."),
    ],
}
