"""How survey vendors call us: each proves its calls its own way, as its public documentation says."""

from typing import Final
from urllib.parse import urlsplit, urlunsplit

from insights.intake.signatures import ADDRESS, SHARED_HEADER, STANDARD_WEBHOOKS, Call, Hook, Scheme

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


TYPEFORM: Final = Scheme(
    key="typeform",
    label="Typeform signature",
    secret="The secret that is typed in at Typeform, on the webhook's page.",  # noqa: S106 - words, no secret
    header="Typeform-Signature",
    digest="sha256",
    encodings=("base64",),
    prefix="sha256=",
)
SURVEYMONKEY: Final = Scheme(
    key="surveymonkey",
    label="SurveyMonkey signature",
    secret="The app's client id and its secret, joined: CLIENT_ID&SECRET.",  # noqa: S106 - words, no secret
    header="Sm-Signature",
    digest="sha1",
    encodings=("base64",),
    key_of=_joined,
)
DELIGHTED: Final = Scheme(
    key="delighted",
    label="Delighted signature",
    secret="The project's private API key, which signs.",  # noqa: S106 - words, no secret
    header="X-Delighted-Webhook-Signature",
    digest="sha256",
    prefix="sha256=",
)
HUBSPOT: Final = Scheme(
    key="hubspot",
    label="HubSpot signature, version 3",
    secret="The app's client secret.",  # noqa: S106 - words, no secret
    header="X-HubSpot-Signature-v3",
    digest="sha256",
    encodings=("base64",),
    signs=_method_address_body_time,
    stamp_header="X-HubSpot-Request-Timestamp",
    stamp_unit="milliseconds",
)
QUALTRICS: Final = Scheme(
    key="qualtrics",
    label="Qualtrics event subscription",
    secret="The sharedKey that the subscription was made with.",  # noqa: S106 - words, no secret
    form_field="HMAC",
    digest="sha512",
    signs=_form_message,
)

HOOKS: Final = {
    "typeform_webhook": Hook(
        schemes=(TYPEFORM,),
        sends="The whole answer, with the form's definition.",
        where="Form → Connect → Webhooks, with a secret; then send a test.",
        event_id=("event_id",),
    ),
    "formbricks_webhook": Hook(
        schemes=(STANDARD_WEBHOOKS, SHARED_HEADER),
        sends="The whole response as it stands, at each of its events.",
        where="Configuration → Integrations → Webhooks; the signing secret is shown there.",
    ),
    "surveymonkey_api": Hook(
        schemes=(SURVEYMONKEY,),
        sends="Ids only: that a response was completed. Its answers come with a pull or a file.",
        where="POST /v3/webhooks of its API, events response_completed and response_updated.",
        event_id=("event_id", "event_type", "event_datetime", "object_id"),
    ),
    "delighted": Hook(
        schemes=(DELIGHTED,),
        sends="The whole response, when it is given and when it is changed.",
        where="Integrations → Webhooks, for responses.",
        event_id=("event_id",),
    ),
    "asknicely": Hook(
        schemes=(SHARED_HEADER, ADDRESS),
        sends="The person and the answered question, again when it is changed.",
        where="App Store → Webhooks: the address, and X-Webhook-Secret among the custom headers.",
    ),
    "hubspot_feedback": Hook(
        schemes=(HUBSPOT,),
        sends="Ids and single properties. The submissions come with a pull or a file.",
        where="The app's webhook subscriptions.",
    ),
    "medallia_agent_connect": Hook(
        schemes=(SHARED_HEADER,),
        sends="The feedback, as Data Return writes it.",
        where="Data Return, with X-Webhook-Secret as a header of the request.",
    ),
    "usabilla_feedback": Hook(
        schemes=(SHARED_HEADER, ADDRESS),
        sends="One feedback item.",
        where="The webhook integration of GetFeedback Digital (Usabilla).",
    ),
    "puzzel_sms_survey": Hook(
        schemes=(SHARED_HEADER, ADDRESS),
        sends="What its REST answer holds, as the flow that calls us writes it.",
        where="The flow's HTTP action.",
    ),
}
