"""The feedback rows a viewer may read, with all a reader of a row wants to know, in a fixed number of queries.

Here alone it is decided which words may be seen: none before the names are out of them (DESIGN 3).
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from insights.metrics.viewer import Viewer
from insights.models import Enrichment, Feedback, Mention

HIDDEN = "[Not yet read: hidden until names are removed]"
_NAMES = "names"  # the step that takes them out; its version stands among those of the reading once it has
# for whoever searches texts: filter by this first
WORDS_MAY_BE_SEEN = Q(enrichment__versions__has_key=_NAMES)

if TYPE_CHECKING:
    _Rows = QuerySet[Feedback]
else:
    _Rows = QuerySet


class ReadableFeedback(_Rows):
    """Feedback whose rows come without the words that may not be seen yet, on whatever way they are fetched.

    `values` and `values_list` go past it: whoever wants bare columns of text filters by WORDS_MAY_BE_SEEN.
    """

    def _fetch_all(self) -> None:
        super()._fetch_all()
        for row in self._result_cache or ():
            if isinstance(row, Feedback):
                veil(row)

    def iterator(self, chunk_size: int | None = None) -> Iterator[Feedback]:
        """Hand out the rows one by one, veiled as well."""
        for row in super().iterator(chunk_size):
            veil(row)
            yield row


def readable(viewer: Viewer) -> QuerySet[Feedback]:
    """Return the feedback within the viewer's limits; nothing at all for whoever may not read rows."""
    rows = ReadableFeedback(Feedback)
    if not viewer.may_read_rows:
        return rows.none()
    limits = {f"{dimension}__in": values for dimension, values in viewer.only.items()}
    mentions = Prefetch("mentions", Mention.objects.select_related("topic").order_by("topic__name"))
    return rows.filter(**limits).select_related("contact", "enrichment").prefetch_related("turns", "scores", mentions)


def facts_of(ids: Sequence[str], viewer: Viewer) -> list[Feedback]:
    """Return these rows in this order. One that was erased since the mart was built is left out."""
    keys = [UUID(key) for key in ids]
    found = readable(viewer).in_bulk(keys)
    return [found[key] for key in keys if key in found]


def said_alike(feedback: Feedback, viewer: Viewer) -> QuerySet[Feedback]:
    """Return the others, within the viewer's limits, that say nearly the same."""
    reading: Enrichment | None = getattr(feedback, "enrichment", None)
    first = reading.duplicate_of_id if reading is not None and reading.duplicate_of_id else feedback.pk
    group = Q(pk=first) | Q(enrichment__duplicate_of=first)
    return readable(viewer).filter(group).exclude(pk=feedback.pk).order_by("occurred_at", "pk")


def words_hidden(feedback: Feedback) -> bool:
    """Whether its words still hold the names, as far as is known: no reading, or one that did not come so far.

    A text that is read again with newer versions stays to be seen: its names are gone. One whose words changed has
    lost its versions. The title of a survey is the company's, so it hides nothing.
    """
    reading: Enrichment | None = getattr(feedback, "enrichment", None)
    return reading is None or _NAMES not in reading.versions


def veil(feedback: Feedback) -> None:
    """Put HIDDEN in place of the words of a row in memory that may not be seen yet. Never save such a row."""
    if not words_hidden(feedback):
        return
    if feedback.title and feedback.kind != Feedback.Kind.SURVEY:
        feedback.title = HIDDEN
    if feedback.text:
        feedback.text = HIDDEN
    for turn in feedback.turns.all():
        if turn.text:
            turn.text = HIDDEN
    if (reading := getattr(feedback, "enrichment", None)) is not None:
        reading.summary = ""  # of words read before names were looked for
