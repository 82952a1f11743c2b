"""What the hooks of hooks.toml need beside words: how Twilio signs, and CloudEvents whose envelope is in headers."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from insights.intake.hook_tables import hooks_in
from insights.intake.signatures import Call, Refused, time_and_body


def _address_and_fields(call: Call, stamp: str) -> bytes:
    """Return the address and, of a form, every name and value by name; of JSON the address has the body's digest."""
    fields = sorted(set(call.form()))
    if fields or not call.body:
        return (call.url + "".join(name + value for name, value in fields)).encode()
    told = parse_qs(urlsplit(call.url).query).get("bodySHA256", [""])[0]
    if not hmac.compare_digest(hashlib.sha256(call.body).hexdigest().encode(), told.lower().encode("utf-8", "replace")):
        raise Refused("The body is not the one whose bodySHA256 stands in the address.")
    return call.url.encode()


def _structured(call: Call) -> bytes:
    """Return an event whose envelope stands in headers (binary mode of the HTTP binding) as one whose does not."""
    if not call.header("ce-specversion"):
        return call.body
    told: dict[str, Any] = {name[3:]: unquote(value) for name, value in call.headers.items() if name.startswith("ce-")}
    told["datacontenttype"] = call.header("content-type") or "application/json"
    if call.body:
        told["data_base64"] = base64.b64encode(call.body).decode()
    return json.dumps(told).encode()


HOOKS: Final = hooks_in(
    Path(__file__).with_suffix(".toml"),
    {"time_and_body": time_and_body, "address_and_fields": _address_and_fields, "structured": _structured},
)
