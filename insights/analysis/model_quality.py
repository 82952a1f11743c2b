"""How good the reading is, on the company's own gold set: people's agreement first, then ours with what people said."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np

from insights.analysis.coder_agreement import agreement
from insights.analysis.drift import drift
from insights.analysis.quality_measures import Judged, calibration, macro_and_micro, per_class, share
from insights.enrichment.gold import progress_of
from insights.enrichment.own_answers import Answer, Answers, own_answers
from insights.enrichment.own_heads import judging_by_adopted
from insights.enrichment.people import VALUES, YES
from insights.enrichment.steps import versions
from insights.models import Feedback, GoldText, Label, QualityRun, Topic

Task = Label.Task
SINGLE: Final = tuple(task for task in VALUES if task != Task.TOPIC)
KEPT_RUNS = 400  # a year of nights, and some by hand


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of one text of the gold set for one task (and topic), each once."""

    by: dict[int, str] = field(default_factory=dict)
    first: str = ""  # what measures: the first person's answer, who like the second was chosen by chance


Truth = Mapping[UUID, Said]


def measure(now: datetime) -> QualityRun:
    """Measure, keep and return it. Nothing of the readings is changed."""
    with judging_by_adopted():
        run = QualityRun.objects.create(at=now, versions=versions(), figures=figures(), drift=drift(now))
    old = QualityRun.objects.order_by("-at").values_list("pk", flat=True)[KEPT_RUNS:]
    QualityRun.objects.filter(pk__in=list(old)).delete()
    return run


def latest() -> QualityRun | None:
    """The last measurement, if there was one."""
    return QualityRun.objects.order_by("-at").first()


def figures() -> dict[str, Any]:
    """Return all figures of the gold set, by what reads now, as they are kept."""
    answers = own_answers(list(Label.objects.filter(purpose=Label.Purpose.GOLD).values_list("feedback", flat=True)))
    single = {task: truth_of(task, answers) for task in SINGLE}
    topics = topics_truth(answers)
    names = dict(Topic.objects.filter(pk__in=list(topics)).values_list("pk", "key"))
    return {
        "gold": {"texts": GoldText.objects.count(), "tasks": [_progress(task) for task in VALUES]},
        "agreement": [
            *(_agreed(task, None, truth) for task, truth in single.items() if truth),
            *(_agreed(Task.TOPIC, names[topic], topics[topic]) for topic in sorted(topics, key=lambda key: names[key])),
        ],
        "tasks": [
            *(_measured(task, truth, answers) for task, truth in single.items() if truth),
            *([_measured_topics(topics, names, answers)] if topics else []),
        ],
        "sides": _topics_by_kind(topics, names, answers),
    }


def truth_of(task: str, answers: Mapping[UUID, Answers]) -> dict[UUID, Said]:
    """What the gold set says to a task, of the words that the texts have now."""
    return _gathered(_gold(answers).filter(task=task), answers)


def topics_truth(answers: Mapping[UUID, Answers]) -> dict[UUID, dict[UUID, Said]]:
    """What the gold set says of each topic."""
    found: dict[UUID, list[Label]] = defaultdict(list)
    for label in _gold(answers).filter(task=Task.TOPIC, topic__is_active=True):
        if label.topic_id is not None:
            found[label.topic_id].append(label)
    gathered = {topic: _gathered(labels, answers) for topic, labels in found.items()}
    return {topic: truth for topic, truth in gathered.items() if truth}


def _gold(answers: Mapping[UUID, Answers]) -> Any:
    gold = Label.objects.filter(purpose=Label.Purpose.GOLD, feedback__in=list(answers))
    return gold.order_by("created_at", "pk")


def _gathered(labels: Iterable[Label], answers: Mapping[UUID, Answers]) -> dict[UUID, Said]:
    """By text; an answer to other words than the text has now is left out, and so is one whose person is gone."""
    by: dict[UUID, dict[int, str]] = defaultdict(dict)
    for label in labels:
        if label.by_id is not None and label.words_digest in {"", answers[label.feedback_id].digest}:
            by[label.feedback_id].setdefault(label.by_id, label.value)
    return {key: Said(people, next(iter(people.values()))) for key, people in by.items()}


