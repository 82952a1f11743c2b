"""Webhooks: a call is proved, kept raw with its digest in one transaction, and known when it comes again.

The address of a hook holds 256 random bits, of which only the digest is kept: it is told once, when it is made.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F

from insights.intake.connections import sealed_secrets, secrets_of
from insights.intake.signatures import Call, Refused, Scheme, check_secret, hook_of, prove, schemes_of, told_before
from insights.intake.source import WrongOption, check_options, source_named
from insights.intake.taking import taken
from insights.models import Connection, HookCall

CALLS_KEPT: Final = timedelta(days=8)
"""Longer than any vendor tries again (three days at most), and than any signed time is believed."""
OLD_SECRET_LASTS: Final = timedelta(hours=24)
_HEADER_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


class NotMade(Exception):
    """The hook cannot be made or changed so. The message is for people."""


def digest_of(key: str) -> str:
    """Return what is kept of an address. It has 256 random bits, so one round of SHA-256 cannot be turned back."""
    return hashlib.sha256(key.encode()).hexdigest()


def find(source: str, key: str) -> Connection | None:
    """Return the living hook at this address. It is found by digest, so the time it takes tells nothing of the key."""
    try:
        found = Connection.objects.get(key=digest_of(key), kind=Connection.Kind.HOOK, is_active=True)
    except Connection.DoesNotExist:
        return None
    return found if found.source == source else None


def scheme_of(connection: Connection) -> Scheme:
    """Return how this hook's calls prove themselves. Raises WrongOption where its source no longer knows the way."""
    return scheme_named(connection.source, str(connection.options.get("scheme", "")))


def scheme_named(source: str, key: str = "") -> Scheme:
    """Return a scheme by key; the source's own one where no key is given. Raises WrongOption and UnknownSource."""
    known = {scheme.key: scheme for scheme in schemes_of(hook_of(source_named(source).key))}
    if not key:
        return next(iter(known.values()))
    if key not in known:
        raise WrongOption(f"'{source}' cannot be proved by '{key}'. It can by: {', '.join(known)}.")
    return known[key]


def make(
    *,
    source: str,
    label: str,
    account: str = "",
    scheme: str = "",
    secret: str = "",
    header: str = "",
    options: Mapping[str, str] | None = None,
    user: Any = None,
) -> tuple[Connection, str, str]:
    """Make a hook and return it, the key of its address, and its secret where we made that up; both are told once.

    Raises NotMade, WrongOption and UnknownSource with sentences for people, WrongSecret where it cannot be one.
    """
    check_options(source_named(source), dict(options or {}))
    chosen = scheme_named(source, scheme)
    if not label.strip():
        raise NotMade("A hook needs a label, such as 'Zendesk Europe'.")
    made = "" if secret else _made_up(chosen)
    key = secrets.token_urlsafe(32)
    connection = Connection(
        kind=Connection.Kind.HOOK,
        source=source,
        account=account.strip()[:120],
        label=label.strip()[:120],
        key=digest_of(key),
        options={"scheme": chosen.key, "header": _header(chosen, header), "options": dict(options or {})},
        created_by=user if user is not None and user.is_authenticated else None,
    )
    connection.secrets = sealed_secrets(connection, _checked(chosen, secret or made))
    connection.save()
    return connection, key, made


def _made_up(scheme: Scheme) -> str:
    if scheme.secret and not scheme.makes_secret:
        raise NotMade(f"{scheme.label} needs its secret. {scheme.secret}")
    return secrets.token_urlsafe(32) if scheme.secret else ""


def _checked(scheme: Scheme, secret: str) -> dict[str, str]:
    check_secret(scheme, secret)
    return {"secret": secret} if scheme.secret else {}


def _header(scheme: Scheme, named: str) -> str:
    named = named.strip()
    if named and not scheme.any_header:
        raise NotMade(f"{scheme.label} has its own header; no other can be named.")
    if len(named) > 100 or not set(named) <= _HEADER_CHARACTERS:
        raise NotMade("The name of a header holds letters, digits and hyphens, 100 at most.")
    return named


def rotate(connection: Connection, secret: str, now: datetime) -> str:
    """Give a hook another secret; the old one is believed for 24 hours more. Returns the secret where we made it up.

    Raises NotMade and WrongSecret with sentences for people.
    """
    scheme = scheme_of(connection)
    if not scheme.secret:
        raise NotMade("This hook has no secret but its address. Make another hook, then switch this one off.")
    made = "" if secret else _made_up(scheme)
    told = {
        **_checked(scheme, secret or made),
        "previous": secrets_of(connection).get("secret", ""),
        "previous_until": (now + OLD_SECRET_LASTS).isoformat(),
    }
    Connection.objects.filter(pk=connection.pk).update(secrets=sealed_secrets(connection, told), failures=0, error="")
    return made


def take(connection: Connection, call: Call, now: datetime) -> UUID | None:
    """Prove a call and keep it; returns its delivery, which waits to be read, or None for one that was taken before.

    Raises Refused, counted and with nothing kept, and TooLarge.
    """
    scheme = scheme_of(connection)
    try:
        signed = prove(
            call, scheme, _secrets(connection, now), now=now, header=str(connection.options.get("header", ""))
        )
    except Refused as refused:
        _count_refusal(connection, str(refused), now)
        raise
    hook = hook_of(connection.source)
    body = hook.kept(call)
    return taken(connection, body, told_before(call, scheme, hook, signed, body), now)


def _secrets(connection: Connection, now: datetime) -> tuple[str, ...]:
    told = secrets_of(connection)
    until = told.get("previous_until", "")
    previous = told.get("previous", "") if until and now < datetime.fromisoformat(until) else ""
    return tuple(one for one in (told.get("secret", ""), previous) if one)


def _count_refusal(connection: Connection, reason: str, now: datetime) -> None:
    Connection.objects.filter(pk=connection.pk).update(
        refused=F("refused") + 1, failures=F("failures") + 1, error=reason, tried_at=now
    )


def forget_calls(now: datetime) -> int:
    """Forget calls that nobody sends again; returns how many."""
    forgotten, _ = HookCall.objects.filter(received_at__lt=now - CALLS_KEPT).delete()
    return forgotten
