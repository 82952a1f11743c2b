"""What people said of texts, laid over what was read: at once, and after every re-run. The latest word counts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from insights.models import Enrichment, Label

Task = Label.Task
YES, NO = "YES", "NO"
VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    Task.TOPIC: (YES, NO),
    Task.SENTIMENT: ("NEGATIVE", "NEUTRAL", "POSITIVE"),
    Task.OUTCOME: ("SOLVED", "UNSOLVED", "UNCLEAR"),
    Task.COMPLAINT: (YES, NO),
    Task.CHURN_RISK: (YES, NO),
    Task.IDEA: (YES, NO),
    Task.EFFORT: (YES, NO),
}
INTENTS: Final = (Task.COMPLAINT, Task.CHURN_RISK, Task.IDEA)
FIELDS: Final = (  # columns of a reading that people's words may change
    *("sentiment", "sentiment_label", "sentiment_confidence", "outcome", "outcome_confidence"),
    *("effort", "is_high_effort", "intents"),
)
_MOOD: Final = {"NEGATIVE": -1.0, "NEUTRAL": 0.0, "POSITIVE": 1.0}


def let_people_win(rows: Sequence[Enrichment], digests: Mapping[UUID, str]) -> None:
    """Write people's answers into these readings, in memory. Of words that have changed since nobody has said a thing.

    Topics are not among them: they are mentions, and settled where those are stored.
    """
    by_key = {row.feedback_id: row for row in rows}
    for feedback, said in _said(digests).items():
        for label in said.values():
            _write(by_key[feedback], label)


def _said(digests: Mapping[UUID, str]) -> dict[UUID, dict[str, Label]]:
    found: dict[UUID, dict[str, Label]] = defaultdict(dict)
    labels = Label.objects.filter(feedback__in=list(digests)).exclude(task=Task.TOPIC)
    for label in labels.order_by("updated_at", "pk"):
        if label.words_digest in {"", digests[label.feedback_id]}:
            found[label.feedback_id][label.task] = label
    return found


def _write(row: Enrichment, label: Label) -> None:
    if label.task == Task.SENTIMENT:
        row.sentiment, row.sentiment_label, row.sentiment_confidence = _MOOD[label.value], label.value, 1.0
    elif label.task == Task.OUTCOME:
        row.outcome, row.outcome_confidence = label.value, 1.0
    elif label.task == Task.EFFORT:
        row.effort, row.is_high_effort = float(label.value == YES), label.value == YES
    else:
        row.intents = _with_intent(row.intents, label)


def _with_intent(intents: dict[str, Any] | None, label: Label) -> dict[str, Any] | None:
    """A yes keeps the model's span unless a person marked one; a no where nothing was read leaves nothing read."""
    others = {name: told for name, told in (intents or {}).items() if name != label.task}
    if label.value == NO:
        return None if intents is None else others
    told = {**(intents or {}).get(label.task, {}), "confidence": 1.0}
    if label.start is not None:
        told |= {"turn": label.turn_id, "start": label.start, "end": label.end}
    return dict(sorted({**others, label.task: told}.items()))


def read_of(row: Enrichment, task: str) -> str:
    """Return what a reading says to a task, as a label would; blank where it says nothing. Not for topics."""
    if task == Task.SENTIMENT:
        return row.sentiment_label
    if task == Task.OUTCOME:
        return row.outcome
    if task == Task.EFFORT:
        return "" if row.is_high_effort is None else YES if row.is_high_effort else NO
    if row.intents is None:
        return ""
    return YES if task in row.intents else NO
