"""The Labelling page: one text, one question, its possible answers; and what a record can be corrected to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from insights.access.rows import WORDS_MAY_BE_SEEN, readable
from insights.dashboards.names import moment
from insights.enrichment.gold import USEFUL, GoldProgress, progress_of
from insights.enrichment.label_queue import MODES, Question
from insights.enrichment.labelling import digest_of, judged_topics
from insights.enrichment.people import NO, VALUES, YES
from insights.metrics.viewer import Viewer
from insights.models import Feedback, Label, Topic, Turn

Task = Label.Task
_NAMES: Final = {
    **{"NEGATIVE": "Negative", "NEUTRAL": "Neutral or mixed", "POSITIVE": "Positive"},
    **{"SOLVED": "Solved", "UNSOLVED": "Not solved", "UNCLEAR": "Cannot be told", YES: "Yes", NO: "No"},
}
ASKED: Final = {
    Task.SENTIMENT: "How does the customer feel?",
    Task.OUTCOME: "Was it solved, as the customer tells it?",
    Task.COMPLAINT: "Does the customer complain?",
    Task.CHURN_RISK: "Might the customer leave?",
    Task.IDEA: "Does the customer suggest something?",
    Task.EFFORT: "Was it hard work for the customer?",
    Task.TOPIC: "What is it about?",
}
_SHORT: Final = {
    Task.SENTIMENT: ("Mood", "m"),
    Task.OUTCOME: ("Solved?", "o"),
    Task.COMPLAINT: ("Complaint", "c"),
    Task.CHURN_RISK: ("May leave", "r"),
    Task.IDEA: ("Idea", "i"),
    Task.EFFORT: ("Hard work", "e"),
}
_MODE_NAMES: Final = {"UNSURE": "Teach: where it is least sure", "GOLD": "Measure: at random, blind"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing that can be chosen, with its key."""

    value: str
    label: str
    key: str = ""
    is_set: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Topics below one area."""

    label: str
    topics: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One text with its question."""

    key: str
    digest: str
    purpose: str
    topic: str
    question: str
    where: str
    title: str
    text: str
    turns: tuple[tuple[str, bool, str], ...]  # speaker, is it the customer, words
    answers: tuple[Choice, ...]
    areas: tuple[Area, ...]  # instead of answers, where all topics are judged at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelling:
    """The whole page."""

    headline: str
    task: str
    mode: str
    tasks: tuple[Choice, ...]
    modes: tuple[Choice, ...]
    asked: Asked | None
    progress: GoldProgress
    percent: int
    last: str  # what was kept last and can be undone


@dataclass(frozen=True, slots=True, kw_only=True)
class Correctable:
    """What one record may be corrected in."""

    key: str
    digest: str
    groups: tuple[tuple[str, str, str, tuple[Choice, ...]], ...]  # task, name, key, answers
    mentioned: tuple[Choice, ...]
    topics: tuple[Choice, ...]


def labelling(task: str, mode: str, question: Question | None, feedback: Feedback | None, last: str) -> Labelling:
    """Return the page for a task and a mode."""
    told = progress_of(task)
    return Labelling(
        headline=_headline(told),
        task=task,
        mode=mode,
        tasks=tuple(Choice(value=one, label=Task(one).label, is_set=one == task) for one in ASKED),
        modes=tuple(Choice(value=one, label=_MODE_NAMES[one], is_set=one == mode) for one in MODES),
        asked=None if question is None or feedback is None else _asked(question, feedback),
        progress=told,
        percent=min(100, round(100 * told.answered / max(min(USEFUL, told.drawn), 1))),
        last=last,
    )


def corrections(key: UUID, viewer: Viewer) -> Correctable | None:
    """Return what one record may be corrected in, each task under its key; None while its words may not be seen."""
    feedback = readable(viewer).filter(WORDS_MAY_BE_SEEN, pk=key).first()
    if feedback is None:
        return None
    mentions = [mention.topic for mention in feedback.mentions.all()]
    known = {topic.pk for topic in mentions}
    return Correctable(
        key=str(feedback.pk),
        digest=digest_of(feedback),
        groups=tuple((task, name, key, _answers(task)) for task, (name, key) in _SHORT.items()),
        mentioned=tuple(_of(topic, number) for number, topic in enumerate(mentions, start=1)),
        topics=tuple(_of(topic) for topic in judged_topics() if topic.pk not in known),
    )


def answer_name(task: str, value: str) -> str:
    """Return an answer in words."""
    name = _SHORT[Task(task)][0] if task != Task.TOPIC else "Topic"
    return f"{name}: {_NAMES[value].lower()}"


def _headline(told: GoldProgress) -> str:
    if told.left:
        return f"{told.left} more texts of the gold set, and quality can be told."
    if not told.drawn:
        return "The gold set is drawn tonight, or by 'manage.py quality measure'."
    return f"{told.answered} texts of the gold set are judged: enough to tell how good the reading is."


def _asked(question: Question, feedback: Feedback) -> Asked:
    topic = Topic.objects.filter(pk=question.topic).first() if question.topic else None
    is_whole = question.task == Task.TOPIC and topic is None
    words = ASKED[Task(question.task)] if topic is None else f"Is it about “{topic.name}”?"
    return Asked(
        key=str(feedback.pk),
        digest=question.digest,
        purpose=question.purpose,
        topic=topic.key if topic else "",
        question=f"{words} Choose all that fit, or none." if is_whole else words,
        where=f"{feedback.get_kind_display()}, {feedback.get_channel_display()}, {moment(feedback.occurred_at)}",
        title=feedback.title,
        text=feedback.text,
        turns=tuple(
            (turn.get_speaker_display(), turn.speaker == Turn.Speaker.CUSTOMER, turn.text)
            for turn in feedback.turns.all()
        ),
        answers=() if is_whole else _answers(question.task),
        areas=_areas(judged_topics()) if is_whole else (),
    )


def _answers(task: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(value=value, label=_NAMES[value], key=str(number)) for number, value in enumerate(VALUES[task], start=1)
    )


def _areas(topics: Sequence[Topic]) -> tuple[Area, ...]:
    """Topics by the topic above them."""
    names = dict(Topic.objects.values_list("pk", "name"))
    by_area: dict[str, list[Choice]] = {}
    for topic in topics:
        above = names.get(topic.parent_id, "Others") if topic.parent_id else "Others"
        by_area.setdefault(above, []).append(_of(topic))
    return tuple(Area(label=label, topics=tuple(found)) for label, found in sorted(by_area.items()))


def _of(topic: Topic, number: int = 0) -> Choice:
    return Choice(value=topic.key, label=topic.name, key=str(number) if 0 < number < 10 else "")
