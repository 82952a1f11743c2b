"""Proof that a webhook's call is the vendor's: schemes as declared data, compared in constant time, over raw bytes.

A scheme says which header holds what, and what of a call is signed. The generic ones are here; the vendors' own stand
with their sources, which `declare` them. Nothing here knows more of HTTP than the four parts of a `Call`.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

TOLERANCE = timedelta(minutes=5)
"""How far a signed time may lie from ours: what the vendors' documents recommend, and what clocks differ at most."""


class Refused(Exception):
    """The call is not proved to be the vendor's. The message is for whoever sets the webhook up; it tells no secret."""


class WrongSecret(Exception):
    """What was given as a secret cannot be one of this scheme. The message is for people."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came: header names in lower case, the body untouched, the address as the vendor called it."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header, or an empty text."""
        return self.headers.get(name.lower(), "").strip()

    def form(self) -> list[tuple[str, str]]:
        """Return the fields of a body that is a form; none of any other body."""
        if not self.header("content-type").lower().startswith("application/x-www-form-urlencoded"):
            return []
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)


def _whole_body(call: Call, stamp: str) -> bytes:
    return call.body


def _body(call: Call) -> bytes:
    return call.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """How a vendor proves its calls."""

    key: str
    label: str
    secret: str  # what to give as the secret and where it is found; empty where there is none
    header: str = ""  # where the proof stands
    form_field: str = ""  # or in which field of a form
    digest: Literal["", "sha1", "sha256", "sha512"] = ""  # of the HMAC; empty: the header holds the secret itself
    encodings: tuple[Literal["hex", "base64"], ...] = ("hex",)
    prefix: str = ""  # before the secret or the signature, such as "sha256="; may be missing
    signs: Callable[[Call, str], bytes] = _whole_body  # may raise Refused
    key_of: Callable[[str], bytes] = str.encode  # may raise ValueError
    stamp_header: str = ""  # where the signed time stands
    stamp_unit: Literal["seconds", "milliseconds", "iso"] = "seconds"
    id_header: str = ""  # a signed id of the message, the same when it is sent again
    several: bool = False  # whether several signatures may stand there, apart by blanks
    any_header: bool = False  # whether the connection may name another header

    @property
    def makes_secret(self) -> bool:
        """Say whether we may make the secret up: where both sides are told it, and not where the vendor gives it."""
        return bool(self.secret) and self.any_header


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """What a vendor's webhook is like: how it proves itself, what tells one event, where it is set up."""

    schemes: tuple[Scheme, ...]  # the first is the vendor's own way
    sends: str
    where: str
    event_id: tuple[str, ...] = ()  # members of the signed body, dotted, that together tell an event
    kept: Callable[[Call], bytes] = _body  # the body as it is, unless half of what is told stands in headers


def prove(call: Call, scheme: Scheme, secrets: tuple[str, ...], *, now: datetime, header: str = "") -> bytes:
    """Return what was signed. Raises Refused. Any of `secrets` may have signed: while one is changed there are two."""
    stamp = _stamp(call, scheme, now)
    if not scheme.secret:
        return call.body
    given = _given(call, scheme, header or scheme.header)
    signed = scheme.signs(call, stamp)
    known = [one for secret in secrets for one in _expected(scheme, secret, signed)]
    matches = [hmac.compare_digest(one, told) for one in known for told in given]  # all: the time tells nothing
    if not any(matches):
        named = header or scheme.header or scheme.form_field
        raise Refused(f"The {'signature' if scheme.digest else 'secret'} in {named} is not right. Compare the secrets.")
    return signed


def _given(call: Call, scheme: Scheme, header: str) -> list[bytes]:
    found = dict(call.form()).get(scheme.form_field, "") if scheme.form_field else call.header(header)
    if not found:
        raise Refused(f"The call has no {scheme.form_field or header}. Is the webhook set up to send it?")
    parts = found.split() if scheme.several else [found]
    return [_without(one, scheme.prefix).encode("utf-8", "replace") for one in parts]


def _without(given: str, prefix: str) -> str:
    return given[len(prefix) :].strip() if prefix and given[: len(prefix)].lower() == prefix.lower() else given


def _expected(scheme: Scheme, secret: str, signed: bytes) -> list[bytes]:
    if not scheme.digest:
        return [scheme.key_of(secret)]
    mac = hmac.new(scheme.key_of(secret), signed, scheme.digest).digest()
    return [mac.hex().encode() if one == "hex" else base64.b64encode(mac) for one in scheme.encodings]


def _stamp(call: Call, scheme: Scheme, now: datetime) -> str:
    """Return the signed time as it stands. Raises Refused where it is missing or too far from now."""
    if not scheme.stamp_header:
        return ""
    stamp = call.header(scheme.stamp_header)
    try:
        at = _moment(stamp, scheme.stamp_unit)
    except (ValueError, OverflowError, OSError):
        raise Refused(f"{scheme.stamp_header} is missing or tells no time.") from None
    if abs(now - at) > TOLERANCE:
        minutes = round(abs(now - at).total_seconds() / 60)
        raise Refused(
            f"The call was signed {minutes} minutes away from now: sent again by somebody, or a clock is off."
        )
    return stamp


