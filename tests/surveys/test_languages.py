"""Answers in words, language by language: satisfied, easy, agree, likely, good; yes and no."""

import pytest

from surveys.labels import AGREEMENT, FAMILIES, LANGUAGES
from surveys.scales import asks_whether_solved, is_no_answer, labels_among, yes_or_no

SCALES = [
    ("es", "CSAT", "Muy insatisfecho/a|Insatisfecho/a|Ni satisfecho ni insatisfecho|Satisfecho/a|Muy satisfecho/a"),
    ("es", "CES", "Muy difícil|Difícil|Ni fácil ni difícil|Fácil|Muy fácil"),
    ("es", "OTHER", "Muy improbable|Poco probable|Neutral|Bastante probable|Muy probable"),
    ("es", "OTHER", "Muy malo|Malo|Regular|Bueno|Excelente"),
    ("fr", "CSAT", "Très insatisfait(e)|Plutôt insatisfait(e)|Neutre|Plutôt satisfait(e)|Très satisfait(e)"),
    (
        "fr",
        "CSAT",
        "Pas du tout satisfaite|Peu satisfaite|Neutre|Assez satisfaite|Tout à fait satisfaite",
    ),
    ("fr", "CES", "Très difficile|Plutôt difficile|Ni facile ni difficile|Plutôt facile|Très facile"),
    ("fr", "OTHER", "Très mauvais|Mauvais|Moyen|Bon|Très bon"),
    ("pt", "CSAT", "Muito insatisfeito|Insatisfeito|Nem satisfeito nem insatisfeito|Satisfeito|Muito satisfeito"),
    ("pt", "CES", "Muito difícil|Difícil|Neutro|Fácil|Muito fácil"),
    ("pt", "OTHER", "Péssimo|Ruim|Regular|Bom|Ótimo"),
    ("it", "CSAT", "Molto insoddisfatto|Insoddisfatto|Né soddisfatto né insoddisfatto|Soddisfatto|Molto soddisfatto"),
    ("it", "CES", "Molto difficile|Abbastanza difficile|Neutro|Abbastanza facile|Molto facile"),
    ("it", "OTHER", "Pessimo|Scarso|Sufficiente|Buono|Ottimo"),
    ("nl", "CSAT", "Zeer ontevreden|Ontevreden|Niet tevreden en niet ontevreden|Tevreden|Zeer tevreden"),
    ("nl", "CES", "Zeer moeilijk|Moeilijk|Neutraal|Gemakkelijk|Zeer gemakkelijk"),
    ("nl", "OTHER", "Zeer slecht|Slecht|Redelijk|Goed|Uitstekend"),
    ("pl", "CSAT", "Bardzo niezadowolony|Raczej niezadowolony|Trudno powiedzieć|Raczej zadowolony|Bardzo zadowolony"),
    ("pl", "CES", "Bardzo trudno|Raczej trudno|Ani łatwo, ani trudno|Raczej łatwo|Bardzo łatwo"),
    ("pl", "OTHER", "Bardzo źle|Źle|Przeciętnie|Dobrze|Bardzo dobrze"),
    ("de", "OTHER", "Sehr schlecht|Schlecht|Mittelmäßig|Gut|Sehr gut"),
    ("en", "OTHER", "Poor|Fair|Good|Very good|Excellent"),
    ("en", "OTHER", "Very unlikely|Unlikely|Neutral|Likely|Very likely"),
]
AGREED = [
    ("es", "Me resultó fácil resolver mi problema",
     "Totalmente en desacuerdo|En desacuerdo|Ni de acuerdo ni en desacuerdo|De acuerdo|Totalmente de acuerdo"),
    ("fr", "Il m'a été facile d'obtenir une réponse",
     "Pas du tout d’accord|Plutôt pas d’accord|Ni d'accord ni pas d'accord|Plutôt d’accord|Tout à fait d’accord"),
    ("pt", "Foi fácil resolver o meu problema",
     "Discordo totalmente|Discordo parcialmente|Não concordo nem discordo|Concordo parcialmente|Concordo totalmente"),
    ("it", "È stato facile risolvere il problema",
     "Completamente in disaccordo|In disaccordo|Neutrale|D'accordo|Completamente d'accordo"),
    ("nl", "Het was makkelijk om geholpen te worden",
     "Helemaal mee oneens|Mee oneens|Neutraal|Mee eens|Helemaal mee eens"),
    ("pl", "Łatwo było załatwić sprawę",
     "Zdecydowanie się nie zgadzam|Raczej nie|Trudno powiedzieć|Raczej tak|Zdecydowanie się zgadzam"),
]  # fmt: skip
SOLVED = [
    ("es", "¿Se ha resuelto su problema?", "Sí", "No"),
    ("fr", "Votre demande a-t-elle été résolue ?", "Oui, entièrement", "Non, pas du tout"),
    ("pt", "O seu problema foi resolvido?", "Sim", "Não"),
    ("it", "Il suo problema è stato risolto?", "Sì", "No"),
    ("nl", "Is uw vraag opgelost?", "Ja", "Nee"),
    ("pl", "Czy sprawa została rozwiązana?", "Tak", "Nie"),
    ("de", "Wurde Ihr Anliegen gelöst?", "Ja", "Nein"),
    ("en", "Was your issue resolved?", "Yes", "No"),
]


@pytest.mark.parametrize(("language", "measure", "labels"), SCALES)
def test_a_scale_is_known_by_its_words_from_the_lowest_to_the_highest(language, measure, labels):
    steps = labels.split("|")
    family = labels_among(steps)
    assert (family.scale.measure, family.scale.maximum) == (measure, 5)
    assert [family.value(step) for step in steps] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("language", "wording", "labels"), AGREED)
def test_agreement_that_something_was_easy_is_effort(language, wording, labels):
    steps = labels.split("|")
    assert [labels_among(steps, wording).value(step) for step in steps] == [1, 2, 3, 4, 5]
    assert labels_among(steps, "…") is None


@pytest.mark.parametrize(("language", "wording", "yes", "no"), SOLVED)
def test_the_question_whether_it_was_solved_is_known_by_its_words_and_answers(language, wording, yes, no):
    assert asks_whether_solved(wording, {yes, no})
    assert (yes_or_no(yes), yes_or_no(no)) == (True, False)


def test_good_and_bad_alone_are_no_steps_of_five():
    assert labels_among({"Good", "Bad"}) is None
    assert labels_among({"Great"}) is None
    assert labels_among({"Bueno", "Malo"}) is None


@pytest.mark.parametrize("answer", ["Not sure", "No aplica", "Nie wiem", "Niet van toepassing", "Non so", "Não sei"])
def test_who_does_not_know_says_neither_yes_nor_no(answer):
    assert is_no_answer(answer)
    assert yes_or_no(answer) is None


def test_no_scale_has_the_same_word_on_two_steps():
    for family in (*FAMILIES, *AGREEMENT):
        words = [word for step in family.steps for word in step]
        assert len(words) == len(set(words)), [word for word in words if words.count(word) > 1]


def test_every_language_is_tried_here():
    assert {language for language, *_ in SCALES} == {language for language, *_ in SOLVED} == set(LANGUAGES)
