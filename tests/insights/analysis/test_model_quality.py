"""Quality on the gold set: the model's own answers, drift in words, and a refit that must earn its place."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from insights.analysis.drift import drift
from insights.analysis.model_quality import KEPT_RUNS, latest, measure
from insights.analysis.refit import CannotRefit, refit, withdraw
from insights.enrichment.encoder import build_encoder
from insights.enrichment.labelling import Shown, say, say_topics
from insights.enrichment.pipeline import enrich_batch
from insights.enrichment.taxonomy import Node
from insights.enrichment.taxonomy_versions import load_first
from insights.models import (
    AdoptedHead,
    Enrichment,
    Feedback,
    GoldText,
    Label,
    Mention,
    QualityRun,
    TaxonomyVersion,
    Topic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
GOOD = ("I love it, wonderful service", "Great help, thank you so much", "Excellent, very friendly staff")
BAD = ("Terrible, nobody helped me", "Awful service, I am very angry", "The worst company, I hate it")
PLACES = (
    "Oslo",
    "Rome",
    "Lima",
    "Bonn",
    "Nice",
    "Cork",
    "Graz",
    "Bern",
    "Brno",
    "Kyiv",
    "Faro",
    "Linz",
    "Pisa",
    "Gent",
)


@pytest.fixture(scope="module", autouse=True)
def _encoder():
    build_encoder()


@pytest.fixture
def people():
    return [User.objects.create_superuser(name) for name in ("kim", "lee")]


@pytest.fixture
def store():
    def _store(texts, days_ago=1, **fields):
        rows = [
            Feedback.objects.create(
                kind="SURVEY",
                channel="WEB",
                source="t",
                source_id=f"{days_ago} {Feedback.objects.count()} {n}",
                content_hash="x",
                text=text,
                occurred_at=NOW - timedelta(days=days_ago),
                **fields,
            )
            for n, text in enumerate(texts)
        ]
        Enrichment.objects.bulk_create(Enrichment(feedback=row) for row in rows)
        while enrich_batch(NOW):
            pass
        return rows

    return _store


def gold(rows):
    GoldText.objects.bulk_create(GoldText(feedback=row, stratum="x", drawn_at=NOW) for row in rows)
    return rows


def judge(row, by, value, task="SENTIMENT", purpose="GOLD", **more):
    return say(shown=Shown(feedback=row, purpose=purpose), task=task, value=value, by=by, now=NOW, **more)


def of(run, task):
    return next(one for one in run.figures["tasks"] if one["task"] == task)


def test_the_models_own_answers_are_measured_not_the_corrected_ones(store, people):
    rows = gold(store([f"{text} in {place}" for text in (*GOOD, *BAD) for place in PLACES[:6]]))
    for row in rows:
        judge(row, people[0], "POSITIVE")  # of all, although half of them are plainly not
    assert set(Enrichment.objects.values_list("sentiment_label", flat=True)) == {"POSITIVE"}
    told = of(measure(NOW), "SENTIMENT")
    assert told["n"] == 36
    assert 0.3 < told["accuracy"]["value"] < 0.7
    assert told["coverage"]["value"] == 1.0
    negative = next(one for one in told["classes"] if one["name"] == "NEGATIVE")
    assert (negative["true"], negative["recall"]["state"], negative["recall"]["value"]) == (0, "TOO_FEW", None)
    assert set(Enrichment.objects.values_list("sentiment_label", flat=True)) == {"POSITIVE"}  # nothing was stored


def test_people_are_compared_first_and_the_first_answer_measures(store, people):
    rows = gold(store([f"{text} in {place}" for text in (GOOD[0], BAD[0]) for place in PLACES[:8]]))
    for row in rows:
        judge(row, people[0], "POSITIVE" if "love" in row.text else "NEGATIVE")
    for row in rows[:12]:
        judge(row, people[1], "POSITIVE")
    run = measure(NOW)
    agreed = run.figures["agreement"][0]
    assert (agreed["task"], agreed["texts"], agreed["people"]) == ("SENTIMENT", 12, 2)
    assert 0 < agreed["alpha"] < 1 or agreed["alpha"] <= 0
    assert of(run, "SENTIMENT")["accuracy"]["value"] > 0.9  # by the second answers it would be 0.7 at most


def test_topics_are_measured_each_with_their_own_figures(store, people):
    tree = (
        Node("bills", "Bills", examples=("My bill is wrong", "I was charged twice", "Overcharged again")),
        Node("app", "App", examples=("The app crashes", "I cannot log in to the app", "The app freezes")),
    )
    load_first(tree, now=NOW)
    rows = gold(
        store([f"{text} in {place}" for text in ("The app crashes", "My bill is wrong") for place in PLACES[:12]])
    )
    topics = {topic.key: topic for topic in Topic.objects.all()}
    for row in rows:
        right = [topics["app"]] if "app" in row.text else [topics["bills"]]
        say_topics(shown=Shown(feedback=row, purpose="GOLD"), topics=right, by=people[0], now=NOW)
    told = of(measure(NOW), "TOPIC")
    assert [one["name"] for one in told["classes"]] == ["app", "bills"]
    assert told["n"] == 24
    assert all(one["true"] == 12 for one in told["classes"])
    assert told["accuracy"]["value"] > 0.9
    Label.objects.update(words_digest="0" * 16)  # said of other words
    assert measure(NOW).figures["tasks"] == []


def test_a_measurement_is_kept_and_a_year_of_them_is_enough():
    QualityRun.objects.bulk_create(QualityRun(at=NOW - timedelta(days=n)) for n in range(1, KEPT_RUNS + 5))
    run = measure(NOW)
    assert QualityRun.objects.count() == KEPT_RUNS
    assert latest() == run
    assert run.versions["sentiment"]


def test_a_refit_is_adopted_only_where_it_is_better_on_the_gold_set(store, people):
    """In this company 'sick' is praise, which our head cannot know."""
    slang = [f"That was sick, so sick, in {place}" for place in PLACES]
    plain = [f"{text} in {place}" for text in BAD for place in PLACES[:8]]
    for row in store([*slang, *(f"{text}, friends" for text in slang), *plain], days_ago=2):
        judge(row, people[0], "POSITIVE" if "sick" in row.text else "NEGATIVE", purpose="CORRECTION")
    assert "takes 60" in refit("SENTIMENT", by=people[0], now=NOW).reason
    tests = gold(
        store([f"{how} sick, so sick, in {place}" for how in ("It is", "You are", "They were") for place in PLACES])
        + store([f"{text} near {place}" for text in BAD for place in PLACES])
    )
    for row in tests:
        judge(row, people[0], "POSITIVE" if "sick" in row.text else "NEGATIVE")
    before = of(measure(NOW), "SENTIMENT")["accuracy"]["value"]
    result = refit("SENTIMENT", by=people[0], now=NOW)
    assert result.state == "ADOPTED", result.reason
    assert result.after["macro_f1"] > result.before["macro_f1"]
    assert not Enrichment.objects.exclude(state="PENDING").exists()  # all are read again
    while enrich_batch(NOW):
        pass
    assert of(measure(NOW), "SENTIMENT")["accuracy"]["value"] > before
    again = refit("SENTIMENT", by=people[0], now=NOW)
    assert (again.state, again.version) == ("KEPT_OUT", result.version)  # the same labels, the same head: no better
    assert "No better" in again.reason
    withdraw(result.pk)
    assert AdoptedHead.objects.get(pk=result.pk).state == "WITHDRAWN"
    with pytest.raises(CannotRefit):
        withdraw(result.pk)
    while enrich_batch(NOW):
        pass
    assert of(measure(NOW), "SENTIMENT")["accuracy"]["value"] == before


def test_labels_that_make_it_worse_are_kept_out_with_the_reason(store, people):
    taught = store([f"{text} in {place}" for text in (*GOOD, *BAD) for place in PLACES])
    for row in taught:
        judge(row, people[0], "NEGATIVE" if row.text[:3] in "IloGreExc" else "POSITIVE", purpose="CORRECTION")
    tests = gold(store([f"{text} at {place}" for text in (*GOOD, *BAD) for place in PLACES[:11]]))
    for row in tests:
        good = any(row.text.startswith(text) for text in GOOD)
        judge(row, people[0], "POSITIVE" if good else "NEGATIVE")
    result = refit("SENTIMENT", by=people[0], now=NOW)
    assert result.state == "KEPT_OUT"
    assert "0." in result.reason
    assert Enrichment.objects.filter(state="PENDING").count() == 0


def test_yes_or_no_tasks_are_refitted_too_and_rules_are_not(store, people):
    for row in store([f"{text} in {place}" for text in (*GOOD, *BAD) for place in PLACES[:4]]):
        judge(row, people[0], "YES" if row.text[:5] in "Terrible Awful The worst" else "NO", "COMPLAINT", "CORRECTION")
    result = refit("COMPLAINT", by=people[0], now=NOW)
    assert (result.state, result.labels) == ("KEPT_OUT", 24)
    assert refit("EFFORT", by=people[0], now=NOW).reason.startswith("0 labelled texts")
    with pytest.raises(CannotRefit, match="rules"):
        refit("OUTCOME", by=people[0], now=NOW)


def test_what_measures_never_teaches(store, people):
    rows = store([f"{text} in {place}" for text in (*GOOD, *BAD) for place in PLACES[:4]])
    for row in rows:
        judge(row, people[0], "POSITIVE", purpose="CORRECTION")
    gold(rows[:20])
    assert refit("SENTIMENT", by=people[0], now=NOW).labels == 4


def test_drift_is_told_in_words_and_silent_where_nothing_moves(store):
    store([f"{text} in {place}" for text in (GOOD[0], BAD[0]) for place in PLACES] * 2, days_ago=20)
    store([f"{text} in {place}" for text in (GOOD[0], BAD[0]) for place in PLACES] * 2, days_ago=2)
    told = drift(NOW)
    assert (told["enough"], told["texts_before"], told["texts_last"]) == (True, 56, 56)
    assert {one["words"] for one in told["signals"]} <= {"As before.", "Too few texts to tell."}
    Enrichment.objects.filter(feedback__occurred_at__gte=NOW - timedelta(days=7)).update(
        sentiment_label="NEGATIVE", sentiment_confidence=0.4
    )
    moved = {one["name"]: one for one in drift(NOW)["signals"] if one["moved"]}
    assert set(moved) == {"sentiment", "sentiment_confidence"}
    assert "NEGATIVE" in moved["sentiment"]["words"]
    assert drift(NOW + timedelta(days=90))["enough"] is False


def test_a_better_topic_model_becomes_a_draft_that_is_looked_at_first(store, people):
    tree = (
        Node("bills", "Bills", examples=("My bill is wrong", "I was charged twice", "Overcharged again")),
        Node("app", "App", examples=("The app crashes", "I cannot log in to the app", "The app freezes")),
    )
    load_first(tree, now=NOW)
    topics = {topic.key: topic for topic in Topic.objects.all()}
    odd = [
        f"{how} little lamp stays dark and I do not know why, here in {place}"
        for how in ("My", "Our", "The")
        for place in PLACES
    ]
    rows = store(odd, days_ago=3)
    for row in rows[:14]:
        for key in topics:
            judge(row, people[0], "YES" if key == "app" else "NO", "TOPIC", "CORRECTION", topic=topics[key])
    for row in rows[28:]:
        for key in topics:
            judge(row, people[0], "YES" if key == "app" else "NO", "TOPIC", "CORRECTION", topic=topics[key])
    tests = gold(
        [*rows[14:28], *store([f"My bill is wrong in {p}{q}" for p in PLACES for q in ("", " too", " again", " now")])]
    )
    for row in tests:
        right = [topics["app"]] if "lamp" in row.text else [topics["bills"]]
        say_topics(shown=Shown(feedback=row, purpose="GOLD"), topics=right, by=people[0], now=NOW)
    result = refit("TOPIC", by=people[0], now=NOW)
    assert result.state == "ADOPTED", result.reason
    draft = TaxonomyVersion.objects.get(number=2)
    assert (draft.state, result.version) == ("TAGGING", "taxonomy-2")
    assert Mention.objects.filter(tagged_by__startswith="model:topics-2").count() == 0
    withdraw(result.pk)
    draft.refresh_from_db()
    assert draft.state == "DISCARDED"
