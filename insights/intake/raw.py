"""Raw deliveries: kept as they arrived, encrypted in frames that can be read from anywhere.

A file is a header (magic and a random salt) and frames of 1 MiB, each sealed with AES-256-GCM under a key of this file
alone. The nonce is the frame's number and a flag that marks the last, and the header is authenticated with each frame,
so a frame that is changed, moved, repeated or cut off is noticed (the STREAM construction of Hoang, Reyhanitabar,
Rogaway and Vizár, 2015).
"""

import contextlib
import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from errno import EINVAL
from pathlib import Path
from typing import IO, Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from insights.intake.sealing import SealBroken, derived_key
from insights.models.keys import new_key

MAGIC = b"CXRAW1\r\n"
SALT_BYTES = 16
HEADER_BYTES = len(MAGIC) + SALT_BYTES
FRAME_BYTES = 1024 * 1024
TAG_BYTES = 16
SEALED_FRAME_BYTES = FRAME_BYTES + TAG_BYTES


class TooLarge(Exception):
    """The delivery is larger than CXHUB_MAX_IMPORT_BYTES allows."""


class RawGone(Exception):
    """The raw delivery is no longer kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A raw delivery in its place: its name below RAW_DIR, and what went in."""

    name: str
    size_bytes: int
    sha256: str


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _path(name: str) -> Path:
    base = Path(settings.RAW_DIR).resolve()
    path = (base / name).resolve()
    if not path.is_relative_to(base):
        raise ValueError("A raw delivery lies outside RAW_DIR.")
    return path


def _frames(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yield the file in frames, each with whether it is the last. An empty file is one empty frame."""
    frame = _fill(file)
    while True:
        following = _fill(file) if len(frame) == FRAME_BYTES else b""
        yield frame, not following
        if not following:
            return
        frame = following


def _fill(file: BinaryIO) -> bytes:
    """Read one whole frame: a pipe or an upload may hand out less than was asked for."""
    parts: list[bytes] = []
    missing = FRAME_BYTES
    while missing:
        part = file.read(missing)
        if not part:
            break
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def keep(file: BinaryIO) -> Kept:
    """Copy `file` from where it stands to its end into the raw store. Raises TooLarge and leaves nothing behind."""
    key = str(new_key())
    name = f"{key[-2:]}/{key}"
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            size, digest = _write(file, target)
        partial.rename(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return Kept(name, size, digest)


def _write(file: BinaryIO, target: IO[bytes]) -> tuple[int, str]:
    header = MAGIC + os.urandom(SALT_BYTES)
    cipher = AESGCM(derived_key(b"cxhub raw delivery", header[len(MAGIC) :]))
    target.write(header)
    size, digest = 0, hashlib.sha256()
    for number, (frame, is_last) in enumerate(_frames(file)):
        size += len(frame)
        if size > settings.MAX_IMPORT_BYTES:
            limit = settings.MAX_IMPORT_BYTES / 1024**3
            raise TooLarge(f"The file is larger than {limit:.1f} GB. Split it, or raise CXHUB_MAX_IMPORT_BYTES.")
        digest.update(frame)
        target.write(cipher.encrypt(_nonce(number, is_last), frame, header))
    target.flush()
    os.fsync(target.fileno())
    return size, digest.hexdigest()


def forget(name: str) -> None:
    """Remove a raw delivery whose retention is over."""
    _path(name).unlink(missing_ok=True)


@contextlib.contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """Open a raw delivery for reading: binary, seekable, decrypted as it is read. Raises RawGone."""
    if not name:
        raise RawGone("The raw delivery is no longer kept (its retention is over). Deliver it again.")
    try:
        sealed = _path(name).open("rb")
    except FileNotFoundError:
        raise RawGone("The raw delivery is not where it was kept. Deliver it again.") from None
    with sealed, io.BufferedReader(RawReader(sealed), buffer_size=128 * 1024) as reader:
        yield reader


class RawReader(io.RawIOBase):
    """Reads one sealed file from anywhere; one frame is held at a time."""

    def __init__(self, sealed: BinaryIO) -> None:
        self._sealed = sealed
        self._header = sealed.read(HEADER_BYTES)
        if not self._header.startswith(MAGIC) or len(self._header) != HEADER_BYTES:
            raise SealBroken("A raw delivery has no proper head: it was changed or cut off.")
        self._cipher = AESGCM(derived_key(b"cxhub raw delivery", self._header[len(MAGIC) :]))
        body = os.fstat(sealed.fileno()).st_size - HEADER_BYTES
        self._frames = max(1, -(-body // SEALED_FRAME_BYTES))
        self._size = body - self._frames * TAG_BYTES
        self._position = 0
        self._number = -1
        self._frame = b""
        self._load(self._frames - 1)  # proves at once that the end is there

    def _load(self, number: int) -> None:
        if number == self._number:
            return
        self._sealed.seek(HEADER_BYTES + number * SEALED_FRAME_BYTES)
        sealed = self._sealed.read(SEALED_FRAME_BYTES)
        try:
            frame = self._cipher.decrypt(_nonce(number, number == self._frames - 1), sealed, self._header)
        except InvalidTag:
            raise SealBroken(
                "A raw delivery cannot be read: it was changed or cut off, or CXHUB_RAW_KEY is another."
            ) from None
        self._number, self._frame = number, frame

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Return how many bytes of the delivery lie before the next one read."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a byte of the delivery."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError(EINVAL, "before its beginning there is nothing to read")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: Any, /) -> int:  # the stub's Buffer has no length
        """Fill `buffer` with what one frame holds; 0 is the end."""
        if self._position >= self._size:
            return 0
        self._load(self._position // FRAME_BYTES)
        start = self._position % FRAME_BYTES
        piece = self._frame[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)
