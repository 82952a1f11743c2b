"""What webhooks and pulls brought, together by connection and day: a call each would crowd the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate
from django.urls import reverse

from insights.dashboards.boards.sources import SHOWN, Arrival, arrival
from insights.dashboards.names import value_name, zone
from insights.dashboards.numbers import day as day_words
from insights.dashboards.numbers import number
from insights.models import Connection, Delivery

DAYS = 7
_COUNTED = ("read", "accepted", "updated", "unchanged", "excluded", "set_aside")
BY_ITSELF = Q(origin__in=[Delivery.Origin.WEBHOOK, Delivery.Origin.PULL])


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One connection on one day."""

    label: str
    kind: str
    day: str
    url: str  # its deliveries of that day; empty where the connection is gone
    deliveries: str
    read: str
    accepted: str
    updated: str
    unchanged: str
    excluded: str
    set_aside: str
    aside_url: str  # those with something set aside; empty where there is nothing
    failed: str
    failed_url: str


def brought(*, now: datetime) -> list[Brought]:
    """Return what came by webhooks and pulls in the last seven days, the newest day first."""
    first = now.astimezone(zone()).date() - timedelta(days=DAYS - 1)
    rows: Iterable[Mapping[str, Any]] = (
        Delivery.objects.filter(BY_ITSELF, created_at__gte=_begin(first))
        .annotate(on=TruncDate("created_at", tzinfo=zone()))
        .values("on", "connection", "source", "origin", label=F("connection__label"))
        .annotate(
            deliveries=Count("pk"),
            failed=Count("pk", filter=Q(state=Delivery.State.FAILED)),
            **{f"sum_{name}": Sum(name) for name in _COUNTED},
        )
        .order_by("-on", "label", "source", "origin")
    )
    return [_brought(row) for row in rows]


def _brought(row: Mapping[str, Any]) -> Brought:
    counts = {name: number(row[f"sum_{name}"]) for name in _COUNTED}
    on: date = row["on"]
    url = f"{reverse('brought', args=[row['connection']])}?" if row["connection"] else ""
    return Brought(
        label=row["label"] or value_name("source", row["source"]),
        kind=Delivery.Origin(row["origin"]).label,
        day=day_words(on),
        url=url and url + urlencode({"day": on}),
        deliveries=number(row["deliveries"]),
        aside_url=url + urlencode({"day": on, "only": "aside"}) if url and row["sum_set_aside"] else "",
        failed=number(row["failed"]),
        failed_url=url + urlencode({"day": on, "only": "failed"}) if url and row["failed"] else "",
        **counts,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The deliveries of one connection, of one day where it is told, and only some where that is told."""

    label: str
    words: str
    arrivals: list[Arrival]
    is_all: bool
    shown: int
    everything: str  # the address without what narrows it


_ONLY = {"aside": Q(set_aside__gt=0), "failed": Q(state=Delivery.State.FAILED)}
_ONLY_WORDS = {"aside": "with something set aside", "failed": "that could not be read"}


def deliveries_of(connection: Connection, *, on: date | None, only: str, now: datetime) -> Day:
    """Return the newest deliveries of a connection. What `only` does not know narrows nothing."""
    found = connection.deliveries.filter(_ONLY.get(only, Q()))
    if on is not None:
        found = found.filter(created_at__gte=_begin(on), created_at__lt=_begin(on + timedelta(days=1)))
    listed = list(found.order_by("-created_at")[: SHOWN + 1])
    parts = (_ONLY_WORDS.get(only, ""), f"of {day_words(on)}" if on else "")
    return Day(
        label=connection.label,
        words=" ".join(("Deliveries", *(part for part in parts if part))),
        arrivals=[arrival(one, now=now) for one in listed[:SHOWN]],
        is_all=len(listed) <= SHOWN,
        shown=SHOWN,
        everything=reverse("brought", args=[connection.pk]) if on or only in _ONLY else "",
    )


def _begin(on: date) -> datetime:
    return datetime.combine(on, time(), zone())
