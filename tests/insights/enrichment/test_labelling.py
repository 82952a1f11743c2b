"""What people say of a text wins over what was read: at once, after every re-run, and until it is taken back."""

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from insights.enrichment.labelling import NotLabelled, Shown, say, say_topics, take_back
from insights.enrichment.outdated import mark_outdated
from insights.enrichment.pipeline import enrich_batch
from insights.enrichment.reading import Span
from insights.enrichment.taxonomy import Node
from insights.enrichment.taxonomy_versions import load_first
from insights.models import DirtyDay, Enrichment, GoldText, Label, Mention, Topic

pytestmark = pytest.mark.django_db
BILLS = ("My bill is wrong", "I was charged twice", "The invoice shows a fee I did not order", "Overcharged again")
APP = ("The app crashes", "I cannot log in to the app", "The app freezes all the time", "App shows an error")


@pytest.fixture
def people():
    right = Permission.objects.get(codename="add_label")
    made = [User.objects.create_user(name) for name in ("kim", "lee")]
    for one in made:
        one.user_permissions.add(right)
    return [User.objects.get(pk=one.pk) for one in made]


@pytest.fixture
def taxonomy(now):
    tree = (
        Node("money", "Money"),
        Node("bills", "Bills", parent="money", examples=BILLS),
        Node("app", "App", examples=APP),
    )
    return load_first(tree, now=now)


@pytest.fixture
def read(tell, now):
    """Put a text down and read it."""

    def _read(text="Terrible, nobody helped me with my problem", **fields):
        feedback = tell(text, **fields)
        while enrich_batch(now):
            pass
        return feedback

    return _read


def reading(feedback) -> Enrichment:
    return Enrichment.objects.get(pk=feedback.pk)


def read_again(now) -> None:
    mark_outdated({"sentiment": "another"})
    Enrichment.objects.update(state="PENDING")
    while enrich_batch(now):
        pass


def answer(feedback, by, task="SENTIMENT", value="POSITIVE", **more):
    shown = Shown(feedback=feedback, **{name: more.pop(name) for name in ("digest", "purpose") if name in more})
    return say(shown=shown, task=task, value=value, by=by, now=timezone.now(), **more)


def topics_of(feedback) -> set[str]:
    return set(Mention.objects.filter(feedback=feedback).values_list("topic__key", flat=True))


def test_a_correction_wins_at_once_and_after_every_re_run(read, people, now):
    feedback = read()
    assert reading(feedback).sentiment_label == "NEGATIVE"
    DirtyDay.objects.all().delete()
    label = answer(feedback, people[0])
    assert (label.seen_before, label.purpose, len(label.words_digest)) == ("NEGATIVE", "CORRECTION", 16)
    for _ in range(2):
        told = reading(feedback)
        assert (told.sentiment, told.sentiment_label, told.sentiment_confidence) == (1.0, "POSITIVE", 1.0)
        assert DirtyDay.objects.count() == 1
        read_again(now)


@pytest.mark.parametrize(
    ("task", "value", "holds"),
    [
        ("OUTCOME", "SOLVED", lambda row: (row.outcome, row.outcome_confidence) == ("SOLVED", 1.0)),
        ("EFFORT", "YES", lambda row: row.is_high_effort is True and row.effort == 1.0),
        ("EFFORT", "NO", lambda row: row.is_high_effort is False and row.effort == 0.0),
        ("COMPLAINT", "YES", lambda row: row.intents["COMPLAINT"]["confidence"] == 1.0),
        ("COMPLAINT", "NO", lambda row: "COMPLAINT" not in row.intents),
        ("CHURN_RISK", "YES", lambda row: "CHURN_RISK" in row.intents),
        ("IDEA", "YES", lambda row: "IDEA" in row.intents),
    ],
)
def test_every_task_can_be_corrected_and_stays_so(read, people, now, task, value, holds):
    feedback = read()
    answer(feedback, people[0], task, value)
    assert holds(reading(feedback))
    read_again(now)
    assert holds(reading(feedback))


def test_a_span_that_a_person_marked_is_kept_with_the_intent(read, people, now):
    feedback = read()
    answer(feedback, people[0], "IDEA", "YES", span=Span(None, 0, 8))
    read_again(now)
    told = reading(feedback).intents["IDEA"]
    assert (told["turn"], told["start"], told["end"]) == (None, 0, 8)
    for span in (Span(None, 5, 5), Span(None, 0, 10_000), Span(77, 0, 1)):
        with pytest.raises(NotLabelled):
            answer(feedback, people[0], "IDEA", "YES", span=span)


def test_where_two_people_differ_the_latest_is_shown_and_both_are_kept(read, people, now):
    feedback = read()
    answer(feedback, people[0], value="POSITIVE")
    assert answer(feedback, people[1], value="NEUTRAL").seen_before == "NEGATIVE"
    read_again(now)
    assert reading(feedback).sentiment_label == "NEUTRAL"
    answer(feedback, people[0], value="NEGATIVE")
    read_again(now)
    assert reading(feedback).sentiment_label == "NEGATIVE"
    assert Label.objects.count() == 2


