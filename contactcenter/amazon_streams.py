"""What Amazon's streams wrap around records: Kinesis and Firehose hand them on in base64, many in one document."""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any, BinaryIO

from insights.intake.documents import items
from insights.intake.json_source import JsonReading, JsonSource, head_of, json_head
from insights.intake.scratch import Scratch

_LISTS = ("Records", "records")
_WRAPPED = re.compile(rb'"[Dd]ata"\s*:\s*"([A-Za-z0-9+/=\\]{8,})')
_ENVELOPE = re.compile(rb'^[\s\[]*\{.{0,2000}?"[Rr]ecords"\s*:\s*\[', re.DOTALL)
_MOST = 64 * 2**20


def is_wrapped(head: bytes) -> bool:
    """Say whether a document that begins so wraps its records."""
    return bool(_ENVELOPE.match(head) and _WRAPPED.search(head))


class StreamedSource(JsonSource):
    """A source whose records also come as Kinesis and Firehose hand them on."""

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is this vendor's, wrapped or not."""
        plain = json_head(head)
        if is_wrapped(plain):
            plain = b"\n".join(_opened(found.replace(b"\\", b"")) for found in _WRAPPED.findall(plain))
        return JsonSource.recognise(self, plain, filename)

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> JsonReading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        is_so = is_wrapped(json_head(head_of(file)))
        return JsonSource.open(self, _unwrapped(file) if is_so else file, options)


def _unwrapped(file: BinaryIO) -> BinaryIO:
    """Return the records alone, one after the other; what cannot be opened stays as it is, to be set aside."""
    plain = Scratch()
    for item in items(file, _LISTS, several=True):
        if item.name:
            plain.write(_record(item.value) + b"\n")
    plain.seek(0)
    return plain


def _record(wrapped: Any) -> bytes:
    inside = wrapped.get("kinesis", wrapped) if isinstance(wrapped, dict) else {}
    told = next((inside[name] for name in ("data", "Data") if isinstance(inside, dict) and name in inside), None)
    opened = _opened(told.encode()) if isinstance(told, str) else b""
    return opened.strip() or json.dumps({"wrapped": wrapped}).encode()


def _opened(packed: bytes) -> bytes:
    """Return what base64 holds, unzipped where it is; b"" where it is none."""
    try:
        plain = base64.b64decode(packed[: len(packed) // 4 * 4], validate=True)
        return zlib.decompressobj(31).decompress(plain, _MOST) if plain[:2] == b"\x1f\x8b" else plain
    except (binascii.Error, zlib.error):
        return b""
