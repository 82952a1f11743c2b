"""Vendors that speak JSON: what all of them share, so that a vendor's file holds its words and nothing else."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from insights.intake.documents import Item, items
from insights.intake.json_source import loaded, numbered
from insights.intake.record import Excluded, Translation
from insights.intake.source import BadRecord, RawRecord


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
        found = (item for item in items(self._file, self._lists) if not self._is_rest_of_a_page(item))
        return numbered(found, self._prepare)

    def translate(self, record: RawRecord) -> Translation:
        """Turn one record into facts. Raises BadRecord."""
        payload, stream = loaded(record.payload)
        kind = self._kind(payload)
        if not kind and stream:
            return Excluded(f"Record of another stream ({stream[:40]})")
        if not kind:
            raise BadRecord(f"This is no record of {self._label}.")
        return self._translate(kind, payload)

    def _is_rest_of_a_page(self, item: Item) -> bool:
        """The envelope of a page comes last: what is left of it when its lists are taken out."""
        if item.name or item.problem or not isinstance(item.value, dict):
            return False
        return not item.value or (
            not loaded(item.value)[1]
            and not self._kind(item.value)
            and any(item.value.get(name) == [] for name in self._lists)
        )
