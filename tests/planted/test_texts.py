"""The texts can be read: varied, in several languages, of believable length, with something to redact."""

import re
from collections import Counter
from random import Random

import py3langid
import pytest

from cxhub.company.conversation import OTHER_LANGUAGES, tidy
from cxhub.company.names import TEST_IBANS
from cxhub.company.phrasebook import Choice, Phrasebook, Sentence, Slot, phrasebook, sentence
from cxhub.company.slots import _FILLS
from cxhub.company.telling import Teller
from cxhub.company.world import LANGUAGES, TOPICS

PARTS = ("title", "problem", "detail", "look", "fix", "stuck", "bad", "good", "de", "debad", "degood")


@pytest.fixture(scope="module")
def comments(lumio):
    teller = Teller(lumio.ledger)
    told = (teller.answer(row) for row in range(len(lumio.ledger.answers)))
    return [text for text in told if text]


@pytest.fixture(scope="module")
def talks(lumio):
    teller = Teller(lumio.ledger)
    return {row: teller.contact(row) for row in range(0, len(lumio.ledger.contacts), 10)}


def first_words(talk):
    return next(turn.text for turn in talk[1] if turn.speaker == "customer")


def slots_in(told):
    if isinstance(told, Slot):
        return {told.name}
    inner = told.parts if isinstance(told, Sentence) else told.alternatives if isinstance(told, Choice) else []
    return set().union(*(slots_in(one) for one in inner)) if inner else set()


def test_every_topic_can_be_told_from_both_sides():
    sections = phrasebook().sections
    missing = [f"{topic.key} {part}" for topic in TOPICS for part in PARTS if not sections.get(f"{topic.key} {part}")]
    missing += [
        f"{language} {part}"
        for language in OTHER_LANGUAGES
        for part in ("billing", "network", "online", "other", "good", "bad")
        if f"{language} {part}" not in sections
    ]
    assert missing == []


def test_every_gap_of_every_template_can_be_filled():
    set_by_the_talk = {"look", "end", "bad"}
    unknown = {
        (section, name)
        for section, templates in phrasebook().sections.items()
        for template in templates
        for name in slots_in(template) - set(_FILLS) - set_by_the_talk
    }
    assert unknown == set()


@pytest.mark.parametrize("wrong", ["a [b|c", "a ] b", "[a|[b|c] d"])
def test_a_template_with_wrong_brackets_is_refused(wrong):
    with pytest.raises(ValueError, match="here"):
        sentence(wrong, "here")


def test_choices_and_gaps_are_filled():
    book = Phrasebook({"x": [sentence("[a|b] {name}")]})
    assert {book.say("x", Random(seed), {"name": lambda: "Z"}) for seed in range(20)} == {"a Z", "b Z"}


def test_doubled_spaces_and_marks_are_tidied():
    assert tidy("Was that  you ? On 09.08..  Fine .") == "Was that you? On 09.08. Fine."


def test_hardly_any_comment_is_told_twice(comments):
    assert sum(count - 1 for count in Counter(comments).values()) / len(comments) < 0.05


def test_hardly_any_contact_begins_like_another(talks):
    told = Counter(first_words(talk) for talk in talks.values())
    assert sum(count - 1 for count in told.values()) / len(talks) < 0.02


def test_comments_are_short_and_contacts_longer(comments, talks):
    lengths = sorted(map(len, comments))
    assert 25 < lengths[len(lengths) // 2] < 110
    openings = sorted(len(first_words(talk)) for talk in talks.values())
    assert 90 < openings[len(openings) // 2] < 260
    turns = sorted(len(talk[1]) for talk in talks.values())
    assert turns[0] >= 2
    assert 4 <= turns[len(turns) // 2] <= 10


def test_about_eight_percent_write_german(lumio, talks):
    customers, contacts = lumio.ledger.customers, lumio.ledger.contacts
    german = [row for row in talks if LANGUAGES[customers.language[contacts.customer[row]]] == "de"]
    assert 0.05 < len(german) / len(talks) < 0.11


@pytest.mark.slow
def test_a_language_model_reads_the_language_that_was_meant(lumio, talks):
    customers, contacts = lumio.ledger.customers, lumio.ledger.contacts
    longer = [row for row in talks if len(first_words(talks[row])) > 60]
    right = sum(
        py3langid.classify(first_words(talks[row]))[0] == LANGUAGES[customers.language[contacts.customer[row]]]
        for row in longer
    )
    assert right / len(longer) > 0.93


def test_texts_hold_what_must_be_redacted_and_nothing_of_real_people(talks):
    said = "\n".join(turn.text for talk in talks.values() for turn in talk[1])
    assert any(iban in said for iban in TEST_IBANS)
    mails = set(re.findall(r"[\w.]+@[\w.]+\w", said))
    assert mails
    assert {mail.split("@")[1] for mail in mails} <= {"example.com", "example.org", "example.net"}
    phones = {
        re.sub(r"\D", "", found).removeprefix("49").lstrip("0")
        for found in re.findall(r"\+49\d{8,}|\b0\d{2}[ /]\d{5} ?\d{3}\b|\b0221[ /]?\d{4} ?\d{3}\b", said)
    }
    fiction = ("3023125", "6990009", "4066969", "2214710", "8999998")
    assert phones
    assert all(phone.startswith(fiction) for phone in phones)


def test_no_gap_is_left_open(comments, talks):
    said = comments + [turn.text for talk in talks.values() for turn in talk[1]]
    assert not [text for text in said if re.search(r"[{}\[\]|]|\bNone\b|  ", text)]


def test_angry_words_go_with_angry_customers(lumio, talks):
    angry = re.compile(r"unacceptable|furious|disgrace|ridiculous|supervisor|worst|hopeless|fed up", re.IGNORECASE)
    moods = lumio.ledger.handling.mood
    loud = [moods[row] for row, talk in talks.items() if angry.search(first_words(talk))]
    assert len(loud) > 50
    assert sum(mood < -0.5 for mood in loud) / len(loud) > 0.85
