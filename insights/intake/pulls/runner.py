"""Running pulls: claimed by update, a step at a time; a page and the cursor behind it are committed together.

A worker that is killed before the commit has changed nothing, so the page is asked for again; after it, the next page
is. Pages lie in the raw store before the commit, and a delivery waits for its reader behind it.
"""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from insights.intake.connections import secrets_of
from insights.intake.delivery import receive_kept
from insights.intake.notices import BETWEEN_WAKINGS
from insights.intake.pulls.backoff import wait
from insights.intake.pulls.pull import Asking, Step, pull_named
from insights.intake.pulls.trouble import Broken, Misdeclared, Throttled, Trouble
from insights.intake.raw import forget
from insights.intake.sealing import SealBroken
from insights.intake.source import UnknownSource
from insights.models import Connection, Delivery

CLAIM: Final = timedelta(minutes=3)
BEAT_SECONDS = 20.0
Clock = Callable[[], datetime]
_chance = random.SystemRandom().random
logger = logging.getLogger(__name__)


class TakenOver(Exception):
    """Another worker has the pull: ours was thought dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a step led to: deliveries that wait to be read, and when the next step is due; None ends the run."""

    deliveries: tuple[UUID, ...] = ()
    again_in: float | None = None


def due(now: datetime) -> list[UUID]:
    """Return the pulls whose time has come and nobody is at, the longest waiting first."""
    return list(_free(now).order_by("next_at").values_list("pk", flat=True))


def run_step(identity: UUID, *, clock: Clock = timezone.now, chance: Callable[[], float] = _chance) -> Ran:
    """Take one step of a pull, when it is due and nobody else is at it. Safe to be called by many at once."""
    claimed = _claim(identity, clock())
    if claimed is None:
        return Ran()
    claim = _Claim(claimed, clock)
    try:
        step = _step(claimed, clock, claim.beat)
        return _keep(claimed, claim, step, clock())
    except Trouble as trouble:
        _tell(claimed, claim, trouble, clock(), chance)
    except TakenOver:
        logger.warning("The pull %s was taken over by another worker.", claimed.pk)
    except Exception as ours:
        sentence = f"The pull stopped on an error of ours ({type(ours).__name__}). It is in the log."
        _tell(claimed, claim, Broken(sentence), clock(), chance)
        raise
    return Ran()


class _Claim:
    """Our hold on a pull: known by its time, so that whoever was thought dead notices."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._identity, self._until, self._clock = connection.pk, connection.claimed_until, clock
        self._beaten = time.monotonic()

    def beat(self) -> None:
        """Renew it now and then. Raises TakenOver."""
        if time.monotonic() - self._beaten < BEAT_SECONDS:
            return
        until = self._clock() + CLAIM
        if Connection.objects.filter(pk=self._identity, claimed_until=self._until).update(claimed_until=until) != 1:
            raise TakenOver
        self._until, self._beaten = until, time.monotonic()

    def release(self, **changes: object) -> None:
        """Write what came of it and let go. Raises TakenOver."""
        ours = Connection.objects.filter(pk=self._identity, claimed_until=self._until)
        if ours.update(claimed_until=None, **changes) != 1:
            raise TakenOver


def _free(now: datetime) -> QuerySet[Connection]:
    nobody = Q(claimed_until=None) | Q(claimed_until__lte=now)
    return Connection.objects.filter(nobody, kind=Connection.Kind.PULL, is_active=True, next_at__lte=now)


def _claim(identity: UUID, now: datetime) -> Connection | None:
    began_at = Coalesce("began_at", Value(now))
    if _free(now).filter(pk=identity).update(claimed_until=now + CLAIM, tried_at=now, began_at=began_at) != 1:
        return None
    return Connection.objects.get(pk=identity)


def _step(connection: Connection, clock: Clock, beat: Callable[[], None]) -> Step:
    try:
        pull, secrets = pull_named(connection.source), secrets_of(connection)
    except (UnknownSource, SealBroken) as unknown:
        raise Misdeclared(f"{unknown} Set the pull up again.") from None
    asking = Asking(
        options=connection.options, secrets=secrets, cursor=connection.cursor, now=clock(), clock=clock, beat=beat
    )
    return pull.step(asking)


def _keep(connection: Connection, claim: _Claim, step: Step, now: datetime) -> Ran:
    """Commit pages and cursor at once."""
    told: dict[str, object] = {"delivered_at": now} if step.pages else {}
    told |= _rested(connection, now) if step.is_caught_up else {"next_at": now + timedelta(seconds=step.wait_seconds)}
    try:
        with transaction.atomic():
            claim.release(cursor=dict(step.cursor), failures=0, error="", **told)
            deliveries = tuple(
                receive_kept(
                    page.kept,
                    page.source,
                    page.options,
                    filename=page.filename,
                    account=connection.account,
                    origin=Delivery.Origin.PULL,
                    connection=connection,
                    user=connection.created_by,
                ).pk
                for page in step.pages
            )
    except BaseException:
        for page in step.pages:
            forget(page.kept.name)
        raise
    return Ran(deliveries=deliveries, again_in=None if step.is_caught_up else step.wait_seconds)


def _rested(connection: Connection, now: datetime) -> dict[str, object]:
    """Return what is written when a run has caught up. Whoever told of something meanwhile may have been too late."""
    rest = timedelta(minutes=connection.every_minutes or 1)
    woken = When(woken_at__gt=F("began_at"), then=Value(now + min(rest, BETWEEN_WAKINGS)))
    return {"began_at": None, "next_at": Case(woken, default=Value(now + rest))}


def _tell(connection: Connection, claim: _Claim, trouble: Trouble, now: datetime, chance: Callable[[], float]) -> None:
    """Write down what went wrong and when to try again."""
    failures = connection.failures + 1
    wanted = trouble.wait_seconds if isinstance(trouble, Throttled | Broken) else None
    pause = wait(failures, is_lasting=trouble.is_lasting, wanted=wanted, chance=chance)
    moved = {} if trouble.cursor is None else {"cursor": dict(trouble.cursor)}
    try:
        claim.release(failures=failures, error=str(trouble), next_at=now + pause, **moved)
    except TakenOver:
        logger.warning("The pull %s was taken over by another worker.", connection.pk)
