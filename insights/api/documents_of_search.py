"""What search takes and gives, as JSON Schema."""

from insights.access.search import CANDIDATES, FILTERS, LONGEST_QUERY
from insights.api.documents import COUNT, DAY, FLAG, KEY, NUMBER, TEXT, TIME, Schema, either, listed, maybe, thing

_POSITION: Schema = {"type": "integer", "minimum": 0}
_SNIPPET = thing(
    {
        "position": {**maybe(COUNT), "description": "Of the turn; null is the feedback's own text."},
        "speaker": TEXT,
        "text": TEXT,
        "start": {**_POSITION, "description": "Where it begins in the stored text, in characters."},
        "marks": {
            **listed({"type": "array", "items": _POSITION, "minItems": 2, "maxItems": 2}),
            "description": "[from, to) of each word that was looked for, within `text`.",
        },
        "is_end": {**FLAG, "description": "Whether the stored text ends with it."},
    }
)
_HIT = thing(
    {
        "id": KEY,
        "url": TEXT,
        "occurred_at": TIME,
        **dict.fromkeys(("kind", "source", "channel", "queue", "survey", "language"), TEXT),
        "by_words": FLAG,
        "similarity": {**maybe(NUMBER), "description": "Cosine of the meanings; null: found by its words alone."},
        "snippets": listed(_SNIPPET),
    }
)
SEARCH_SCHEMAS: dict[str, Schema] = {
    "SearchPage": thing(
        {
            "total": {**COUNT, "description": f"How many were found; each way of looking gives {CANDIDATES} at most."},
            "next": either(TEXT, {"type": "null"}),
            "not_yet_findable": COUNT,
            "results": listed(_HIT),
        }
    )
}


def _parameter(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


_VALUES: Schema = {"type": "array", "items": {"type": "string", "maxLength": 300, "pattern": "^[^\\u0000]*$"}}
SEARCH_PARAMETERS: list[Schema] = [
    _parameter(
        "q",
        {"type": "string", "maxLength": LONGEST_QUERY},
        'Words as in a web search: "an exact phrase", -without, this or that. Needed unless `like` is given.',
    ),
    _parameter("like", KEY, "The id of a record: more like this one."),
    _parameter("mode", {"type": "string", "enum": ["WORDS", "MEANING", "BOTH"]}, "How to look. Default BOTH."),
    _parameter("since", DAY, "First day, in the company's time zone."),
    _parameter("until", DAY, "The day after the last."),
    *(_parameter(name, _VALUES, f"Only these values of {name}; give it again for each.") for name in FILTERS),
    _parameter("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "Texts a page."),
    _parameter("first", {"type": "integer", "minimum": 0, "maximum": CANDIDATES - 1}, "Taken from `next`."),
]
