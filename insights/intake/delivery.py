"""Deliveries: kept raw, then read in batches; each commits with its counts, so a kill loses and doubles nothing."""

import contextlib
import logging
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from insights.intake.ahead import ahead, collected_by_batch
from insights.intake.raw import Kept, RawGone, keep, opened
from insights.intake.redaction import redact
from insights.intake.sealing import SealBroken
from insights.intake.source import Countable, RawRecord, Reading, Source, Unreadable, check_options, source_named
from insights.intake.store import BATCH
from insights.intake.tally import Batch, LostClaim, ready, store_batch
from insights.models import Connection, Delivery

HEARTBEAT_SECONDS = 5.0
Progress = Callable[[Delivery], None]
logger = logging.getLogger(__name__)


def receive(
    file: BinaryIO,
    source: str,
    options: Mapping[str, str] | None = None,
    *,
    filename: str = "",
    account: str = "",
    origin: str = Delivery.Origin.FILE,
    connection: Connection | None = None,
    user: Any = None,
) -> Delivery:
    """Keep `file` as it is and return its delivery, waiting to be read.

    Raises UnknownSource, WrongOption and TooLarge with sentences for people; nothing is kept then.
    """
    options = dict(options or {})
    check_options(source_named(source), options)
    kept = keep(file)
    return receive_kept(
        kept, source, options, filename=filename, account=account, origin=origin, connection=connection, user=user
    )


def receive_kept(
    kept: Kept,
    source: str,
    options: Mapping[str, str],
    *,
    filename: str = "",
    account: str = "",
    origin: str = Delivery.Origin.FILE,
    connection: Connection | None = None,
    user: Any = None,
) -> Delivery:
    """Return the delivery of what lies in the raw store already, waiting to be read. The caller checked the options."""
    return Delivery.objects.create(
        source=source,
        account=account,
        origin=origin,
        connection=connection,
        filename=redact(filename)[-255:],
        options=dict(options),
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
        raw_name=kept.name,
        created_by=user if user is not None and user.is_authenticated else None,
    )


def read(
    delivery_id: UUID, *, clock: Callable[[], datetime] = timezone.now, on_progress: Progress | None = None
) -> bool:
    """Read a delivery to its end, from where it was left. Returns False when another is at it or nothing is to do.

    A file that cannot be read as a whole becomes FAILED with a sentence before anything of it is stored.
    """
    with _alone_with(delivery_id) as alone:
        if not alone:
            return False
        delivery = _claim(delivery_id, clock())
        if delivery is None:
            return False
        try:
            _read_claimed(delivery, clock, on_progress)
        except (Unreadable, RawGone, SealBroken) as unreadable:
            _fail(delivery, str(unreadable), clock())
        except LostClaim:
            logger.info("Delivery %s was cancelled or taken over.", delivery.pk)
            return False
        except Exception as ours:
            _fail(
                delivery, f"The import stopped on an error of ours ({type(ours).__name__}). It is in the log.", clock()
            )
            raise
        return True


@contextlib.contextmanager
def _alone_with(delivery_id: UUID) -> Iterator[bool]:
    """An advisory lock of the session: gone by itself when the worker dies, however it dies."""
    key = delivery_id.int & (2**63 - 1)
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (locked,) = cursor.fetchone()
    try:
        yield locked
    finally:
        if locked and database.is_usable():
            with database.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _claim(delivery_id: UUID, now: datetime) -> Delivery | None:
    open_states = (Delivery.State.RECEIVED, Delivery.State.READING)
    claimed = Delivery.objects.filter(pk=delivery_id, state__in=open_states)
    if claimed.update(state=Delivery.State.READING, heartbeat_at=now) != 1:
        return None
    Delivery.objects.filter(pk=delivery_id, started_at=None).update(started_at=now)
    return Delivery.objects.get(pk=delivery_id)


def _read_claimed(delivery: Delivery, clock: Callable[[], datetime], on_progress: Progress | None) -> None:
    source = source_named(delivery.source)
    with opened(delivery.raw_name) as file, collected_by_batch() as collect:
        options = {"filename": delivery.filename, **delivery.options}
        reading = _open(source, file, options)
        total = _verify(reading, delivery, clock, collect)
        if not isinstance(reading, Countable):  # records() may have taught it: it begins anew
            file.seek(0)
            reading = _open(source, file, options)
        with ahead(partial(_batches, reading, delivery.source, delivery.account, delivery.read)) as batches:
            for batch in batches:
                store_batch(delivery, batch, total, clock())
                collect()
                if on_progress:
                    on_progress(delivery)
        _finish(delivery, reading.notices, clock())


def _batches(reading: Reading, source: str, account: str, done: int) -> Generator[Batch, None, None]:
    """Yield batch by batch what is to be stored, behind what a run that was killed has committed already."""
    records = iter(reading.records())
    try:
        _skip(records, done)
        while batch := list(islice(records, BATCH)):
            made = [(record, ready(reading, record, source, account)) for record in batch]
            yield Batch(made, list(reading.notices))
    finally:
        if isinstance(records, Generator):
            records.close()  # here and now: what SQLite remembers of a file belongs to this thread


