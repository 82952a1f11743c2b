"""What a person does about the reading of a text: say what is right, and take it back. Each is whole or not at all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from insights.enrichment import names
from insights.enrichment.mentions import BY_MODEL, BY_PERSON
from insights.enrichment.people import FIELDS, NO, VALUES, YES, let_people_win, read_of
from insights.enrichment.reading import Span
from insights.enrichment.stored_words import readings_of
from insights.enrichment.topics import keep_live_version
from insights.models import DirtyDay, Enrichment, Feedback, GoldText, Label, Mention, Topic, Turn

RIGHT = "insights.add_label"
Task, Purpose = Label.Task, Label.Purpose


class NotLabelled(Exception):
    """Nothing was kept. The message says why and what to do; `about` names the part of the answer that is wrong."""

    def __init__(self, about: str, message: str) -> None:
        super().__init__(message)
        self.about = about


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The text as the person saw it, and as it was chosen for them."""

    feedback: Feedback  # one that this person may read: whoever calls has looked
    digest: str = ""  # of the words shown; blank: not told
    purpose: str = Purpose.CORRECTION


_NOWHERE = {"turn_id": None, "start": None, "end": None}


def _refuse_misfit(task: str, value: str, topic: Topic | None) -> None:
    """Raise NotLabelled where the parts of an answer do not belong together."""
    if value not in VALUES.get(task, ()):
        allowed = ", ".join(VALUES.get(task, VALUES))
        raise NotLabelled("value" if task in VALUES else "task", f"That can be {allowed}.")
    if (topic is not None) != (task == Task.TOPIC):
        raise NotLabelled("topic", "Name the topic that is judged, for the task TOPIC and only there.")


@transaction.atomic
def say(
    *,
    shown: Shown,
    task: str,
    value: str,
    by: User,
    now: datetime,
    topic: Topic | None = None,
    span: Span | None = None,
) -> Label:
    """Keep one answer of one person, and let it win over what was read, at once. A second answer replaces the first.

    An answer that was part of the gold set stays part of it. Raises NotLabelled.
    """
    _refuse_misfit(task, value, topic)
    reading, digest = _claim(shown, by)
    _refuse_gone([] if topic is None else [topic])
    _check_span(shown.feedback, span)
    of: dict[str, Any] = {"feedback": shown.feedback, "task": task, "topic": topic, "by": by}
    was_gold = Label.objects.filter(**of, purpose=Purpose.GOLD).exists()
    told = {
        "value": value,
        "purpose": Purpose.GOLD if was_gold else shown.purpose,
        "seen_before": _seen_before(reading, task, topic),
        "words_digest": digest,
        **(_NOWHERE if span is None else {"turn_id": span.turn, "start": span.start, "end": span.end}),
    }
    label, _ = Label.objects.update_or_create(**of, defaults=told)
    if topic is None:
        let_people_win([reading], {reading.feedback_id: digest})
        reading.save(update_fields=FIELDS)
    else:
        _mention(reading, topic, label)
        _reclassify(reading)
    _mark(shown.feedback, now)
    return label


@transaction.atomic
def say_topics(*, shown: Shown, topics: Collection[Topic], by: User, now: datetime) -> list[Label]:
    """Keep one person's whole answer: the text is about these topics and no others. Raises NotLabelled."""
    reading, digest = _claim(shown, by)
    _refuse_gone(topics)
    said_yes = {topic.pk for topic in topics}
    asked = [*topics, *(topic for topic in judged_topics() if topic.pk not in said_yes)]
    gold = set(
        Label.objects.filter(
            feedback=shown.feedback, task=Task.TOPIC, by=by, purpose=Purpose.GOLD
        ).values_list("topic_id", flat=True)
    )  # fmt: skip
    labels = [
        Label(
            feedback=shown.feedback,
            task=Task.TOPIC,
            topic=topic,
            by=by,
            value=YES if topic.pk in said_yes else NO,
            purpose=Purpose.GOLD if topic.pk in gold else shown.purpose,
            seen_before=_seen_before(reading, Task.TOPIC, topic),
            words_digest=digest,
            updated_at=now,
        )
        for topic in asked
    ]
    Label.objects.bulk_create(
        labels,
        update_conflicts=True,
        unique_fields=["feedback", "task", "topic", "by"],
        update_fields=["value", "purpose", "seen_before", "words_digest", "updated_at"],
    )
    for label, topic in zip(labels, asked, strict=True):
        _mention(reading, topic, label)
    _reclassify(reading)
    _mark(shown.feedback, now)
    kept = Label.objects.filter(feedback=shown.feedback, task=Task.TOPIC, by=by, topic__in=asked)
    return list(kept.select_related("topic").order_by("topic__name"))


