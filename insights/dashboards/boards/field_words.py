"""What the fields of a record are called on the import page, in groups."""

from insights.intake.mapped_fields import FIELDS

_GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "What it is",
        (
            ("source_id", "id of the record"),
            ("occurred_at", "when it happened"),
            ("text", "what the customer said"),
            ("title", "subject"),
            ("channel", "channel"),
            ("survey", "name of the survey"),
            ("touchpoint", "touchpoint"),
            ("journey_stage", "journey stage"),
            ("product", "product"),
            ("language", "language"),
            ("customer_says_solved", "solved, says the customer"),
            ("revision", "revision, or time of the last change"),
        ),
    ),
    ("Who handled it", (("queue", "queue"), ("team", "team"), ("agent", "agent"))),
    (
        "Who it is from",
        (
            ("customer.email", "e-mail (kept as a digest)"),
            ("customer.phone", "phone (kept as a digest)"),
            ("customer.customer_number", "customer number (kept as a digest)"),
            ("customer.vendor_id", "id in that system (kept as a digest)"),
            ("customer.name", "name (never kept, hidden in texts)"),
            ("customer.segment", "segment"),
            ("customer.region", "region"),
            ("customer.product", "the customer's product"),
            ("customer.since", "customer since"),
            ("customer.annual_value", "annual value"),
        ),
    ),
    (
        "The contact it asks about",
        (
            ("about.source_id", "id of that contact"),
            ("about.source", "source of that contact"),
            ("about.account", "account of that source"),
        ),
    ),
    (
        "Of a contact",
        (
            ("direction", "direction"),
            ("ended_at", "when it ended"),
            ("wait_seconds", "waiting time"),
            ("talk_seconds", "talk time"),
            ("hold_seconds", "hold time"),
            ("wrap_up_seconds", "wrap-up time"),
            ("first_response_seconds", "time to first response"),
            ("first_response_business_seconds", "time to first response, business hours"),
            ("transfers", "transfers"),
            ("was_answered", "was answered"),
            ("was_abandoned", "was abandoned"),
            ("was_escalated", "was escalated"),
            ("was_reopened", "was reopened"),
            ("company_says_solved", "solved, says the company"),
            ("reason_code", "reason code"),
        ),
    ),
)
FIELD_GROUPS = tuple((label, tuple(one for one in some if one[0] in FIELDS)) for label, some in _GROUPS)
UNIT_WORDS = (
    ("seconds", "seconds"),
    ("minutes", "minutes"),
    ("hours", "hours"),
    ("ms", "milliseconds"),
    ("hh:mm:ss", "hh:mm:ss"),
)
_WORDS = {name: words for _, some in _GROUPS for name, words in some}
_OF_RECORDS = {
    "needed": "needed: without it there is no record",
    "kind": "kind",
    "turns": "the conversation",
    "part": "part of a record",
    "event": "event",
    "customer.customer_since": "customer since",
    "customer.vendor_ids": "id in that system (kept as a digest)",
    "customer.names": "name (never kept, hidden in texts)",
}


def becomes(name: str) -> str:
    """Return what a field of a record is called: text → what the customer said."""
    if name.startswith("score."):
        _, measure, _ = name.split(".", 2)
        return f"score, {measure}" if measure != "OTHER" else "score"
    if name.startswith("attribute."):
        return "attribute"
    plain = name.removeprefix("contact.")
    return _OF_RECORDS.get(name) or _WORDS.get(plain) or plain.replace("_", " ")