def _open(source: Source, file: BinaryIO, options: Mapping[str, str]) -> Reading:
    try:
        return source.open(file, options)
    except UnicodeDecodeError:
        raise Unreadable(
            "The file is not text in the encoding it seems to have. Save it as UTF-8, or name its encoding."
        ) from None


def _verify(reading: Reading, delivery: Delivery, clock: Callable[[], datetime], collect: Callable[[], None]) -> int:
    """Go through the whole file without storing, so that one that breaks half-way changes nothing. Counts records."""
    count, looked_at, beat = 0, 0, time.monotonic()
    try:
        for passed in reading.count() if isinstance(reading, Countable) else _counted(reading):
            count = passed
            if count - looked_at < BATCH:
                continue
            looked_at = count
            collect()
            if time.monotonic() - beat > HEARTBEAT_SECONDS:
                _beat(delivery, clock())
                beat = time.monotonic()
    except UnicodeDecodeError:
        raise Unreadable(
            f"After record {count} the file is not text in the encoding it began with. Save it again as UTF-8."
        ) from None
    return count


def _counted(reading: Reading) -> Iterator[int]:
    for count, _ in enumerate(reading.records(), start=1):
        yield count


def _beat(delivery: Delivery, now: datetime) -> None:
    if not Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.READING).update(heartbeat_at=now):
        raise LostClaim


def _skip(records: Iterator[RawRecord], count: int) -> None:
    """Pass over what a run that was killed has committed already: the position is committed with each batch."""
    for _ in islice(records, count):
        pass


@transaction.atomic
def _finish(delivery: Delivery, notices: list[str], now: datetime) -> None:
    done = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.READING).update(
        state=Delivery.State.DONE,
        finished_at=now,
        heartbeat_at=now,
        bytes_read=delivery.size_bytes,
        notices=[redact(notice) for notice in dict.fromkeys(notices)],
    )
    if not done:
        raise LostClaim
    delivery.refresh_from_db()


def _fail(delivery: Delivery, sentence: str, now: datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.READING).update(
        state=Delivery.State.FAILED, error=redact(sentence), finished_at=now
    )
    delivery.refresh_from_db()


def cancel(delivery_id: UUID, now: datetime) -> bool:
    """Stop a delivery that waits or is being read; what is stored stays. Returns whether there was one to stop."""
    open_states = (Delivery.State.RECEIVED, Delivery.State.READING)
    stopped = Delivery.objects.filter(pk=delivery_id, state__in=open_states)
    return stopped.update(state=Delivery.State.CANCELLED, finished_at=now) == 1


def waiting(now: datetime, silent_seconds: float = 60.0) -> list[UUID]:
    """Return the deliveries nobody is at: received and never started, or being read by someone who fell silent."""
    since = now - timedelta(seconds=silent_seconds)
    still = Delivery.objects.filter(state=Delivery.State.RECEIVED, created_at__lt=since)
    silent = Delivery.objects.filter(state=Delivery.State.READING, heartbeat_at__lt=since)
    return [*still.values_list("pk", flat=True), *silent.values_list("pk", flat=True)]


MOST_ERRORS_SHOWN = 100


def counts(delivery: Delivery, now: datetime | None = None) -> dict[str, Any]:
    """Return the report of a delivery as the API tells it (DESIGN 8)."""
    errors = delivery.rows_set_aside.filter(state="OPEN").order_by("record")[:MOST_ERRORS_SHOWN]
    speed = _speed(delivery, now or timezone.now())
    done = delivery.state == Delivery.State.DONE
    progress = 1.0 if done else min(1.0, delivery.bytes_read / delivery.size_bytes) if delivery.size_bytes else 0.0
    left = delivery.read * (1 / progress - 1) / speed if speed and progress else None
    return {
        "id": str(delivery.pk),
        "source": delivery.source,
        "filename": delivery.filename,
        "state": delivery.state,
        "read": delivery.read,
        "accepted": delivery.accepted,
        "updated": delivery.updated,
        "unchanged": delivery.unchanged,
        "set_aside": delivery.set_aside,
        "excluded": delivery.excluded,
        "errors": list(errors.values("record", "line", "field", "reason")),
        "excluded_reasons": delivery.excluded_reasons,
        "notices": delivery.notices,
        "error": delivery.error,
        "rows_per_second": None if speed is None else round(speed, 1),
        "progress": round(progress, 4),
        "seconds_left": 0.0 if done else None if left is None else round(left, 1),
    }


def _speed(delivery: Delivery, now: datetime) -> float | None:
    if delivery.started_at is None or not delivery.read:
        return None
    seconds = ((delivery.finished_at or now) - delivery.started_at).total_seconds()
    return delivery.read / seconds if seconds > 0 else None
