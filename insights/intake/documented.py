"""Our own formats for what belongs to no vendor: what happened to customers, and how many there were.

The same names stand in the header of a table and in the objects of a JSON document (a list, {"events": […]}, lines).
docs/how-to/import-journey-events.md is their description.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice
from typing import Any, BinaryIO, cast

from insights.intake.archives import unpacked_head
from insights.intake.check import CHANNELS, STAGES
from insights.intake.dates import DateProblem, day, zone_named
from insights.intake.documents import items
from insights.intake.fields import identifier, mapping, number, required_moment, said, text, whole
from insights.intake.json_source import json_head
from insights.intake.record import ChannelName, CustomerRecord, EventRecord, ExposureRecord, Translation
from insights.intake.source import BadRecord, Option, RawRecord, Unreadable
from insights.intake.table import Table, as_record, unique_names
from insights.intake.table_options import FILE_OPTIONS, table_in

_ZONE = Option(name="time_zone", question="In which time zone are times that name none, as Europe/Berlin?")
_ATTRIBUTE = "attribute."
_LARGEST = 10**12
Translator = Callable[[Mapping[str, Any], tzinfo | None], Translation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """One of our own formats."""

    key: str
    label: str
    reads: str
    identity: str
    needs: frozenset[str]  # names without which nothing can be read
    lists: tuple[str, ...]
    translate: Translator
    options: tuple[Option, ...]
    side: str = "BOTH"

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is of this format."""
        as_json = json_head(head)
        if as_json:
            has_all = all(f'"{name}"'.encode() in as_json for name in self.needs)
            return 0.7 if has_all and b'"source_id"' not in as_json else 0.0
        first = unpacked_head(head).decode("utf-8-sig", "replace").split("\n", 1)[0]
        names = {name.strip().strip('"') for mark in ",;\t" for name in first.strip().split(mark)}
        return 0.7 if self.needs <= names else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "DocumentedReading":
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        head = file.read(65_536)
        file.seek(0)
        try:
            zone = zone_named(options["time_zone"]) if options.get("time_zone") else None
        except DateProblem as problem:
            raise Unreadable(str(problem)) from None
        if json_head(head):
            return DocumentedReading(self, zone, file, None)
        return DocumentedReading(self, zone, file, table_in(file, options))


class DocumentedReading:
    """One delivery, a table or JSON."""

    def __init__(self, source: Documented, zone: tzinfo | None, file: BinaryIO, table: Table | None) -> None:
        self._source, self._zone, self._file, self._table = source, zone, file, table
        self.notices = table.notices if table else []
        self._names: list[str] = []
        if table is not None:
            first = next(iter(table.rows()), None)
            self._names = unique_names(first.cells) if first else []
            missing = sorted(source.needs - set(self._names))
            if missing:
                raise Unreadable(f"The table lacks the columns {', '.join(missing)}. {source.label}: {source.reads}")

    def records(self) -> Iterator[RawRecord]:
        """Yield every row or object. Raises Unreadable."""
        if self._table is not None:
            for count, row in enumerate(islice(self._table.rows(), 1, None), start=1):
                record, problem = as_record(self._names, row.cells)
                yield RawRecord(count, record, row.line, problem)
            return
        count = 0
        for item in items(self._file, self._source.lists):
            is_page = (
                not item.name and isinstance(item.value, dict) and any(n in item.value for n in self._source.lists)
            )
            if is_page:
                continue
            count += 1
            payload = item.value if isinstance(item.value, dict) else {"value": item.value}
            shown = "" if payload is item.value else f"Record {count} is no JSON object."
            yield RawRecord(count, payload, item.line, item.problem or shown)

    def translate(self, record: RawRecord) -> Translation:
        """Turn one record into a fact. Raises BadRecord."""
        return self._source.translate(record.payload, self._zone)


def _from_event(row: Mapping[str, Any], zone: tzinfo | None) -> Translation:
    channel, stage = text(row.get("channel")).upper() or "OTHER", text(row.get("stage")).upper()
    if channel not in CHANNELS:
        raise BadRecord(f"'{channel[:40]}' is no channel. Known: {', '.join(sorted(CHANNELS))}.", "channel")
    if stage not in STAGES:
        raise BadRecord(f"'{stage[:40]}' is no stage. Known: {', '.join(sorted(STAGES - {''}))}.", "stage")
    return (
        EventRecord(
            source_id=identifier(row, "id"),
            event=identifier(row, "event"),
            occurred_at=required_moment(row, "occurred_at", zone=zone),
            channel=cast(ChannelName, channel),
            revision=whole(row, "revision", most=2**53) or 0,
            customer=_customer({**row, **mapping(row, "customer")}),
            journey_stage=stage,
            attributes=_attributes(row),
        ),
    )


def _customer(told: Mapping[str, Any]) -> CustomerRecord | None:
    def cell(name: str) -> str:
        return text(told.get(name)) if said(told.get(name)) else ""

    found = CustomerRecord(
        email=cell("email"),
        phone=cell("phone"),
        customer_number=cell("customer_number"),
        vendor_ids=(cell("vendor_id"),) if cell("vendor_id") else (),
        names=(cell("name"),) if cell("name") else (),
        segment=cell("segment") or None,
        region=cell("region") or None,
        product=cell("product") or None,
    )
    return None if found == CustomerRecord() else found


def _attributes(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `attributes` (an object, or its JSON in a cell) and the columns attribute.* say."""
    told = row.get("attributes")
    if isinstance(told, str) and told.strip():
        try:
            told = json.loads(told)
        except (ValueError, RecursionError):
            raise BadRecord('attributes is no JSON object, such as {"page": "/prices"}.', "attributes") from None
    if said(told) and not isinstance(told, dict):
        raise BadRecord('attributes is no JSON object, such as {"page": "/prices"}.', "attributes")
    columns = {name.removeprefix(_ATTRIBUTE): one for name, one in row.items() if name.startswith(_ATTRIBUTE)}
    return {**(told if isinstance(told, dict) else {}), **{name: one for name, one in columns.items() if said(one)}}


def _from_exposure(row: Mapping[str, Any], zone: tzinfo | None) -> Translation:
    try:
        on = day(text(row.get("day")))
    except DateProblem as problem:
        raise BadRecord(f"day: {problem}", "day") from None
    customers = number(row, "customers", least=0)
    if customers is None or not customers.is_integer() or customers > _LARGEST:
        raise BadRecord("customers is no whole number.", "customers")
    groups = {name: text(row.get(name)) if said(row.get(name)) else "" for name in ("segment", "region", "product")}
    return (ExposureRecord(day=on, customers=int(customers), **groups),)


JOURNEY_EVENTS = Documented(
    key="journey_events",
    label="Journey events (our own format)",
    reads="CSV or JSON with id, event, occurred_at, channel, and if known stage, attributes and the customer.",
    identity="The id; a higher revision, or the same with other content, updates.",
    needs=frozenset({"id", "event", "occurred_at", "channel"}),
    lists=("events",),
    translate=_from_event,
    options=(_ZONE, *FILE_OPTIONS),
)
ACTIVE_CUSTOMERS = Documented(
    key="active_customers",
    label="Active customers per day (our own format)",
    reads="CSV or JSON with day and customers, and if told apart segment, region and product.",
    identity="Day, segment, region and product; the number that is told last stands.",
    needs=frozenset({"day", "customers"}),
    lists=("days",),
    translate=_from_exposure,
    options=FILE_OPTIONS,
)
