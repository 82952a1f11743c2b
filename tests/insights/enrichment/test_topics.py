"""Topics are learned from a handful of examples, found with the words that carry them, people have the last word."""

from uuid import UUID

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from insights.enrichment import pipeline
from insights.enrichment.encoder import encoder
from insights.enrichment.evaluation_topics import evaluate_topics
from insights.enrichment.publishing import publish
from insights.enrichment.reading import Said, reading_of
from insights.enrichment.retagging import prepare, retag_batch
from insights.enrichment.taxonomy import Node
from insights.enrichment.taxonomy_edits import change, merge, retire
from insights.enrichment.taxonomy_versions import (
    NotNow,
    TopicGone,
    discard,
    draft,
    edit,
    judged_topic,
    load_first,
    open_draft,
    start_tagging,
)  # fmt: skip
from insights.enrichment.topic_learning import Taught, calibration_error, learn, lowest_for
from insights.enrichment.topic_model import TopicModel
from insights.enrichment.units import is_small_talk, sentences
from insights.models import DirtyDay, Enrichment, Label, Mention, Retagged, TaxonomyVersion, Topic, UnitVectors

pytestmark = pytest.mark.django_db
BILLS = ("My bill is wrong", "I was charged twice", "The invoice shows a fee I did not order", "Overcharged on my bill")
APP = ("The app crashes", "I cannot log in to the app", "The app freezes all the time", "The app shows an error")
WAIT = (
    "I waited an hour on hold",
    "Nobody picks up the phone",
    "Endless queue at the hotline",
    "Long wait on the phone",
)
TREE = (
    Node("money", "Money"),
    Node("bills", "Bills", parent="money", examples=BILLS),
    Node("app", "App", examples=APP),
    Node("wait", "Waiting on the phone", examples=WAIT),
    Node("parking", "Parking"),
)


@pytest.fixture
def taxonomy(now):
    return load_first(TREE, now=now)


@pytest.fixture
def person():
    return User.objects.create_user("kim")


def read_all(now):
    while pipeline.enrich_batch(now):
        pass


def tagged(feedback):
    return {mention.topic.key: mention for mention in feedback.mentions.select_related("topic", "turn")}


def retagged(now, how, **more):
    number = (draft() or open_draft(now=now)).number
    edit(number, how, now=now, **more)
    start_tagging(number, now=now)
    assert prepare(number)
    while retag_batch(number, 2):
        pass
    return TaxonomyVersion.objects.get(number=number)


def test_a_topic_is_found_with_the_sentence_that_carries_it(taxonomy, tell, now):
    text = (
        "Hello there. I have been with you for nine years and never wrote before today. The app crashes every time "
        "I open it. Apart from that I was charged twice on my last bill."
    )
    feedback = tell(text)
    read_all(now)
    found = tagged(feedback)
    assert set(found) == {"app", "bills"}
    assert text[found["app"].start : found["app"].end] == "The app crashes every time I open it."
    assert found["app"].tagged_by.startswith("model:topics-1-")
    assert Enrichment.objects.get().is_classified is True
    assert UnitVectors.objects.filter(feedback=feedback).exists()


def test_the_span_stands_in_the_customers_turn_and_agents_words_never_tag(taxonomy, tell, now):
    feedback = tell(
        turns=[
            ("AGENT", "Does the app crash? Was your bill wrong?"),
            (
                "CUSTOMER",
                "No. I waited an hour on hold before anybody answered the phone, that is all I wanted to say today.",
            ),
        ]
    )
    read_all(now)
    found = tagged(feedback)
    assert set(found) == {"wait"}
    assert found["wait"].turn.position == 1
    assert "on hold" in found["wait"].turn.text[found["wait"].start : found["wait"].end]


@pytest.mark.parametrize(
    "text",
    [
        "", "😀", "Hello", "Thanks, bye!", "[EMAIL] [NAME]", "<br/>", "if (x) { return; }", "12345",
        "We had a picnic by the lake and it rained", "Die App stürzt ständig ab und die Rechnung ist falsch.",
    ],
)  # fmt: skip
def test_what_speaks_of_no_topic_gets_none(taxonomy, tell, now, text):
    feedback = tell(text)
    read_all(now)
    assert tagged(feedback) == {}
    assert (Enrichment.objects.get().state, bool(Enrichment.objects.get().is_classified)) == ("DONE", False)


