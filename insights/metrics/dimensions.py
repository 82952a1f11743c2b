"""What numbers can be cut and filtered by."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One way to cut. `column` is the mart column; an empty cell there is the value "" in a query and None in a row."""

    name: str
    label: str
    column: str
    about: Literal["ANY", "SURVEYS", "CONTACTS"] = "ANY"
    is_guarded: bool = False  # persons: only for viewers who may see agents
    is_number: bool = False
    values: tuple[str, ...] = ()  # closed lists: anything else is refused


_KINDS = ("SURVEY", "CONTACT", "REVIEW", "NOTE")
_CHANNELS = (
    "VOICE", "CHAT", "EMAIL", "SMS", "MESSAGING", "SOCIAL", "WEB", "APP", "STORE", "LETTER", "IVR", "BOT", "OTHER",
)  # fmt: skip
_STAGES = ("", "AWARENESS", "PURCHASE", "ONBOARDING", "USE", "SUPPORT", "RENEWAL", "LEAVING")

DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension(name="kind", label="Kind", column="kind", values=_KINDS),
        Dimension(name="source", label="Source", column="source"),
        Dimension(name="channel", label="Channel", column="channel", values=_CHANNELS),
        Dimension(
            name="direction",
            label="Direction",
            column="direction",
            about="CONTACTS",
            values=("", "INBOUND", "OUTBOUND", "INTERNAL"),
        ),
        Dimension(name="queue", label="Queue", column="queue"),
        Dimension(name="team", label="Team", column="team"),
        Dimension(name="agent", label="Agent", column="agent", is_guarded=True),
        Dimension(name="segment", label="Segment", column="segment"),
        Dimension(name="product", label="Product", column="product"),
        Dimension(name="region", label="Region", column="region"),
        Dimension(name="language", label="Language", column="language"),
        Dimension(name="touchpoint", label="Touchpoint", column="touchpoint"),
        Dimension(name="journey_stage", label="Journey stage", column="journey_stage", values=_STAGES),
        Dimension(name="survey", label="Survey", column="survey", about="SURVEYS"),
        Dimension(name="reason_code", label="Agent's reason code", column="reason_code", about="CONTACTS"),
        Dimension(
            name="hour_of_day",
            label="Hour of day",
            column="hour_of_day",
            is_number=True,
            values=tuple(map(str, range(24))),
        ),
        Dimension(
            name="weekday",
            label="Weekday (1 is Monday)",
            column="weekday",
            is_number=True,
            values=tuple(map(str, range(1, 8))),
        ),
    )
}
