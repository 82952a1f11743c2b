"""TaskRouter's event callbacks, which are posted as a form, told as the events of the API."""

import io
import json
import re
from typing import BinaryIO
from urllib.parse import parse_qsl

_CALLBACK = re.compile(rb"^[A-Za-z]+=[^&\s{\[]*(&|$)")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MOST = 5 * 2**20
_OF_THE_EVENT = ("event_type", "resource_type", "resource_sid", "account_sid", "workspace_sid")


def is_callback(head: bytes) -> bool:
    """Say whether a body that begins so is such a form."""
    return bool(_CALLBACK.match(head)) and b"EventType=" in head and b"AccountSid=" in head


def as_event(file: BinaryIO) -> BinaryIO:
    """Return the form as JSON of one event."""
    fields = parse_qsl(file.read(_MOST).decode("utf-8", "replace"), keep_blank_values=True)
    told = {_WORD.sub("_", name).lower(): value for name, value in fields}
    at = told.get("timestamp_ms", "")
    event = {
        **{name: told[name] for name in _OF_THE_EVENT if name in told},
        "sid": told.get("sid") or "-".join((told.get("resource_sid", ""), told.get("event_type", ""), at)),
        "event_date_ms": int(at) if at.isascii() and at.isdigit() and len(at) < 15 else None,
        "event_data": told,
    }
    return io.BytesIO(json.dumps(event).encode())