def test_capitals_mark_up_and_very_long_texts_are_read(taxonomy, tell, now):
    loud, marked = tell("THE APP CRASHES ALL THE TIME"), tell("<p>The app <b>crashes</b> all the time</p>")
    long = tell("The app crashes and I do not know what to do about it. " * 4_000)
    read_all(now)
    assert [set(tagged(one)) for one in (loud, marked, long)] == [{"app"}, {"app"}, {"app"}]


def test_a_topic_without_examples_is_never_counted(taxonomy):
    model = TopicModel.from_bytes(bytes(taxonomy.learned))
    parking = str(Topic.objects.get(key="parking").pk)
    assert not model.counted[model.topics.index(parking)]
    judgement = model.judge("Parking", encoder().encode(["Parking"])[0])
    assert model.topics[judgement.best(1)[0]] == parking
    assert model.topics.index(parking) not in model.shown(judgement)


def test_the_same_text_is_judged_the_same_alone_in_a_batch_and_after_storing(taxonomy, tell, now):
    alone = tell("I was charged twice on my bill")
    pipeline.enrich_batch(now)
    among = tell("I was charged twice on my bill")
    for number in range(5):
        tell(f"The app crashes on page {number}")
    read_all(now)
    assert tagged(alone)["bills"].confidence == tagged(among)["bills"].confidence


def test_what_is_taught_in_another_order_is_learned_the_same():
    texts = [*BILLS, *APP]
    vectors = encoder().encode(texts)
    taught = [
        Taught(text, vector, frozenset({"b" if text in BILLS else "a"}))
        for text, vector in zip(texts, vectors, strict=True)
    ]
    one, other = learn(taught, ["a", "b"])[0], learn(taught[::-1], ["b", "a"])[0]
    assert one.to_bytes() == other.to_bytes()
    with pytest.raises(ValueError, match="Nothing is taught of c"):
        learn(taught, ["a", "b", "c"])


def test_the_threshold_is_the_lowest_that_keeps_the_precision():
    scores, truth = np.array([0.9, 0.8, 0.7, 0.6, 0.5]), np.array([1, 1, 0, 1, 0])
    assert lowest_for(scores, truth, 0.75, 0.3) == 0.6
    assert lowest_for(scores, truth, 0.9, 0.3) == 0.8
    assert lowest_for(scores, np.zeros(5), 0.5, 0.3) == 0.3
    assert calibration_error(np.array([0.9, 0.9]), np.array([True, False])) == pytest.approx(0.4)


def test_a_persons_label_wins_and_survives_a_re_run(taxonomy, tell, now, person):
    feedback = tell("The app crashes")
    read_all(now)
    topics = {topic.key: topic for topic in Topic.objects.all()}
    Label.objects.create(feedback=feedback, task="TOPIC", topic=topics["app"], value="NO", by=person)
    Label.objects.create(feedback=feedback, task="TOPIC", topic=topics["wait"], value="YES", by=person)
    for _ in range(2):
        Enrichment.objects.update(state="PENDING")
        read_all(now)
        found = tagged(feedback)
        assert set(found) == {"wait"}
        assert (found["wait"].tagged_by, found["wait"].confidence) == (f"person:{person.pk}", 1.0)


def test_a_label_of_other_words_does_not_count(taxonomy, tell, now, person):
    feedback = tell("The app crashes")
    Label.objects.create(
        feedback=feedback, task="TOPIC", topic=Topic.objects.get(key="app"), value="NO", by=person, words_digest="old"
    )
    read_all(now)
    assert set(tagged(feedback)) == {"app"}


def test_labels_teach(taxonomy, tell, now, person):
    feedback = tell("The lorry blocked our gate")
    read_all(now)
    Label.objects.create(
        feedback=feedback, task="TOPIC", topic=Topic.objects.get(key="parking"), value="YES", by=person
    )
    version = retagged(now, change, key="app", description="The program on the phone")
    model = TopicModel.from_bytes(bytes(version.learned))
    assert model.counted[model.topics.index(str(Topic.objects.get(key="parking").pk))]


def test_a_merge_moves_mentions_and_labels_and_marks_the_days(taxonomy, tell, now, person):
    crash, bill = tell("The app crashes"), tell("I was charged twice on my bill")
    read_all(now)
    app, wait = Topic.objects.get(key="app"), Topic.objects.get(key="wait")
    Label.objects.create(feedback=bill, task="TOPIC", topic=app, value="YES", by=person)
    read_all(now)
    DirtyDay.objects.all().delete()
    version = retagged(timezone.now(), merge, key="app", into="wait")
    assert version.diff[str(app.pk)]["moved_to"] == {str(wait.pk): 1}
    assert set(tagged(crash)) == {"app"}  # nothing is live yet
    publish(version.number, now=now)
    assert set(tagged(crash)) == {"wait"}
    assert Label.objects.get(feedback=bill).topic == wait
    assert DirtyDay.objects.exists()
    assert not Retagged.objects.exists()
    with pytest.raises(TopicGone, match="label that one"):
        judged_topic("app")


