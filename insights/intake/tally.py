"""One batch of a delivery: translated, stored and counted in one transaction, what cannot be read set aside."""

import json
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction

from insights.intake.notices import settled
from insights.intake.prepare import Prepared
from insights.intake.record import Excluded, Fact, Notice
from insights.intake.redaction import redact
from insights.intake.sealing import seal, unseal
from insights.intake.source import BadRecord, RawRecord, Reading
from insights.intake.store import prepared, store_prepared
from insights.models import Delivery, SetAside

Facts = tuple[Fact, ...]
Made = list[Prepared] | Excluded | BadRecord
MOST_ATTEMPTS = 5
COUNTED = ("accepted", "updated", "unchanged", "set_aside", "excluded")
_CONTEXT = b"set aside of "
logger = logging.getLogger(__name__)


class LostClaim(Exception):
    """The delivery was cancelled, or another worker has taken it over."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records in a row, each with what it becomes, and what the reading had to say by then."""

    records: list[tuple[RawRecord, Made]]
    notices: list[str]


@dataclass(slots=True)
class Tally:
    """What became of a batch."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[RawRecord, BadRecord]] = field(default_factory=list)


def translate(reading: Reading, record: RawRecord) -> Facts | Excluded | BadRecord:
    """Return what a record becomes. An error of the source's own is logged and sets the record aside, no more."""
    if record.problem:
        return BadRecord(record.problem)
    try:
        translation = reading.translate(record)
    except BadRecord as bad:
        return bad
    except Exception as ours:
        logger.exception("The source could not translate record %s.", record.number)
        return BadRecord(f"The record has a form that its source does not know ({type(ours).__name__}).")
    if isinstance(translation, tuple) and not translation:
        return Excluded("Holds nothing that is feedback")
    return translation


def ready(reading: Reading, record: RawRecord, source: str, account: str) -> Made:
    """Return what a record becomes, checked, redacted and ready to be stored. Uses no database."""
    facts = translate(reading, record)
    return prepared(facts, source, account) if isinstance(facts, tuple) else facts


def store_batch(delivery: Delivery, batch: Batch, total: int, now: datetime) -> None:
    """Store one batch and commit it together with the position it ends at. Raises LostClaim."""
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            with transaction.atomic():
                _fence(delivery)
                tally = _store(delivery, batch, now)
                _count(delivery, tally, batch.notices, total, now)
            return
        except (OperationalError, IntegrityError) as conflict:
            state = getattr(conflict.__cause__, "sqlstate", None)
            if attempt == MOST_ATTEMPTS or state not in {"40001", "40P01", "23505", "23503"}:
                raise


def _fence(delivery: Delivery) -> None:
    """Make sure that this is still ours to read, and from here: nobody else has moved the position."""
    current = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if current.state != Delivery.State.READING or (current.read != delivery.read):
        raise LostClaim
    for name in (*COUNTED, "excluded_reasons"):
        setattr(delivery, name, getattr(current, name))


def _store(delivery: Delivery, batch: Batch, now: datetime) -> Tally:
    tally = Tally()
    good = [(record, facts) for record, facts in batch.records if isinstance(facts, list)]
    for record, made in batch.records:
        what = settled(made, delivery, now) if isinstance(made, Notice) else made
        if isinstance(what, Excluded):
            tally.counts["excluded"] += 1
            tally.reasons[redact(what.reason)] += 1
        elif isinstance(what, BadRecord):
            tally.bad.append((record, what))
    for (record, _), outcome in zip(good, store_prepared([facts for _, facts in good], delivery, now), strict=True):
        if isinstance(outcome, BadRecord):
            tally.bad.append((record, outcome))
        else:
            tally.counts[outcome] += 1
    tally.counts["set_aside"] = len(tally.bad)
    return tally


def _count(delivery: Delivery, tally: Tally, notices: list[str], total: int, now: datetime) -> None:
    SetAside.objects.bulk_create([set_aside_row(delivery, record, bad) for record, bad in tally.bad])
    before = {name: getattr(delivery, name) for name in (*COUNTED, "read", "bytes_read", "excluded_reasons")}
    for name in COUNTED:
        setattr(delivery, name, before[name] + tally.counts[name])
    delivery.read = sum(getattr(delivery, name) for name in COUNTED)
    delivery.excluded_reasons = dict(Counter(before["excluded_reasons"]) + tally.reasons)
    delivery.notices = [redact(notice) for notice in dict.fromkeys(notices)]
    delivery.heartbeat_at = now
    delivery.bytes_read = round(delivery.size_bytes * delivery.read / total) if total else delivery.size_bytes
    delivery.save(update_fields=[*before, "notices", "heartbeat_at"])


def set_aside_row(delivery: Delivery, record: RawRecord, bad: BadRecord) -> SetAside:
    """Return the row that keeps a record, sealed, with its reason; reasons name no person."""
    return SetAside(
        delivery=delivery,
        record=record.number,
        line=record.line,
        field=redact(bad.field)[:200],
        reason=redact(bad.reason) or "The record could not be read.",
        payload=sealed_payload(delivery, record.payload, record.problem),
    )


def sealed_payload(delivery: Delivery, payload: Mapping[str, Any], problem: str = "") -> bytes:
    """Return a record to be kept in its row. Its problem is kept with it until someone mends it."""
    told = json.dumps({"payload": payload, "problem": problem}, default=str).encode()
    return seal(told, _CONTEXT + delivery.pk.bytes)


def record_of(row: SetAside, mended: Mapping[str, Any] | None = None) -> RawRecord:
    """Return the record to be read once more: as it was, or as it was mended."""
    told = json.loads(unseal(bytes(row.payload), _CONTEXT + row.delivery_id.bytes))
    if mended is not None:
        return RawRecord(row.record, mended, row.line)
    return RawRecord(row.record, told["payload"], row.line, told["problem"])


def payload_of(row: SetAside) -> dict[str, Any]:
    """Return the record as it was read, unsealed. It is unredacted: only for who may mend it."""
    return dict(record_of(row).payload)
