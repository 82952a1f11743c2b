"""What the hooks of hooks.toml need beside words: how HubSpot, SurveyMonkey and Qualtrics sign."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from insights.intake.hook_tables import hooks_in
from insights.intake.signatures import Call

# What stands for itself in the address that HubSpot signs, although it is escaped in the one that it calls.
_PLAIN_AGAIN = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(", "%29": ")",
    "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip


def _method_address_body_time(call: Call, stamp: str) -> bytes:
    address = urlunsplit(urlsplit(call.url)._replace(fragment=""))
    for escaped, plain in _PLAIN_AGAIN.items():
        address = address.replace(escaped, plain).replace(escaped.lower(), plain)
    return call.method.upper().encode() + address.encode() + call.body + stamp.encode()


def _joined(secret: str) -> bytes:
    if not all(secret.partition("&")):
        raise ValueError("no id and secret")
    return secret.encode()


def _form_message(call: Call, stamp: str) -> bytes:
    return dict(call.form()).get("MSG", "").encode()


HOOKS: Final = hooks_in(
    Path(__file__).with_suffix(".toml"),
    {"method_address_body_time": _method_address_body_time, "joined": _joined, "form_message": _form_message},
)
