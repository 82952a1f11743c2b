"""Survey vendors that speak JSON: what all of them share, so that a vendor's file holds its words and nothing else."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from insights.intake.archives import unpacked_head
from insights.intake.dates import DateProblem, zone_named
from insights.intake.documents import Item, items
from insights.intake.record import Excluded, Translation
from insights.intake.source import BadRecord, Option, RawRecord, Unreadable
from surveys.scales import declared

Translator = Callable[[Mapping[str, Any], Mapping[str, str]], Translation]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSource:
    """One vendor's JSON: how it is recognised, where its records are, and how one of them is translated."""

    key: str
    label: str
    reads: str
    identity: str
    translate: Translator
    marks: tuple[tuple[bytes, ...], ...]  # keys that give it away, all of one tuple together
    side: str = "SURVEYS"
    options: tuple[Option, ...] = ()
    lists: tuple[str, ...] = ()  # under which names a page holds its records
    record_has: tuple[tuple[str, ...], ...] = ()  # keys by which a record is told from the rest of a page
    stream: str = ""  # the name of its records in a warehouse tool's {"stream": …, "data": …} lines
    sureness: float = 0.85
    scale_options: tuple[str, ...] = ()  # options that declare a scale, beside score.*

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is this vendor's."""
        plain = unpacked_head(head).removeprefix(b"\xef\xbb\xbf")
        if plain[:2] in (b"\xff\xfe", b"\xfe\xff"):
            plain = plain.decode("utf-16", "ignore").encode()
        if not plain.lstrip().startswith((b"{", b"[")):
            return 0.0
        return self.sureness if any(all(mark in plain for mark in marks) for marks in self.marks) else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "JsonReading":
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        file.seek(0)
        head = file.read(65_536)
        file.seek(0)
        if not head.strip():
            raise Unreadable("The file is empty.")
        if not self.recognise(head, ""):
            raise Unreadable(f"This is no JSON of {self.label}. It reads: {self.reads}")
        _check_time_zone(options)
        for name, value in options.items():
            if value and (name.startswith("score.") or name in self.scale_options):
                declared(name.removeprefix("score."), value)
        return JsonReading(self, file, options)

    def is_record(self, value: Mapping[str, Any]) -> bool:
        """Say whether an object is a record, and not the rest of a page."""
        return any(all(key in value for key in keys) for keys in self.record_has)


def _check_time_zone(options: Mapping[str, str]) -> None:
    try:
        zone_named(options.get("time_zone") or "UTC")
    except DateProblem as problem:
        raise Unreadable(str(problem)) from None


class JsonReading:
    """One delivery of a vendor's JSON."""

    def __init__(self, source: JsonSource, file: BinaryIO, options: Mapping[str, str]) -> None:
        self.notices: list[str] = []
        self._source = source
        self._file = file
        self._options = options

    def records(self) -> Iterator[RawRecord]:
        """Yield every record once. Raises Unreadable."""
        count = 0
        for item in items(self._file, self._source.lists):
            if self._is_rest_of_a_page(item):
                continue
            count += 1
            if isinstance(item.value, dict):
                yield RawRecord(count, item.value, item.line, item.problem)
            else:
                shown = f"Record {count} is {str(item.value)[:60]!r} where an object should stand."
                yield RawRecord(count, {"value": item.value}, item.line, item.problem or shown)

    def translate(self, record: RawRecord) -> Translation:
        """Turn one record into facts. Raises BadRecord."""
        payload = record.payload
        if self._source.stream and {"stream", "data"} <= payload.keys():
            if payload["stream"] != self._source.stream:
                return Excluded(f"No survey answer ({str(payload['stream'])[:40]})")
            payload = payload["data"] if isinstance(payload["data"], dict) else {}
        if not self._source.is_record(payload):
            raise BadRecord(f"This is no record of {self._source.label}.")
        return self._source.translate(payload, self._options)

    def _is_rest_of_a_page(self, item: Item) -> bool:
        """The envelope of a page comes last: what is left of it when its lists are taken out."""
        if item.name or item.problem or not isinstance(item.value, dict):
            return False
        if not item.value or (self._source.stream and "stream" in item.value):
            return not item.value
        return not self._source.is_record(item.value) and any(item.value.get(name) == [] for name in self._source.lists)
