"""Intercom's words for channels, speakers, who began and how it stands, and its five faces."""

from insights.intake.record import ChannelName, DirectionName, ScoreRecord, SpeakerRole
from insights.intake.source import BadRecord

RATING = "Intercom conversation rating"
SPEAKERS: dict[str, SpeakerRole] = {
    "user": "CUSTOMER", "lead": "CUSTOMER", "contact": "CUSTOMER", "visitor": "CUSTOMER", "customer": "CUSTOMER",
    "admin": "AGENT", "team": "AGENT", "teammate": "AGENT", "bot": "BOT", "operator": "BOT", "fin": "BOT",
    "system": "SYSTEM",
}  # fmt: skip
_CHANNELS: dict[str, ChannelName] = {
    "conversation": "CHAT", "chat": "CHAT", "inapp": "CHAT", "messenger": "CHAT", "push": "APP", "email": "EMAIL",
    "facebook": "SOCIAL", "twitter": "SOCIAL", "instagram": "SOCIAL", "sms": "SMS", "whatsapp": "MESSAGING",
    "phone_call": "VOICE", "phone": "VOICE", "phone_switch": "VOICE", "article": "WEB",
}  # fmt: skip
_BEGUN_BY_US = frozenset({"admin_initiated", "campaigns_initiated", "operator_initiated", "automated"})


def channel_of(kind: str) -> ChannelName:
    """Return the channel that the type of a conversation's source means; one we do not know is OTHER."""
    return _CHANNELS.get(kind.lower(), "CHAT" if kind == "" else "OTHER")


def rating_score(value: float) -> ScoreRecord:
    """Return Intercom's five faces as a score. Raises BadRecord."""
    if value not in (1, 2, 3, 4, 5):
        raise BadRecord(f"The rating is {value:g}, which is none of 1 to 5.", "conversation_rating")
    return ScoreRecord(
        measure="CSAT", question="conversation_rating", value=float(value), scale_minimum=1, scale_maximum=5
    )


def direction_of(delivered_as: str) -> DirectionName | None:
    """Return who began, as far as the way of delivery says."""
    if delivered_as.lower() == "customer_initiated":
        return "INBOUND"
    return "OUTBOUND" if delivered_as.lower() in _BEGUN_BY_US else None


def solved(state: str) -> bool | None:
    """Return what the company says by closing a conversation or leaving it open."""
    return {"closed": True, "open": False, "snoozed": False}.get(state.lower())
