"""Files that come packed: gzip, or a zip of one file, read as a stream and never without measure."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Collection
from typing import Any, BinaryIO, cast

from insights.intake.source import Unreadable

LARGEST_UNPACKED = 20 * 2**30
_HEAD = 64 * 1024
_OF_OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"word/", b"mimetype")


def unpacked(file: BinaryIO) -> BinaryIO:
    """Return the file itself, or what is inside when it is gzipped or a zip of a single file. Raises Unreadable."""
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if head[:2] == b"\x1f\x8b":
        return cast(BinaryIO, io.BufferedReader(_Bounded(cast(BinaryIO, gzip.GzipFile(fileobj=file)))))
    if head != b"PK\x03\x04":
        return file
    try:
        archive = zipfile.ZipFile(file)
        members = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]
        names = {one.filename for one in members}
        if is_office(names):
            raise Unreadable(
                "This is a workbook or another Office document, whatever its name says, and this source reads none. "
                "A table in a workbook (.xlsx) is read by every source that reads CSV."
            )
        if len(members) != 1:
            raise Unreadable(f"The archive holds {len(members)} files; import them one by one.")
        return cast(BinaryIO, io.BufferedReader(_Bounded(cast(BinaryIO, archive.open(members[0])))))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError) as broken:
        raise Unreadable(
            f"The file begins like a zip archive or an Excel file, and cannot be opened as one ({broken}). "
            "Is it complete, and without a password?"
        ) from None


def is_office(names: Collection[str]) -> bool:
    """Say whether an archive with these members is an Office document: its parts are no files of their own."""
    return "[Content_Types].xml" in names or ("mimetype" in names and "content.xml" in names)


def unpacked_head(head: bytes) -> bytes:
    """Return the beginning of what a gzip or zip file holds, or `head` itself; for recognising, so it never fails."""
    try:
        if head[:2] == b"\x1f\x8b":
            return zlib.decompressobj(31).decompress(head, _HEAD)
        if head[:4] == b"PK\x03\x04" and head[30:].startswith(_OF_OFFICE):
            return b""
        if head[:4] == b"PK\x03\x04" and head[8:10] == b"\x08\x00":
            start = 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
            return zlib.decompressobj(-15).decompress(head[start:], _HEAD)
    except zlib.error:
        return b""
    return head


class _Bounded(io.RawIOBase):
    """What comes out of an archive, as long as it does not grow without measure."""

    def __init__(self, inner: BinaryIO) -> None:
        super().__init__()
        self._inner = inner

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._inner.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._inner.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        try:
            piece = self._inner.read(len(buffer))
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as broken:
            raise Unreadable(f"The archive breaks off or is damaged ({broken}).") from None
        if self._inner.tell() > LARGEST_UNPACKED:
            raise Unreadable("The archive unpacks to more than 20 GB. Import it in parts.")
        buffer[: len(piece)] = piece
        return len(piece)
