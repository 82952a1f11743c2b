"""The customer's words as they are stored, made ready to be read."""

from collections.abc import Sequence
from uuid import UUID

from insights.enrichment.reading import Reading, Said, customer_words, reading_of
from insights.models import Feedback, Turn


def reading_of_stored(feedback: Feedback, turns: Sequence[Turn]) -> Reading:
    """Take the customer's words out of a feedback and its turns, in order; the one way, for whoever reads them."""
    said = [Said(turn.text, turn.speaker, turn.pk) for turn in turns]
    return reading_of(
        feedback.pk,
        customer_words(feedback.kind, feedback.title, feedback.text, [(one.speaker, one.text) for one in said]),
        feedback.language,
        feedback.kind,
        said or [Said(feedback.text)],
    )


def readings_of(keys: Sequence[UUID]) -> dict[UUID, Reading]:
    """Load the customer's words of each feedback, in two statements."""
    turns: dict[UUID, list[Turn]] = {}
    said = Turn.objects.filter(feedback__in=keys).only("feedback_id", "speaker", "text")
    for turn in said.order_by("feedback_id", "position"):
        turns.setdefault(turn.feedback_id, []).append(turn)
    rows = Feedback.objects.filter(pk__in=keys).only("pk", "kind", "title", "text", "language")
    return {feedback.pk: reading_of_stored(feedback, turns.get(feedback.pk, ())) for feedback in rows}
