"""The components for the agreement of surveys and contacts."""

from typing import get_args

from insights.analysis.agreement import SCOPES, Class
from insights.analysis.agreement_belief import Which
from insights.analysis.agreement_moods import Tone
from insights.api.documents import (
    COUNT,
    DAY,
    FLAG,
    NUMBER,
    PARAMETERS,
    TEXT,
    Schema,
    either,
    listed,
    maybe,
    ref,
    thing,
)
from insights.api.documents import NULL as NOTHING
from insights.metrics.dimensions import DIMENSIONS

_SIDES = ("SURVEYS", "CONTACTS")
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_BY_SIDE = thing(dict.fromkeys(_SIDES, COUNT))
_FIGURE = thing(dict.fromkeys(("value", "low", "high"), maybe(NUMBER)))
_MOOD = thing(
    {"n": COUNT, **dict.fromkeys(("value", "low", "high", "against", "against_low", "against_high"), maybe(NUMBER))},
    description=(
        "`value` is the mean from -1 to +1, null where the side's media do not share a scale. `against` is how far it "
        "lies from 0 where both sides share an axis, else from the side's own average, in standard deviations."
    ),
)
_TAKEN = {"since", "until", "as_of", *DIMENSIONS} - {"kind"}
AGREEMENT_PARAMETERS: dict[str, list[Schema]] = {
    "agreement": [
        *(one for one in PARAMETERS["filters"] if one["name"] in _TAKEN),
        {
            "name": "customers",
            "in": "query",
            "required": False,
            "description": "MATCHED: only customers who have words on both sides in these days. Default ALL.",
            "schema": {"type": "string", "enum": list(SCOPES)},
        },
    ]
}
AGREEMENT: dict[str, Schema] = {
    "Agreement": thing(
        {
            "query": thing(
                {
                    "since": DAY,
                    "until": DAY,
                    "filters": {"type": "object", "additionalProperties": listed(TEXT)},
                    "customers": {"type": "string", "enum": list(SCOPES)},
                    "time_zone": TEXT,
                }
            ),
            "as_of": ref("AsOf"),
            "rules": thing(dict.fromkeys(("confidence", "false_discovery_rate", "margin", "factor"), NUMBER)),
            "summary": listed(TEXT),
            "texts": _BY_SIDE,
            "topics_per_text": thing(dict.fromkeys(_SIDES, NUMBER)),
            "overall": thing({"topics": COUNT, "rank_agreement": _FIGURE, "agreed_share": _FIGURE}),
            "moods_share_an_axis": FLAG,
            "not_comparable": maybe(TEXT),
            "topics": listed(ref("TopicAgreement")),
            "who_answered": ref("WhoAnswered"),
        },
        description="Differences are contacts minus surveys. Sentences are the page's own.",
    ),
    "TopicAgreement": thing(
        {
            "topic": TEXT,
            "name": TEXT,
            "parent": maybe(TEXT),
            "has_topics_below": FLAG,
            "class": {"type": "string", "enum": [*get_args(Class), "HIDDEN"]},
            "surveys": either(ref("SideShare"), NOTHING),
            "contacts": either(ref("SideShare"), NOTHING),
            "difference": either(
                thing(dict.fromkeys(("value", "low", "high", "p_different", "p_alike"), NUMBER)), NOTHING
            ),
            "missing": {
                "type": "object",
                "additionalProperties": COUNT,
                "description": "How many more texts of a side would settle what cannot be said yet.",
            },
            "mood": either(
                thing(
                    {
                        "tone": {"type": "string", "enum": list(get_args(Tone))},
                        "surveys": _MOOD,
                        "contacts": _MOOD,
                        "difference": either(thing(dict.fromkeys(("value", "low", "high"), NUMBER)), NOTHING),
                    }
                ),
                NOTHING,
            ),
            "believe": {"type": "string", "enum": list(get_args(Which))},
            "why": TEXT,
            "reasons": listed(
                thing(
                    {
                        "code": TEXT,
                        "side": maybe({"type": "string", "enum": list(_SIDES)}),
                        "facts": {"type": "object", "additionalProperties": True},
                    }
                )
            ),
        },
        description="HIDDEN: fewer customers than you may be shown tell of it.",
    ),
    "SideShare": thing(
        {
            "value": maybe(_SHARE),
            "low": _SHARE,
            "high": _SHARE,
            "mentions": COUNT,
            "texts": COUNT,
            "design_effect": NUMBER,
            "coverage": maybe(_SHARE),
        },
        description="The interval counts a customer who appears again as one; coverage is the share of texts read.",
    ),
    "WhoAnswered": thing(
        {
            **dict.fromkeys(
                ("contacts", "contacts_with_an_answer", "answers", "answers_with_words", "answers_read"), COUNT
            ),
            "notable_from": NUMBER,
            "values": listed(
                thing(
                    {
                        "cut": {"type": "string", "enum": ["segment", "channel", "queue", "topic"]},
                        "value": maybe(TEXT),
                        "contacts": COUNT,
                        "answered": COUNT,
                        "share": _SHARE,
                        "share_answered": _SHARE,
                        **dict.fromkeys(("difference", "low", "high"), maybe(NUMBER)),
                        "is_notable": FLAG,
                    }
                )
            ),
        },
        description="Differences are standardised (Austin 2009): answered minus all, in standard deviations.",
    ),
}
