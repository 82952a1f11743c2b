"""What the model itself says of texts, whatever people have said since: for measuring it against them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from insights.enrichment import embed, language, sentiment
from insights.enrichment.own_heads import judging_by_adopted
from insights.enrichment.pipeline import TEXT
from insights.enrichment.reading import Finding, Reading
from insights.enrichment.steps import run_steps
from insights.enrichment.stored_words import readings_of
from insights.models import Embedding, Enrichment

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Reread:
    """The model's own score of the words that have this digest."""

    sentiment: float
    digest: str


@judging_by_adopted()
def sentiment_of(keys: Sequence[UUID]) -> dict[UUID, Reread]:
    """Read the sentiment of stored texts again, by the heads in use, from their stored vectors; nothing is written.

    Left out is what cannot be judged, and what waits to be read after its words were edited: its vector is of others.
    """
    found: dict[UUID, Reread] = {}
    wanted = list(dict.fromkeys(keys))
    for first in range(0, len(wanted), _BATCH):
        some = wanted[first : first + _BATCH]
        readings = readings_of(some)
        known = _known(readings)
        asked = [readings[key] for key in some if key in known]
        told = run_steps(asked, [known[reading.feedback] for reading in asked], (language, sentiment))
        for reading, finding in zip(asked, told, strict=True):
            if finding.sentiment is not None:
                found[reading.feedback] = Reread(finding.sentiment, reading.digest)
    return found


def _known(readings: dict[UUID, Reading]) -> dict[UUID, Finding]:
    """Return findings with the stored vectors, of texts whose very words they were made from."""
    digests = dict(Enrichment.objects.filter(pk__in=readings).values_list("pk", f"versions__{TEXT}"))
    stored = Embedding.objects.filter(pk__in=readings, encoder=embed.version(), tone__isnull=False)
    return {
        key: Finding(vector=embed.from_bytes(bytes(vector)), tone=embed.from_bytes(bytes(tone)))
        for key, vector, tone in stored.values_list("pk", "vector", "tone")
        if tone is not None and digests.get(key) == readings[key].digest
    }
