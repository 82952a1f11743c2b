"""Learning from the company's own labels, in seconds: adopted only where it is better on the company's own gold set."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.contrib.auth.models import User
from django.db import connection, transaction

from insights.analysis.model_quality import judged_of, judged_topics_of, topics_truth, truth_of
from insights.analysis.quality_measures import Judged, class_f1, macro_f1
from insights.enrichment import effort, intent, own_heads, sentiment, topics
from insights.enrichment.heads import Head
from insights.enrichment.outdated import mark_outdated
from insights.enrichment.own_answers import Answers, known_of, own_answers
from insights.enrichment.own_heads import STEP_OF, OwnHead
from insights.enrichment.people import VALUES, YES
from insights.enrichment.stored_words import readings_of
from insights.enrichment.taxonomy import tree_from_json
from insights.enrichment.taxonomy_versions import NotNow, discard, draft, live, open_draft, start_tagging
from insights.enrichment.topic_teaching import teach
from insights.models import AdoptedHead, GoldText, Label, TaxonomyVersion

Task, State = Label.Task, AdoptedHead.State
FEWEST_GOLD: Final = 60  # texts of the gold set, below which nothing is adopted
FEWEST_LABELS: Final = 20  # texts to learn from
MOST_LOST: Final = 0.02  # of any class's F1
MOST_LABELS: Final = 20_000
REFITTED: Final = (*STEP_OF, Task.TOPIC)
_LOCK = 7_305_115  # one refit at a time


class CannotRefit(Exception):
    """Nothing was learned or withdrawn. The message says why."""


@transaction.atomic
def refit(task: str, *, by: User | None, now: datetime) -> AdoptedHead:
    """Learn one task anew from all labels that do not measure, and keep the result with both sets of figures.

    The same labels give the same result. A topic refit that is better becomes a draft of the taxonomy, which shows what
    would change before it goes live. Raises CannotRefit for a task that is not learned.
    """
    if task not in REFITTED:
        raise CannotRefit(f"'{task}' is read by rules, not learned. Learned are {', '.join(REFITTED)}.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    return _refit_topics(by, now) if task == Task.TOPIC else _refit_head(task, by, now)


@transaction.atomic
def withdraw(number: int) -> AdoptedHead:
    """Take an adopted head out of use; texts are read by ours again. Raises CannotRefit where it is not in use."""
    head = AdoptedHead.objects.select_for_update().filter(pk=number, state=State.ADOPTED).first()
    if head is None:
        raise CannotRefit("This one is not in use, so there is nothing to withdraw.")
    if head.task == Task.TOPIC:
        _discard_draft(head)
    head.state = State.WITHDRAWN
    head.save(update_fields=["state"])
    mark_outdated()
    return head


def taught_by(task: str) -> dict[UUID, tuple[str, str]]:
    """What people said of texts that may teach: by text the latest value, and the words' digest."""
    gold = GoldText.objects.values("pk")
    labels = Label.objects.filter(task=task).exclude(purpose=Label.Purpose.GOLD).exclude(feedback__in=gold)
    newest = labels.order_by("updated_at", "pk").values_list("feedback_id", "value", "words_digest")
    return {key: (value, digest) for key, value, digest in newest}


def _refit_head(task: str, by: User | None, now: datetime) -> AdoptedHead:
    shares, vectors, truth = _examples(task)
    result = AdoptedHead(task=task, state=State.KEPT_OUT, labels=len(truth), by=by, at=now)
    if len(truth) < FEWEST_LABELS or len(set(truth)) < 2:
        return _keep_out(
            result,
            f"{len(truth)} labelled texts with {len(set(truth))} different answers are too few to learn from: "
            f"it takes {FEWEST_LABELS} and two.",
        )
    new = own_heads.fit(shares, vectors, truth)
    result.weights, result.version = new.to_bytes(), new.version
    current = own_heads.adopted()
    keys = _gold_keys(task)
    before = _judged_by(current, task, keys)
    after = _judged_by({**current, task: new}, task, keys)
    if not _is_better(result, before, after, VALUES[task]):
        return result
    AdoptedHead.objects.filter(task=task, state=State.ADOPTED).update(state=State.REPLACED)
    result.state = State.ADOPTED
    result.save()
    mark_outdated()
    return result