@transaction.atomic
def take_back(*, label: Label, by: User) -> None:
    """Forget one's own answer; the text is read again, from its stored vectors, as if it had not been given.

    Raises NotLabelled for the answer of another: whoever disagrees says so with an answer of their own.
    """
    if not by.has_perm(RIGHT):
        raise NotLabelled("by", "Your role does not judge texts. Ask an administrator for one that does.")
    if label.by_id != by.pk:
        raise NotLabelled("by", "Only who gave an answer can take it back. Give your own instead: the latest counts.")
    keep_live_version()
    reading = Enrichment.objects.select_for_update().get(pk=label.feedback_id)
    if label.topic_id is not None:
        own = Mention.objects.filter(feedback=label.feedback_id, topic=label.topic_id, tagged_by__startswith=BY_PERSON)
        own.delete()
    label.delete()
    reading.state, reading.attempts, reading.not_before, reading.error = Enrichment.State.PENDING, 0, None, ""
    reading.save(update_fields=["state", "attempts", "not_before", "error"])


def judged_topics() -> list[Topic]:
    """Return the topics that a whole answer judges: the used ones that have none below them."""
    above = Topic.objects.filter(is_active=True, parent__isnull=False).values("parent")
    return list(Topic.objects.filter(is_active=True).exclude(pk__in=above).order_by("name"))


def digest_of(feedback: Feedback) -> str:
    """Tell which words are to be judged, so that an answer to other words is noticed."""
    return readings_of([feedback.pk])[feedback.pk].digest


def _claim(shown: Shown, by: User) -> tuple[Enrichment, str]:
    """Hold the text, so that no batch reads it meanwhile, and see that it may be judged. The digest is of its words."""
    if not by.has_perm(RIGHT):
        raise NotLabelled("by", "Your role does not judge texts. Ask an administrator for one that does.")
    keep_live_version()
    reading = Enrichment.objects.select_for_update().filter(pk=shown.feedback.pk).first()
    if reading is None or names.NAME not in reading.versions:
        raise NotLabelled("feedback", "This text cannot be seen yet: names are still being taken out. Try again soon.")
    digest = digest_of(shown.feedback)
    if shown.digest not in {"", digest}:
        raise NotLabelled("words_digest", "The text has changed since you saw it. Look at it again, then answer.")
    _check_purpose(shown)
    return reading, digest


def _check_purpose(shown: Shown) -> None:
    if shown.purpose == Purpose.CORRECTION:
        return
    is_gold = GoldText.objects.filter(pk=shown.feedback.pk).exists()
    if is_gold != (shown.purpose == Purpose.GOLD):
        rule = "is part of the gold set and must not teach" if is_gold else "was not drawn for the gold set"
        raise NotLabelled("purpose", f"This text {rule}. Take texts from the queue of that purpose.")


def _refuse_gone(topics: Collection[Topic]) -> None:
    for topic in topics:
        if not Topic.objects.filter(pk=topic.pk, is_active=True).exists():
            raise NotLabelled("topic", f"The topic '{topic.key}' is retired and takes no labels. Choose another.")


def _check_span(feedback: Feedback, span: Span | None) -> None:
    """The words that carry it must be the customer's, and must be there."""
    if span is None:
        return
    text = feedback.text
    if span.turn is not None:
        turn = Turn.objects.filter(pk=span.turn, feedback=feedback, speaker=Turn.Speaker.CUSTOMER).first()
        if turn is None:
            raise NotLabelled("turn", "That turn is not the customer's, or not of this text.")
        text = turn.text
    if not 0 <= span.start < span.end <= len(text):
        raise NotLabelled("start", f"Mark characters from 0 to {len(text)}, the end after the start.")


def _seen_before(reading: Enrichment, task: str, topic: Topic | None) -> str:
    """What the model said: as the first who judged saw it, since what is shown after is that person's answer."""
    first = Label.objects.filter(feedback=reading.feedback_id, task=task, topic=topic).order_by("created_at").first()
    if first is not None:
        return first.seen_before
    if topic is None:
        return read_of(reading, task)
    if Mention.objects.filter(feedback=reading.feedback_id, topic=topic, tagged_by__startswith=BY_MODEL).exists():
        return YES
    return "" if reading.is_classified is None else NO


def _mention(reading: Enrichment, topic: Topic, label: Label) -> None:
    """Write the topic down or strike it out; a span that the model found stays where the person marked none."""
    old = Mention.objects.filter(feedback=reading.feedback_id, topic=topic).first()
    if label.value == NO:
        if old is not None:
            old.delete()
        return
    new = old or Mention(feedback_id=reading.feedback_id, topic=topic)
    new.confidence, new.tagged_by = 1.0, f"{BY_PERSON}{label.by_id}"
    if label.start is not None:
        new.turn_id, new.start, new.end = label.turn_id, label.start, label.end
    new.save()


def _reclassify(reading: Enrichment) -> None:
    reading.is_classified = Mention.objects.filter(feedback=reading.feedback_id).exists()
    reading.save(update_fields=["is_classified"])


def _mark(feedback: Feedback, now: datetime) -> None:
    zone = ZoneInfo(settings.REPORTING_TIME_ZONE)
    DirtyDay.objects.mark({feedback.occurred_at.astimezone(zone).date()}, now)
