"""The components for data health, for the rules of linking and for what is assumed of channels."""

from insights.api.documents import COUNT, DAY, FLAG, NUMBER, TEXT, TIME, Schema, either, listed, maybe, ref, thing
from insights.api.documents import NULL as NOTHING
from insights.intake.assumptions import LONGEST_NOTE, MOST
from insights.intake.link_rules import MOST_HOURS
from insights.mart.medium import MEDIA
from insights.models.feedback import Channel

_TASKS = ["SILENT", "VOLUME", "SET_ASIDE", "FAILED", "CONNECTION", "READING", "MART"]
_HOURS: Schema = {"type": "integer", "minimum": 1, "maximum": MOST_HOURS}
_RULE: dict[str, Schema] = {
    "source": {"type": "string", "minLength": 1, "maxLength": 60, "description": "Of the answers."},
    "account": {"type": "string", "maxLength": 120, "description": "Empty: every account."},
    "survey": {"type": "string", "maxLength": 200, "description": "Empty: every survey."},
    "contact_source": {"type": "string", "maxLength": 60, "description": "Whose contacts the ids are; empty: any."},
    "contact_account": {"type": "string", "maxLength": 120},
    "id_attribute": {"type": "string", "maxLength": 120, "description": "Which attribute holds the contact's id."},
    "window_hours": maybe({**_HOURS, "description": "The fallback by window; null: none."}),
    "channels": listed({"type": "string", "maxLength": 10}),
    "queues": listed({"type": "string", "maxLength": 120}),
}
_MEDIUM: Schema = {"type": "string", "enum": list(MEDIA)}
_GAP = thing(dict.fromkeys(("score", "difference", "low", "high"), NUMBER), description="With its 90 % interval.")
_FIGURE: Schema = maybe({"type": "number", "minimum": 0, "maximum": MOST})
_ASSUMED: dict[str, Schema] = {
    "channel": {"type": "string", "enum": list(Channel.values)},
    "cost_per_minute": _FIGURE,
    "cost_per_contact": _FIGURE,
    "answer_within_seconds": _FIGURE,
}
_NOTE: Schema = {"type": "string", "maxLength": LONGEST_NOTE, "pattern": "^[^\\u0000]*$"}
HEALTH: dict[str, Schema] = {
    "NewAssumption": {
        **thing({"channels": listed(thing(_ASSUMED, required=["channel"])), "note": _NOTE}, required=["channels"]),
        "description": "What is assumed of channels from now on; a channel that is left out has no assumption.",
    },
    "Assumption": thing({"version": COUNT, "made_at": TIME, "note": TEXT, "channels": listed(thing(_ASSUMED))}),
    "AssumptionList": thing({"assumptions": listed(ref("Assumption"))}),
    "Calibration": thing(
        {
            "made_at": maybe(TIME),
            "checked_at": maybe(TIME),
            "sentiment_version": maybe(TEXT),
            "margin": NUMBER,
            "fewest": COUNT,
            "labelled": {"type": "object", "additionalProperties": COUNT},
            "pairs": listed(
                thing(
                    {
                        "first": _MEDIUM,
                        "second": _MEDIUM,
                        "verdict": {"type": "string", "enum": ["SAME", "DIFFERENT", "UNKNOWN"]},
                        "gaps": listed(_GAP),
                        "p_same": maybe(NUMBER),
                        "p_different": maybe(NUMBER),
                    }
                )
            ),
            "axes": listed(listed(_MEDIUM)),
        },
        description=(
            "Which media's sentiment may share an axis. A gap is how much more positive people judge the second "
            "medium's texts than the first's at the same score; SAME needs all of them within the margin."
        ),
    ),
    "Health": thing(
        {
            "asked_at": TIME,
            "needs_a_person": FLAG,
            "tasks": listed(ref("HealthTask")),
            "sources": listed(ref("SourceHealth")),
            "customers": either(
                thing({name: maybe(COUNT) for name in ("answered_only", "contacted_only", "both")}), NOTHING
            ),
            "reading": thing(
                {
                    **dict.fromkeys(("pending", "done", "failed", "outdated"), COUNT),
                    "texts_per_second": maybe(NUMBER),
                    "seconds_left": maybe(COUNT),
                }
            ),
            "mart": thing(
                {
                    "version": maybe(COUNT),
                    "built_at": maybe(TIME),
                    "days_to_rebuild": COUNT,
                    "oldest_change_at": maybe(TIME),
                }
            ),
            "connections": listed(ref("ConnectionTrouble")),
        }
    ),
    "HealthTask": thing(
        {
            "kind": {"type": "string", "enum": _TASKS},
            "source": TEXT,
            "account": TEXT,
            "facts": {"type": "object", "additionalProperties": either(TEXT, NUMBER)},
        },
        description="Something that needs a person.",
    ),
    "SourceHealth": thing(
        {
            "source": TEXT,
            "account": TEXT,
            "arrivals": thing(
                {
                    "latest_record_at": maybe(TIME),
                    "delivered_at": maybe(TIME),
                    "silent_hours": maybe(NUMBER),
                    "usual_hours": maybe({**NUMBER, "description": "The median gap between deliveries."}),
                    "is_late": FLAG,
                    **dict.fromkeys(("deliveries", "failed", "read", "set_aside_open", "set_aside_replayed"), COUNT),
                    "set_aside_in": maybe(TEXT),
                    "excluded": COUNT,
                    "excluded_reasons": {"type": "object", "additionalProperties": COUNT},
                },
                description="Of the last 90 days; failed: of the last 7.",
            ),
            "linkage": either(
                thing(
                    dict.fromkeys(
                        (
                            *("surveys", "linked_by_id", "linked_by_window", "unlinked"),
                            *("contacts", "contacts_of_known_customers", "surveys_of_known_customers"),
                        ),
                        COUNT,
                    )
                ),
                NOTHING,
            ),
            "days": listed(
                thing(
                    {
                        "day": DAY,
                        "records": COUNT,
                        **dict.fromkeys(("usual", "low", "high"), maybe(NUMBER)),
                        "is_strange": FLAG,
                    }
                )
            ),
        }
    ),
    "ConnectionTrouble": thing(
        {
            "label": TEXT,
            "kind": {"type": "string", "enum": ["HOOK", "PULL"]},
            "source": TEXT,
            "account": TEXT,
            "failures": COUNT,
            "error": TEXT,
            "tried_at": maybe(TIME),
            "delivered_at": maybe(TIME),
        }
    ),
    "LinkRuleDeclaration": thing(_RULE, required=["source"]),
    "LinkRule": thing(
        {"id": COUNT, **_RULE, "changed_at": TIME, "linked_at": maybe(TIME), "is_linking": FLAG},
        description="is_linking: what was stored before is still being linked by it.",
    ),
    "LinkRuleList": thing({"rules": listed(ref("LinkRule"))}),
}
