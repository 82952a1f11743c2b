"""Files before their import: kept, taken out of their archives, recognised; then delivered or forgotten."""

import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import transaction

from insights.intake.archives import is_office
from insights.intake.raw import forget, keep, opened
from insights.intake.redaction import redact
from insights.intake.source import Source, Unreadable, check_options, recognise, source_named
from insights.intake.workbook import Workbook, beginning, is_workbook, refuse_old_office
from insights.models import Delivery, StagedFile

HEAD = 64 * 1024
MOST_IN_ARCHIVE = 200
KEPT_FOR = timedelta(days=2)
_NOT_SENT = {"push"}  # comes through the API only


class NotTaken(Exception):
    """A file was not kept. The message is for people."""


def stage(file: BinaryIO, filename: str, *, user: Any, now: datetime) -> list[StagedFile]:
    """Keep an uploaded file, or each file of a zip, and note which source reads it. Raises NotTaken and TooLarge.

    Either all files of an archive are kept or none is.
    """
    forget_old(now)
    file.seek(0)
    head = file.read(HEAD)
    _refuse(file, head, filename)
    if head.startswith(b"PK\x03\x04") and not is_workbook(file):
        return _from_archive(file, filename, user)
    return [_staged(file, filename, user)]


def _refuse(file: BinaryIO, head: bytes, filename: str) -> None:
    if not head.strip():
        raise NotTaken(f"{filename} is empty.")
    try:
        refuse_old_office(file)
        if is_workbook(file):
            Workbook(file)
    except Unreadable as why:
        raise NotTaken(f"{filename}: {why}") from None
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise NotTaken(f"{filename} is a document or a picture. Bring the export itself.")


def _from_archive(file: BinaryIO, filename: str, user: Any) -> list[StagedFile]:
    kept: list[StagedFile] = []
    try:
        with zipfile.ZipFile(file) as archive:
            for member in _members(archive, filename):
                with archive.open(member) as opened_member:
                    head = opened_member.read(HEAD)
                    name = PurePosixPath(member.filename.replace("\\", "/")).name  # never a path of its choosing
                    _refuse(cast(BinaryIO, opened_member), head, name)
                with archive.open(member) as again:
                    kept.append(_staged(cast(BinaryIO, again), name, user))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as broken:
        _forget_all(kept)
        raise NotTaken(f"{filename} cannot be opened ({broken}). Is it complete, and without a password?") from None
    except BaseException:
        _forget_all(kept)
        raise
    return kept


def _members(archive: zipfile.ZipFile, filename: str) -> Iterator[zipfile.ZipInfo]:
    members = [one for one in archive.infolist() if not one.is_dir() and "__MACOSX/" not in one.filename]
    names = {one.filename for one in members}
    if is_office(names):
        raise NotTaken(f"{filename} is an Office document, and no workbook. Save its table as .xlsx or CSV.")
    if not members:
        raise NotTaken(f"{filename} holds no file.")
    if len(members) > MOST_IN_ARCHIVE:
        raise NotTaken(f"{filename} holds {len(members)} files. Bring at most {MOST_IN_ARCHIVE} at once.")
    if sum(one.file_size for one in members) > settings.MAX_IMPORT_BYTES:
        limit = settings.MAX_IMPORT_BYTES / 1024**3
        raise NotTaken(f"{filename} unpacks to more than {limit:.1f} GB. Bring it in parts.")
    yield from members


def _staged(file: BinaryIO, filename: str, user: Any) -> StagedFile:
    file.seek(0)
    kept = keep(file)  # measures what comes out of it, whatever an archive claims
    with opened(kept.name) as whole:
        found = candidates(beginning(whole), filename)
    return StagedFile.objects.create(
        filename=redact(filename)[-255:] or "file",
        source=found[0][1].key if found else "",
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
        raw_name=kept.name,
        created_by=user,
    )


def candidates(head: bytes, filename: str) -> list[tuple[float, Source]]:
    """Return the sources that may read a file that begins so, the surest first."""
    return [(sure, source) for sure, source in recognise(head, filename) if source.key not in _NOT_SENT]


def head_of(staged: StagedFile) -> bytes:
    """Return by what the file is recognised. Raises RawGone."""
    with opened(staged.raw_name) as file:
        return beginning(file)


def deliver(staged: StagedFile, *, user: Any) -> Delivery:
    """Make the file a delivery that waits to be read. Raises UnknownSource, WrongOption and Unreadable, kept as it was.

    The head is understood before anything is promised.
    """
    source = source_named(staged.source)
    check_options(source, staged.options)
    with opened(staged.raw_name) as file:
        try:
            source.open(file, {"filename": staged.filename, **staged.options})
        except UnicodeDecodeError:
            raise Unreadable("The file is not text in the encoding it seems to have. Save it as UTF-8.") from None
    with transaction.atomic():
        locked = StagedFile.objects.select_for_update().get(pk=staged.pk)  # pressed twice, it is delivered once
        delivery = Delivery.objects.create(
            source=locked.source,
            account=locked.account,
            origin=Delivery.Origin.FILE,
            filename=locked.filename,
            options=locked.options,
            size_bytes=locked.size_bytes,
            sha256=locked.sha256,
            raw_name=locked.raw_name,
            created_by=user,
        )
        locked.delete()
    return delivery


def discard(staged: StagedFile) -> None:
    """Forget a file that is not to be imported."""
    staged.delete()
    forget(staged.raw_name)


def forget_old(now: datetime) -> int:
    """Forget files that nobody imported within two days. Returns how many."""
    old = list(StagedFile.objects.filter(created_at__lt=now - KEPT_FOR))
    _forget_all(old)
    return len(old)


def _forget_all(some: list[StagedFile]) -> None:
    for staged in some:
        discard(staged)
