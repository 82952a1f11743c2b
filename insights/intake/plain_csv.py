"""The plain table with a declared mapping: any CSV, read as its owner says (source key `csv`)."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import islice
from typing import BinaryIO, Literal

from insights.intake.declared_dates import Times
from insights.intake.mapped_rows import ROW_KEY, RowReader
from insights.intake.mapping import Declaration, WrongMapping, declaration_from, declared
from insights.intake.record import Translation
from insights.intake.seen import Seen, fingerprint
from insights.intake.source import Option, RawRecord, Unreadable
from insights.intake.table import Row, Table, as_record, unique_names
from insights.models import ColumnMapping

SAMPLES = 500
_STEP = 10_000


class PlainCsv:
    """A table with a header row, and a mapping that says what its columns are."""

    key = "csv"
    label = "Plain CSV with a declared mapping"
    side: Literal["SURVEYS", "CONTACTS", "BOTH"] = "BOTH"
    reads = "Any table of text with a header row (CSV, semicolons, tabs; gzip or zip; .xlsx), together with a mapping."
    identity = "The column mapped to source_id, or all that a row says where the mapping asks for row_hash."
    options = (
        Option(
            name="mapping", question="Which column is which field? A mapping as JSON (docs/how-to/import-a-csv.md)."
        ),
        Option(name="mapping_name", question="Which saved mapping is to be used?"),
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return a small certainty for what looks like a table: any vendor's own source is surer."""
        looks = filename.lower().endswith((".csv", ".tsv", ".txt", ".xlsx", ".xlsm")) or head[:200].count(b",") > 2
        return 0.1 if looks and head.lstrip()[:1] not in (b"{", b"[", b"<") else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "PlainReading":
        """Understand the mapping and the head of the table. Raises Unreadable."""
        declaration = declaration_told(options)
        _refuse_json(file)
        table = Table(file, encoding=declaration.encoding, delimiter=declaration.delimiter, sheet=declaration.sheet)
        return PlainReading(table, declaration)


def declaration_told(options: Mapping[str, str]) -> Declaration:
    """Return the mapping that the options hold or name. Raises WrongMapping."""
    given, name = options.get("mapping", ""), options.get("mapping_name", "")
    if given and name:
        raise WrongMapping("Give a mapping or the name of a saved one, not both.")
    if given:
        return declaration_from(given)
    if not name:
        raise WrongMapping(
            "A plain table needs a mapping that says which column is which field: --option mapping=FILE.json, or "
            "mapping_name=NAME of a saved one. docs/how-to/import-a-csv.md shows how."
        )
    saved = ColumnMapping.objects.filter(name=name).first()
    if saved is None:
        known = ", ".join(ColumnMapping.objects.values_list("name", flat=True)) or "none yet"
        raise WrongMapping(f"There is no saved mapping '{name}'. Saved: {known}.")
    return declared(saved.declaration)


def _refuse_json(file: BinaryIO) -> None:
    head = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
    file.seek(0)
    if head[:1] == b"{" or head[:2] in (b"[{", b"[]") or (head[:1] == b"[" and head[1:].lstrip()[:1] == b"{"):
        raise Unreadable("This is JSON, no table. Choose the source it comes from, or push it as records.")
    if head[:1] == b"<" and head[:9].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise Unreadable("This is a web page or XML, no table. Save it as CSV and import that.")


