"""Vendors that speak JSON: what all of them share, so that a vendor's file holds its words and nothing else."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from insights.intake.archives import unpacked_head
from insights.intake.documents import Item, items
from insights.intake.record import Translation
from insights.intake.source import BadRecord, RawRecord, Unreadable

HEAD = 65_536


def json_head(head: bytes) -> bytes:
    """Return the beginning of a JSON file, unpacked and in UTF-8; nothing when it is no JSON."""
    plain = unpacked_head(head).removeprefix(b"\xef\xbb\xbf")
    if plain[:2] in (b"\xff\xfe", b"\xfe\xff"):
        plain = plain.decode("utf-16", "ignore").encode("utf-8", "ignore")
    plain = plain.lstrip()
    return plain if plain.startswith((b"{", b"[")) else b""


def head_of(file: BinaryIO) -> bytes:
    """Return the first bytes of a delivered file. Raises Unreadable when there are none."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if not head.strip():
        raise Unreadable("The file is empty.")
    return head


def json_inside(value: object) -> Any:
    """Return what a text that is JSON holds, and everything else as it is: some vendors pack JSON into texts."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value, parse_constant=str)
    except (ValueError, RecursionError):
        return value


class JsonReading:
    """One delivery of a vendor's JSON, whose lists called `lists` hold records.

    `kind` names an object's kind by its shape ("" is none), `prepare` adds to a record what others explain of it.
    """

    def __init__(
        self,
        file: BinaryIO,
        label: str,
        kind: Callable[[Mapping[str, Any]], str],
        translate: Callable[[str, Mapping[str, Any]], Translation],
        *,
        lists: tuple[str, ...] = (),
        prepare: Callable[[dict[str, Any]], dict[str, Any]] = lambda value: value,
    ) -> None:
        self.notices: list[str] = []
        self._file, self._label, self._lists = file, label, lists
        self._kind, self._translate, self._prepare = kind, translate, prepare

    def records(self) -> Iterator[RawRecord]:
        """Yield every record once. Raises Unreadable."""
        count = 0
        for item in items(self._file, self._lists):
            if self._is_rest_of_a_page(item):
                continue
            count += 1
            if isinstance(item.value, dict):
                value = item.value if item.problem else self._prepare(item.value)
                yield RawRecord(count, value, item.line, item.problem)
            else:
                shown = f"Record {count} is {str(item.value)[:60]!r} where an object should stand."
                yield RawRecord(count, {"value": item.value}, item.line, item.problem or shown)

    def translate(self, record: RawRecord) -> Translation:
        """Turn one record into facts. Raises BadRecord."""
        kind = self._kind(record.payload)
        if not kind:
            raise BadRecord(f"This is no record of {self._label}.")
        return self._translate(kind, record.payload)

    def _is_rest_of_a_page(self, item: Item) -> bool:
        """The envelope of a page comes last: what is left of it when its lists are taken out."""
        if item.name or item.problem or not isinstance(item.value, dict):
            return False
        return not item.value or (
            not self._kind(item.value) and any(item.value.get(name) == [] for name in self._lists)
        )
