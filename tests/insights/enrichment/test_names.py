"""Names of people leave the texts, and the facts with them; other words stay."""

import csv
import io
from pathlib import Path

import pytest

from insights.enrichment import names, naming, pipeline
from insights.enrichment.evaluation_redaction import evaluate_redaction
from insights.enrichment.names import hide_in_conversation, hide_names
from insights.intake.redaction import redact
from insights.models import Enrichment, Feedback

LINES = Path(__file__).parent / "texts" / "redaction_lines.csv"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Hi, this is Maria from support.", "Hi, this is [NAME] from support."),
        ("my name is john smith", "my name is [NAME]"),
        ("Dear Mrs. Abernathy,\nwhere is it?", "Dear [NAME],\nwhere is it?"),
        ("It failed.\nKind regards,\nJan van der Berg", "It failed.\nKind regards,\n[NAME]"),
        ("I spoke to Sarah O'Connor yesterday.", "I spoke to [NAME] yesterday."),
        ("Sandra's answer was wrong.", "[NAME]'s answer was wrong."),
    ],
)
def test_names_are_hidden(text, hidden):
    assert hide_names(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "Will you bill me in May?",
        "Grant me access, please.",
        "My Visa card was declined in Paris.",
        "I may mark the order as paid, just hope it works.",
        "The iPhone and the MacBook work with JetBlue WiFi.",
        "@JetBlue why is the flight to San Diego late?",
        "[EMAIL] wrote to [NAME] about [PHONE]",
        "",
    ],
)
def test_words_that_are_no_names_stay(text):
    assert hide_names(text) == text


def test_hiding_again_changes_nothing():
    for row in csv.DictReader(io.StringIO(LINES.read_text(encoding="utf-8"))):
        once = hide_names(row["text"])
        assert hide_names(once) == once


def test_an_answer_to_the_question_for_a_name_is_one_in_any_spelling():
    hidden = hide_in_conversation(
        ["May I have your full name please?", "crystal minh", "Thanks. Anything else?", "no thanks"],
        ["AGENT", "CUSTOMER", "AGENT", "CUSTOMER"],
    )
    assert hidden[1] == "[NAME]"
    assert hidden[3] == "no thanks"


def test_the_agent_of_the_contact_is_known_by_name():
    hidden = hide_in_conversation(
        ["so kwabena said it ships today", "kwabena again"], ["CUSTOMER"] * 2, ["Kwabena Osei"]
    )
    assert hidden == ["so [NAME] said it ships today", "[NAME] again"]


def test_a_team_is_no_person():
    assert hide_in_conversation(["The support team was great"], ["CUSTOMER"], ["Support Team"]) == [
        "The support team was great"
    ]


def test_what_one_turn_gives_away_is_hidden_in_all():
    hidden = hide_in_conversation(
        ["My name is Xochiquetzal Vantongeren.", "Order for Vantongeren, please"], ["CUSTOMER", "CUSTOMER"]
    )
    assert "Vantongeren" not in " ".join(hidden)


@pytest.mark.django_db
def test_the_stored_facts_are_rewritten_before_anything_is_read(tell, now):
    feedback = tell(
        "I am Sandra Miller and it is late.",
        kind="CONTACT",
        title="From Sandra Miller",
        agent="Piotr Zielinski",
        attributes={"note": "Call Sandra Miller back", "plan": "Gold"},
        turns=[("CUSTOMER", "This is Sandra Miller."), ("AGENT", "Hello Sandra, Piotr here.")],
    )
    pipeline.enrich_batch(now)
    feedback.refresh_from_db()
    stored = " ".join(
        [feedback.title, feedback.text, str(feedback.attributes), *feedback.turns.values_list("text", flat=True)]
    )
    assert not any(name in stored for name in ("Sandra", "Miller", "Piotr"))
    assert feedback.attributes["plan"] == "Gold"
    row = Enrichment.objects.get()
    assert (row.state, row.versions["names"]) == ("DONE", naming.version())


@pytest.mark.django_db
def test_the_companys_title_of_a_survey_stays(tell, now):
    feedback = tell("All fine with Sandra.", title="Martha Stewart study")
    pipeline.enrich_batch(now)
    feedback.refresh_from_db()
    assert (feedback.title, feedback.text) == ("Martha Stewart study", "All fine with [NAME].")


@pytest.mark.django_db
def test_a_text_whose_names_cannot_be_looked_for_waits_and_stays_hidden(tell, now, monkeypatch):
    bad, good = tell("poison Sandra"), tell("Thanks Sandra, it arrived.")
    real = names.name_pieces

    def look(text, *told):
        if "poison" in text:
            raise ValueError("cannot look")
        return real(text, *told)

    monkeypatch.setattr(names, "name_pieces", look)
    pipeline.enrich_batch(now)
    row = Enrichment.objects.get(pk=bad.pk)
    assert (row.state, row.attempts, row.error, row.versions) == ("PENDING", 1, "ValueError: cannot look", {})
    assert Feedback.objects.get(pk=bad.pk).text == "poison Sandra"
    assert Enrichment.objects.get(pk=good.pk).state == "DONE"


def test_the_goals_are_reached_on_contact_center_lines():
    texts = [row["text"] for row in csv.DictReader(io.StringIO(LINES.read_text(encoding="utf-8")))]
    found = evaluate_redaction(texts, lambda text: hide_names(redact(text)))
    assert found["per_class"]["PERSON"]["recall"] >= 0.95
    assert found["precision"] >= 0.9
