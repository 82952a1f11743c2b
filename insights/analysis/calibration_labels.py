"""The labelled texts that calibration stands on, and its result as it is kept."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from statistics import fmean
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db import transaction

from insights.analysis.calibration import Judged, calibrated, pairs_as_json
from insights.enrichment import sentiment
from insights.enrichment.rereading import Reread, sentiment_of
from insights.enrichment.steps import versions
from insights.mart.medium import medium_of
from insights.models import Calibration, Feedback, Label

_WORTH: Final = {"NEGATIVE": -1.0, "NEUTRAL": 0.0, "POSITIVE": 1.0}
Reader = Callable[[Sequence[UUID]], Mapping[UUID, Reread]]


def judged(read: Reader = sentiment_of) -> dict[str, Judged]:
    """Load what people and the model said of the same words, by medium.

    Only the gold set counts, which is drawn at random. Corrections are made because the model erred, and uncertain
    texts teach it: on both it would look other than it is. Words that were edited since they were judged are left out.
    """
    labels = Label.objects.filter(task=Label.Task.SENTIMENT, purpose=Label.Purpose.GOLD).order_by("feedback_id", "pk")
    said: dict[UUID, list[tuple[str, str]]] = {}
    for key, digest, value in labels.values_list("feedback_id", "words_digest", "value"):
        said.setdefault(key, []).append((digest, value))
    scores = read(list(said))
    kinds = Feedback.objects.filter(pk__in=scores).values_list("pk", "kind", "channel")
    pairs: dict[str, list[tuple[float, float]]] = {}
    for key, kind, channel in kinds.order_by("pk"):
        told = [_WORTH[value] for digest, value in said[key] if digest in ("", scores[key].digest)]
        if told:
            pairs.setdefault(medium_of(kind, channel), []).append((scores[key].sentiment, fmean(told)))
    return {
        medium: Judged(np.array([one for one, _ in rows]), np.array([other for _, other in rows]))
        for medium, rows in pairs.items()
    }


def calibrate(now: datetime, read: Reader = sentiment_of) -> Calibration:
    """Work it out anew and keep it: a new row where something changed, else the standing one is noted as checked."""
    found = calibrated(judged(read))
    told = {
        "sentiment_version": versions()[sentiment.NAME],
        "labelled": dict(found.labelled),
        "pairs": pairs_as_json(found.pairs),
    }
    return _kept(told, now)


@transaction.atomic
def _kept(told: dict[str, Any], now: datetime) -> Calibration:
    before = Calibration.objects.select_for_update().filter(is_stale=False).first()
    if before is not None and all(getattr(before, name) == value for name, value in told.items()):
        before.checked_at = now
        before.save(update_fields=["checked_at"])
        return before
    Calibration.objects.filter(is_stale=False).update(is_stale=True)
    return Calibration.objects.create(**told, made_at=now, checked_at=now)


def standing() -> Calibration | None:
    """Return the result that holds now: none where none was made, or where another version reads since."""
    made = Calibration.objects.filter(is_stale=False).first()
    return made if made is not None and made.sentiment_version == versions()[sentiment.NAME] else None


def nothing_known() -> dict[str, Any]:
    """Return the table of a company that has judged no text: every pair is unknown."""
    empty = calibrated({})
    return {"labelled": dict(empty.labelled), "pairs": pairs_as_json(empty.pairs)}
