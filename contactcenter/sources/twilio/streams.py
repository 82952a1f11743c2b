"""Twilio's Event Streams: CloudEvents around what its API tells too, told as the API tells it."""

import re
from collections.abc import Mapping
from typing import Any

from insights.intake.fields import mapping, text

_PREFIX, _ROUTER, _INBOUND = "com.twilio.", "com.twilio.taskrouter.", "com.twilio.messaging.inbound-message.received"
_SUMMARY = "com.twilio.voice.insights.call-summary."
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
STREAM, UNTOLD = b'"com.twilio.', "event_of_the_stream"


def is_streamed(value: Mapping[str, Any]) -> bool:
    """Say whether a record is an event of such a stream."""
    return "specversion" in value and text(value.get("type")).startswith(_PREFIX)


def as_told_by_the_api(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event as a record of the API; events of which no contact follows as what they are."""
    kind, data = text(event.get("type")), mapping(event, "data")
    if kind.startswith(_ROUTER):
        return {
            "event_type": kind.removeprefix(_ROUTER),
            "event_data": data.get("payload", data),
            "sid": data.get("sid") or event.get("id"),
            "event_date": data.get("timestamp") or event.get("time"),
        }
    if kind.startswith(_SUMMARY):
        return {_HUMP.sub("_", name).lower(): value for name, value in data.items()}
    if kind == _INBOUND:
        return {
            "sid": data.get("messageSid"), "body": data.get("body"), "from": data.get("from"), "to": data.get("to"),
            "direction": "inbound", "num_segments": data.get("numSegments", 1),
            "date_created": data.get("timestamp") or event.get("time"),
        }  # fmt: skip
    return {UNTOLD: kind}
