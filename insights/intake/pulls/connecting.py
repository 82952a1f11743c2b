"""Setting up a pull: what it was told is checked, its secrets are sealed, and its first step is due at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from insights.intake.connections import sealed_secrets
from insights.intake.pulls.pull import Pull, passed_on, pull_named
from insights.intake.source import WrongOption, check_options, check_told, source_named
from insights.models import Connection
from insights.models.keys import new_key

LONGEST_INTERVAL = 7 * 24 * 60
DEFAULT_INTERVAL = 15


def check(pull: Pull, options: Mapping[str, str], secrets: Mapping[str, str], every_minutes: int) -> None:
    """Raise WrongOption with a sentence when a pull cannot be set up so."""
    check_told(pull.key, pull.options, options)
    known = {secret.name: secret for secret in pull.secrets}
    for name in secrets:
        if name not in known:
            raise WrongOption(f"'{pull.key}' has no secret '{name}'. It has: {', '.join(sorted(known))}.")
    for secret in pull.secrets:
        if secret.is_required and not secrets.get(secret.name):
            raise WrongOption(f"{secret.question} (secret '{secret.name}')")
    if not 1 <= every_minutes <= LONGEST_INTERVAL:
        raise WrongOption("A pull runs every 1 to 10080 minutes (a week).")
    pull.check(options, secrets)
    check_options(source_named(pull.reads_with(options)), passed_on(options))


@transaction.atomic
def connect(
    *,
    pull: str,
    label: str,
    options: Mapping[str, str],
    secrets: Mapping[str, str],
    now: datetime,
    every_minutes: int = DEFAULT_INTERVAL,
    account: str = "",
    user: Any = None,
) -> Connection:
    """Set up a pull, due at once. Raises UnknownSource and WrongOption with sentences for people."""
    label = label.strip()[:120]
    if not label:
        raise WrongOption("What is this pull to be called?")
    if Connection.objects.filter(kind=Connection.Kind.PULL, label=label).exists():
        raise WrongOption(f"There is a pull '{label}' already. Choose another name.")
    kept = {name: value.strip() for name, value in options.items() if value.strip()}
    check(pull_named(pull), kept, secrets, every_minutes)
    identity = new_key()
    return Connection.objects.create(
        id=identity,
        kind=Connection.Kind.PULL,
        source=pull,
        reads=pull_named(pull).reads_with(kept),
        account=account,
        label=label,
        key=f"pull-{identity}",
        secrets=sealed(identity, secrets),
        options=kept,
        every_minutes=every_minutes,
        next_at=now,
        created_by=user if user is not None and user.is_authenticated else None,
    )


def sealed(identity: UUID, secrets: Mapping[str, str]) -> bytes:
    """Return secrets as they are kept: sealed for this connection alone."""
    return sealed_secrets(Connection(pk=identity), secrets)


def replace_secrets(identity: UUID, secrets: Mapping[str, str], now: datetime) -> None:
    """Give a pull new secrets, as after an expired token, and let it try at once. Raises WrongOption."""
    connection = Connection.objects.get(pk=identity, kind=Connection.Kind.PULL)
    check(pull_named(connection.source), connection.options, secrets, connection.every_minutes or DEFAULT_INTERVAL)
    Connection.objects.filter(pk=identity).update(secrets=sealed(identity, secrets), next_at=now)


def hasten(identity: UUID, now: datetime) -> bool:
    """Let a pull be due now. Returns whether there is such a pull, not paused."""
    return Connection.objects.filter(pk=identity, kind=Connection.Kind.PULL, is_active=True).update(next_at=now) == 1


def set_active(identity: UUID, *, is_active: bool, now: datetime) -> None:
    """Pause a pull, or let it go on from where it is."""
    Connection.objects.filter(pk=identity, kind=Connection.Kind.PULL).update(is_active=is_active, next_at=now)
