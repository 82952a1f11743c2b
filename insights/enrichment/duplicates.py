"""Which texts say nearly the same: MinHash (Broder, 1997) of five-letter pieces, found through bands of hashes.

Only the earliest text of a group keeps a signature, so a sentence said a million times is compared with one. A text
belongs to the group whose first text it resembles by 0.7 (Jaccard); being like the first counts, not like any other,
so groups do not grow into chains. An earlier text that arrives later takes the place of the first. Where a text
resembles several firsts, the closest one counts. Groups may therefore depend on the order of arrival where a text lies
between two groups, and nowhere else.
"""

import functools
import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from insights.enrichment.reading import Reading
from insights.models import Enrichment, Signature

ALIKE = 0.7
PIECE = 5  # characters
BANDS, ROWS = 25, 5  # finds a pair of Jaccard 0.7 with a chance of 0.99, of 0.2 with one of 0.008
HASHES = BANDS * ROWS
FEWEST_WORDS = 5  # "thank you very much" is said alike by many and tells of no copy
_DIGITS = re.compile(r"\d+")
_NO_WORD = re.compile(r"[^\w#]+")
_LOCK = 0x6E656172  # one batch at a time looks for likes and stores its own, so that two new ones see each other
# A look into the index for each band. `bands && array` instead compares every stored band with every one of thousands.
_SHARING_A_BAND = """
SELECT f.occurred_at, s.feedback_id, s.digest, s.bands, s.hashes
FROM insights_signature s JOIN insights_feedback f ON f.id = s.feedback_id
WHERE s.feedback_id IN (
    SELECT near.feedback_id FROM unnest(%s::integer[]) AS band
    CROSS JOIN LATERAL (SELECT feedback_id FROM insights_signature WHERE bands @> ARRAY[band]) near
)
"""
Key = tuple[datetime, UUID]


@dataclass(slots=True)
class First:
    """The first text of a group."""

    key: Key
    digest: str
    bands: list[int]
    hashes: NDArray[np.uint16]


def signature(text: str) -> NDArray[np.uint16] | None:
    """Return the hashes of a text's pieces; None where it says too little. Numbers count as equal: a template's do."""
    normal = _NO_WORD.sub(" ", _DIGITS.sub("#", text.lower())).strip()
    if normal.count(" ") + 1 < FEWEST_WORDS:
        return None
    raw = np.frombuffer(normal.encode("utf-16-le"), dtype=np.uint16).astype(np.uint64)
    pieces = raw[: len(raw) - PIECE + 1].copy()
    for at in range(1, PIECE):
        pieces = pieces * np.uint64(1_000_003) + raw[at : len(raw) - PIECE + 1 + at]
    pieces = np.unique(pieces)
    factors, shifts = _hashes()
    smallest = np.full(HASHES, np.iinfo(np.uint64).max, dtype=np.uint64)
    for begin in range(0, len(pieces), 512):  # a long text in parts, to stay small in memory
        mixed = (pieces[begin : begin + 512, None] * factors + shifts) >> np.uint64(20)
        np.minimum(smallest, mixed.min(axis=0), out=smallest)
    return (smallest & np.uint64(0xFFFF)).astype(np.uint16)


def alike(one: NDArray[np.uint16], other: NDArray[np.uint16]) -> float:
    """Estimate Jaccard's index of two texts from their signatures (standard error about 0.04)."""
    return float(np.mean(one == other))


def bands_of(hashes: NDArray[np.uint16]) -> list[int]:
    """Return one number per band; texts that share one are worth comparing."""
    return [
        int.from_bytes(hashlib.blake2b(bytes([at]) + row.tobytes(), digest_size=4).digest(), "big", signed=True)
        for at, row in enumerate(hashes.reshape(BANDS, ROWS))
    ]


