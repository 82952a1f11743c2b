"""Is a topic drifting? Its share of what is read, and how sure it is found, last week against the four before."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Avg, Count, Q, QuerySet

from insights.enrichment.mentions import BY_MODEL
from insights.metrics import discovery
from insights.metrics.intervals import share_difference
from insights.models import Enrichment, Mention

FEWEST: Final = 20  # mentions in a window, below which no mean of a topic is told
FELL: Final = 0.05  # of the mean confidence, from which on it is told
Window = tuple[datetime, datetime]


def topic_drift(before: Window, last: Window) -> dict[str, dict[str, Any]]:
    """Return for each topic that was found its counts, shares and mean confidences, and what moved, in words.

    Among all topics the false discoveries of a moved share are controlled.
    """
    read = [_read(window) for window in (before, last)]
    counts = [_mentions(window) for window in (before, last)]
    topics = sorted(counts[0].keys() | counts[1].keys())
    if not topics or not all(read):
        return {}
    rows = {
        topic: _row(counts[0].get(topic, (0, None)), counts[1].get(topic, (0, None)), read[0], read[1])
        for topic in topics
    }
    shares = [share_difference(counts[1].get(t, (0,))[0], read[1], counts[0].get(t, (0,))[0], read[0]) for t in topics]
    for topic, is_found in zip(topics, discovery.survivors([one.p_value for one in shares]), strict=True):
        rows[topic] = _with_words(rows[topic], share_moved=is_found)
    return rows


def _read(window: Window) -> int:
    since, until = window
    return Enrichment.objects.filter(
        is_classified__isnull=False, feedback__occurred_at__gte=since, feedback__occurred_at__lt=until
    ).count()


def _mentions(window: Window) -> dict[str, tuple[int, float | None]]:
    """How many texts of the window are about each topic, and how sure the model is of those it found."""
    since, until = window
    rows: QuerySet[Any, Any] = (
        Mention.objects.filter(feedback__occurred_at__gte=since, feedback__occurred_at__lt=until)
        .values_list("topic__key")
        .annotate(n=Count("pk"), sure=Avg("confidence", filter=Q(tagged_by__startswith=BY_MODEL)))
        .order_by()
    )
    return {key: (n, sure) for key, n, sure in rows}


def _row(before: tuple[int, float | None], last: tuple[int, float | None], read: int, read_last: int) -> dict[str, Any]:
    return {
        "texts_before": before[0],
        "texts_last": last[0],
        "share_before": round(before[0] / read, 4),
        "share_last": round(last[0] / read_last, 4),
        "sure_before": _mean(before),
        "sure_last": _mean(last),
    }


def _mean(window: tuple[int, float | None]) -> float | None:
    n, sure = window
    return None if sure is None or n < FEWEST else round(sure, 4)


def _with_words(row: dict[str, Any], *, share_moved: bool) -> dict[str, Any]:
    was, now = row["sure_before"], row["sure_last"]
    fell = was is not None and now is not None and was - now > FELL
    told = []
    if share_moved:
        told.append("comes up more often" if row["share_last"] > row["share_before"] else "comes up less often")
    if fell:
        told.append("is found less surely: texts are becoming other than its examples")
    return {**row, "moved": bool(told), "words": " and ".join(told) or "as before"}
