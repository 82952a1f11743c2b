"""Tokens for programs: issued once, kept as digests, expiring. A token never widens what its person may do."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from insights.access.roles import ROLES, SCOPES, may
from insights.models import AccessToken

TOKEN_PREFIX: Final = "cx_"  # noqa: S105 - the recognisable beginning of every token, no secret
LONGEST_TOKEN_DAYS: Final = 3650
_USE_IS_WRITTEN_EVERY: Final = timedelta(minutes=1)


class TokenRefused(Exception):
    """The token cannot be issued or used. The message says why and what to do."""


def digest_of(secret: str) -> str:
    """Return what is kept of a token. It has 256 random bits, so one round of SHA-256 cannot be turned back."""
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_token(*, user: User, scopes: Iterable[str], days: int, name: str, now: datetime) -> tuple[AccessToken, str]:
    """Make a token and return it with its secret, which is told this once. Raises TokenRefused."""
    wanted = tuple(dict.fromkeys(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if not wanted:
        raise TokenRefused(f"A token needs at least one scope: {', '.join(SCOPES)}.")
    if unknown:
        raise TokenRefused(f"There is no scope '{', '.join(unknown)}'. Scopes: {', '.join(SCOPES)}.")
    missing = [scope for scope in wanted if not may(user, SCOPES[scope])]
    if missing:
        raise TokenRefused(
            f"{user.get_username()} may not do {', '.join(missing)}, so neither may a token. "
            f"Add them to a role that may ({', '.join(ROLES)}), on the Admin page or in /admin/."
        )
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise TokenRefused(f"A token lives 1 to {LONGEST_TOKEN_DAYS} days, not {days}.")
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        user=user, name=name, digest=digest_of(secret), scopes=list(wanted), expires_at=now + timedelta(days=days)
    )
    return token, secret


def token_behind(secret: str, *, now: datetime) -> AccessToken:
    """Return the living token with this secret and note its use. Raises TokenRefused.

    The row is found by digest, so how long the look-up takes tells nothing about the secret.
    """
    token = AccessToken.objects.select_related("user").filter(digest=digest_of(secret)).first()
    if token is None:
        raise TokenRefused("This token is not known. Make one with 'manage.py token'.")
    if token.revoked_at is not None:
        raise TokenRefused(f"This token was revoked on {token.revoked_at:%Y-%m-%d}. Make a new one.")
    if token.expires_at <= now:
        raise TokenRefused(f"This token expired on {token.expires_at:%Y-%m-%d}. Make a new one.")
    if not token.user.is_active:
        raise TokenRefused("The person this token belongs to can no longer sign in.")
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - _USE_IS_WRITTEN_EVERY)
    if token.last_used_at is None or token.last_used_at < now - _USE_IS_WRITTEN_EVERY:
        AccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token


def revoke(token: AccessToken, *, now: datetime) -> bool:
    """End a token's life. Says whether this call did it; a token revoked before keeps its time."""
    return AccessToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now) == 1
