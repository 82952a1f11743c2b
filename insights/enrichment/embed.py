"""Step: one vector and one tone per text, stored once; every later judgement works from them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from insights.enrichment.encoder import WIDTH, encoder, encoder_version
from insights.enrichment.reading import Finding, Reading

NAME = "embed"


def version() -> str:
    """What read it: the encoder, with its kind of quantisation."""
    return encoder_version()


def read(readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
    """Add vector and tone to each text that has words; a finding that brings those of these very words keeps them."""
    found = list(findings)
    unread = [
        place
        for place, (reading, finding) in enumerate(zip(readings, findings, strict=True))
        if reading.words and (finding.vector is None or finding.tone is None)
    ]
    if not unread:
        return found
    for place, told in zip(unread, encoder().encode_whole([readings[place].text for place in unread]), strict=True):
        pieces = (told.places, told.pieces)
        found[place] = replace(findings[place], vector=told.vector, tone=told.tone, pieces=pieces)
    return found


def to_bytes(vector: NDArray[np.float16]) -> bytes:
    """As stored: 384 little-endian float16."""
    return vector.astype("<f2").tobytes()


def from_bytes(stored: bytes) -> NDArray[np.float16]:
    """Read a stored vector back. Raises ValueError where the length is not 384 numbers."""
    vector = np.frombuffer(stored, dtype="<f2")
    if vector.shape != (WIDTH,):
        raise ValueError(f"A stored vector has {vector.shape[0]} numbers instead of {WIDTH}.")
    return vector.astype(np.float16)
