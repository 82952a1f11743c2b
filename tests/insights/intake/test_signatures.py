"""Each scheme proves what its vendor signs, and nothing else. Expected values were computed by openssl, not by us."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contactcenter.hooks import HOOKS as CONTACTS
from insights.intake.signatures import (
    ADDRESS,
    BASIC,
    GENERIC,
    HMAC_SHA256,
    SHARED_HEADER,
    STANDARD_WEBHOOKS,
    Call,
    Hook,
    Refused,
    Scheme,
    WrongSecret,
    check_secret,
    declared,
    hook_of,
    prove,
    schemes_of,
    told_before,
)
from insights.intake.source import all_sources
from surveys.hooks import HOOKS as SURVEYS

ZENDESK, INTERCOM, TWILIO = (CONTACTS[key].schemes[0] for key in ("zendesk", "intercom", "twilio"))
TYPEFORM, SURVEYMONKEY = (SURVEYS[key].schemes[0] for key in ("typeform_webhook", "surveymonkey_api"))
DELIGHTED, HUBSPOT = (SURVEYS[key].schemes[0] for key in ("delighted", "hubspot_feedback"))
QUALTRICS = SURVEYS["qualtrics_csv"].schemes[0]
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
URL = "https://cx.example.com/api/v1/hooks/hubspot_feedback/KEY?a=b%3Ac"
BODY = '{"id": 7, "name": "Zoë"}'.encode()
ZENDESK_TEST_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="  # which Zendesk publishes for tests of a webhook
JSON_TYPE = {"content-type": "application/json"}


def call(headers, *, body=BODY, url=URL):
    return Call("POST", url, {name.lower(): value for name, value in (JSON_TYPE | headers).items()}, body)


# scheme, secret, now, call: each proved by a value that openssl made (see the module's first line), or was published
TWILIO_FORM = b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"
GENUINE = {
    "typeform": (
        TYPEFORM,
        "typeform-secret",
        NOW,
        call({"Typeform-Signature": "sha256=1i2zyx3jKaIhlcHvjlU24zEqhEYM7RcXbxY4Fu62SwQ="}),
    ),
    "surveymonkey": (SURVEYMONKEY, "client-1&secret-2", NOW, call({"Sm-Signature": "+uDSYeaClZ1tIIEWx2OtB5E8Ql0="})),
    "delighted": (
        DELIGHTED,
        "private-api-key",
        NOW,
        call(
            {"X-Delighted-Webhook-Signature": "sha256=73354e59a19b039d7bc46ae04776ec3050317f8bb1c5096c93d43e7c769554f4"}
        ),
    ),
    "intercom": (
        INTERCOM,
        "intercom-client-secret",
        NOW,
        call({"X-Hub-Signature": "sha1=ae5c022c80be49a13e250cfcdc33a42e1a0a7fa3"}),
    ),
    "zendesk": (
        ZENDESK,
        ZENDESK_TEST_SECRET,
        NOW,
        call(
            {
                "X-Zendesk-Webhook-Signature": "4ILyqf8dEIrWZcD3pBxejJ1TmTJoHHXpGLgvln7NHu8=",
                "X-Zendesk-Webhook-Signature-Timestamp": "2026-01-05T09:00:00Z",
            }
        ),
    ),
    "hubspot": (
        HUBSPOT,
        "hubspot-client-secret",
        NOW,
        call(
            {
                "X-HubSpot-Signature-v3": "F1wrNXPlOo5XBjA0/M2srG5FLGiIB84stRJ1gpzxkfs=",
                "X-HubSpot-Request-Timestamp": "1767603600000",
            }
        ),
    ),
    # The example of Twilio's security page and of its libraries' own tests: token 12345.
    "twilio form": (
        TWILIO,
        "12345",
        NOW,
        call(
            {
                "X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            body=TWILIO_FORM,
            url="https://mycompany.com/myapp.php?foo=1&bar=2",
        ),
    ),
    # Address and body of Twilio's published example for JSON; the signature by openssl with the token 12345.
    "twilio json": (
        TWILIO,
        "12345",
        NOW,
        call(
            {"X-Twilio-Signature": "hPXmLwIy3Fgqv1i9KPmH/HhQ6zo="},
            body=b'{"CallSid":"CA1234567890ABCDE","Caller":"+12349013030"}',
            url="https://example.com/myapp?bodySHA256=5ccde7145dfb8f56479710896586cb9d5911809d83afbe34627818790db0aec9",
        ),
    ),
    # The example of the Standard Webhooks libraries.
    "standard webhooks": (
        STANDARD_WEBHOOKS,
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        datetime.fromtimestamp(1614265330, tz=UTC),
        call(
            {
                "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
                "webhook-timestamp": "1614265330",
                "webhook-signature": "v1a,x v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            },
            body=b'{"test": 2432232314}',
        ),
    ),
    "qualtrics": (
        QUALTRICS,
        "sharedkey",
        NOW,
        call(
            {"Content-Type": "application/x-www-form-urlencoded"},
            body=b"Topic=b.surveyengine.completedResponse.SV_1&HMAC=62626c133aeaa6fb50a03c270403de74ea5365dc78e8a37047783"
            b"92d82917ad103fb04e67f7fe4396c6f91ed2b1876687bbb8ea0e654b9f6bea0467167fa8e92"
            b"&MSG=%7B%22Status%22%3A%22Complete%22%2C%22ResponseID%22%3A%22R_1%22%7D",
        ),
    ),
    "hmac, hexadecimal": (
        HMAC_SHA256,
        "shared-secret",
        NOW,
        call({"X-Signature-256": "sha256=5e5f4002045047a4ded525ce086791f8c502a556835665dfb042aecf5f23a2b7"}),
    ),
    "hmac, base64": (
        HMAC_SHA256,
        "shared-secret",
        NOW,
        call({"X-Signature-256": "Xl9AAgRQR6Te1SXOCGeR+MUCpVaDVmXfsEKuz18jorc="}),
    ),
    "header": (SHARED_HEADER, "a long random text", NOW, call({"X-Webhook-Secret": "a long random text"})),
    "header as bearer": (SHARED_HEADER, "a-long-text", NOW, call({"X-Webhook-Secret": "Bearer a-long-text"})),
    "basic": (BASIC, "hook:password", NOW, call({"Authorization": "Basic aG9vazpwYXNzd29yZA=="})),
}
SIGNED = {name: one for name, one in GENUINE.items() if one[0].digest}
STAMPED = {name: one for name, one in GENUINE.items() if one[0].stamp_header}


@pytest.mark.parametrize("name", GENUINE)
def test_a_genuine_call_is_believed(name):
    scheme, secret, now, genuine = GENUINE[name]
    assert prove(genuine, scheme, (secret,), now=now)


@pytest.mark.parametrize("name", GENUINE)
def test_another_secret_is_refused_and_not_told(name):
    scheme, secret, now, genuine = GENUINE[name]
    other = "whsec_AAAA" if scheme is STANDARD_WEBHOOKS else "another:secret&text"
    with pytest.raises(Refused) as refused:
        prove(genuine, scheme, (other,), now=now)
    assert secret not in str(refused.value)


@pytest.mark.parametrize("name", SIGNED)
@pytest.mark.parametrize("place", [0.0, 0.5, 0.99])
def test_one_flipped_bit_of_the_body_is_refused(name, place):
    scheme, secret, now, genuine = SIGNED[name]
    body = bytearray(genuine.body)
    start = body.index(b"&MSG=") + 5 if name == "qualtrics" else 0  # what stands before is not signed there
    body[start + int(place * (len(body) - start))] ^= 1
    with pytest.raises(Refused):
        prove(replace(genuine, body=bytes(body)), scheme, (secret,), now=now)


@pytest.mark.parametrize("name", GENUINE)
def test_a_call_without_its_headers_is_refused_with_the_missing_ones_name(name):
    scheme, secret, now, genuine = GENUINE[name]
    bare = replace(genuine, headers=JSON_TYPE)
    with pytest.raises(Refused, match=f"{scheme.stamp_header or scheme.header or scheme.form_field}"):
        prove(bare, scheme, (secret,), now=now)


@pytest.mark.parametrize("name", STAMPED)
@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_call_signed_too_long_ago_or_ahead_is_refused(name, minutes):
    scheme, secret, now, genuine = STAMPED[name]
    with pytest.raises(Refused, match="minutes away"):
        prove(genuine, scheme, (secret,), now=now + timedelta(minutes=minutes))
    assert prove(genuine, scheme, (secret,), now=now + timedelta(minutes=minutes * 0.7))


@pytest.mark.parametrize("name", STAMPED)
@pytest.mark.parametrize("stamp", ["", "yesterday", "9" * 40, "١٢٣", "-5"])
def test_a_time_that_is_none_is_refused(name, stamp):
    scheme, secret, now, genuine = STAMPED[name]
    headers = {**genuine.headers, scheme.stamp_header.lower(): stamp}
    with pytest.raises(Refused, match="tells no time"):
        prove(replace(genuine, headers=headers), scheme, (secret,), now=now)


def test_the_signed_time_cannot_be_moved():
    scheme, secret, now, genuine = GENUINE["zendesk"]
    headers = {**genuine.headers, scheme.stamp_header.lower(): "2026-01-05T09:04:00Z"}
    with pytest.raises(Refused, match="not right"):
        prove(replace(genuine, headers=headers), scheme, (secret,), now=now)


def test_a_signature_of_any_characters_is_refused_and_not_a_fault():
    scheme, secret, now, genuine = GENUINE["typeform"]
    with pytest.raises(Refused):
        prove(replace(genuine, headers={"typeform-signature": "sha256=ü\udcff" * 9}), scheme, (secret,), now=now)


def test_the_old_secret_is_believed_beside_the_new_one():
    scheme, secret, now, genuine = GENUINE["typeform"]
    assert prove(genuine, scheme, ("the new secret", secret), now=now)


def test_without_any_secret_nothing_is_believed():
    scheme, _, now, genuine = GENUINE["typeform"]
    with pytest.raises(Refused):
        prove(genuine, scheme, (), now=now)


def test_a_connection_may_name_the_header_where_the_scheme_is_generic():
    named = call({"X-Company": "a long random text"})
    assert prove(named, SHARED_HEADER, ("a long random text",), now=NOW, header="X-Company")
    with pytest.raises(Refused, match="X-Webhook-Secret"):
        prove(named, SHARED_HEADER, ("a long random text",), now=NOW)


def test_json_to_twilio_without_its_digest_in_the_address_is_refused():
    scheme, secret, now, genuine = GENUINE["twilio json"]
    with pytest.raises(Refused, match="bodySHA256"):
        prove(replace(genuine, url="https://example.com/myapp"), scheme, (secret,), now=now)


def test_the_address_alone_proves_where_a_vendor_can_do_no_better():
    assert prove(call({}), ADDRESS, (), now=NOW) == BODY
    assert not any(scheme is ADDRESS for scheme in GENERIC.schemes)


@pytest.mark.parametrize(
    ("scheme", "secret"),
    [(STANDARD_WEBHOOKS, "no base64!"), (BASIC, "no-colon"), (SURVEYMONKEY, "only-one"), (SURVEYMONKEY, "&")],
)
def test_a_secret_of_another_kind_is_refused_in_words(scheme, secret):
    with pytest.raises(WrongSecret, match="What is needed"):
        check_secret(scheme, secret)


def test_a_short_secret_is_refused():
    with pytest.raises(WrongSecret, match="fewer than 8"):
        check_secret(SHARED_HEADER, "secret")


def known_by(body, event_id=(), scheme=SHARED_HEADER, **headers):
    return told_before(
        call(headers, body=body), scheme, Hook(schemes=(), sends="", where="", event_id=event_id), body, body
    )


def test_an_event_that_comes_again_is_known_by_its_id():
    first = known_by(b'{"id": "e1", "try": 1}', ("id",))
    assert known_by(b'{"id": "e1", "try": 2}', ("id",)) == first
    assert known_by(b'{"id": "e2", "try": 1}', ("id",)) != first


@pytest.mark.parametrize("body", [b'{"id": null}', b'[{"id": "e1"}]', b"{", b"[" * 100_000, b'{"id": {"a": 1}}', b""])
def test_without_an_id_the_call_is_known_by_what_is_signed(body):
    assert known_by(body, ("id",)) == known_by(body)
    assert known_by(body, ("id",)) != known_by(body + b" ", ("id",))


def test_a_signed_message_id_stands_before_all_else():
    first = known_by(b'{"a": 1}', scheme=STANDARD_WEBHOOKS, **{"webhook-id": "msg_1"})
    assert known_by(b'{"a": 1}', scheme=STANDARD_WEBHOOKS, **{"webhook-id": "msg_1"}) == first
    assert known_by(b'{"a": 1}', scheme=STANDARD_WEBHOOKS, **{"webhook-id": "msg_2"}) != first


def test_vendors_declare_only_sources_that_exist_and_schemes_of_one_name():
    keys = {source.key for source in all_sources()}
    assert set(declared()) <= keys
    named: dict[str, Scheme] = {}
    for key in keys:
        for scheme in schemes_of(hook_of(key)):
            assert named.setdefault(scheme.key, scheme) is scheme
