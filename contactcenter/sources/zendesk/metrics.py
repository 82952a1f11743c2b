"""What Zendesk measured on a ticket, from its metrics and metric events. Zendesk counts in minutes, we in seconds."""

from collections.abc import Mapping
from typing import Any

from contactcenter.sources.zendesk.directory import Directory
from contactcenter.sources.zendesk.words import revision
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, moment, number, required_moment, text, whole, yes_or_no
from insights.intake.record import ContactRecord, Excluded, FeedbackRecord, Translation

_MINUTES = (
    "first_resolution_time_in_minutes", "full_resolution_time_in_minutes", "agent_wait_time_in_minutes",
    "requester_wait_time_in_minutes", "on_hold_time_in_minutes",
)  # fmt: skip


def from_metrics(metrics: Mapping[str, Any], directory: Directory) -> Translation:
    """Return a ticket's metrics as a part of the ticket. Raises BadRecord."""
    created = required_moment(metrics, "created_at")
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=identifier(metrics, "ticket_id"),
            part="metrics",
            revision=revision(metrics, created),
            occurred_at=created,
            channel="OTHER",
            contact=measured(metrics),
            attributes=_attributes(metrics),
        ),
    )


def measured(metrics: Mapping[str, Any]) -> ContactRecord:
    """Return a ticket's metrics as contact facts. Raises BadRecord."""
    stations = whole(metrics, "assignee_stations")
    reopens = whole(metrics, "reopens")
    return ContactRecord(
        ended_at=moment(metrics, "solved_at"),
        first_response_seconds=_seconds(metrics, "reply_time_in_minutes", "calendar"),
        first_response_business_seconds=_seconds(metrics, "reply_time_in_minutes", "business"),
        transfers=None if stations is None else max(0, stations - 1),
        was_reopened=None if reopens is None else reopens > 0,
    )


def from_metric_event(event: Mapping[str, Any], directory: Directory) -> Translation:
    """Return the first reply time or a broken promise; other events tell nothing by themselves. Raises BadRecord."""
    ticket, kind, metric = identifier(event, "ticket_id"), text(event.get("type")), text(event.get("metric"))
    at = required_moment(event, "time")
    contact, attributes = None, {}
    if yes_or_no(event, "deleted"):
        return Excluded("Deleted metric event")
    if kind == "update_status" and metric == "reply_time" and whole(event, "instance_id", most=2**31) == 1:
        contact = ContactRecord(
            first_response_seconds=_seconds(event, "status", "calendar"),
            first_response_business_seconds=_seconds(event, "status", "business"),
        )
    elif kind == "breach":
        attributes = {f"sla_breached_{metric[:60]}": True}
    else:
        return Excluded("Metric event that measures nothing by itself")
    return (
        FeedbackRecord(
            kind="CONTACT", source_id=ticket, part=f"metric_event:{identifier(event, 'id')}", revision=microseconds(at),
            occurred_at=at, channel="OTHER", contact=contact, attributes=attributes,
        ),
    )  # fmt: skip


def _seconds(record: Mapping[str, Any], field: str, clock: str) -> float | None:
    minutes = number(mapping(record, field), clock, least=0)
    return None if minutes is None else minutes * 60


def _attributes(metrics: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _MINUTES:
        seconds = _seconds(metrics, name, "calendar")
        if seconds is not None:
            found[name.replace("_in_minutes", "_seconds")] = seconds
    for name in ("replies", "reopens", "group_stations", "assignee_stations"):
        count = whole(metrics, name)
        if count is not None:
            found[name] = count
    return found
