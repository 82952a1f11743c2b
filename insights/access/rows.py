"""The feedback rows a viewer may read, with all a reader of a row wants to know, in a fixed number of queries."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from insights.metrics.viewer import Viewer
from insights.models import Feedback, Mention


def readable(viewer: Viewer) -> QuerySet[Feedback]:
    """Return the feedback within the viewer's limits; nothing at all for whoever may not read rows."""
    if not viewer.may_read_rows:
        return Feedback.objects.none()
    limits = {f"{dimension}__in": values for dimension, values in viewer.only.items()}
    mentions = Prefetch("mentions", Mention.objects.select_related("topic").order_by("topic__name"))
    return (
        Feedback.objects.filter(**limits)
        .select_related("contact", "enrichment")
        .prefetch_related("turns", "scores", mentions)
    )


def facts_of(ids: Sequence[str], viewer: Viewer) -> list[Feedback]:
    """Return these rows in this order. One that was erased since the mart was built is left out."""
    keys = [UUID(key) for key in ids]
    found = readable(viewer).in_bulk(keys)
    return [found[key] for key in keys if key in found]
