"""The tree that comes with cxhub: enough examples, told apart on what it has not seen, silent where nothing fits."""

from collections import Counter
from uuid import UUID

import pytest

from insights.enrichment import embed, language, unit_vectors
from insights.enrichment.reading import Said, reading_of
from insights.enrichment.steps import run_steps
from insights.enrichment.taxonomy import READY, from_csv
from insights.enrichment.topic_teaching import teach
from insights.enrichment.topics import topics_of

pytestmark = pytest.mark.timeout(900)  # learning takes 13 CPU seconds, and machines may be busy
NOBODY = UUID(int=0)
CODE = "for (let i = 0; i < 10; i++) { console.log(items[i].id); }"


@pytest.fixture(scope="module")
def tree():
    return from_csv(READY.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def learned(tree):
    return teach(tree, with_labels=False)


@pytest.fixture(scope="module")
def topics_in(tree, learned):
    keys = {node.id: node.key for node in tree}

    def _topics(text):
        reading = reading_of(NOBODY, text, "en", "SURVEY", [Said(text)])
        finding = run_steps([reading], steps=(language, embed, unit_vectors))[0]
        return {keys[str(found.topic)] for found in topics_of(learned[0], reading, finding) or ()}

    return _topics


def test_every_topic_has_two_dozen_examples_and_none_stands_twice(tree):
    told = [node for node in tree if node.examples]
    assert len(told) > 60
    assert {node.key: len(node.examples) for node in told if len(node.examples) < 24} == {}
    often = Counter(example.casefold() for node in told for example in node.examples)
    assert [example for example, times in often.items() if times > 1] == []


@pytest.mark.slow
def test_what_is_shown_of_unseen_examples_is_right_as_often_as_stated(learned):
    figures = learned[1]
    assert figures["precision"] > 0.83
    assert figures["recall"] > 0.44
    assert figures["first_right"] > 0.66
    assert figures["calibration_error"] < 0.06


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "Hello", "Good evening, how are you?", "Thank you so much!", "thx", "Yes, that is fine", "ok", "👍", "😡😡😡",
        "12345", "n/a", "asdf asdf", CODE, "SELECT id FROM parts WHERE colour = 3", "<div><br/></div>",
        "It rained in the mountains yesterday", "My cousin plays the violin",
    ],
)  # fmt: skip
def test_what_fits_no_topic_stays_unclassified(topics_in, text):
    assert topics_in(text) == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("They billed me twice for one month", "wrong_charge"),
        ("I can't log in to my account, the password is not accepted", "app_login"),
        ("The technician never showed up", "technician_missed"),
        ("The parcel arrived a day early, great", "praise_delivery"),
        ("I was on hold for fifty minutes", "hotline_wait"),
    ],
)
def test_what_is_plainly_said_is_found(topics_in, text, topic):
    assert topic in topics_in(text)
