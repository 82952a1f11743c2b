"""What is read out of a text, and what is left unknown."""

from uuid import UUID

import pytest

from insights.enrichment.reading import clean, count_words, customer_words, reading_of
from insights.enrichment.steps import WORD_STEPS, run_steps

NOBODY = UUID(int=0)


def _read(text, declared=""):
    return run_steps([reading_of(NOBODY, text, declared)], steps=WORD_STEPS)[0]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The engineer never came and nobody called me back.", "en"),
        ("Der Techniker ist nicht gekommen und niemand hat angerufen.", "de"),
        ("Le technicien n'est pas venu et personne ne m'a rappelé.", "fr"),
        ("El técnico no vino y nadie me llamó.", "es"),
        ("Il tecnico non è venuto e nessuno mi ha richiamato.", "it"),
        ("O técnico não veio e ninguém me ligou de volta.", "pt"),
        ("De monteur is niet gekomen en niemand heeft teruggebeld.", "nl"),
        ("Technik nie przyszedł i nikt do mnie nie oddzwonił.", "pl"),
        ("Teknikern kom inte och ingen ringde tillbaka till mig.", "sv"),
        ("Teknikken virker stadig ikke, og ingen har ringet tilbage til mig.", "da"),
        ("Teknisyen gelmedi ve kimse beni geri aramadı.", "tr"),
        ("Мастер не пришёл, и никто мне не перезвонил.", "ru"),
        ("技術者は来ず、誰も電話をかけ直してくれませんでした。", "ja"),
        ("הטכנאי לא הגיע ואף אחד לא חזר אליי.", "he"),
        ("THE ENGINEER NEVER CAME AND NOBODY CALLED ME BACK.", "en"),
    ],
)
def test_a_sentence_tells_its_language(text, language):
    assert _read(text).language == language


@pytest.mark.parametrize("text", ["ok", "super", "x", "5", "👍", "[EMAIL]"])
def test_what_is_too_short_has_no_language(text):
    found = _read(text)
    assert (found.language, found.language_confidence) == ("", None)


def test_what_is_too_short_is_in_the_language_that_its_source_declares():
    assert _read("super", "de-DE").language == "de"
    assert _read("super", "de-DE").sentiment is None


def test_a_long_text_is_believed_against_its_source():
    assert _read("The engineer never came and nobody called me back.", "de").language == "en"


def test_markers_do_not_change_what_is_read():
    plain = "Please help me, the internet is broken again."
    marked = "[NAME] Please help me, the internet is broken again. {{SSN}} XX/XX/XXXX"
    assert clean(marked) == plain
    one, other = _read(plain), _read(marked)
    assert (one.language, one.sentiment, one.sentiment_label) == (
        other.language,
        other.sentiment,
        other.sentiment_label,
    )


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Mail <b>me</b> at [EMAIL]", "Mail me at"),
        ("See https://example.org/x?y=1 please", "See please"),
        ("nul\x00inside", "nul inside"),
        ("a lone \ud800 surrogate", "a lone ? surrogate"),
        ("Netflix and Xbox stay", "Netflix and Xbox stay"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
    ],
)
def test_only_words_are_left(text, cleaned):
    assert clean(text) == cleaned


def test_words_hold_a_letter_in_any_script():
    assert count_words("3 routers, 😀 — שלום 42") == 2


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("This is the worst service I have ever had.", "NEGATIVE"),
        ("I have been waiting for three weeks and nobody answers.", "NEGATIVE"),
        ("Thank you so much, the agent was lovely and fixed everything.", "POSITIVE"),
        ("Great service", "POSITIVE"),
        ("terrible", "NEGATIVE"),
        ("What time does the shop open on Saturday?", "NEUTRAL"),
    ],
)
def test_plain_cases_have_the_plain_label(text, label):
    found = _read(text)
    assert found.sentiment_label == label
    assert -1 <= found.sentiment <= 1
    assert 1 / 3 <= found.sentiment_confidence <= 1


def test_the_same_text_is_judged_the_same_alone_and_among_others():
    texts = ["This is the worst service ever.", "ok", "Lovely people!", "What time is it there?"] * 5
    together = run_steps([reading_of(NOBODY, text) for text in texts], steps=WORD_STEPS)
    for text, found in zip(texts, together, strict=True):
        alone = _read(text)
        assert (alone.sentiment, alone.sentiment_confidence, alone.language_confidence) == (
            found.sentiment,
            found.sentiment_confidence,
            found.language_confidence,
        )


@pytest.mark.parametrize(
    ("kind", "title", "text", "words"),
    [
        ("CONTACT", "Router broken", "It does not start.", "Router broken\nIt does not start."),
        ("CONTACT", "It does not", "It does not start.", "It does not start."),
        ("REVIEW", "Never again", "Bad seats.", "Never again\nBad seats."),
        ("SURVEY", "Customer satisfaction 2026", "Bad seats.", "Bad seats."),
        ("CONTACT", "", "", ""),
    ],
)
def test_the_title_counts_where_the_customer_wrote_it(kind, title, text, words):
    assert customer_words(kind, title, text, []) == words


def test_only_the_customers_turns_count():
    turns = [("AGENT", "Hello!"), ("CUSTOMER", "It is broken."), ("SYSTEM", "x joined"), ("CUSTOMER", "Still.")]
    assert customer_words("CONTACT", "title", "whole text", turns) == "It is broken.\nStill."
