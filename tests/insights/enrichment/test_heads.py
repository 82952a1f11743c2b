"""Effort, intents and mood: what is said, what is left unknown, and that a text is read the same everywhere."""

from dataclasses import replace
from uuid import UUID, uuid4

import numpy as np
import pytest

from insights.enrichment import aspect, effort, intent
from insights.enrichment.evaluation import evaluate_intent
from insights.enrichment.intent_cues import FAMILIES, cue_counts, evidence
from insights.enrichment.reading import Found, Said, Span, customer_words, reading_of
from insights.enrichment.steps import WORD_STEPS, run_steps
from insights.enrichment.training import calibration_error

NOBODY = UUID(int=0)


def _reading(text, said=()):
    return reading_of(NOBODY, text, said=said or [Said(text)])


def _read(text):
    return run_steps([_reading(text)], steps=WORD_STEPS)[0]


def _talk(*turns):
    said = [Said(text, speaker, number) for number, (speaker, text) in enumerate(turns, 1)]
    words = customer_words("CONTACT", "", "", [(one.speaker, one.text) for one in said])
    return reading_of(NOBODY, words, kind="CONTACT", said=said)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("My order arrived broken and nobody answers my e-mails.", "COMPLAINT"),
        ("Please add an option to pay by invoice.", "IDEA"),
        ("It would be great if the app remembered my address.", "IDEA"),
        ("I am cancelling my contract and switching to another provider.", "CHURN_RISK"),
        ("I would like to buy a second licence, how much is it?", "PURCHASE"),
    ],
)
def test_a_plain_intent_is_found_with_the_words_that_carry_it(text, wanted):
    found = _read(text).intents
    assert wanted in found
    assert found[wanted].confidence >= intent.head(wanted).threshold
    assert found[wanted].span == Span(None, 0, len(text))


@pytest.mark.parametrize(
    "text", ["What time do you open on Saturday?", "Thank you, all good now.", "I live in the north of town."]
)
def test_a_plain_text_holds_no_complaint_no_idea_and_no_farewell(text):
    assert not set(_read(text).intents) & {"COMPLAINT", "IDEA", "CHURN_RISK"}


def test_trouble_told_again_and_again_is_more_effort_than_a_smooth_call():
    hard = _read("I have called five times, was transferred three times and had to explain everything again.")
    easy = _read("One short call and it was done, thank you.")
    assert hard.effort > 0.5 > easy.effort
    assert easy.is_high_effort is False
    assert hard.is_high_effort is (hard.effort >= effort.head().threshold)


@pytest.mark.parametrize(
    "text", ["", "   ", "[EMAIL] {{SSN}}", "👍", "Die Rechnung ist schon wieder falsch und niemand hilft mir."]
)
def test_what_cannot_be_read_has_neither_effort_nor_intents(text):
    found = _read(text)
    assert (found.effort, found.is_high_effort, found.intents) == (None, None, None)


def test_an_agents_words_colour_nothing():
    calm = [("CUSTOMER", "What time does the branch open on Saturday?"), ("AGENT", "At nine.")]
    upset = [
        calm[0],
        ("AGENT", "This is terrible, awful and broken; please add more staff, I want to cancel my contract."),
    ]
    one, other = run_steps([_talk(*calm), _talk(*upset)], steps=WORD_STEPS)
    assert (one.sentiment, one.effort, one.intents) == (other.sentiment, other.effort, other.intents)


def test_evidence_stands_in_the_turn_where_the_customer_said_it():
    reading = _talk(
        ("AGENT", "Please add your number, it would be great."),
        ("CUSTOMER", "Hello, this is about my bill. It is wrong again and nobody calls me back!"),
        ("AGENT", "I am sorry."),
        ("CUSTOMER", "I want to cancel my contract and switch to another provider."),
    )
    found = run_steps([reading], steps=WORD_STEPS)[0].intents
    assert found["CHURN_RISK"].span == Span(4, 0, len(reading.said[3].text))
    span = found["COMPLAINT"].span
    assert (span.turn, reading.said[1].text[span.start : span.end]) == (
        2,
        "It is wrong again and nobody calls me back!",
    )


