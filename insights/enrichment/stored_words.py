"""The customer's words as they are stored, made ready to be read."""

from collections.abc import Sequence
from uuid import UUID

from insights.enrichment.reading import Reading, Said, customer_words, reading_of
from insights.models import Feedback, Turn


def readings_of(keys: Sequence[UUID]) -> dict[UUID, Reading]:
    """Load the customer's words of each feedback, in two statements."""
    turns: dict[UUID, list[Said]] = {}
    for key, turn, speaker, text in (
        Turn.objects.filter(feedback__in=keys)
        .order_by("feedback_id", "position")
        .values_list("feedback_id", "pk", "speaker", "text")
    ):
        turns.setdefault(key, []).append(Said(text, speaker, turn))
    rows = Feedback.objects.filter(pk__in=keys).values_list("pk", "kind", "title", "text", "language")
    return {
        key: reading_of(
            key,
            customer_words(kind, title, text, [(said.speaker, said.text) for said in turns.get(key, ())]),
            language,
            kind,
            turns.get(key) or [Said(text)],
        )
        for key, kind, title, text, language in rows
    }
