"""Vendors that speak JSON: what all of them share, so that a vendor's file holds its words and nothing else."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from insights.intake.archives import unpacked_head
from insights.intake.dates import DateProblem, zone_named
from insights.intake.documents import Item, items
from insights.intake.record import Excluded, Translation
from insights.intake.source import BadRecord, Option, RawRecord, Unreadable

Translator = Callable[[Mapping[str, Any], Mapping[str, str]], Translation]
_HEAD = 65_536
_LOADER_SAYS = ("STATE", "SCHEMA", "ACTIVATE_VERSION")  # kinds of lines that hold no record


def json_head(head: bytes) -> bytes:
    """Return the beginning of a JSON text as UTF-8, unpacked; b"" when it is no JSON object or list."""
    plain = unpacked_head(head).removeprefix(b"\xef\xbb\xbf")
    if plain[:2] in (b"\xff\xfe", b"\xfe\xff"):
        plain = plain.decode("utf-16", "ignore").encode()
    return plain if plain.lstrip().startswith((b"{", b"[")) else b""


def head_of(file: BinaryIO) -> bytes:
    """Return the first bytes of a delivered file. Raises Unreadable when there are none."""
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    if not head.strip():
        raise Unreadable("The file is empty.")
    return head


def loaded(value: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """Return a record and the stream it is of where a loader (Airbyte, Singer) wrapped it, else the object and ""."""
    if value.get("type") == "RECORD" and isinstance(value.get("record"), dict):
        inside: Mapping[str, Any] = value["record"]
        return loaded(inside) if "stream" in inside else (inside, str(value.get("stream") or "unnamed"))
    if value.get("type") in _LOADER_SAYS and {"stream", "schema", "value", "state"} & value.keys():
        return {}, str(value["type"])
    if isinstance(value.get("data"), dict) and isinstance(value.get("stream"), str) and value["stream"]:
        return value["data"], value["stream"]
    raw = value.get("_airbyte_data")
    return (raw, "") if isinstance(raw, dict) else (value, "")


def _as_it_is(value: dict[str, Any]) -> dict[str, Any]:
    return value


def numbered(
    found: Iterable[Item], prepare: Callable[[dict[str, Any]], dict[str, Any]] = _as_it_is
) -> Iterator[RawRecord]:
    """Number what was found; `prepare` is given each whole record. What is no object is a record with a problem."""
    for count, item in enumerate(found, start=1):
        if isinstance(item.value, dict):
            yield RawRecord(count, item.value if item.problem else prepare(item.value), item.line, item.problem)
        else:
            shown = f"Record {count} is {str(item.value)[:60]!r} where an object should stand."
            yield RawRecord(count, {"value": item.value}, item.line, item.problem or shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSource:
    """One vendor's JSON: how it is recognised, where its records are, and how one of them is translated."""

    key: str
    label: str
    side: str
    reads: str
    identity: str
    translate: Translator
    marks: tuple[tuple[bytes, ...], ...]  # keys that give it away, all of one tuple together
    never: tuple[bytes, ...] = ()  # keys that another vendor has beside the same marks
    options: tuple[Option, ...] = ()
    lists: tuple[str, ...] = ()  # under which names a page holds its records
    record_has: tuple[tuple[str, ...], ...] = ()  # keys by which a record is told from the rest of a page
    wrapped_in: tuple[str, ...] = ()  # names of the envelopes in which a record may come alone
    stream: str = ""  # the name of its records in a warehouse tool's {"stream": …, "data": …} lines
    not_of_stream: str = "Record of another stream"
    several: bool = False  # whether documents follow each other with nothing between them
    sureness: float = 0.85

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is this vendor's."""
        plain = json_head(head)
        if not plain or any(mark in plain for mark in self.never):
            return 0.0
        return self.sureness if any(all(mark in plain for mark in marks) for marks in self.marks) else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "JsonReading":
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        if not self.recognise(head_of(file), ""):
            raise Unreadable(f"This is no JSON of {self.label}. It reads: {self.reads}")
        self.check(options)
        return JsonReading(self, file, options)

    def check(self, options: Mapping[str, str]) -> None:
        """Raise Unreadable when an option cannot mean anything."""
        try:
            zone_named(options.get("time_zone") or "UTC")
        except DateProblem as problem:
            raise Unreadable(str(problem)) from None

    def is_record(self, value: Mapping[str, Any]) -> bool:
        """Say whether an object is a record, and not the rest of a page."""
        return any(all(key in value for key in keys) for keys in self.record_has)

    def record_in(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the record that `value` is, or that stands inside its envelope."""
        for name in () if self.is_record(value) else self.wrapped_in:
            inside = value.get(name)
            if isinstance(inside, dict):
                return self.record_in(inside)
        return value


class JsonReading:
    """One delivery of a vendor's JSON."""

    def __init__(self, source: JsonSource, file: BinaryIO, options: Mapping[str, str]) -> None:
        self.notices: list[str] = []
        self._source = source
        self._file = file
        self._options = options

    def records(self) -> Iterator[RawRecord]:
        """Yield every record once. Raises Unreadable."""
        found = items(self._file, self._source.lists, several=self._source.several)
        return numbered(item for item in found if not self._is_rest_of_a_page(item))

    def translate(self, record: RawRecord) -> Translation:
        """Turn one record into facts. Raises BadRecord."""
        payload, stream = loaded(record.payload)
        of_another = Excluded(f"{self._source.not_of_stream} ({stream[:40]})")
        if stream and self._source.stream and stream != self._source.stream:
            return of_another
        payload = self._source.record_in(payload)
        if not self._source.is_record(payload):
            if stream:
                return of_another
            raise BadRecord(f"This is no record of {self._source.label}.")
        return self._source.translate(payload, self._options)

    def _is_rest_of_a_page(self, item: Item) -> bool:
        """The envelope of a page comes last: what is left of it when its lists are taken out."""
        if item.name or item.problem or not isinstance(item.value, dict):
            return False
        if not item.value or loaded(item.value)[1]:
            return not item.value
        if self._source.is_record(self._source.record_in(item.value)):
            return False
        return any(_at(item.value, name) == [] for name in self._source.lists)


def _at(value: Any, way: str) -> Any:
    for key in way.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value
