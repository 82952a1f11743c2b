"""Which side to believe: each rule, and the sentence it makes."""

import pytest

from insights.analysis.agreement import Line, TopicAgreement
from insights.analysis.agreement_belief import Evidence, Quality, belief, codes, qualities
from insights.analysis.agreement_moods import Mood, Moods
from insights.analysis.agreement_shares import Share, Shares, gap_of
from insights.analysis.agreement_words import why
from insights.analysis.representation import Value

ALIKE = Moods(surveys=Mood(n=5), contacts=Mood(n=5))


def side(mentions, texts=2000, words=None):
    return Share(words=words or texts, texts=texts, mentions=mentions, design_effect=1.0)


def told(verdict, surveys, contacts, missing=()):
    gap = gap_of(surveys, contacts) if min(surveys.texts, contacts.texts) >= 10 else None
    return Shares(
        topic="app", surveys=surveys, contacts=contacts, correlation=0.0, gap=gap, verdict=verdict, missing=missing
    )


LOUD = told("LOUDER_IN_CONTACTS", side(20), side(200))
QUIET = told("LOUDER_IN_SURVEYS", side(200), side(20))
UNKNOWN = told("NOT_YET", side(4, 300), side(9, 300), (("SURVEYS", 400),))
SAME = told("AGREE", side(100), side(104))
PREMIUM = Value(
    cut="segment",
    value="Premium",
    contacts=100,
    answered=90,
    share=0.1,
    share_answered=0.3,
    difference=0.5,
    low=0.4,
    high=0.6,
)


def given(shares=LOUD, matched=UNKNOWN, moods=ALIKE, imbalances=(), labelled=None, talk=None):
    return Evidence(
        shares=shares,
        matched=matched,
        moods=moods,
        imbalances=imbalances,
        labelled=labelled or Quality(),
        talk=talk or {"SURVEYS": 1.0, "CONTACTS": 1.0},
    )


def said(evidence):
    lines = {
        "ALL": Line(kind=evidence.shares.verdict, shares=evidence.shares, moods=evidence.moods),
        "MATCHED": Line(kind="NOT_YET", shares=evidence.matched, moods=None),
    }
    return why(
        TopicAgreement(key="app", name="App", parent="", has_topics_below=False, lines=lines, belief=belief(evidence))
    )


@pytest.mark.parametrize(
    ("evidence", "which", "reasons"),
    [
        (given(told("NOT_YET", side(1, 9), side(20), (("SURVEYS", 1),))), "NEITHER_YET", ["TOO_FEW_TEXTS"]),
        (given(SAME), "BOTH", ["SHOWN_TO_AGREE", "NO_LABELS"]),
        (given(UNKNOWN), "NEITHER_YET", ["NOT_TOLD_APART"]),
        (given(LOUD, talk={"SURVEYS": 0.1, "CONTACTS": 2.0}), "NEITHER_YET", ["LONGER_TEXTS"]),
        (
            given(QUIET, talk={"SURVEYS": 0.1, "CONTACTS": 2.0}),
            "SURVEYS",
            ["NOTHING_AGAINST", "MATCHED_TOO_FEW", "NO_LABELS"],
        ),
        (given(LOUD, matched=LOUD), "CONTACTS", ["SAME_CUSTOMERS", "NO_LABELS"]),
        (given(QUIET, matched=QUIET, imbalances=[PREMIUM]), "SURVEYS", ["SAME_CUSTOMERS", "NO_LABELS"]),
        (
            given(QUIET, matched=SAME, imbalances=[PREMIUM]),
            "CONTACTS",
            ["OTHER_CUSTOMERS", "WHO_ANSWERED", "NO_LABELS"],
        ),
        (given(QUIET, matched=SAME), "NEITHER_YET", ["OTHER_CUSTOMERS"]),
        (given(QUIET, imbalances=[PREMIUM]), "NEITHER_YET", ["WHO_ANSWERED", "MATCHED_TOO_FEW"]),
        (given(LOUD, matched=None), "CONTACTS", ["NOTHING_AGAINST", "MATCHED_TOO_FEW", "NO_LABELS"]),
    ],
)
def test_the_first_rule_that_applies_decides(evidence, which, reasons):
    found = belief(evidence)
    assert (found.which, codes(found.reasons)) == (which, reasons)


@pytest.mark.parametrize(
    ("quality", "which", "reasons"),
    [
        (Quality({"CONTACTS": 0.5}, {}), "SURVEYS", ["LOW_PRECISION"]),
        (Quality({}, {"SURVEYS": 0.3}), "CONTACTS", ["LOW_RECALL"]),
        (Quality({"CONTACTS": 0.5}, {"SURVEYS": 0.3}), "NEITHER_YET", ["LOW_PRECISION", "LOW_RECALL"]),
        (
            Quality({"SURVEYS": 0.5}, {"CONTACTS": 0.3}),
            "CONTACTS",
            ["SAME_CUSTOMERS", "LABELS"],
        ),  # neither matters here
        (Quality({"CONTACTS": None}, {"SURVEYS": None}), "CONTACTS", ["SAME_CUSTOMERS", "NO_LABELS"]),
    ],
)
def test_labels_speak_against_finds_of_the_louder_and_silence_of_the_quieter_side(quality, which, reasons):
    found = belief(given(LOUD, matched=LOUD, labelled=quality))
    assert (found.which, codes(found.reasons)) == (which, reasons)


def test_a_side_whose_texts_are_not_read_is_not_believed():
    half_read = told("LOUDER_IN_CONTACTS", side(20, 2000, words=4000), side(200))
    assert (belief(given(half_read)).which, codes(belief(given(half_read)).reasons)) == ("CONTACTS", ["UNREAD"])


@pytest.mark.parametrize(("few", "which"), [(12, "CONTACTS"), (200, "NEITHER_YET")])
def test_opposite_moods_are_settled_only_by_few_readings(few, which):
    moods = Moods(surveys=Mood(n=few), contacts=Mood(n=300), tone="OPPOSITE")
    assert belief(given(SAME, moods=moods)).which == which


def test_the_sentence_says_side_numbers_and_reason():
    assert said(given(LOUD, matched=LOUD)) == (
        "Contacts: customers on both sides also bring it up more in contacts (200 of their 2,000 texts) than in "
        "surveys (20 of 2,000), so it is not about who is heard."
    )
    assert "about 400 more survey answers with words would settle it" in said(given(UNKNOWN))
    assert "segment Premium is 10 % of those who contacted about it and 30 %" in said(
        given(QUIET, imbalances=[PREMIUM])
    )
    assert said(given(LOUD, talk={"SURVEYS": 0.1, "CONTACTS": 2.0})).startswith("Neither yet: a text of contacts names")
    assert said(given(SAME)).startswith("Either: both say the same: surveys say 5.0 % (4.1 to 6.0)")


def test_what_labels_tell_of_a_topic_is_taken_by_side():
    one = {"name": "app", "precision": {"value": 0.9}, "recall": {"value": None}}
    other = {"name": "app", "precision": {"value": 0.4}, "recall": {"value": 0.7}}
    found = qualities({"sides": {"SURVEY": [one], "CONTACT": [other]}})
    assert found["app"] == Quality({"SURVEYS": 0.9, "CONTACTS": 0.4}, {"SURVEYS": None, "CONTACTS": 0.7})
    assert qualities({}) == {}