def regroup(readings: Sequence[Reading], times: Mapping[UUID, datetime]) -> None:
    """Put these texts, just read, into their groups. Call it last in a transaction: others wait for its end.

    `times` tells when each was said: the earliest is the first of its group.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    new = [first for first in _newcomers(readings, times, _leave(readings)) if first is not None]
    known = _stored([band for first in new for band in first.bands])
    groups = _Groups(known)
    for first in sorted(new, key=lambda one: one.key):
        groups.take(first)
    groups.store()


def _leave(readings: Sequence[Reading]) -> set[UUID]:
    """A first text that says something else now leaves; those like it are read again and find their group anew.

    Returns the first texts that stay.
    """
    digests = {reading.feedback: reading.digest for reading in readings}
    stored = dict(Signature.objects.filter(pk__in=list(digests)).values_list("pk", "digest"))
    left = [key for key, digest in stored.items() if digests[key] != digest]
    if left:
        Signature.objects.filter(pk__in=left).delete()
        Enrichment.objects.filter(duplicate_of__in=left).update(state=Enrichment.State.PENDING, duplicate_of=None)
    Enrichment.objects.filter(pk__in=list(digests), duplicate_of__isnull=False).update(duplicate_of=None)
    return stored.keys() - left


def _newcomers(
    readings: Sequence[Reading], times: Mapping[UUID, datetime], firsts: Collection[UUID]
) -> Iterable[First | None]:
    """Return the signatures of what was read; a first text read again keeps its place and is not looked at."""
    for reading in readings:
        hashes = None if reading.feedback in firsts else signature(reading.text)
        if hashes is not None:
            yield First((times[reading.feedback], reading.feedback), reading.digest, bands_of(hashes), hashes)


def _stored(bands: list[int]) -> list[First]:
    """Return the first texts that share a band with any of these."""
    if not bands:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SHARING_A_BAND, [sorted(set(bands))])
        rows = cursor.fetchall()
    return [
        First((moment, key), digest, list(found), np.frombuffer(bytes(hashes), dtype="<u2"))
        for moment, key, digest, found, hashes in rows
    ]


class _Groups:
    """The groups as they become; written in the end."""

    def __init__(self, known: Sequence[First]) -> None:
        self._firsts: dict[UUID, First] = {}
        self._by_band: dict[int, set[UUID]] = {}
        self._belongs: dict[UUID, UUID] = {}  # text → first of its group
        self._added: dict[UUID, First] = {}
        self._replaced: dict[UUID, UUID] = {}  # former first → the earlier one
        for first in known:
            self._enter(first)

    def _enter(self, first: First) -> None:
        self._firsts[first.key[1]] = first
        for band in first.bands:
            self._by_band.setdefault(band, set()).add(first.key[1])

    def take(self, new: First) -> None:
        """Find the closest first text; join it, take its place, or begin a group."""
        near = {key for band in new.bands for key in self._by_band.get(band, ()) if key in self._firsts}
        scored = [(alike(new.hashes, self._firsts[key].hashes), self._firsts[key]) for key in near]
        close = [(score, first) for score, first in scored if score >= ALIKE]
        if not close:
            self._begin(new)
            return
        closest = min(close, key=lambda pair: (-pair[0], pair[1].key))[1]
        if closest.key <= new.key:
            self._belongs[new.key[1]] = closest.key[1]
            return
        del self._firsts[closest.key[1]]
        self._replaced[closest.key[1]] = new.key[1]
        self._begin(new)

    def _begin(self, new: First) -> None:
        self._added[new.key[1]] = new
        self._enter(new)

    def store(self) -> None:
        """Write signatures and who belongs to whom."""
        for old, new in self._replaced.items():
            Enrichment.objects.filter(duplicate_of=old).update(duplicate_of=new)
        Signature.objects.filter(pk__in=list(self._replaced)).delete()
        Signature.objects.bulk_create(
            Signature(feedback_id=key, digest=one.digest, bands=one.bands, hashes=one.hashes.astype("<u2").tobytes())
            for key, one in self._added.items()
        )
        _tell({**self._belongs, **self._replaced})


def _tell(belongs: Mapping[UUID, UUID]) -> None:
    rows = [Enrichment(pk=key, duplicate_of_id=first) for key, first in belongs.items()]
    Enrichment.objects.bulk_update(rows, ["duplicate_of"])


@functools.cache
def _hashes() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Odd factors and shifts of the hash functions; fixed, since signatures are stored."""
    chance = np.random.Generator(np.random.PCG64(20_260_101))
    factors = chance.integers(1, 2**63, size=HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    return factors, chance.integers(0, 2**63, size=HASHES, dtype=np.uint64)
