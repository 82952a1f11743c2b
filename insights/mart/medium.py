"""Through which medium customers spoke: what decides how their words sound, and so whose sentiment is like whose."""

from typing import Final

# Answers to a survey, reviews and notes are of their own, whatever they came through; contacts go by their channel.
BY_CHANNEL: Final = {
    "CHAT": ("CHAT", "MESSAGING", "SMS", "SOCIAL", "BOT"),
    "MAIL": ("EMAIL", "WEB", "APP", "LETTER"),
    "CALL": ("VOICE", "IVR"),
}
OTHER: Final = "OTHER"
MEDIA: Final = ("SURVEY", "REVIEW", "NOTE", *BY_CHANNEL, OTHER)


def medium_of(kind: str, channel: str) -> str:
    """Return the medium of a feedback."""
    if kind != "CONTACT":
        return kind
    return next((medium for medium, channels in BY_CHANNEL.items() if channel in channels), OTHER)