class PlainReading:
    """One table being read as its mapping says."""

    def __init__(self, table: Table, declaration: Declaration) -> None:
        self._table, self._declaration = table, declaration
        rows = islice(table.rows(), declaration.skip_rows, None)
        header = next(rows, None)
        if header is None:
            raise Unreadable("The file has no header row.")
        self._names = unique_names(header.cells)
        self._refuse_unknown_columns(table)
        self.notices = table.notices
        self._note_repeated_names()
        self._identifier = declaration.column_of("source_id")
        self._place = self._names.index(self._identifier) if self._identifier else -1
        self._is_checked = False
        self._times = Times(declaration.zone, declaration.date_order, declaration.date_format)
        self._look_at_times(list(islice(rows, SAMPLES)))
        self._rows = RowReader(declaration, self._times)

    def _refuse_unknown_columns(self, table: Table) -> None:
        for column in self._declaration.used():
            if column not in self._names:
                raise WrongMapping(
                    f"The table has no column '{column}'. Its columns, separated by {table.delimiter!r}: "
                    f"{', '.join(self._names[:60])}."
                )

    def _note_repeated_names(self) -> None:
        repeated = [name for name in self._names if name.endswith(" (2)") and name[:-4] in self._names]
        self.notices += [
            f"The column '{name[:-4]}' occurs more than once; the second is '{name}'." for name in repeated
        ]

    def _look_at_times(self, samples: list[Row]) -> None:
        column = self._declaration.column_of("occurred_at")
        place = self._names.index(column) if column else -1
        cells = [row.cells[place].strip() for row in samples if 0 <= place < len(row.cells)]
        told = [cell for cell in cells if cell not in self._declaration.missing]
        if notice := self._times.look_at(told, column):
            self.notices.append(notice)

    def count(self) -> Iterator[int]:
        """Go through the table without making records; yield the count now and then. Raises Unreadable as records()."""
        number, compared = 0, self._is_named_by_id()
        rows_of: dict[bytes, bytes] = {}
        places: dict[bytes, tuple[str, int]] = {}
        with closing(Seen()) as seen:
            for number, row in enumerate(self._data_rows(), start=1):  # the count is wanted
                identifier = row.cells[self._place].strip() if compared and self._place < len(row.cells) else ""
                if identifier:
                    key, told = fingerprint((identifier,)), fingerprint(row.cells)
                    places[key] = identifier, row.line
                    if rows_of.setdefault(key, told) != told:
                        raise _repeated(identifier, self._identifier, row.line)
                if number % _STEP == 0:
                    self._refuse_changed(seen, rows_of, places)
                    rows_of, places = {}, {}
                    yield number
            self._refuse_changed(seen, rows_of, places)
        self._is_checked = True
        yield number

    def _refuse_changed(self, seen: Seen, rows_of: dict[bytes, bytes], places: dict[bytes, tuple[str, int]]) -> None:
        if changed := seen.first_changed(rows_of):
            identifier, line = places[changed]
            raise _repeated(identifier, self._identifier, line)

    def records(self) -> Iterator[RawRecord]:
        """Yield each row as {column: cell}. Raises Unreadable when ids repeat with other content."""
        with closing(Seen()) as seen:
            for number, row in enumerate(self._data_rows(), start=1):
                payload, problem = as_record(self._names, row.cells)
                if len(row.cells) < len(self._names):
                    problem = f"The row has {len(row.cells)} cells where the header has {len(self._names)}."
                self._identify(payload, row, seen)
                yield RawRecord(number, payload, row.line, problem)

    def _data_rows(self) -> Iterator[Row]:
        return islice(self._table.rows(), self._declaration.skip_rows + 1, None)

    def _is_named_by_id(self) -> bool:
        """Whether an id stands for one row. Revisions of one record may differ: the highest counts."""
        return bool(self._identifier) and not (self._declaration.row_hash or self._declaration.column_of("revision"))

    def _identify(self, payload: dict[str, str], row: Row, seen: Seen) -> None:
        if self._declaration.row_hash:
            print_of_row = fingerprint(row.cells)
            occurrence = seen.times_before(print_of_row)
            payload[ROW_KEY] = f"row:{print_of_row.hex()}" + (f":{occurrence + 1}" if occurrence else "")
            return
        identifier = "" if self._is_checked else payload.get(self._identifier, "").strip()
        if identifier and self._is_named_by_id() and seen.contradicts(identifier, fingerprint(row.cells)):
            raise _repeated(identifier, self._identifier, row.line)

    def translate(self, record: RawRecord) -> Translation:
        """Return the feedback that a row tells. Raises BadRecord."""
        return self._rows.translate(record)


def _repeated(identifier: str, column: str, line: int) -> Unreadable:
    return Unreadable(
        f"The id '{identifier}' in the column '{column}' stands on several different rows (line {line} is one), so it "
        f"does not name a record{_damage(identifier)}. Nothing was imported. Map a column that does, or ask for "
        '"identity": "row_hash", which recognises a row by all that it says.'
    )


def _damage(identifier: str) -> str:
    """Explain ids such as 5.70306E+17."""
    try:
        rounded = "e+" in identifier.lower() and float(identifier) > 0
    except ValueError:
        return ""
    return " (a spreadsheet has rounded the long numbers)" if rounded else ""
