"""Notices: calls that say only that something happened. They wake the pull that fetches it."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Value
from django.db.models.functions import Greatest, Least

from insights.intake.record import NOTICE, Excluded, Notice
from insights.intake.source import BadRecord
from insights.models import Connection, Delivery

BETWEEN_WAKINGS: Final = timedelta(seconds=30)
"""A hundred notices in a minute are two runs, not a hundred: vendors count questions by the day too."""


def settled(notice: Notice, delivery: Delivery, now: datetime) -> Excluded | BadRecord:
    """Wake the pulls of the delivery's source and account. Without one the notice is set aside, to be replayed."""
    pulls = Connection.objects.filter(kind=Connection.Kind.PULL, reads=delivery.source, account=delivery.account)
    awake = pulls.filter(is_active=True)
    if awake.update(woken_at=now):
        # One that is in the middle of a run keeps its pace and looks at woken_at when it has caught up; one that
        # fails keeps its back-off.
        soonest = Greatest(Value(now), F("tried_at") + BETWEEN_WAKINGS)  # GREATEST passes over what is not known
        awake.filter(began_at=None, failures=0).update(next_at=Least(F("next_at"), soonest))
        return notice
    return BadRecord(f"The call tells only that {notice.told}. {_advice(notice, pulls.first())}", notice.field)


def _advice(notice: Notice, resting: Connection | None) -> str:
    if resting is not None:
        return f"Its pull '{resting.label}' is switched off: switch it on, and it fetches this too."
    return (
        f"Add a scheduled pull {notice.pull}, with the same account as this webhook (Sources, Connections): "
        "each call then wakes it, and it fetches what the calls tell of. Or bring a file."
    )


def holds_notices(delivery_id: UUID) -> bool:
    """Say whether a delivery held a notice that woke a pull."""
    return Delivery.objects.filter(pk=delivery_id, excluded_reasons__has_key=NOTICE).exists()
