"""The door: which files are vCons, how signed ones are unwrapped, and what of them is never kept."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, BinaryIO

from contactcenter.json_source import JsonReading
from contactcenter.sources.vcon.contact import from_vcon
from contactcenter.told import OURS, TIME_ZONE, Ours, told_zone
from insights.intake.fields import members
from insights.intake.json_source import head_of, json_head
from insights.intake.record import Translation
from insights.intake.source import BadRecord, Unreadable

_SIGNED = "_signed"
_SHAPES = ((b'"vcon"', b'"parties"'), (b'"uuid"', b'"parties"', b'"dialog"'), (b'"vcon"', b'"dialog"'))
_LIGHTER = ("recording", "video")


class Vcon:
    """vCon files, signed or not."""

    key = "vcon"
    label = "vCon"
    side = "CONTACTS"
    reads = (
        "vCons of any version (0.0.1, 0.0.2, 0.3.0, later): one, a list, or lines; signed ones (JWS) are read, "
        "encrypted ones are not."
    )
    identity = (
        "The vCon's uuid (without one a digest of its beginning); updated_at, else created_at, is the revision. "
        "A redacted vCon stands for itself."
    )
    options = (OURS, TIME_ZONE)

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` holds vCons."""
        plain = json_head(head)
        if not plain:
            return 0.0
        if any(all(key in plain for key in shape) for shape in _SHAPES):
            return 0.9
        if b'"payload"' in plain and b'"signatures"' in plain:
            return 0.9 if _looks_signed(plain) else 0.1
        if b'"ciphertext"' in plain and b'"recipients"' in plain:
            return 0.6
        named = filename.lower().removesuffix(".gz").endswith((".vcon", ".vcon.json"))
        return 0.7 if named else 0.4 if b'"vcon"' in plain[:200] else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> JsonReading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        if not self.recognise(head_of(file), options.get("filename", "")):
            raise Unreadable(f"This is no vCon. It reads: {self.reads}")
        return VconReading(file, options)


class VconReading(JsonReading):
    """One delivery of vCons."""

    def __init__(self, file: BinaryIO, options: Mapping[str, str]) -> None:
        self._zone, self._ours = told_zone(options), Ours(options)
        super().__init__(file, "vCon", _kind, self._translated, prepare=self._prepared)

    def _prepared(self, value: dict[str, Any]) -> dict[str, Any]:
        """Unwrap a signed vCon, and leave sound and pictures out: they are never kept."""
        if "payload" in value and ("signatures" in value or "signature" in value):
            value = _unwrapped(value) or value
            if _SIGNED in value:
                self._notice("Signed vCons were read; their signatures were not verified.")
        for dialog in members(value, "dialog"):
            if isinstance(dialog, dict) and dialog.get("type") in _LIGHTER:
                dialog.pop("body", None)
        if self._zone is None and _has_bare_times(value):
            self._notice(
                "Times without a zone were taken to be in the zone of created_at; if not, say it (option time_zone)."
            )
        if _kind(value) == "vcon" and not value.get("uuid"):
            self._notice("Some vCons have no uuid; they are known again by their beginning, parties and subject.")
        if not self._ours and _kind(value) == "vcon" and not _tells_roles(value):
            self._notice(
                "Some vCons do not say who is the agent; their words count as nobody's. Name your side (option ours)."
            )
        return value

    def _notice(self, sentence: str) -> None:
        if sentence not in self.notices:
            self.notices.append(sentence)

    def _translated(self, kind: str, value: Mapping[str, Any]) -> Translation:
        if kind == "encrypted":
            raise BadRecord("The vCon is encrypted. Decrypt it where its key is, and import it then.", "ciphertext")
        if kind == "signed":
            raise BadRecord("The payload of the signed vCon cannot be read.", "payload")
        return from_vcon(value, self._ours, self._zone)


def _kind(value: Mapping[str, Any]) -> str:
    if "ciphertext" in value:
        return "encrypted"
    if "payload" in value and ("signatures" in value or "signature" in value):
        return "signed"
    return "vcon" if "vcon" in value or {"uuid", "parties"} <= value.keys() else ""


def _unwrapped(value: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        inner = json.loads(_bytes_of(str(value["payload"])))
    except (ValueError, RecursionError):
        return None
    return {**inner, _SIGNED: True} if isinstance(inner, dict) else None


def _bytes_of(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text.strip() + "=" * (-len(text.strip()) % 4))
    except (binascii.Error, ValueError):
        raise ValueError("no base64") from None


def _looks_signed(plain: bytes) -> bool:
    """Say whether the beginning of the payload, as far as it is here, is a vCon's."""
    payload = plain.partition(b'"payload"')[2].partition(b'"')[2].partition(b'"')[0]
    try:
        inner = base64.urlsafe_b64decode(payload[: len(payload) // 4 * 4])
    except (binascii.Error, ValueError):
        return False
    return b'"vcon"' in inner or (b'"parties"' in inner and b'"uuid"' in inner)


def _has_bare_times(value: Mapping[str, Any]) -> bool:
    starts = [one.get("start") for one in members(value, "dialog") if isinstance(one, dict)]
    return any(isinstance(one, str) and "T" in one and not _zoned(one) for one in starts)


def _zoned(time: str) -> bool:
    clock = time.partition("T")[2]
    return clock.endswith(("Z", "z")) or "+" in clock or "-" in clock


def _tells_roles(value: Mapping[str, Any]) -> bool:
    return '"role"' in json.dumps(value.get("parties"), default=str)
