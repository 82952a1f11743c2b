"""Zendesk's webhook events told as tickets: the detail is the ticket as it stands, the event what happened to it."""

from collections.abc import Mapping
from typing import Any

from insights.intake.fields import mapping, text

_RENAMED = {"form_id": "ticket_form_id", "custom_status": "custom_status_id"}
_CAPITALS = ("status", "priority", "type")  # the API writes them small
_DELETED = ("soft_deleted", "permanently_deleted")


def is_notice(value: object) -> bool:
    """Say whether this is the envelope of a webhook's event."""
    return isinstance(value, Mapping) and "zendesk_event_version" in value and "detail" in value


def as_ticket(notice: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the ticket that an event tells of, in the words of the API; None where it tells of something else."""
    kind = text(notice.get("type")).rpartition(":")[2]
    if not kind.startswith("ticket."):
        return None
    ticket = {_RENAMED.get(name, name): value for name, value in mapping(notice, "detail").items()}
    ticket |= {name: text(ticket[name]).lower() for name in _CAPITALS if isinstance(ticket.get(name), str)}
    if kind.partition(".")[2] in _DELETED:
        ticket["status"] = "deleted"
    ticket.setdefault("updated_at", notice.get("time"))
    event = mapping(notice, "event")
    if said := mapping(event, "comment"):
        ticket["comments"] = [_as_comment(said, notice)]
    if rated := mapping(event, "satisfaction_score"):
        ticket["satisfaction_rating"] = {"created_at": notice.get("time"), **rated}
    return ticket


def as_message(notice: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the message that an event of a messaging ticket brings, None where it tells of something else."""
    said = mapping(mapping(notice, "event"), "message")
    if not text(notice.get("type")).endswith(":messaging_ticket.message_added") or not said:
        return None
    actor = mapping(mapping(notice, "event"), "actor")
    return {
        **said,
        "ticket_id": mapping(notice, "detail").get("id"),
        "created_at": notice.get("time"),
        "author_id": actor.get("id"),
        "author_type": actor.get("type"),
        "via": {"channel": "native_messaging"},
    }


def _as_comment(said: Mapping[str, Any], notice: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "created_at": notice.get("time"),
        **said,
        "author_id": mapping(said, "author").get("id"),
        "public": said.get("is_public"),
    }
