"""Step: a vector for each sentence of a longer text, stored, so that a changed topic needs no encoder."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from insights.enrichment.encoder import WIDTH, encoder, encoder_version
from insights.enrichment.reading import Finding, Reading
from insights.enrichment.sentiment import is_english
from insights.enrichment.units import Unit, judged_apart, sentences
from insights.models import UnitVectors

NAME = "units"
GENERATION = 1  # grows whenever texts are cut otherwise


def version() -> str:
    """What cut and read it."""
    return f"units-{GENERATION}-{encoder_version()}"


def read(readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
    """Add vectors where sentences are judged apart; a finding that brings as many as there are sentences keeps them."""
    cut = [_apart(reading, finding) for reading, finding in zip(readings, findings, strict=True)]
    found, unread = list(findings), []
    for place, (units, finding) in enumerate(zip(cut, findings, strict=True)):
        if units and (finding.units is None or len(finding.units) != len(units)):
            unread.append(place)
        elif not units:
            found[place] = replace(finding, units=None)
    if not unread:
        return found
    vectors = encoder().encode([unit.text for place in unread for unit in cut[place]])  # of all texts: many run as one
    first = 0
    for place in unread:
        last = first + len(cut[place])
        found[place] = replace(findings[place], units=vectors[first:last])
        first = last
    return found


def _apart(reading: Reading, finding: Finding) -> tuple[Unit, ...]:
    """The sentences that get vectors of their own; none where the whole stands for all, or cannot be judged."""
    if finding.vector is None or not is_english(reading, finding):
        return ()
    units = sentences(reading)
    return units if judged_apart(reading, units) else ()


def stored_for(readings: Mapping[UUID, Reading]) -> dict[UUID, NDArray[np.float16]]:
    """Load the stored vectors of these texts' sentences, where they are of the very same words and encoder."""
    rows = UnitVectors.objects.filter(pk__in=list(readings), encoder=encoder_version())
    found = {}
    for key, digest, vectors in rows.values_list("pk", "digest", "vectors"):
        if digest == digest_of(sentences(readings[key])):
            found[key] = from_bytes(bytes(vectors))
    return found


def with_stored(known: Mapping[UUID, Finding], readings: Mapping[UUID, Reading]) -> dict[UUID, Finding]:
    """Let findings that bring the vector of their words bring those of its sentences too."""
    units = stored_for({key: readings[key] for key in known})
    return {key: replace(finding, units=units.get(key)) for key, finding in known.items()}


def store(read: Mapping[UUID, tuple[Reading, Finding]]) -> None:
    """Keep the vectors of the texts just read, and forget those of texts that have no sentences to judge any more."""
    rows = [
        UnitVectors(
            feedback_id=key,
            encoder=encoder_version(),
            digest=digest_of(sentences(reading)),
            vectors=to_bytes(finding.units),
        )
        for key, (reading, finding) in read.items()
        if finding.units is not None
    ]
    kept = [row.feedback_id for row in rows]
    UnitVectors.objects.filter(pk__in=[key for key in read if key not in set(kept)]).delete()
    UnitVectors.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["feedback"], update_fields=["encoder", "digest", "vectors"]
    )


def digest_of(units: Sequence[Unit]) -> str:
    """Tell whether stored vectors are of these very words, cut in this very way."""
    told = "\n".join([str(GENERATION), *(unit.text for unit in units)])
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def to_bytes(vectors: NDArray[np.float16]) -> bytes:
    """As stored: 384 little-endian float16 for each."""
    return vectors.astype("<f2").tobytes()


def from_bytes(stored: bytes) -> NDArray[np.float16]:
    """Read them back as (units, 384)."""
    return np.frombuffer(stored, dtype="<f2").astype(np.float16).reshape(-1, WIDTH)
