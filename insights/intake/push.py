"""Our own JSON records, pushed by programs: the documented schema, and the source (key `push`) that reads them.

A body is {"records": [...]}, a list, or one record a line. Each record has the members of FeedbackRecord, or, when it
has an `event`, of EventRecord (record.py); times are ISO 8601 with an offset. A record may name its own `source` and
`account`; it is recognised by (source, account, source_id) when it comes again.
"""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Literal

from insights.intake.delivery import receive
from insights.intake.documents import items
from insights.intake.pushed import read_members
from insights.intake.record import EventRecord, FeedbackRecord, Translation
from insights.intake.source import BadRecord, Option, RawRecord, Unreadable
from insights.models import Delivery

MOST_RECORDS = 10_000
"""So many records may come in one request; more belong into a file (source `push` reads that too)."""


class Push:
    """Records in our own words."""

    key = "push"
    label = "Pushed records (our own JSON)"
    side: Literal["SURVEYS", "CONTACTS", "BOTH"] = "BOTH"
    reads = 'JSON in our own schema: {"records": [...]}, a list, or one record a line.'
    identity = "source_id within the record's source and account."
    options: tuple[Option, ...] = ()

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is: our own member names are not those of a vendor."""
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        ours = all(name in head for name in (b'"source_id"', b'"occurred_at"', b'"channel"'))
        return 0.8 if start in (b"{", b"[") and ours else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "PushReading":
        """Look at the first value. Raises Unreadable when the file is no JSON of records."""
        head = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
        file.seek(0)
        if not head:
            raise Unreadable("The file is empty.")
        return PushReading(file)


class PushReading:
    """One pushed body being read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.notices: list[str] = []

    def records(self) -> Iterator[RawRecord]:
        """Yield each record. Raises Unreadable when the JSON is broken."""
        number = 0
        for item in items(self._file, ("records",)):
            if item.name == "" and item.value == {"records": []}:
                continue  # the object around the records
            number += 1
            if isinstance(item.value, dict):
                yield RawRecord(number, item.value, item.line, item.problem)
            else:
                yield RawRecord(number, {"value": item.value}, item.line, "A record must be a JSON object.")

    def translate(self, record: RawRecord) -> Translation:
        """Return the fact that a record tells. Raises BadRecord with the member and a sentence."""
        kind: type[EventRecord] | type[FeedbackRecord] = EventRecord if "event" in record.payload else FeedbackRecord
        if not record.payload.get("source_id") and "records" in record.payload:
            raise BadRecord("Around the records only 'records' may stand, a list.", "records")
        return (read_members(kind, record.payload),)


def receive_records(
    records: Sequence[Mapping[str, Any]], *, source: str = "push", account: str = "", user: Any = None
) -> Delivery:
    """Keep pushed records as a delivery that waits to be read. `source` is theirs where they name none.

    The delivery's source stays `push`, which reads them; a record's own `source` is written into each.
    """
    told = [{"source": source, **record} if source != Push.key else dict(record) for record in records]
    body = json.dumps({"records": told}, ensure_ascii=False).encode("utf-8", "replace")
    return receive(io.BytesIO(body), Push.key, filename="", account=account, origin=Delivery.Origin.PUSH, user=user)
