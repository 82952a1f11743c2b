"""Step: one vector and one tone per text, stored once; every later judgement works from them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from insights.enrichment.encoder import WIDTH, Encoded, encoder, encoder_version
from insights.enrichment.reading import Finding, Reading

NAME = "embed"


def version() -> str:
    """What read it: the encoder, with its kind of quantisation."""
    return encoder_version()


def read(readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
    """Add vector and tone to each text that has words; a finding that brings those of these very words keeps them."""
    made: dict[str, Encoded] = {}  # equal texts are encoded once
    found = list(findings)
    for place, (reading, finding) in enumerate(zip(readings, findings, strict=True)):
        if not reading.words or (finding.vector is not None and finding.tone is not None):
            continue
        if reading.text not in made:
            made[reading.text] = encoder().encode_whole(reading.text)
        told = made[reading.text]
        found[place] = replace(finding, vector=told.vector, tone=told.tone, pieces=(told.places, told.pieces))
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
