"""What was delivered: state, counts, what was set aside and why, and how fresh each source is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Max, Min, QuerySet
from django.urls import reverse

from insights.dashboards.names import ago, moment, value_name, zone
from insights.dashboards.numbers import clock, number
from insights.intake.delivery import counts as delivery_counts
from insights.intake.source import Option, all_sources
from insights.models import Delivery, Feedback, Freshness, SetAside

SHOWN = 50
ROWS_SHOWN = 50
_OPEN = {Delivery.State.RECEIVED.value, Delivery.State.READING.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One delivery, ready to be shown."""

    key: str
    source: str
    account: str
    filename: str
    state: str
    state_name: str
    is_open: bool
    percent: int
    progress: str
    pace: str
    counts: tuple[tuple[str, str], ...]
    set_aside: int
    arrived: str
    error: str
    notices: tuple[str, ...]
    excluded: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """Where to see what came in."""

    overview: str
    records: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How fresh one source is."""

    name: str
    account: str
    newest: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A source that can be imported."""

    key: str
    label: str
    reads: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All the page shows."""

    arrivals: list[Arrival]
    fresh: list[SourceState]
    known: list[Known]


def sources(*, now: datetime) -> Sources:
    """Return the page of sources."""
    told = Freshness.objects.filter(stage=Freshness.Stage.INTAKE).order_by("source", "account")
    return Sources(
        arrivals=[arrival(delivery, now=now) for delivery in _brought_by_people()[:SHOWN]],
        fresh=[
            SourceState(
                name=value_name("source", row.source),
                account=row.account,
                newest=moment(row.latest_record_at),
                told=ago(row.delivered_at, now),
            )
            for row in told
        ],
        known=[
            Known(key=source.key, label=source.label, reads=source.reads, options=source.options)
            for source in all_sources()
        ],
    )


def _brought_by_people() -> QuerySet[Delivery]:
    """Files and pushes, the newest first; what webhooks and pulls bring is shown by connection and day."""
    return Delivery.objects.exclude(origin__in=[Delivery.Origin.WEBHOOK, Delivery.Origin.PULL]).order_by("-created_at")


def arrival(delivery: Delivery, *, now: datetime) -> Arrival:
    """Return one delivery as pages show it."""
    counts = {
        "read": delivery.read,
        "new": delivery.accepted,
        "changed": delivery.updated,
        "unchanged": delivery.unchanged,
        "left out": delivery.excluded,
        "set aside": delivery.set_aside,
    }
    done = delivery.bytes_read / delivery.size_bytes if delivery.size_bytes else 0.0
    percent = min(round(done * 100), 100)
    return Arrival(
        key=str(delivery.pk),
        source=value_name("source", delivery.source),
        account=delivery.account,
        filename=delivery.filename or delivery.get_origin_display(),
        state=delivery.state,
        state_name=delivery.get_state_display(),
        is_open=delivery.state in _OPEN,
        percent=percent,
        progress=f"{percent} % of the file, {number(delivery.read)} records",
        pace=_pace(delivery, now) if delivery.state in _OPEN else "",
        counts=tuple((name, number(count)) for name, count in counts.items()),
        set_aside=delivery.set_aside,
        arrived=f"{moment(delivery.created_at)} ({ago(delivery.created_at, now)})",
        error=delivery.error,
        notices=tuple(delivery.notices),
        excluded=tuple((reason, number(count)) for reason, count in delivery.excluded_reasons.items()),
    )


def _pace(delivery: Delivery, now: datetime) -> str:
    """Return how fast it goes and how long it still takes: 4,200 records/s, about 40 s left."""
    told = delivery_counts(delivery, now)
    speed, left = told["rows_per_second"], told["seconds_left"]
    if not speed:
        return "waiting for a worker" if delivery.state == Delivery.State.RECEIVED else "checking the whole file first"
    length = "" if left is None else f", about {round(left)} s left" if left < 90 else f", about {clock(left)} min left"
    return f"{number(speed)} records/s{length}"


def following(delivery: Delivery) -> Following | None:
    """Return where what this delivery brought can be seen: its source, in the days it is of."""
    days = Feedback.objects.filter(delivery=delivery).aggregate(first=Min("occurred_at"), last=Max("occurred_at"))
    if delivery.state != Delivery.State.DONE or not delivery.read - delivery.set_aside - delivery.excluded:
        return None
    if days["first"] is None:  # all of it was known before
        asked = urlencode({"source": delivery.source})
        return Following(overview=f"{reverse('overview')}?{asked}", records=f"{reverse('records')}?{asked}")
    since, last = (days[name].astimezone(zone()).date() for name in ("first", "last"))
    asked = urlencode({"source": delivery.source, "since": since, "until": last + timedelta(days=1)})
    survey = Feedback.objects.filter(delivery=delivery, kind=Feedback.Kind.SURVEY).exists()
    metric = "responses" if survey else "contacts"
    return Following(overview=f"{reverse('overview')}?{asked}", records=f"{reverse('records')}?metric={metric}&{asked}")


def rows_set_aside(delivery: Delivery) -> list[SetAside]:
    """Return the first rows that are still set aside, with their reasons."""
    return list(delivery.rows_set_aside.filter(state=SetAside.State.OPEN)[:ROWS_SHOWN])
