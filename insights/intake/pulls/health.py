"""How a pull fares, in one word and one sentence that says what to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from insights.models import Connection, Delivery

State = Literal["FINE", "NEW", "RUNNING", "FAILING", "LATE", "UNREADABLE", "PAUSED"]
PATIENCE = timedelta(minutes=10)  # the clock hands out what is due every minute
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a pull and what it means."""

    state: State
    sentence: str


def health(connection: Connection, now: datetime) -> Health:
    """Return how a pull fares. Looks at its own row, and at what became of the pages it brought this week."""
    if not connection.is_active:
        return Health("PAUSED", "It is paused: nothing is asked for until somebody lets it go on.")
    if connection.failures:
        return Health("FAILING", f"{connection.error} {_again(connection, now)}".strip())
    if connection.claimed_until is not None and connection.claimed_until > now:
        return Health("RUNNING", "A worker is fetching now.")
    if connection.next_at is not None and connection.next_at < now - PATIENCE:
        return Health("LATE", "It is due and nobody fetches: look whether the worker and the clock are running.")
    if connection.tried_at is None:
        return Health("NEW", "It was set up and has not run yet; the first step comes within a minute.")
    if broken := _unreadable(connection, now):
        return Health(
            "UNREADABLE",
            f"{broken} of the pages that it brought in the last 7 days could not be read; the deliveries say why.",
        )
    if connection.delivered_at is None:
        return Health("FINE", "It works, and nothing was there to be fetched so far.")
    return Health("FINE", "It works.")


def _again(connection: Connection, now: datetime) -> str:
    times = "once" if connection.failures == 1 else f"{connection.failures} times in a row"
    if connection.next_at is None or connection.next_at <= now:
        return f"It failed {times}; the next try is due."
    minutes = max(1, round((connection.next_at - now).total_seconds() / 60))
    return f"It failed {times}; the next try is in {minutes} {'minute' if minutes == 1 else 'minutes'}."


def _unreadable(connection: Connection, now: datetime) -> int:
    brought = Delivery.objects.filter(
        origin=Delivery.Origin.PULL, account=connection.account, state=Delivery.State.FAILED
    )
    since = max(now - RECENT, connection.created_at)
    return brought.filter(created_at__gte=since, filename__startswith=page_prefix(connection)).count()


def page_prefix(connection: Connection) -> str:
    """Return how the file names of a pull's pages begin."""
    return f"{connection.source} "