def test_an_answer_taken_back_leaves_what_the_model_says(read, people, now):
    feedback = read()
    label = answer(feedback, people[0])
    with pytest.raises(NotLabelled, match="Only who gave"):
        take_back(label=label, by=people[1])
    take_back(label=label, by=people[0])
    while enrich_batch(now):
        pass
    assert reading(feedback).sentiment_label == "NEGATIVE"


def test_a_topic_is_added_and_struck_out_and_both_survive_a_re_run(taxonomy, read, people, now):
    feedback = read("The app crashes")
    assert topics_of(feedback) == {"app"}
    app, bills = Topic.objects.get(key="app"), Topic.objects.get(key="bills")
    assert answer(feedback, people[0], "TOPIC", "NO", topic=app).seen_before == "YES"
    assert (topics_of(feedback), reading(feedback).is_classified) == (set(), False)
    yes = answer(feedback, people[0], "TOPIC", "YES", topic=bills, span=Span(None, 4, 7))
    assert yes.seen_before == "NO"
    for _ in range(2):
        assert (topics_of(feedback), reading(feedback).is_classified) == ({"bills"}, True)
        mention = Mention.objects.get(feedback=feedback)
        assert (mention.tagged_by, mention.start, mention.end) == (f"person:{people[0].pk}", 4, 7)
        read_again(now)
    take_back(label=yes, by=people[0])
    take_back(label=Label.objects.get(topic=app), by=people[0])
    while enrich_batch(now):
        pass
    assert topics_of(feedback) == {"app"}


def test_a_whole_answer_says_yes_to_some_topics_and_no_to_all_others(taxonomy, read, people, now):
    feedback = read("The app crashes")
    bills = Topic.objects.get(key="bills")
    for _ in range(2):  # the second time replaces the first
        labels = say_topics(shown=Shown(feedback=feedback), topics=[bills], by=people[0], now=timezone.now())
        assert {label.topic.key: label.value for label in labels} == {"bills": "YES", "app": "NO"}
        assert {label.topic.key: label.seen_before for label in labels} == {"bills": "NO", "app": "YES"}
    read_again(now)
    assert topics_of(feedback) == {"bills"}
    say_topics(shown=Shown(feedback=feedback), topics=[], by=people[0], now=timezone.now())
    read_again(now)
    assert (topics_of(feedback), reading(feedback).is_classified) == (set(), False)


def test_a_retired_topic_takes_no_labels(taxonomy, read, people):
    feedback = read()
    Topic.objects.filter(key="app").update(is_active=False)
    with pytest.raises(NotLabelled, match="'app' is retired"):
        answer(feedback, people[0], "TOPIC", "YES", topic=Topic.objects.get(key="app"))


@pytest.mark.parametrize(
    ("task", "value", "words"),
    [("SENTIMENT", "YES", "NEGATIVE, NEUTRAL, POSITIVE"), ("MOOD", "YES", "SENTIMENT"), ("TOPIC", "YES", "Name the t")],
)
def test_what_is_no_answer_is_refused_with_what_can_be_one(read, people, task, value, words):
    with pytest.raises(NotLabelled, match=words):
        answer(read(), people[0], task, value)
    assert not Label.objects.exists()


def test_whoever_has_no_right_judges_nothing(read):
    with pytest.raises(NotLabelled, match="Your role"):
        answer(read(), User.objects.create_user("guest"))


def test_a_text_that_is_not_read_yet_or_has_changed_is_not_judged(tell, read, people):
    with pytest.raises(NotLabelled, match="cannot be seen yet"):
        answer(tell("Waiting to be read"), people[0])
    with pytest.raises(NotLabelled, match="has changed"):
        answer(read(), people[0], digest="0" * 16)


def test_what_was_said_of_other_words_says_nothing_of_these(read, people, now):
    feedback = read()
    answer(feedback, people[0])
    type(feedback).objects.filter(pk=feedback.pk).update(text="Still terrible, and nobody helps")
    read_again(now)
    assert reading(feedback).sentiment_label == "NEGATIVE"


def test_the_gold_set_takes_only_what_is_meant_for_it_and_keeps_it(read, people, now):
    feedback = read()
    with pytest.raises(NotLabelled, match="was not drawn"):
        answer(feedback, people[0], purpose="GOLD")
    GoldText.objects.create(feedback=feedback, stratum="x", drawn_at=now)
    with pytest.raises(NotLabelled, match="must not teach"):
        answer(feedback, people[0], purpose="QUEUE")
    assert answer(feedback, people[0], purpose="GOLD").purpose == "GOLD"
    assert answer(feedback, people[0], value="NEUTRAL").purpose == "GOLD"
