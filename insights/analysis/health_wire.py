"""Data health as JSON, the same for the API and the command line."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from insights.analysis.health import Health, SourceHealth
from insights.analysis.health_volumes import DayVolume


def health_as_json(found: Health) -> dict[str, Any]:
    """Return all of it. Null is not known; counts of customers are null where too few to tell."""
    told: dict[str, Any] = _plain(
        {
            "asked_at": found.asked_at,
            "needs_a_person": bool(found.tasks),
            "tasks": [asdict(task) for task in found.tasks],
            "sources": [_source(one) for one in found.sources],
            "customers": asdict(found.both) if found.both else None,
            "reading": found.reading.as_dict(),
            "mart": asdict(found.mart),
            "connections": [asdict(one) for one in found.connections],
        }
    )
    return told


def _source(one: SourceHealth) -> dict[str, Any]:
    told = one.arrivals
    arrivals = {**asdict(told), "is_late": told.is_late, "set_aside_in": told.set_aside_in or None}
    linkage = {**asdict(one.linkage), "unlinked": one.linkage.unlinked} if one.linkage else None
    days = [_day(day) for day in one.volumes.days] if one.volumes else []
    return {"source": one.source, "account": one.account, "arrivals": arrivals, "linkage": linkage, "days": days}


def _day(day: DayVolume) -> dict[str, Any]:
    return {**asdict(day), "is_strange": day.is_strange}


def _plain(value: Any) -> Any:
    """Return the value with its times as text."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
