"""Names leave texts in other languages than English; German nouns, the company and its products stay."""

import csv
import json
from collections import defaultdict
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from insights.enrichment import naming
from insights.enrichment.evaluation_redaction import evaluate_redaction
from insights.enrichment.names import hide_in_conversation, hide_names
from insights.enrichment.own_words import OwnWords
from insights.enrichment.pipeline import enrich_batch
from insights.enrichment.tongues import codes, lexicon, sections, tongues_of
from insights.models import Competitor, Enrichment, OwnName

LINES = Path(__file__).parent / "texts" / "names_abroad.csv"
LUMIO = OwnWords(["Lumio", "Lumio Wave", "Mobile Max"])


def lines_by_language():
    found = defaultdict(list)
    with LINES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["language"]].append(row["text"])
    return found


@pytest.mark.parametrize("language", ["de", "es", "fr", "it", "nl", "pl", "pt", "tr"])
def test_names_are_found_and_words_stay_in_our_own_lines(language):
    found = evaluate_redaction(lines_by_language()[language], hide_names)
    assert found["recall"] >= 0.95
    assert found["precision"] >= 0.95


@pytest.mark.parametrize(
    "text",
    [
        "Danke, das war's schon. Einen schönen Tag noch!",
        "Nennen Sie mir bitte Ihre Kundennummer?",
        "Sehr geehrte Damen und Herren, der Router ist kaputt. Viele Grüße",
        "Zum Verrücktwerden: 39 Euro im Monat und keine Verbindung.",
        "Termin ist am 5. Jan. zwischen 8 und 12, max. 3 Stunden.",
        "Will ich im August kündigen? Die rosa Hülle gefällt mir nur nicht.",
        "Bonjour, ma facture du mois d'août est fausse.",
        "¿Me pueden ayudar? La señal es mala.",
    ],
)
def test_ordinary_words_stay(text):
    assert hide_names(text) == text


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Herr Lange wartet schon lange.", "Herr [NAME] wartet schon lange."),
        ("Frau Dr. von Bergen war nett.", "Frau Dr. [NAME] war nett."),
        ("hallo marta, danke für die antwort", "hallo [NAME], danke für die antwort"),
        ("Martas Antwort war falsch, JÖRG weiß es besser.", "[NAME] Antwort war falsch, [NAME] weiß es besser."),
        ("Rozmawiałam z Piotrem i z Martą.", "Rozmawiałam z [NAME] i z [NAME]."),
        ("Ayşe'nin cevabı yanlıştı, Ahmet Bey düzeltti.", "[NAME]'nin cevabı yanlıştı, [NAME] Bey düzeltti."),
        ("Меня зовут Анна Смирнова, спасибо.", "Меня зовут [NAME], спасибо."),
        ("Dobrý den, jmenuji se Jiří Dvořák.", "Dobrý den, jmenuji se [NAME]."),
        ("Hej, jag heter Göran Lindqvist och väntar.", "Hej, jag heter [NAME] och väntar."),
        ("Bună ziua, mă numesc Ionuț Popescu.", "Bună ziua, mă numesc [NAME]."),
    ],
)
def test_names_are_hidden(text, hidden):
    assert hide_names(text) == hidden
    assert hide_names(hidden) == hidden


def test_an_answer_to_the_question_for_a_name_is_hidden_and_another_answer_is_not():
    asked = "Guten Tag, wie ist Ihr Name?"
    speakers = ["AGENT", "CUSTOMER"]
    assert hide_in_conversation([asked, "gschwendtner"], speakers)[1] == "[NAME]"
    assert hide_in_conversation([asked, "Moment bitte"], speakers)[1] == "Moment bitte"


def test_a_turn_in_another_language_is_judged_in_that():
    hidden = hide_in_conversation(
        ["Mein Router ist kaputt und niemand meldet sich.", "Hello, this is Maria. What can I do for you?", "Danke"],
        ["CUSTOMER", "AGENT", "CUSTOMER"],
    )
    assert hidden == [
        "Mein Router ist kaputt und niemand meldet sich.",
        "Hello, this is [NAME]. What can I do for you?",
        "Danke",
    ]


def test_a_short_turn_follows_its_conversation_and_the_source_decides_where_nothing_else_does():
    assert tongues_of(["Ich habe noch keine Rechnung.", "Klasse"]) == ["de", "de"]
    assert tongues_of(["Tobias"], "de_AT") == ["de"]
    assert tongues_of(["Tobias"]) == [""]


def test_a_surname_that_is_a_word_is_not_looked_for_in_other_turns():
    hidden = hide_in_conversation(["Sie sprechen mit Rico Lange.", "Wie lange dauert das?"], names=["Rico Lange"])
    assert hidden == ["Sie sprechen mit [NAME].", "Wie lange dauert das?"]


@pytest.mark.parametrize(
    "text",
    ["Hi Lumio, the Lumio Wave price is wrong.", "Hallo Lumio, was kostet Mobile Max?", "LUMIO's app crashed again."],
)
def test_own_words_are_never_names(text):
    assert hide_in_conversation([text], own=LUMIO) == [text]


def test_a_person_called_like_a_part_of_a_product_is_hidden_elsewhere():
    hidden = hide_in_conversation(["My name is Max Weller.", "Max is right, Mobile Max is slow."], own=LUMIO)
    assert hidden == ["My name is [NAME].", "[NAME] is right, Mobile Max is slow."]


@pytest.mark.django_db
def test_the_kept_list_is_used_and_a_change_of_it_reads_again(tell, now):
    before = naming.version()
    OwnName.objects.create(name="Lumio", aliases="Lumio Wave\n\nLumino")
    Competitor.objects.create(name="Sandra Mobile")
    assert naming.version() != before
    feedback = tell("Hi Lumio, Lumino is what Sandra Mobile is not. Sandra Miller agrees.", title="A survey")
    enrich_batch(now)
    feedback.refresh_from_db()
    assert feedback.text == "Hi Lumio, Lumino is what Sandra Mobile is not. [NAME] agrees."
    out = StringIO()
    call_command("own_names", add=["Orbit Fold"], read_again=True, stdout=out)
    told = json.loads(out.getvalue())
    assert told == {"own_names": {"Lumio": ["Lumio Wave", "Lumino"], "Orbit Fold": []}, "read_again": 1}
    assert Enrichment.objects.get().state == "PENDING"


@pytest.mark.django_db
def test_the_command_adds_once_removes_and_refuses_what_is_no_name():
    call_command("own_names", add=["Lumio", "lumio"], stdout=StringIO())
    assert OwnName.objects.count() == 1
    call_command("own_names", remove=["LUMIO"], stdout=StringIO())
    assert OwnName.objects.count() == 0
    with pytest.raises(CommandError, match="no own name"):
        call_command("own_names", remove=["Lumio"], stdout=StringIO())
    with pytest.raises(CommandError, match="at least two characters"):
        call_command("own_names", add=["?"], stdout=StringIO())


@pytest.mark.parametrize("code", codes())
def test_every_language_file_has_words_and_phrases(code):
    assert len(lexicon(code).small) > 80
    assert {"function", "introduces", "titles", "greets", "closes"} <= set(sections(code))
