"""Is what customers say changing under the model? The last seven days against the 28 before, in plain words."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Avg, Count, F, Q, QuerySet

from insights.analysis.quality_measures import SHIFTED, share, stability
from insights.analysis.topic_drift import topic_drift
from insights.enrichment import embed
from insights.enrichment.encoder import encoder_version
from insights.enrichment.topics import live_model
from insights.metrics.intervals import share_difference
from insights.models import Embedding, Enrichment, Mention

LAST = timedelta(days=7)
BEFORE = timedelta(days=28)
FEWEST = 50  # texts in each window, below which nothing is said
SAMPLE = 300  # texts of a window whose nearness to the examples is looked at
FELL = 0.05  # of a mean confidence or nearness, from which on it is told
Window = tuple[datetime, datetime]


def drift(now: datetime) -> dict[str, Any]:
    """Return each signal with its figures before and after, whether it moved, and what that means."""
    last, before = (now - LAST, now), (now - LAST - BEFORE, now - LAST)
    texts = [_read(before).count(), _read(last).count()]
    told: dict[str, Any] = {
        "last": [moment.isoformat() for moment in last],
        "before": [moment.isoformat() for moment in before],
        "texts_before": texts[0],
        "texts_last": texts[1],
        "enough": min(texts) >= FEWEST,
    }
    if not told["enough"]:
        return {**told, "signals": [], "topics": {}}
    return {
        **told,
        "topics": topic_drift(before, last),
        "signals": [
            _unclassified(before, last),
            _mean("sentiment_confidence", "How sure the sentiment is", before, last),
            _topic_confidence(before, last),
            *_nearness(before, last),
            _mix("topics", "Which topics come up", _topics(before), _topics(last)),
            _mix(
                "sentiment", "How customers feel", _values(before, "sentiment_label"), _values(last, "sentiment_label")
            ),
            _mix("language", "Which languages they write", _values(before, "language"), _values(last, "language")),
        ],
    }


def _read(window: Window) -> QuerySet[Enrichment]:
    since, until = window
    return Enrichment.objects.filter(
        state=Enrichment.State.DONE, feedback__occurred_at__gte=since, feedback__occurred_at__lt=until
    )


def _unclassified(before: Window, last: Window) -> dict[str, Any]:
    """The share that fits no topic: the first sign of something new."""
    counts = [
        _read(window).aggregate(
            n=Count("pk", filter=Q(is_classified__isnull=False)), off=Count("pk", filter=Q(is_classified=False))
        )
        for window in (before, last)
    ]
    was, now = (share(one["off"], one["n"]) for one in counts)
    moved = False
    if was.value is not None and now.value is not None:
        difference = share_difference(counts[1]["off"], counts[1]["n"], counts[0]["off"], counts[0]["n"])
        moved = bool(difference.interval and difference.interval.excludes_zero) and now.value - was.value > FELL
    words = "More texts fit no topic than before: look for a new theme, and label some." if moved else "As before."
    return _signal("unclassified", "Texts that fit no topic", was.value, now.value, moved, words)


def _mean(name: str, label: str, before: Window, last: Window) -> dict[str, Any]:
    was, now = (_read(window).aggregate(mean=Avg(name))["mean"] for window in (before, last))
    return _falling(name, label, was, now)


def _topic_confidence(before: Window, last: Window) -> dict[str, Any]:
    was, now = (
        Mention.objects.filter(
            feedback__occurred_at__gte=since, feedback__occurred_at__lt=until, tagged_by__startswith="model:"
        ).aggregate(mean=Avg("confidence"))["mean"]
        for since, until in (before, last)
    )
    return _falling("topic_confidence", "How sure the topics are", was, now)


def _nearness(before: Window, last: Window) -> list[dict[str, Any]]:
    """Mean cosine of texts to the nearest example of any topic, on a fixed sample."""
    model = live_model()
    if model is None:
        return []
    means = []
    for since, until in (before, last):
        vectors = Embedding.objects.filter(
            encoder=encoder_version(), feedback__occurred_at__gte=since, feedback__occurred_at__lt=until
        )
        stored = vectors.order_by("-feedback__occurred_at", "pk").values_list("vector", flat=True)[:SAMPLE]
        near = [float(model.nearness(embed.from_bytes(bytes(vector))).max()) for vector in stored]
        means.append(float(np.mean(near)) if len(near) >= FEWEST else None)
    return [_falling("nearness", "How near texts are to the examples of topics", *means)]


def _falling(name: str, label: str, was: float | None, now: float | None) -> dict[str, Any]:
    moved = was is not None and now is not None and was - now > FELL
    words = "Lower than before: texts are becoming other than what was learned from." if moved else "As before."
    return _signal(name, label, was, now, moved, words)


def _mix(name: str, label: str, before: Counter[str], last: Counter[str]) -> dict[str, Any]:
    found = stability(before, last)
    if found is None or min(sum(before.values()), sum(last.values())) < FEWEST:
        return {**_signal(name, label, None, None, False, "Too few texts to tell."), "psi": None, "grown": []}
    index, by_chance = found
    moved = index > SHIFTED and index > 2 * by_chance
    shares = {one: last[one] / sum(last.values()) - before[one] / sum(before.values()) for one in {*before, *last}}
    grown = sorted(shares, key=lambda one: (-abs(shares[one]), one))[:3]
    words = f"Another mix than before; most of it: {', '.join(grown)}." if moved else "As before."
    return {**_signal(name, label, None, None, moved, words), "psi": index, "grown": grown}


def _signal(name: str, label: str, before: float | None, last: float | None, moved: bool, words: str) -> dict[str, Any]:
    was, now = (None if one is None else round(one, 4) for one in (before, last))
    return {"name": name, "label": label, "before": was, "last": now, "moved": moved, "words": words}


def _topics(window: Window) -> Counter[str]:
    since, until = window
    rows = Mention.objects.filter(feedback__occurred_at__gte=since, feedback__occurred_at__lt=until)
    return Counter(dict(rows.values_list("topic__name").annotate(n=Count("pk")).order_by()))


def _values(window: Window, name: str) -> Counter[str]:
    rows = _read(window).exclude(**{name: ""}).annotate(value=F(name))
    return Counter(dict(rows.values_list("value").annotate(n=Count("pk")).order_by()))
