"""Records set aside: read once more, mended or by a source that has learned; and a look at a file before its import."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import F

from insights.intake.notices import settled
from insights.intake.prepare import prepare
from insights.intake.raw import opened
from insights.intake.record import Excluded, Notice
from insights.intake.redaction import redact
from insights.intake.source import BadRecord, RawRecord, check_options, source_named
from insights.intake.store import Outcome, store
from insights.intake.tally import record_of, sealed_payload, translate
from insights.models import Delivery, SetAside


def replay(set_aside_ids: Sequence[int], mended: Mapping[int, Mapping[str, Any]], now: datetime) -> dict[int, str]:
    """Read these open records once more, with the mended payload where there is one.

    Returns per id what became of it: accepted, updated, unchanged, excluded, or the reason it is still set aside.
    Counts of the delivery follow. Raises RawGone when the delivery, whose head is needed, is no longer kept.
    """
    rows = SetAside.objects.filter(pk__in=set_aside_ids, state=SetAside.State.OPEN)
    by_delivery: dict[Any, list[int]] = defaultdict(list)
    for key, delivery_id in rows.order_by("record").values_list("pk", "delivery_id"):
        by_delivery[delivery_id].append(key)
    told: dict[int, str] = {}
    for delivery_id, keys in by_delivery.items():
        told |= _replay_delivery(Delivery.objects.get(pk=delivery_id), keys, mended, now)
    return told


def _replay_delivery(
    delivery: Delivery, keys: list[int], mended: Mapping[int, Mapping[str, Any]], now: datetime
) -> dict[int, str]:
    told: dict[int, str] = {}
    with opened(delivery.raw_name) as file, transaction.atomic():
        reading = source_named(delivery.source).open(file, {"filename": delivery.filename, **delivery.options})
        Delivery.objects.select_for_update().get(pk=delivery.pk)  # counts change with the rows, one replay at a time
        for row in SetAside.objects.select_for_update().filter(pk__in=keys, state=SetAside.State.OPEN):
            record = record_of(row, mended.get(row.pk))
            what = translate(reading, record)
            if isinstance(what, Notice):
                what = settled(what, delivery, now)
            if isinstance(what, tuple):
                told[row.pk] = _close(row, record, store([what], delivery, now)[0])
            else:
                told[row.pk] = _close(row, record, "excluded" if isinstance(what, Excluded) else what)
    return told


def _close(row: SetAside, record: RawRecord, outcome: Outcome) -> str:
    if isinstance(outcome, BadRecord):
        row.reason, row.field = redact(outcome.reason), redact(outcome.field)[:200]
        row.payload = sealed_payload(row.delivery, record.payload, record.problem)
        row.save(update_fields=["reason", "field", "payload", "changed_at"])
        return row.reason
    row.state = SetAside.State.REPLAYED
    row.save(update_fields=["state", "changed_at"])
    Delivery.objects.filter(pk=row.delivery_id).update(**{"set_aside": F("set_aside") - 1, outcome: F(outcome) + 1})
    return outcome


def discard(set_aside_ids: Sequence[int]) -> int:
    """Mark open records as not wanted; they stay in the counts. Returns how many."""
    return SetAside.objects.filter(pk__in=set_aside_ids, state=SetAside.State.OPEN).update(
        state=SetAside.State.DISCARDED
    )


def preview(file: BinaryIO, source: str, options: Mapping[str, str], most: int = 10) -> dict[str, Any]:
    """Return what the first records of `file` would become, redacted, without storing anything.

    Raises UnknownSource, WrongOption and Unreadable as an import would.
    """
    found = source_named(source)
    check_options(found, options)
    file.seek(0)
    reading = found.open(file, options)
    records = [_previewed(reading, record, source) for record in islice(reading.records(), most)]
    return {"records": records, "notices": [redact(notice) for notice in dict.fromkeys(reading.notices)]}


def _previewed(reading: Any, record: RawRecord, source: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"record": record.number, "line": record.line, "facts": []}
    what = translate(reading, record)
    try:
        if isinstance(what, BadRecord):
            raise what
        if isinstance(what, Excluded):
            return {**shown, "excluded": redact(what.reason)}
        return {**shown, "facts": [asdict(prepare(fact, source, "").record) for fact in what]}
    except BadRecord as bad:
        return {**shown, "error": {"field": redact(bad.field), "reason": redact(bad.reason)}}
