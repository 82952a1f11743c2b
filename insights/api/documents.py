"""What goes in and out, as JSON Schema: the components of the OpenAPI document. Tests hold every answer against it."""

from typing import Any

from insights.mart.medium import MEDIA
from insights.metrics.dimensions import DIMENSIONS, Dimension
from insights.metrics.periods import BUCKETS, COMPARISONS
from insights.metrics.registry import METRICS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TIME: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date", "examples": ["2026-01-31"]}
KEY: Schema = {"type": "string", "format": "uuid"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}


def maybe(schema: Schema) -> Schema:
    """Return the schema of the same or null, which always means "not known"."""
    return {
        **schema,
        "type": [schema["type"], "null"],
        **({"enum": [*schema["enum"], None]} if "enum" in schema else {}),
    }


def listed(schema: Schema) -> Schema:
    """Return the schema of a list of these."""
    return {"type": "array", "items": schema}


def thing(members: dict[str, Schema], **more: Any) -> Schema:
    """Return the schema of an object that has exactly these members."""
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
        **more,
    }


def ref(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def either(*schemas: Schema) -> Schema:
    """Return the schema of any of these."""
    return {"anyOf": list(schemas)}


NULL: Schema = {"type": "null"}

# --- parameters


def _parameter(name: str, schema: Schema, description: str, *, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def _filter(dimension: Dimension) -> Schema:
    item: Schema = {"type": "string", "maxLength": 300, "pattern": "^[^\\u0000]*$"}
    if dimension.values:
        item = {"type": "string", "enum": list(dimension.values)}
    words = f"{dimension.label}: only these; give it again for each further value, and empty for “not known”."
    return _parameter(dimension.name, {"type": "array", "items": item, "maxItems": 200}, words)


def _choice(name: str, values: list[str], words: str) -> Schema:
    return _parameter(name, {"type": "string", "enum": values}, words)


_OWN = {name: values for metric in METRICS.values() for name, values in metric.parameters.items()}
_CUTS: Schema = {
    "type": "array",
    "items": {"type": "string", "enum": list(DIMENSIONS)},
    "maxItems": 3,
    "uniqueItems": True,
}
_FILTERS = [
    _parameter("since", DAY, "First day, in the company's time zone. Default: 90 days before until."),
    _parameter("until", DAY, "The day after the last. Default: tomorrow, so that today is included."),
    *(_filter(dimension) for dimension in DIMENSIONS.values()),
    *(
        _choice(name, list(values), f"Of the metrics that have it; default {values[0]}.")
        for name, values in _OWN.items()
    ),
    _parameter("hour", TIME, "Only the clock hour that began then: what a row of an hour bucket asks."),
    _parameter(
        "as_of",
        {"type": "integer", "minimum": 0, "maximum": 999_999_999_999_999},
        "Ask an earlier version of the data: `as_of.data_version` of an answer.",
    ),
]
PARAMETERS: dict[str, list[Schema]] = {
    "filters": _FILTERS,
    "cuts": [
        _parameter("by", _CUTS, "Cut by these, three at most."),
        _choice("bucket", list(BUCKETS), "A row for each hour (62 days at most), day, week from Monday, month, …"),
        _choice("compare", list(COMPARISONS), "With the period just before, or the same days a year before."),
    ],
    "metric": [
        _parameter("metric", {"type": "string", "enum": list(METRICS)}, "A metric's key.", required=True),
    ],
    "page": [
        _parameter("limit", {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}, "Rows a page."),
        _parameter("cursor", TEXT, "Where to go on: taken from `next`, never made up."),
    ],
    "format": [_choice("format", ["csv", "xlsx", "parquet"], "Default csv.")],
    "set_aside_format": [_choice("format", ["json", "csv"], "Default json; csv holds all, without pages.")],
}
"""Groups of query parameters; an operation names the groups it takes under `x-parameters`."""

# --- metrics

_STATES = ["OK", "INDICATIVE", "WITHHELD", "SUPPRESSED", "NOT_COMPARABLE", "NO_DATA"]
_CLUSTERED: Schema = maybe(
    thing({"low": NUMBER, "high": NUMBER}, description="The interval that holds where customers repeat.")
)
_ROW: dict[str, Schema] = {
    "by": {"type": "object", "additionalProperties": maybe(TEXT)},
    "bucket": maybe(TEXT),
    "value": maybe(NUMBER),
    "low": maybe(NUMBER),
    "high": maybe(NUMBER),
    "n": maybe(COUNT),
    "customers": maybe(COUNT),
    "coverage": maybe({"type": "number", "minimum": 0, "maximum": 1}),
    "design_effect": maybe(NUMBER),
    "clustered": _CLUSTERED,
    "state": {"type": "string", "enum": _STATES},
    "records": TEXT,
}
_MEDIUM: Schema = {"type": "string", "enum": list(MEDIA)}
_ON_A_SCALE: dict[str, Schema] = {
    "media": {**listed(_MEDIUM), "description": "Whose words the number is made of."},
    "axis": maybe({**COUNT, "description": "Which of the answer's axes it stands on; never draw two on one."}),
}
_QUERY: dict[str, Schema] = {
    "since": DAY,
    "until": DAY,
    "hour": maybe(TIME),
    "by": listed(TEXT),
    "bucket": maybe(TEXT),
    "compare": maybe(TEXT),
    "filters": {"type": "object", "additionalProperties": listed(TEXT)},
    "parameters": {"type": "object", "additionalProperties": TEXT},
    "as_of": maybe(COUNT),
}
_ANSWER: dict[str, Schema] = {
    "metric": thing({"key": TEXT, "label": TEXT, "unit": TEXT, "better": TEXT, "definition_version": COUNT}),
    "query": thing({**_QUERY, "time_zone": TEXT}),
    "as_of": ref("AsOf"),
    "method": TEXT,
    "doubt": TEXT,
    "overlapping": FLAG,
    "not_yet_assessable": maybe(COUNT),
    "sources": maybe({"type": "object", "additionalProperties": COUNT}),
    "design_effect": maybe(NUMBER),
    "clustered": _CLUSTERED,
    "rows": listed(ref("Row")),
    "total": ref("Row"),
}
SCHEMAS: dict[str, Schema] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457 problem details.",
        "properties": {
            "type": {"type": "string", "examples": ["urn:cxhub:problem:invalid-parameter"]},
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "What is wrong and what to do, for people."},
            "parameter": {"type": "string", "description": "Which parameter or member is wrong."},
            "scope": {"type": "string", "description": "Which scope is missing."},
            "instance": {"type": "string", "description": "Under which reference the log tells more."},
        },
        "required": ["type", "title", "status", "detail"],
    },
    "Definition": thing(
        {
            "key": TEXT,
            "label": TEXT,
            "meaning": TEXT,
            "formula": TEXT,
            "unit": {"type": "string", "enum": ["COUNT", "PERCENT", "POINTS", "SECONDS", "SCORE", "RATE", "MONEY"]},
            "better": {"type": "string", "enum": ["HIGHER", "LOWER", "NEITHER"]},
            "side": {"type": "string", "enum": ["SURVEYS", "CONTACTS", "BOTH"]},
            "interval": TEXT,
            "fewest": COUNT,
            "doubt": TEXT,
            "cuts": listed(TEXT),
            "parameters": {"type": "object", "additionalProperties": listed(TEXT)},
            "definition_version": COUNT,
            "url": TEXT,
        }
    ),
    "MetricList": thing({"metrics": listed(ref("Definition"))}),
    "Change": thing(
        {
            "before": maybe(NUMBER),
            "difference": maybe(NUMBER),
            "low": maybe(NUMBER),
            "high": maybe(NUMBER),
            "p_value": maybe(NUMBER),
            "is_significant": FLAG,
            "clustered": _CLUSTERED,
            "clustered_p_value": maybe(NUMBER),
        }
    ),
    "Row": thing(_ROW, properties={**_ROW, **_ON_A_SCALE, "change": ref("Change")}),
    "AsOf": thing({"data_version": COUNT, "built_at": maybe(TIME), "complete_until": maybe(TIME)}),
    "Answer": thing(
        _ANSWER,
        properties={
            **_ANSWER,
            "assumption": thing(
                {"version": COUNT, "currency": TEXT, "channels": listed({"type": "object"})},
                description="What is assumed of channels, where the number stands on it; version 0 is nothing.",
            ),
            "axes": {**listed(listed(_MEDIUM)), "description": "Media in groups whose scales are proven to match."},
            "not_comparable": maybe({**TEXT, "description": "Why they do not share one axis."}),
        },
        description=(
            "One answer. Without a value the state says why; a row has `change` where a period was compared. Metrics "
            "read on a scale that may differ by medium (sentiment, negative_share) have `axes` and `not_comparable`, "
            "their rows `media` and `axis`; a row that would mix scales is NOT_COMPARABLE."
        ),
    ),
    "Question": {
        "type": "object",
        "properties": {
            "metric": {"type": "string", "enum": list(METRICS)},
            "since": maybe(DAY),
            "until": maybe(DAY),
            "hour": maybe(TIME),
            "by": _CUTS,
            "bucket": maybe({"type": "string", "enum": list(BUCKETS)}),
            "compare": maybe({"type": "string", "enum": list(COMPARISONS)}),
            "filters": {
                "type": "object",
                "properties": {d.name: {**listed(TEXT), "minItems": 1, "maxItems": 200} for d in DIMENSIONS.values()},
                "additionalProperties": False,
            },
            "parameters": {"type": "object"},
            "as_of": {"type": ["integer", "null"], "minimum": 0},
        },
        "required": ["metric"],
        "additionalProperties": False,
    },
    "Questions": thing(
        {"queries": {**listed(ref("Question")), "minItems": 1, "maxItems": 50}},
        examples=[{"queries": [{"metric": "nps", "by": ["channel"]}, {"metric": "contacts", "bucket": "week"}]}],
    ),
    "Answers": thing({"answers": listed(ref("Answer"))}),
}