def judged_of(task: str, truth: Truth, answers: Mapping[UUID, Answers]) -> Judged:
    """The answers to one task as a table: one class each."""
    classes = VALUES[task]
    order = sorted(truth)
    told = [answers[key].told.get(task) for key in order]
    shape = (len(order), len(classes))
    is_so = [truth[key].first == name for key in order for name in classes]
    is_said = [one is not None and one.value == name for one in told for name in classes]
    return Judged(
        truth=np.array(is_so, dtype=bool).reshape(shape),
        said=np.array(is_said, dtype=bool).reshape(shape),
        known=np.ones(shape, dtype=bool),
    )


def judged_topics_of(topics: Mapping[UUID, Truth], answers: Mapping[UUID, Answers], order: Sequence[UUID]) -> Judged:
    """The topics as a table; a topic nobody judged in a text is not known there."""
    keys = sorted({key for truth in topics.values() for key in truth})
    shape = (len(keys), len(order))
    truth, said, known = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for row, key in enumerate(keys):
        for column, topic in enumerate(order):
            one = topics[topic].get(key)
            known[row, column] = one is not None
            truth[row, column] = one is not None and one.first == YES
            said[row, column] = topic in (answers[key].topics or {})
    return Judged(truth, said, known)


def _progress(task: str) -> dict[str, Any]:
    told = progress_of(task)
    return {**asdict(told), "left": told.left}


def _agreed(task: str, topic: str | None, truth: Truth) -> dict[str, Any]:
    return {"task": task, "topic": topic, **asdict(agreement([said.by for said in truth.values()]))}


def _measured(task: str, truth: Truth, answers: Mapping[UUID, Answers]) -> dict[str, Any]:
    judged = judged_of(task, truth, answers)
    told: list[tuple[Answer, bool]] = [
        (answer, answer.value == said.first)
        for key, said in sorted(truth.items())
        if (answer := answers[key].told.get(task)) is not None
    ]
    macro, micro = macro_and_micro(judged)
    return {
        "task": task,
        "n": len(truth),
        "coverage": share(len(told), len(truth)).as_json(),
        "accuracy": share(sum(right for _, right in told), len(told)).as_json(),
        "macro_f1": macro.as_json(),
        "micro_f1": micro.as_json(),
        "classes": per_class(judged, VALUES[task]),
        "calibration": calibration([answer.confidence for answer, _ in told], [right for _, right in told]),
    }


def _measured_topics(
    topics: Mapping[UUID, Truth], names: Mapping[UUID, str], answers: Mapping[UUID, Answers]
) -> dict[str, Any]:
    """Topics: coverage is the share of texts with one, accuracy the share of the shown that is right."""
    order = sorted(topics, key=lambda topic: names[topic])
    judged = judged_topics_of(topics, answers, order)
    shown = [
        (answers[key].topics or {})[topic]
        for topic in order
        for key in sorted(topics[topic])
        if topic in (answers[key].topics or {})
    ]
    right = [
        topics[topic][key].first == YES
        for topic in order
        for key in sorted(topics[topic])
        if topic in (answers[key].topics or {})
    ]
    texts = {key for truth in topics.values() for key in truth}
    macro, micro = macro_and_micro(judged)
    return {
        "task": Task.TOPIC.value,
        "n": len(texts),
        "coverage": share(sum(bool(answers[key].topics) for key in texts), len(texts)).as_json(),
        "accuracy": share(sum(right), len(right)).as_json(),
        "macro_f1": macro.as_json(),
        "micro_f1": micro.as_json(),
        "classes": per_class(judged, [names[topic] for topic in order]),
        "calibration": calibration(shown, right),
    }


def _topics_by_kind(
    topics: Mapping[UUID, Truth], names: Mapping[UUID, str], answers: Mapping[UUID, Answers]
) -> dict[str, list[dict[str, Any]]]:
    """Each topic's precision and recall in surveys and in contacts apart: what one side's silence is worth."""
    keys = {key for truth in topics.values() for key in truth}
    kinds = dict(Feedback.objects.filter(pk__in=keys).values_list("pk", "kind"))
    told = {}
    for kind in (Feedback.Kind.SURVEY, Feedback.Kind.CONTACT):
        own = {topic: {key: one for key, one in truth.items() if kinds[key] == kind} for topic, truth in topics.items()}
        order = sorted((topic for topic in own if own[topic]), key=lambda topic: names[topic])
        judged = judged_topics_of(own, answers, order)
        told[kind.value] = per_class(judged, [names[topic] for topic in order]) if order else []
    return told
