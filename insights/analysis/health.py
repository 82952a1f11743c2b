"""Data health: is everything arriving as usual, is it linked and read, and does anything need a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from insights.analysis.health_arrivals import Arrivals, ConnectionTrouble, arrivals, connection_troubles
from insights.analysis.health_volumes import Both, Counted, Linkage, Volumes, counted
from insights.enrichment.progress import Progress, progress
from insights.mart.engine import Version, open_version
from insights.metrics.viewer import Viewer
from insights.models import DirtyDay, Freshness

Account = tuple[str, str]
MART_IS_LATE = timedelta(minutes=30)
RECENT = timedelta(days=7)  # what happened before is history, not a task


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One account of one source. None is not known: nothing was told or built yet."""

    source: str
    account: str
    arrivals: Arrivals
    volumes: Volumes | None
    linkage: Linkage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MartHealth:
    """How far the columnar copy is behind the facts."""

    version: int | None
    built_at: datetime | None
    days_to_rebuild: int
    oldest_change_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that needs a person: what, of which account of which source (blank: of none), and of what kind."""

    kind: str  # SILENT, VOLUME, SET_ASIDE, FAILED, CONNECTION, READING, MART
    source: str = ""
    account: str = ""
    facts: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """All of it, at one moment."""

    asked_at: datetime
    sources: tuple[SourceHealth, ...]
    both: Both | None
    reading: Progress
    mart: MartHealth
    connections: tuple[ConnectionTrouble, ...]
    tasks: tuple[Task, ...]


def health(viewer: Viewer, now: datetime) -> Health:
    """Return the state of the data as this viewer may see it: limits narrow what is counted of feedback."""
    version = open_version()
    told = {account: one for account, one in arrivals(now).items() if _may_see(viewer, account)}
    seen = counted(version, viewer, now) if version else Counted()
    sources = tuple(
        SourceHealth(
            source=source,
            account=account,
            arrivals=told.get((source, account)) or Arrivals(),
            volumes=seen.volumes.get((source, account)),
            linkage=seen.linkages.get((source, account)),
        )
        for source, account in sorted({*told, *seen.linkages})
    )
    reading, mart = progress(), _mart(version)
    connections = tuple(one for one in connection_troubles(now) if _may_see(viewer, (one.source, one.account)))
    return Health(
        asked_at=now,
        sources=sources,
        both=seen.both,
        reading=reading,
        mart=mart,
        connections=connections,
        tasks=(*_of_connections(connections), *_of_sources(sources, now), *_of_copies(reading, mart, now)),
    )


def _may_see(viewer: Viewer, account: Account) -> bool:
    allowed = viewer.only.get("source")
    return allowed is None or account[0] in allowed


def _mart(version: Version | None) -> MartHealth:
    stage = Freshness.objects.filter(stage=Freshness.Stage.MART).first()
    oldest = DirtyDay.objects.order_by("marked_at").values_list("marked_at", flat=True).first()
    return MartHealth(
        version=version.number if version else None,
        built_at=stage.updated_at if stage else None,
        days_to_rebuild=DirtyDay.objects.count(),
        oldest_change_at=oldest,
    )


def _of_connections(troubles: Sequence[ConnectionTrouble]) -> list[Task]:
    return [
        Task(kind="CONNECTION", source=one.source, account=one.account, facts={"label": one.label, "why": one.error})
        for one in troubles
    ]


def _of_sources(sources: Sequence[SourceHealth], now: datetime) -> list[Task]:
    tasks: list[Task] = []
    for one in sources:
        told, place = one.arrivals, {"source": one.source, "account": one.account}
        if told.is_late:
            facts = {"silent_hours": round(told.silent_hours or 0, 1), "usual_hours": round(told.usual_hours or 0, 1)}
            tasks.append(Task(kind="SILENT", **place, facts={**facts}))
        if told.set_aside_open:
            tasks.append(Task(kind="SET_ASIDE", **place, facts={"records": told.set_aside_open}))
        if told.failed:
            tasks.append(Task(kind="FAILED", **place, facts={"deliveries": told.failed}))
        for flagged in one.volumes.flagged if one.volumes else ():
            if flagged.day >= (now - RECENT).date():
                facts = {"records": flagged.records, "usual": flagged.usual or 0.0}
                tasks.append(Task(kind="VOLUME", **place, facts={"day": flagged.day.isoformat(), **facts}))
    return tasks


def _of_copies(reading: Progress, mart: MartHealth, now: datetime) -> list[Task]:
    tasks = [Task(kind="READING", facts={"texts": reading.failed})] if reading.failed else []
    if mart.oldest_change_at is not None and now - mart.oldest_change_at > MART_IS_LATE:
        tasks.append(Task(kind="MART", facts={"days": mart.days_to_rebuild}))
    return tasks
