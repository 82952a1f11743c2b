"""How contact-center vendors call us: each proves its calls its own way, as its public documentation says."""

import base64
import hashlib
import hmac
import json
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from insights.intake.signatures import BASIC, SHARED_HEADER, Call, Hook, Refused, Scheme, time_and_body


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


ZENDESK: Final = Scheme(
    key="zendesk",
    label="Zendesk signature",
    secret="The webhook's signing secret: Admin Center → Webhooks → Reveal secret.",  # noqa: S106 - words, no secret
    header="X-Zendesk-Webhook-Signature",
    digest="sha256",
    encodings=("base64",),
    signs=time_and_body,
    stamp_header="X-Zendesk-Webhook-Signature-Timestamp",
    stamp_unit="iso",
)
INTERCOM: Final = Scheme(
    key="intercom",
    label="Intercom signature",
    secret="The app's client secret: Developer Hub → Basic information.",  # noqa: S106 - words, no secret
    header="X-Hub-Signature",
    digest="sha1",
    prefix="sha1=",
)
TWILIO: Final = Scheme(
    key="twilio",
    label="Twilio signature",
    secret="The account's auth token, from the console.",  # noqa: S106 - words, no secret
    header="X-Twilio-Signature",
    digest="sha1",
    encodings=("base64",),
    signs=_address_and_fields,
)

_EVENT_BRIDGE = "An EventBridge API destination whose connection sends an API key, named X-Webhook-Secret."

HOOKS: Final = {
    "zendesk": Hook(
        schemes=(ZENDESK,),
        sends="Ticket events with the ticket as it stands, or the JSON that a trigger was given.",
        where="Admin Center → Apps and integrations → Webhooks; subscribe to ticket events, or name it in a trigger.",
        event_id=("id", "zendesk_event_version"),
    ),
    "intercom": Hook(
        schemes=(INTERCOM,),
        sends="The conversation or ticket that changed, in data.item.",
        where="Developer Hub → your app → Webhooks; topics conversation.admin.closed, conversation.rating.added, …",
        event_id=("id", "topic"),
    ),
    "freshdesk": Hook(
        schemes=(SHARED_HEADER, BASIC),
        sends="The JSON that the automation was given, with the names of its API.",
        where="Admin → Workflows → Automations → Trigger webhook, with X-Webhook-Secret or user and password.",
    ),
    "twilio": Hook(
        schemes=(TWILIO,),
        sends="TaskRouter events, as a form.",
        where="TaskRouter → Workspace → Settings → Event callbacks.",
    ),
    "talkdesk": Hook(
        schemes=(SHARED_HEADER,),
        sends="The call, as the Studio or Automation step writes it.",
        where="A step 'HTTP request', with X-Webhook-Secret as header.",
    ),
    "genesys_analytics": Hook(
        schemes=(SHARED_HEADER,),
        sends="EventBridge events of conversations, or conversation details.",
        where=f"Amazon EventBridge integration. {_EVENT_BRIDGE}",
        event_id=("id", "detail-type"),
    ),
    "amazon_connect_contact_event": Hook(
        schemes=(SHARED_HEADER,),
        sends="Contact events in the envelope of EventBridge.",
        where=_EVENT_BRIDGE,
        event_id=("id", "detail-type"),
    ),
    "amazon_connect_ctr": Hook(
        schemes=(SHARED_HEADER,),
        sends="Contact records.",
        where="A Lambda behind the contact records' stream that posts each batch, with X-Webhook-Secret.",
    ),
    "cloudevents": Hook(
        schemes=(SHARED_HEADER,),
        sends="One event or a batch, structured or binary.",
        where="The broker's subscription. It may ask for our consent first (OPTIONS, WebHook-Request-Origin).",
        event_id=("source", "id"),
        kept=_structured,
    ),
}