def test_a_text_that_changed_while_the_draft_was_looked_at_is_read_by_the_new_version(taxonomy, tell, now):
    feedback = tell("The app crashes")
    read_all(now)
    version = retagged(now, retire, key="wait")
    feedback.text = "I was charged twice on my bill"
    feedback.save()
    Enrichment.objects.update(state="PENDING")
    read_all(timezone.now())
    publish(version.number, now=now)
    assert Enrichment.objects.get().state == "PENDING"
    read_all(timezone.now())
    assert set(tagged(feedback)) == {"bills"}
    assert tagged(feedback)["bills"].tagged_by.startswith("model:topics-2-")


def test_a_killed_re_tagging_goes_on_where_it_stopped(taxonomy, tell, now):
    for number in range(5):
        tell(f"The app crashes on page {number}")
    read_all(now)
    number = open_draft(now=now).number
    start_tagging(number, now=now)
    prepare(number)
    assert retag_batch(number, 2) == 2
    assert [retag_batch(number, 2), retag_batch(number, 2), retag_batch(number, 2)] == [2, 1, 0]
    version = TaxonomyVersion.objects.get(number=number)
    app = version.diff[str(Topic.objects.get(key="app").pk)]
    assert (version.state, version.texts_done, app["before"], app["after"], app["gained"]) == ("READY", 5, 5, 5, 0)
    assert Retagged.objects.count() == 5


def test_re_tagging_encodes_nothing(taxonomy, tell, now, monkeypatch):
    text = "I have been a customer for nine years and I like it. The app crashes every time I open it on my phone."
    feedback = tell(text)
    read_all(now)
    number = open_draft(now=now).number
    start_tagging(number, now=now)
    prepare(number)
    monkeypatch.setattr("insights.enrichment.unit_vectors.encoder", None)
    monkeypatch.setattr("insights.enrichment.embed.encoder", None)
    assert retag_batch(number) == 1
    assert [row["topic"] for row in Retagged.objects.get().topics] == [str(tagged(feedback)["app"].topic_id)]


def test_only_one_draft_is_open_and_only_a_ready_one_goes_live(taxonomy, now):
    number = open_draft(now=now).number
    with pytest.raises(NotNow, match="open already"):
        open_draft(now=now)
    with pytest.raises(NotNow, match="is draft"):
        publish(number, now=now)
    discard(number)
    with pytest.raises(NotNow, match="is discarded"):
        edit(number, retire, now=now, key="app")
    with pytest.raises(NotNow, match="There is a taxonomy already"):
        load_first(TREE, now=now)


def test_a_label_for_a_topic_that_is_gone_is_refused_in_words(taxonomy, now):
    publish(retagged(now, retire, key="wait").number, now=now)
    assert judged_topic("app").name == "App"
    for key, words in (("wait", "retired and takes no labels"), ("nothing", "There is no topic 'nothing'")):
        with pytest.raises(TopicGone, match=words):
            judged_topic(key)
    assert not Mention.objects.filter(topic__key="wait").exists()


def test_sentences_keep_their_places_in_the_stored_text():
    text = "Hi!  The bill\nis wrong; [EMAIL] it was charged twice. Thanks"
    units = sentences(reading_of(UUID(int=0), text, said=[Said(text)]))
    assert all(text[unit.span.start : unit.span.end].strip() for unit in units)
    assert "it was charged twice" in units[-1].text
    assert is_small_talk("Hello, thanks!")
    assert not is_small_talk("Hello, my bill is wrong")


def test_the_evaluation_uses_the_classifier_of_the_product():
    texts = [*(f"My bill is wrong in {number}" for number in range(8)), *(f"The app crashes at {n}" for n in range(8))]
    texts += [f"The weather on day {number} was mild" for number in range(8)]
    truth = ["wrong_bill"] * 8 + ["appCrash"] * 8 + ["none"] * 8
    found = evaluate_topics(texts, truth, 4, 1)
    assert (found["n"], found["top_3"], found["accuracy"]) == (12, 1.0, 1.0)
    assert found["none_of_these_auroc"] == 1.0
    assert evaluate_topics(texts, truth, 4, 1)["shown"] == found["shown"]
    with pytest.raises(ValueError, match="At least two topics"):
        evaluate_topics(["a b", "c d"], ["x", "x"], 1, 1)
