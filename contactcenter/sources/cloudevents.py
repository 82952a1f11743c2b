"""CloudEvents 1.0: the standard's envelope around events of any program, single, in batches, or one a line."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from contactcenter.json_source import JsonReading
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, moment, said, text
from insights.intake.json_source import head_of, json_head
from insights.intake.pushed import read_members
from insights.intake.record import EventRecord, FeedbackRecord, Translation
from insights.intake.source import BadRecord, Unreadable
from insights.intake.wording import clean

_OWN = frozenset(
    {"specversion", "type", "source", "id", "time", "datacontenttype", "dataschema", "data", "data_base64", "subject"}
)
_KINDS = ("SURVEY", "CONTACT", "REVIEW", "NOTE")
_LONGEST = 190


class CloudEvents:
    """Events in the envelope of CloudEvents."""

    key = "cloudevents"
    label = "CloudEvents"
    side = "BOTH"
    reads = (
        "CloudEvents 1.0 as JSON: one, a batch, or lines. Data with a kind (SURVEY, CONTACT, REVIEW, NOTE) and the "
        "members of our own records become feedback; every other event becomes an event of the customer's journey."
    )
    identity = "The event's source and id together, as the standard says; its time is the revision."
    options = ()

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` holds CloudEvents."""
        plain = json_head(head)
        marks = (b'"specversion"', b'"type"', b'"source"', b'"id"')
        return 0.96 if plain and all(mark in plain for mark in marks) else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> JsonReading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        if not self.recognise(head_of(file), ""):
            raise Unreadable(f"These are no CloudEvents. This source reads: {self.reads}")
        return JsonReading(
            file,
            self.label,
            lambda value: "event" if "specversion" in value else "",
            lambda _, value: _translated(value),
        )


def _translated(event: Mapping[str, Any]) -> Translation:
    """Return what an event tells. Raises BadRecord."""
    version = text(event.get("specversion"))
    if not version.startswith("1."):
        raise BadRecord(f"specversion is '{version[:20]}'; only 1.0 is read.", "specversion")
    source, identity, kind = (identifier(event, name) for name in ("source", "id", "type"))
    at = moment(event, "time")
    data = _data(event)
    own = f"{source}#{identity}"
    if len(own) > _LONGEST:
        raise BadRecord("The source and id together are longer than 190 characters.", "id")
    if isinstance(data, dict) and data.get("kind") in _KINDS:
        return (_feedback(data, own, at),)
    if at is None:
        raise BadRecord("The event does not say when it happened (time).", "time")
    return (
        EventRecord(
            source_id=own,
            event=kind[:80],
            occurred_at=at,
            revision=microseconds(at),
            channel="OTHER",
            attributes=_attributes(event, data),
        ),
    )


def _feedback(data: Mapping[str, Any], own: str, at: datetime | None) -> FeedbackRecord:
    """Return data in the members of our own records; what the envelope says already need not be said twice."""
    told = {"source_id": own, "channel": "OTHER", **data}
    if at is not None:
        told = {"occurred_at": at.isoformat(), "revision": microseconds(at), **told}
    try:
        return read_members(FeedbackRecord, told)
    except BadRecord as bad:
        raise BadRecord(f"data.{bad.field}: {bad.reason}" if bad.field else bad.reason, f"data.{bad.field}") from None


def _data(event: Mapping[str, Any]) -> Any:
    """Return the data: as it stands, or unpacked where it is JSON in base64; other bytes are not looked into."""
    if "data_base64" not in event:
        return event.get("data")
    if "json" not in text(event.get("datacontenttype") or "application/json"):
        return None
    try:
        return json.loads(base64.b64decode(text(event["data_base64"]), validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise BadRecord("data_base64 holds no JSON.", "data_base64") from None


def _attributes(event: Mapping[str, Any], data: Any) -> dict[str, Any]:
    found = {name: value for name, value in event.items() if name not in _OWN and isinstance(value, str | int | float)}
    for name in ("source", "subject"):
        if said(event.get(name)):
            found[name] = clean(text(event[name]))
    if isinstance(data, str):
        data = clean(data)[:10_000]
    return {**found, "data": data} if data not in (None, "") else found
