"""Writing down which topics a text mentions: the model's, unless a person said otherwise of these words."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from insights.enrichment.reading import Finding, Found, Reading
from insights.models import Label, Mention

BY_MODEL = "model:"
BY_PERSON = "person:"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person says of one topic in one text."""

    is_there: bool
    by: int | None
    turn: int | None
    start: int | None
    end: int | None


Verdicts = Mapping[UUID, Mapping[UUID, Verdict]]


def store_mentions(read: Mapping[UUID, tuple[Reading, Finding]], tagged_by: str) -> dict[UUID, bool | None]:
    """Replace the model's mentions of these texts; return for each whether it has a topic (null: nobody can tell).

    What people tagged stays, with their labels applied over the model's findings.
    """
    verdicts = verdicts_on({key: reading.digest for key, (reading, _) in read.items()})
    Mention.objects.filter(feedback__in=read, tagged_by__startswith=BY_MODEL).delete()
    kept = defaultdict(set)
    for feedback, topic in Mention.objects.filter(feedback__in=read).values_list("feedback_id", "topic_id"):
        kept[feedback].add(topic)
    rows, classified = [], {}
    for key, (_, finding) in read.items():
        settled = settle(key, finding.topics, verdicts.get(key, {}), tagged_by)
        rows += [mention for mention in settled if mention.topic_id not in kept[key]]
        says_no = {topic for topic, verdict in verdicts.get(key, {}).items() if not verdict.is_there}
        known = finding.topics is not None or key in verdicts or bool(kept[key])
        classified[key] = bool(settled or kept[key] - says_no) if known else None
    Mention.objects.bulk_create(rows)
    return classified


def settle(
    feedback: UUID, found: tuple[Found, ...] | None, verdicts: Mapping[UUID, Verdict], tagged_by: str
) -> list[Mention]:
    """The mentions of one text: the model's that nobody denied, and what people said is there."""
    by_topic = {one.topic: one for one in found or ()}
    mentions = [
        Mention(
            feedback_id=feedback,
            topic_id=one.topic,
            sentiment=one.sentiment,
            confidence=one.confidence,
            tagged_by=f"{BY_MODEL}{tagged_by}",
            **({} if one.span is None else {"turn_id": one.span.turn, "start": one.span.start, "end": one.span.end}),
        )
        for one in by_topic.values()
        if one.topic not in verdicts
    ]
    for topic, verdict in verdicts.items():
        if verdict.is_there:
            mentions.append(_by_person(feedback, topic, verdict, by_topic.get(topic)))
    return mentions


def _by_person(feedback: UUID, topic: UUID, verdict: Verdict, found: Found | None) -> Mention:
    """A person's mention: their span if they marked one, else the model's; the model's sentiment of it."""
    span = found.span if found is not None else None
    turn, start, end = (verdict.turn, verdict.start, verdict.end)
    if start is None and span is not None:
        turn, start, end = span.turn, span.start, span.end
    return Mention(
        feedback_id=feedback,
        topic_id=topic,
        sentiment=None if found is None else found.sentiment,
        confidence=1.0,
        tagged_by=f"{BY_PERSON}{verdict.by or ''}",
        turn_id=turn,
        start=start,
        end=end,
    )


def verdicts_on(digests: Mapping[UUID, str]) -> dict[UUID, dict[UUID, Verdict]]:
    """What people say of these texts. The later one counts; words that have changed since are another text."""
    found: dict[UUID, dict[UUID, Verdict]] = defaultdict(dict)
    labels = Label.objects.filter(task=Label.Task.TOPIC, feedback__in=digests, topic__is_active=True)
    for label in labels.order_by("updated_at", "pk"):
        if label.words_digest in {"", digests[label.feedback_id]} and label.topic_id is not None:
            found[label.feedback_id][label.topic_id] = Verdict(
                label.value == "YES", label.by_id, label.turn_id, label.start, label.end
            )
    return dict(found)
