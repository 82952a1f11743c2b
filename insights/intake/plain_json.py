"""JSON of any form with a declared mapping: each record is laid flat and read like a row of a table (source `json`)."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import islice
from typing import Any, BinaryIO, Literal

from insights.intake.archives import unpacked_head
from insights.intake.declared_dates import Times
from insights.intake.documents import Item, items
from insights.intake.json_source import json_head
from insights.intake.mapped_rows import ROW_KEY, RowReader
from insights.intake.mapping import Declaration
from insights.intake.plain_csv import declaration_told
from insights.intake.record import Translation
from insights.intake.seen import Seen, fingerprint
from insights.intake.source import Option, RawRecord, Unreadable

SAMPLES = 500
_MOST_CELLS = 2000  # of one record


class PlainJson:
    """Records in JSON, and a mapping that says what their members are."""

    key = "json"
    label = "Plain JSON with a declared mapping"
    side: Literal["SURVEYS", "CONTACTS", "BOTH"] = "BOTH"
    reads = (
        "JSON records in a list, in a list inside an object, or one a line, together with a mapping. Members inside "
        "members are called a.b, members of lists a.0, a.1 and so on."
    )
    identity = "The member mapped to source_id, or all that a record says where the mapping asks for row_hash."
    options = (
        Option(name="mapping", question="Which member is which field? A mapping as JSON, as for a plain CSV."),
        Option(name="mapping_name", question="Which saved mapping is to be used?"),
        Option(name="list", question="Where is the list of records, as data.items? Empty: the document is the list."),
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return a small certainty for what looks like JSON: any vendor's own source is surer."""
        return 0.05 if json_head(unpacked_head(head)) else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "PlainJsonReading":
        """Understand the mapping and look at the first records. Raises Unreadable."""
        declaration = declaration_told(options)
        head = file.read(65_536)
        file.seek(0)
        if not json_head(head):
            raise Unreadable("This is no JSON. Choose the source it comes from, or plain CSV for a table.")
        return PlainJsonReading(file, declaration, options.get("list", ""))


class PlainJsonReading:
    """One document being read as its mapping says."""

    def __init__(self, file: BinaryIO, declaration: Declaration, where: str) -> None:
        self._file, self._declaration, self._where = file, declaration, where
        self.notices: list[str] = []
        self._times = Times(declaration.zone, declaration.date_order, declaration.date_format)
        self._rows = RowReader(declaration, self._times)
        samples = [flat(item.value) for item in islice(self._items(), SAMPLES) if isinstance(item.value, dict)]
        self._note_missing(samples)
        column = declaration.column_of("occurred_at")
        told = [cell for sample in samples if (cell := sample.get(column, "").strip()) not in declaration.missing]
        if notice := self._times.look_at(told, column):
            self.notices.append(notice)

    def _items(self) -> Iterator[Item]:
        for item in items(self._file, (self._where,) if self._where else ()):
            if item.problem or item.name == self._where:
                yield item

    def _note_missing(self, samples: list[dict[str, str]]) -> None:
        if not samples:
            return
        known = {name for sample in samples for name in sample}
        self.notices += [
            f"None of the first {len(samples)} records has '{name}', which the mapping names."
            for name in self._declaration.used()
            if name not in known
        ]

    def records(self) -> Iterator[RawRecord]:
        """Yield each record laid flat. Raises Unreadable."""
        with closing(Seen()) as seen:
            for number, item in enumerate(self._items(), start=1):
                if not isinstance(item.value, dict):
                    problem = item.problem or "A record must be a JSON object."
                    yield RawRecord(number, {"value": item.value}, item.line, problem)
                    continue
                payload = flat(item.value)
                if self._declaration.row_hash:
                    told = fingerprint([f"{name}={cell}" for name, cell in sorted(payload.items())])
                    before = seen.times_before(told)
                    payload[ROW_KEY] = f"row:{told.hex()}" + (f":{before + 1}" if before else "")
                yield RawRecord(number, payload, item.line, item.problem)

    def translate(self, record: RawRecord) -> Translation:
        """Return the feedback that a record tells. Raises BadRecord."""
        return self._rows.translate(record)


def flat(record: Mapping[str, Any]) -> dict[str, str]:
    """Return a record as {dotted name: cell}: {"a": {"b": [1, 2]}} is {"a.b.0": "1", "a.b.1": "2"}."""
    cells: dict[str, str] = {}
    left: list[tuple[str, Any]] = list(reversed([(str(name), value) for name, value in record.items()]))
    while left and len(cells) < _MOST_CELLS:
        name, value = left.pop()
        if isinstance(value, Mapping):
            left += reversed([(f"{name}.{inner}", one) for inner, one in value.items()])
        elif isinstance(value, list):
            left += reversed([(f"{name}.{place}", one) for place, one in enumerate(value)])
        else:
            cells[name] = _cell(value)
    return cells


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
