"""Twilio: tasks, transcripts, calls, messages and Flex conversations, as its API writes them."""

from contactcenter.sources.twilio.source import Twilio

__all__ = ["Twilio"]
