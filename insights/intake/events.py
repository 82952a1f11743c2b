"""What customers did that is not feedback, stored by the same rules: once, newest revision, no erasing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from insights.intake.copying import copy_rows, upsert_rows
from insights.intake.dirty import mark_days
from insights.intake.prepare import Key, Prepared
from insights.intake.record import EventRecord
from insights.intake.resolve import resolve
from insights.intake.rows import decoded
from insights.models import Delivery
from insights.models.journey import SELF_SERVICE
from insights.models.keys import new_key

_COLUMNS = [
    "id",
    "source",
    "account",
    "source_id",
    "revision",
    "content_hash",
    "customer_id",
    "event",
    "channel",
    "journey_stage",
    "occurred_at",
    "attributes",
]
_KNOWN = f"""
    SELECT {", ".join(f"event.{column}" for column in _COLUMNS)}
    FROM unnest(%s::text[], %s::text[], %s::text[]) AS told (source, account, source_id)
    JOIN insights_journeyevent AS event USING (source, account, source_id) ORDER BY event.id FOR UPDATE OF event
"""  # noqa: S608  # our own column names


@dataclass(slots=True)
class _Event:
    id: UUID
    told: dict[str, Any]
    is_new: bool

    def knows(self, fact: Prepared) -> bool:
        revision = self.told["revision"]
        if not isinstance(fact.record, EventRecord):
            raise TypeError("Only an event record can have been told of an event.")
        same = self.told["content_hash"] == fact.content_hash
        return bool(fact.record.revision < revision or (same and fact.record.revision == revision))

    def row(self, delivery: Delivery, now: datetime) -> tuple[Any, ...]:
        values = {**self.told, "attributes": Jsonb(self.told["attributes"])}
        return (*(values[column] for column in _COLUMNS), delivery.pk, now)


def store_events(facts: list[Prepared], delivery: Delivery, now: datetime) -> dict[int, str]:
    """Store events inside the caller's transaction; return the outcome by the identity of each fact."""
    events = _load({fact.key for fact in facts})
    news = [fact for fact in facts if fact.key not in events or not events[fact.key].knows(fact)]
    outcome_of = {id(fact): "unchanged" for fact in facts}
    before = [event.told for event in events.values()]
    changed: dict[Key, _Event] = {}
    for fact, customer in zip(news, resolve([fact.identifiers for fact in news], now), strict=True):
        event = events.get(fact.key)
        if event is not None and event.knows(fact):
            continue  # told twice in this batch
        outcome_of[id(fact)] = "accepted" if event is None else "updated"
        events[fact.key] = changed[fact.key] = _tell(event, fact, customer)
    columns = (*_COLUMNS, "delivery_id", "created_at")
    copy_rows("insights_journeyevent", columns, [e.row(delivery, now) for e in changed.values() if e.is_new])
    known = [event.row(delivery, now) for event in changed.values() if not event.is_new]
    upsert_rows("insights_journeyevent", columns, known, key=("id",), keep=("created_at",))
    told = [*before, *(event.told for event in changed.values())]
    mark_days([event["occurred_at"] for event in told if event["channel"] in SELF_SERVICE], now)
    return outcome_of


def _load(keys: Collection[Key]) -> dict[Key, _Event]:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [[key[place] for key in keys] for place in range(3)])
        found = [dict(zip(_COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    for told in found:
        told["attributes"] = decoded(told["attributes"])
    return {(told["source"], told["account"], told["source_id"]): _Event(told["id"], told, False) for told in found}


def _tell(event: _Event | None, fact: Prepared, customer: UUID | None) -> _Event:
    record = fact.record
    if not isinstance(record, EventRecord):
        raise TypeError("Only an event record can change an event.")
    before = event.told if event else {"customer_id": None, "journey_stage": "", "attributes": {}}
    key = event.id if event else new_key()
    source, account, source_id = fact.key
    told = {
        "id": key,
        "source": source,
        "account": account,
        "source_id": source_id,
        "revision": record.revision,
        "content_hash": fact.content_hash,
        "customer_id": customer or before["customer_id"],
        "event": record.event,
        "channel": record.channel,
        "journey_stage": record.journey_stage or before["journey_stage"],
        "occurred_at": record.occurred_at,
        "attributes": {**before["attributes"], **{k: v for k, v in record.attributes.items() if v not in (None, "")}},
    }
    return _Event(key, told, event is None or event.is_new)