def _moment(stamp: str, unit: str) -> datetime:
    if unit == "iso":
        at = datetime.fromisoformat(stamp)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    if not (stamp.isascii() and stamp.isdigit()):
        raise ValueError("no number")
    return datetime.fromtimestamp(int(stamp) / (1000 if unit == "milliseconds" else 1), tz=UTC)


def told_before(call: Call, scheme: Scheme, hook: Hook, signed: bytes, kept: bytes) -> str:
    """Return the digest by which the same event is known when it comes again.

    A signed id of the message, else the event's id in the body, else what was signed: with its time where there is
    one, so that the same words said later are another event.
    """
    if scheme.id_header:
        told = f"message {call.header(scheme.id_header)}".encode()
    elif event := _event_id(kept, hook.event_id):
        told = f"event {event}".encode()
    else:
        told = b"signed " + signed
    return hashlib.sha256(told).hexdigest()


def _event_id(body: bytes, names: tuple[str, ...]) -> str:
    """Return the event's id as the body tells it; nothing where one of its members is missing, or in a list."""
    if not names:
        return ""
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    parts = [_member(told, name) for name in names]
    return json.dumps(parts) if all(isinstance(one, str | int) and one != "" for one in parts) else ""


def _member(told: Any, way: str) -> Any:
    for name in way.split("."):
        told = told.get(name) if isinstance(told, dict) else None
    return told


def check_secret(scheme: Scheme, secret: str) -> None:
    """Raise WrongSecret where `secret` cannot be one of this scheme."""
    if not scheme.secret:
        return
    try:
        made = scheme.key_of(secret)
    except ValueError:
        raise WrongSecret(f"This is no such secret. What is needed: {scheme.secret}") from None
    if len(made) < 8:
        raise WrongSecret(f"A secret of fewer than 8 characters protects nothing. What is needed: {scheme.secret}")


# --- what is signed, and keys, as more than one vendor has it


def time_and_body(call: Call, stamp: str) -> bytes:
    """Return the signed time and the body, with nothing between them."""
    return stamp.encode() + call.body


def _id_time_and_body(call: Call, stamp: str) -> bytes:
    message = call.header("webhook-id")
    if not message:
        raise Refused("The call has no webhook-id.")
    return f"{message}.{stamp}.".encode() + call.body


def _standard_key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as broken:
        raise ValueError("no base64") from broken


def _basic(secret: str) -> bytes:
    if ":" not in secret:
        raise ValueError("no user and password")
    return base64.b64encode(secret.encode())


# --- the generic schemes

SHARED_HEADER: Final = Scheme(
    key="header",
    label="A secret in a header",
    secret="A long random text, given to both sides; left empty we make one.",  # noqa: S106 - words, no secret
    header="X-Webhook-Secret",
    prefix="Bearer ",
    any_header=True,
)
HMAC_SHA256: Final = Scheme(
    key="hmac-sha256",
    label="HMAC-SHA256 of the body in a header",
    secret="A long random text, given to both sides; left empty we make one.",  # noqa: S106 - words, no secret
    header="X-Signature-256",
    digest="sha256",
    encodings=("hex", "base64"),
    prefix="sha256=",
    any_header=True,
)
STANDARD_WEBHOOKS: Final = Scheme(
    key="standard-webhooks",
    label="Standard Webhooks",
    secret="The signing secret that the sender shows: whsec_ and base64.",  # noqa: S106 - words, no secret
    header="webhook-signature",
    digest="sha256",
    encodings=("base64",),
    prefix="v1,",
    signs=_id_time_and_body,
    key_of=_standard_key,
    stamp_header="webhook-timestamp",
    id_header="webhook-id",
    several=True,
)
BASIC: Final = Scheme(
    key="basic",
    label="User and password (HTTP Basic)",
    secret="user:password, as the sender is told them.",  # noqa: S106 - words, no secret
    header="Authorization",
    prefix="Basic ",
    key_of=_basic,
)
ADDRESS: Final = Scheme(key="address", label="The address alone", secret="")
"""For vendors that can neither sign nor send a header of ours: the 256 random bits in the address are the secret."""

GENERIC: Final = Hook(
    schemes=(SHARED_HEADER, HMAC_SHA256, STANDARD_WEBHOOKS, BASIC),
    sends="A file of this source as the body of the call.",
    where="In the sending system, as the target of a webhook or HTTP action.",
)


_hooks: dict[str, Hook] = {}


def declare(hooks: Mapping[str, Hook]) -> None:
    """Add how vendors call, by the key of their source. Called from an app's ready()."""
    _hooks.update(hooks)


def declared() -> Mapping[str, Hook]:
    """Return every vendor's way, by the key of its source."""
    return dict(sorted(_hooks.items()))


def hook_of(source: str) -> Hook:
    """Return how the vendor of this source calls; one that declares nothing is called the generic ways."""
    return _hooks.get(source, GENERIC)


def schemes_of(hook: Hook) -> tuple[Scheme, ...]:
    """Return the vendor's own schemes, then the generic ones: between it and us another system may stand."""
    return tuple({scheme.key: scheme for scheme in (*hook.schemes, *GENERIC.schemes)}.values())
