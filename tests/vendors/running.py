"""Running pulls by a fixed clock, and what came of them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from insights.intake.delivery import read
from insights.intake.pulls.connecting import connect
from insights.intake.pulls.runner import Ran, run_step
from insights.models import Connection, Delivery, Feedback, Turn

NOW = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)
START = "2026-01-01"


class Clock:
    """A clock that goes on only when it is told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        """Let time go by."""
        self.now += timedelta(seconds=seconds)


def a_pull(pull: str, address: str, secrets: Mapping[str, str], **options: str) -> Connection:
    """Set up a pull of a vendor on this machine."""
    told = {"address": address, "private_network": "yes", "start": START, **options}
    return connect(pull=pull, label=f"Our {pull}", options=told, secrets=secrets, now=NOW, every_minutes=15)


def run(connection: Connection, clock: Clock, most: int = 200) -> list[Ran]:
    """Run a pull until it rests or fails, letting time go by as it wants, and read what came."""
    ran = []
    for _ in range(most):
        ran.append(run_step(connection.pk, clock=clock, chance=lambda: 0.0))
        for delivery in ran[-1].deliveries:
            read(delivery, clock=clock)
        if ran[-1].again_in is None:
            break
        clock.forward(ran[-1].again_in)
    connection.refresh_from_db()
    return ran


def run_until_caught_up(connection: Connection, clock: Clock, most: int = 60) -> None:
    """Run a pull through its failures until it rests."""
    for _ in range(most):
        run(connection, clock)
        if not connection.failures:
            return
        clock.now = connection.next_at
    raise AssertionError(f"It never caught up: {connection.error}")


def facts() -> dict[str, Any]:
    """Return all that was stored, without when and by which delivery."""
    told: dict[str, Any] = {}
    for row in Feedback.objects.prefetch_related("scores").order_by("source", "source_id"):
        turns = Turn.objects.filter(feedback=row).order_by("position")
        told[f"{row.source} {row.source_id}"] = {
            "kind": row.kind, "text": row.text, "title": row.title, "at": row.occurred_at, "queue": row.queue,
            "agent": row.agent, "channel": row.channel, "customer": row.customer_id is not None,
            "revision": row.revision,
            "scores": sorted((one.measure, one.value) for one in row.scores.all()),
            "turns": [(one.speaker, one.text, one.offset_seconds) for one in turns],
        }  # fmt: skip
    return told


def totals() -> dict[str, int]:
    """Return the counts of all deliveries together."""
    names = ("read", "accepted", "updated", "unchanged", "set_aside", "excluded")
    rows = list(Delivery.objects.values(*names))
    return {name: sum(row[name] for row in rows) for name in names}
