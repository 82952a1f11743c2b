"""A version of the taxonomy that was judged beforehand and put live leaves what reading every text anew would leave."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from insights.enrichment import aspect, pipeline
from insights.enrichment.publishing import publish
from insights.enrichment.retagging import prepare, retag_batch
from insights.enrichment.taxonomy import Node
from insights.enrichment.taxonomy_edits import change
from insights.enrichment.taxonomy_versions import edit, load_first, open_draft, start_tagging
from insights.models import Enrichment, Label, Mention, Topic

pytestmark = pytest.mark.django_db
APP = ("The app crashes", "I cannot log in to the app", "The app freezes all the time", "The app shows an error")
SHOP = ("The shop was closed", "Nobody in the store helped me", "A long queue in the store", "The store is dirty")
BILLS = ("My bill is wrong", "I was charged twice", "The invoice shows a fee I did not order", "Overcharged on my bill")
TREE = (Node("app", "App", examples=APP), Node("shop", "Shop", examples=SHOP), Node("bills", "Bills"))
TEXTS = (
    "The app crashes",
    "The app crashes all the time, but the people in your store were lovely and helped me at once.",
    "I was charged twice. The app crashes every time I open it. Nobody in the store helped me with that, I am angry.",
    "My bill is wrong",
    "Thank you, all good",
    "Die App stürzt ständig ab und niemand hilft mir dabei weiter.",
    "👍",
)


@pytest.fixture
def told(tell, now):
    load_first(TREE, now=now)
    feedback = [tell(text) for text in TEXTS]
    feedback.append(
        tell(
            turns=[
                ("AGENT", "How may I help you?"),
                ("CUSTOMER", "I love the new app, however I was charged twice on my bill and that makes me furious."),
                ("AGENT", "I am sorry about your bill."),
                ("CUSTOMER", "The app crashes now as well. The store was closed when I came for help."),
            ],
            kind="CONTACT",
        )
    )
    _read_all(now)
    return feedback


def _read_all(now):
    while pipeline.enrich_batch(now):
        pass


def _judged(now):
    """Draft, edit, re-tag."""
    number = open_draft(now=now).number
    edit(number, change, now=now, key="bills", examples=BILLS)
    start_tagging(number, now=timezone.now())  # after the labels
    assert prepare(number)
    while retag_batch(number, 3):
        pass
    return number


def _mentions():
    fields = ("feedback_id", "topic__key", "sentiment", "confidence", "tagged_by", "turn_id", "start", "end")
    return sorted(map(str, Mention.objects.values_list(*fields)))


def _classified():
    return dict(Enrichment.objects.values_list("feedback_id", "is_classified"))


def test_what_is_put_live_equals_reading_every_text_anew(told, now):
    first = _mentions()
    Label.objects.create(
        feedback=told[4],
        task="TOPIC",
        value="YES",
        topic=Topic.objects.get(key="app"),
        by=User.objects.create_user("k"),
    )
    Enrichment.objects.filter(feedback=told[4]).update(state="PENDING")
    _read_all(timezone.now())
    publish(_judged(now), now=now)
    assert not Enrichment.objects.exclude(state="DONE").exists(), "nothing needed to be read again"
    published, classified = _mentions(), _classified()
    assert published != first
    Enrichment.objects.update(state="PENDING", versions={})
    _read_all(timezone.now())
    assert _mentions() == published
    assert _classified() == classified


def test_each_mention_of_a_judged_version_has_the_mood_of_its_words(told, now):
    publish(_judged(now), now=now)
    moods = {mention.topic.key: mention.sentiment for mention in told[1].mentions.select_related("topic")}
    assert moods["app"] < 0 < moods["shop"]
    assert not Mention.objects.filter(sentiment=None, feedback__enrichment__language="en").exists()


def test_words_that_were_marked_before_are_not_encoded_again(told, now, monkeypatch):
    asked = []
    whole = aspect._pieces
    monkeypatch.setattr(aspect, "_pieces", lambda text: asked.append(text) or whole(text))
    number = open_draft(now=now).number
    start_tagging(number, now=now)
    prepare(number)
    while retag_batch(number):
        pass
    assert asked == []
