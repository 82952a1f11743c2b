"""Who is asked what: the least certain and most different first; the gold set at random, blind, a fifth of it twice."""

from collections import Counter

import numpy as np
import pytest
from django.contrib.auth.models import Permission, User
from sklearn.cluster import KMeans

from insights.access.rows import WORDS_MAY_BE_SEEN, readable
from insights.enrichment import gold
from insights.enrichment.label_queue import RANDOM_SHARE, k_means, questions
from insights.enrichment.labelling import Shown, say
from insights.enrichment.pipeline import enrich_batch
from insights.enrichment.taxonomy import Node
from insights.enrichment.taxonomy_versions import load_first
from insights.metrics.viewer import Viewer
from insights.models import Enrichment, Feedback, GoldText, Label, Topic

CLEAR = ("I love it, absolutely wonderful service", "Terrible, awful, the worst company, I hate it")
TEXTS = (
    *("The invoice has three pages", "The router is in the hall", "I called on Monday about the contract"),
    *("Delivery came at noon", "The shop is next to the station", "They asked for my number"),
)


@pytest.fixture
def people(db):
    right = Permission.objects.get(codename="add_label")
    for name in ("kim", "lee", "max"):
        User.objects.create_user(name).user_permissions.add(right)
    return list(User.objects.order_by("username"))


@pytest.fixture
def rows(db, tell, now):
    for number in range(6):
        for text in (*CLEAR, *TEXTS):
            tell(f"{text} {('', 'today', 'again', 'as ever', 'last week', 'at last')[number]}")
    while enrich_batch(now):
        pass
    Enrichment.objects.update(duplicate_of=None)
    return readable(Viewer(may_read_rows=True)).filter(WORDS_MAY_BE_SEEN)


def judge(question, by, value, now):
    shown = Shown(feedback=Feedback.objects.get(pk=question.feedback), digest=question.digest, purpose=question.purpose)
    return say(shown=shown, task=question.task, value=value, by=by, now=now)


def test_the_least_certain_come_first_with_a_tenth_at_random(rows, people):
    asked = questions(rows, task="SENTIMENT", mode="UNSURE", by=people[0].pk, limit=10)
    assert len(asked) == 10
    assert asked == questions(rows, task="SENTIMENT", mode="UNSURE", by=people[0].pk, limit=10)
    sure = [question.certainty for question in asked if question.certainty is not None]
    assert sure == sorted(sure)
    assert asked.count(asked[-1]) == 1
    assert len(asked) - len(sure) == 10 * RANDOM_SHARE
    of_all = Enrichment.objects.values_list("sentiment_confidence", flat=True)
    assert np.mean(sure) < np.mean([one for one in of_all if one is not None])
    assert {question.purpose for question in asked} == {"QUEUE"}


@pytest.mark.parametrize("task", ["OUTCOME", "EFFORT", "COMPLAINT", "CHURN_RISK", "IDEA"])
def test_every_task_has_a_queue(rows, people, task):
    asked = questions(rows, task=task, mode="UNSURE", by=people[0].pk, limit=4)
    assert len(asked) == 4
    assert len({question.feedback for question in asked}) == 4


def test_topics_are_asked_where_the_model_wavers(rows, people, now):
    load_first((Node("bills", "Bills", examples=TEXTS[:1] * 3), Node("net", "Net", examples=TEXTS[1:2] * 3)), now=now)
    while enrich_batch(now):
        pass
    Enrichment.objects.update(duplicate_of=None)
    asked = questions(rows, task="TOPIC", mode="UNSURE", by=people[0].pk, limit=5)
    assert {question.topic for question in asked} <= set(Topic.objects.values_list("pk", flat=True))
    assert len(asked) == 5


def test_nobody_gets_the_same_text_twice(rows, people, now):
    seen = set()
    for _ in range(4):
        asked = questions(rows, task="SENTIMENT", mode="UNSURE", by=people[0].pk, limit=6)
        assert not seen & {question.feedback for question in asked}
        seen |= {question.feedback for question in asked}
        for question in asked:
            judge(question, people[0], "NEUTRAL", now)


def test_only_texts_within_the_limits_and_without_names_are_asked(rows, people, tell):
    Feedback.objects.update(queue="Billing")
    hidden = tell("Mr Miller still waits to be hidden")
    limited = readable(Viewer(may_read_rows=True, only={"queue": ("Technical",)})).filter(WORDS_MAY_BE_SEEN)
    for mode in ("UNSURE", "GOLD"):
        assert questions(limited, task="SENTIMENT", mode=mode, by=people[0].pk, limit=5) == []
        asked = questions(rows, task="SENTIMENT", mode=mode, by=people[0].pk, limit=50)
        assert hidden.pk not in {question.feedback for question in asked}


def test_the_gold_set_is_fixed_stratified_and_never_in_the_queue(rows, people, now):
    Feedback.objects.filter(text__startswith="Terrible").update(channel="EMAIL")
    assert gold.draw(now, target=16) >= 16
    drawn = set(GoldText.objects.values_list("pk", flat=True))
    strata = Counter(GoldText.objects.values_list("stratum", flat=True))
    assert strata["SURVEY·EMAIL·en·NEGATIVE"] == 2  # 6 of 48 texts: an eighth of 16
    assert gold.draw(now, target=16) == 0
    gold.draw(now, target=24)
    assert drawn < set(GoldText.objects.values_list("pk", flat=True))
    asked = questions(rows, task="SENTIMENT", mode="UNSURE", by=people[0].pk, limit=50)
    assert not {question.feedback for question in asked} & set(GoldText.objects.values_list("pk", flat=True))


def test_a_gold_text_is_judged_blind_by_one_and_by_a_second_where_it_is_double(rows, people, now):
    gold.draw(now, target=30)
    GoldText.objects.update(is_double=False)
    double = set(GoldText.objects.order_by("pk").values_list("pk", flat=True)[:5])
    GoldText.objects.filter(pk__in=double).update(is_double=True)
    first = questions(rows, task="SENTIMENT", mode="GOLD", by=people[0].pk, limit=100)
    assert len(first) == GoldText.objects.count()
    assert {question.certainty for question in first} == {None}
    for question in first:
        judge(question, people[0], "NEUTRAL", now)
    assert questions(rows, task="SENTIMENT", mode="GOLD", by=people[0].pk, limit=100) == []
    second = questions(rows, task="SENTIMENT", mode="GOLD", by=people[1].pk, limit=100)
    assert {question.feedback for question in second} == double
    for question in second:
        judge(question, people[1], "NEGATIVE", now)
    assert questions(rows, task="SENTIMENT", mode="GOLD", by=people[2].pk, limit=100) == []
    told = gold.progress_of("SENTIMENT")
    assert (told.drawn, told.answered, told.to_double, told.doubled, told.left) == (len(first), len(first), 5, 5, 0)
    assert Label.objects.filter(purpose="GOLD").count() == len(first) + 5


def test_clusters_are_those_of_the_textbook_where_they_are_plain():
    rng = np.random.default_rng(5)
    middles = rng.normal(size=(4, 8)) * 10
    vectors = np.vstack([middle + rng.normal(size=(30, 8)) for middle in middles]).astype(np.float32)
    ours = k_means(vectors, 4)
    theirs = KMeans(4, n_init=10, random_state=0).fit_predict(vectors)
    assert len(set(zip(ours.tolist(), theirs.tolist(), strict=True))) == 4
    assert k_means(np.ones((3, 2), dtype=np.float32), 5).tolist() == [0, 0, 0]