def test_all_capitals_and_200_kilobytes_and_mixed_languages_are_read():
    assert "COMPLAINT" in _read("WHERE IS MY ORDER, NOBODY ANSWERS THE PHONE AND I WAS CHARGED TWICE!!!").intents
    long = _read("The parcel is broken and nobody helps me. " * 5_000)
    assert 0 <= long.effort <= 1
    assert long.intents is not None
    mixed = _read("Bonjour, the parcel is broken again and nobody helps me, merci beaucoup.")
    assert mixed.language in {"en", "fr", ""}


def test_a_text_is_read_the_same_alone_and_in_a_batch():
    texts = ["Nobody called me back, I had to ring four times.", "Lovely.", "Please add a dark mode.", "ok"]
    readings = [_reading(text) for text in texts]
    together = run_steps(readings, steps=WORD_STEPS)
    alone = [run_steps([reading], steps=WORD_STEPS)[0] for reading in reversed(readings)][::-1]
    told = [
        [(one.sentiment, one.effort, one.is_high_effort, one.intents) for one in many] for many in (together, alone)
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    "text",
    [
        "Sure, I love waiting for a bus that never comes.",
        pytest.param(
            "Fantastic service, if you enjoy being ignored.",
            marks=pytest.mark.xfail(reason="a limit that the model card tells", strict=False),
        ),
        pytest.param(
            "What a wonderful way to spend a Saturday, thank you so much.",
            marks=pytest.mark.xfail(reason="nobody can tell without knowing the day", strict=False),
        ),
    ],
)
def test_known_sarcasm_is_not_praise(text):
    assert _read(text).sentiment_label != "POSITIVE"


def test_each_topic_has_the_mood_of_its_own_words():
    text = "The staff were wonderful and so kind, but the food was cold and disgusting."
    staff, food = text.index("staff"), text.index("food")
    reading = _reading(text)
    found = run_steps([reading], steps=WORD_STEPS)[0]
    topics = (
        Found(uuid4(), 0.9, Span(None, staff, staff + 5)),
        Found(uuid4(), 0.9, Span(None, food, food + 4)),
        Found(uuid4(), 0.9),
    )
    with_moods = aspect.read([reading], [_with_topics(found, topics)])[0].topics
    assert with_moods[0].sentiment > 0.2
    assert with_moods[1].sentiment < -0.2
    assert with_moods[2].sentiment == found.sentiment
    again = aspect.read([reading], [_with_topics(found, topics, pieces=None)])[0].topics
    assert again == with_moods  # as with a vector that was stored


def test_a_topic_in_an_agents_words_or_without_english_has_no_mood():
    reading = _talk(("CUSTOMER", "The bill is wrong."), ("AGENT", "How terrible."))
    found = run_steps([reading], steps=WORD_STEPS)[0]
    topics = (Found(uuid4(), 0.9, Span(2, 0, 12)),)
    assert aspect.read([reading], [_with_topics(found, topics)])[0].topics[0].sentiment is None


def test_phrases_are_counted_once_per_family_and_found_in_place():
    text = "It took ages. Please add a map."
    assert text[slice(*evidence(text, ("idea_please",)))] == "Please add"
    assert evidence(text, ("churn",)) is None
    assert cue_counts(text).shape == (len(FAMILIES),)


def test_perfect_confidence_has_no_calibration_error():
    assert calibration_error(np.array([[1.0], [0.0]]), np.array([1, 0])) == 0
    assert calibration_error(np.array([[1.0], [1.0]]), np.array([1, 0])) == pytest.approx(0.5)


def _with_topics(found, topics, **changes):
    return replace(found, topics=topics, **changes)


def test_an_intent_is_measured_at_even_odds_and_as_it_is_shown():
    texts = ["The parcel is broken and nobody helps me.", "What time do you open?", "Wo ist der Laden in Bern, bitte?"]
    found = evaluate_intent("complaint", texts, ["1", "0", "no"])
    assert {"n", "accuracy", "macro_f1", "per_class", "coverage", "accuracy_at_coverage"} <= set(found)
    assert {"shown", "texts_per_second"} <= set(found)
    assert (found["n"], found["coverage"]) == (3, pytest.approx(2 / 3, abs=0.001))
    assert found["per_class"]["complaint"]["f1"] == 1
    with pytest.raises(ValueError, match="angry"):
        evaluate_intent("complaint", texts, ["angry", "0", "1"])