def _refit_topics(by: User | None, now: datetime) -> AdoptedHead:
    """Learn the live tree anew; the better one becomes a draft that is re-tagged and put live by a person."""
    result = AdoptedHead(task=Task.TOPIC, state=State.KEPT_OUT, labels=len(taught_by(Task.TOPIC)), by=by, at=now)
    version = live()
    learned = None if version is None else teach(tree_from_json(version.tree))
    if version is None or learned is None or result.labels < FEWEST_LABELS:
        words = f"{result.labels} labelled texts are too few to learn from: it takes {FEWEST_LABELS}."
        return _keep_out(result, words if version else "There is no taxonomy yet.")
    if draft() is not None:
        return _keep_out(result, "A draft of the taxonomy is open. Put it live or discard it first.")
    keys = _gold_keys(Task.TOPIC)
    before = _topics_judged(own_answers(keys))
    with topics.judging_by("refit", learned[0]):
        after = _topics_judged(own_answers(keys))
    names = tuple(str(place) for place in range(before.truth.shape[1]))
    if not _is_better(result, before, after, names):
        return result
    try:
        opened = open_draft(now=now, by=by.pk if by else None, note=f"Learned from {result.labels} labelled texts.")
        start_tagging(opened.number, now=now)
    except NotNow as reason:
        return _keep_out(result, str(reason))
    AdoptedHead.objects.filter(task=Task.TOPIC, state=State.ADOPTED).update(state=State.REPLACED)
    result.state, result.weights, result.version = State.ADOPTED, b"", f"taxonomy-{opened.number}"
    result.reason += f" Version {opened.number} of the taxonomy is being re-tagged with it: look at what changes there."
    result.save()
    return result


def _examples(task: str) -> tuple[Any, Any, list[int]]:
    """(n, rows) of our head's probabilities, (n, 384) of vectors, and the class of each text, in a fixed order."""
    said = taught_by(task)
    newest = sorted(said, reverse=True)[:MOST_LABELS]
    readings = readings_of(newest)
    known = known_of(list(readings.values()))
    shares, vectors, truth = [], [], []
    for key in sorted(known):
        value, digest = said[key]
        finding, reading = known[key], readings[key]
        if digest in {"", reading.digest} and finding.vector is not None:
            shares.append(_head(task).probabilities(reading.text, finding))
            vectors.append(finding.vector.astype(np.float64))
            truth.append(int(value == YES) if STEP_OF[task] != sentiment.NAME else VALUES[task].index(value))
    return np.array(shares), np.array(vectors), truth


def _head(task: str) -> Head:
    if task == Task.SENTIMENT:
        return sentiment.head()
    return effort.head() if task == Task.EFFORT else intent.head(task)


def _gold_keys(task: str) -> list[UUID]:
    gold = Label.objects.filter(task=task, purpose=Label.Purpose.GOLD)
    return sorted(set(gold.values_list("feedback_id", flat=True)))


def _judged_by(heads: Mapping[str, OwnHead], task: str, keys: list[UUID]) -> Judged:
    with own_heads.judging_by(heads):
        answers = own_answers(keys)
    return judged_of(task, truth_of(task, answers), answers)


def _topics_judged(answers: Mapping[UUID, Answers]) -> Judged:
    truth = topics_truth(answers)
    return judged_topics_of(truth, answers, sorted(truth))


def _is_better(result: AdoptedHead, before: Judged, after: Judged, classes: tuple[str, ...]) -> bool:
    """Whether it may be adopted; what stands against it is written down with both sets of figures."""
    result.before, result.after = _figures(before), _figures(after)
    texts = len(before.truth)
    was, now = macro_f1(before), macro_f1(after)
    figures = f"Macro-F1 on {texts} texts of your gold set: {was:.3f} before, {now:.3f} after."
    if texts < FEWEST_GOLD:
        _keep_out(result, f"Your gold set has {texts} texts for this; it takes {FEWEST_GOLD} to decide.")
        return False
    lost = [
        name
        for name, one, other, occurs in zip(
            classes, class_f1(before), class_f1(after), before.truth.sum(axis=0), strict=True
        )
        if occurs and one - other > MOST_LOST
    ]
    if now <= was:
        _keep_out(result, f"No better. {figures}")
    elif lost:
        _keep_out(result, f"{figures} But {len(lost)} of {len(classes)} answers would lose more than two points.")
    else:
        result.reason = f"Better. {figures}"
        return True
    return False


def _figures(judged: Judged) -> dict[str, Any]:
    return {
        "texts": len(judged.truth),
        "macro_f1": round(macro_f1(judged), 4) if len(judged.truth) else None,
        "classes": [round(one, 4) for one in class_f1(judged)] if len(judged.truth) else [],
    }


def _keep_out(result: AdoptedHead, words: str) -> AdoptedHead:
    result.state, result.reason = State.KEPT_OUT, words
    result.save()
    return result


def _discard_draft(head: AdoptedHead) -> None:
    number = int(head.version.removeprefix("taxonomy-"))
    version = TaxonomyVersion.objects.filter(pk=number).first()
    try:
        if version is not None:
            discard(number)
    except NotNow:
        raise CannotRefit(
            f"Version {number} of the taxonomy is live already. Open a draft there to change it."
        ) from None
