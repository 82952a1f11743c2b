"""Figures about the steps, counted by hand."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from insights.enrichment.evaluation import Judged, figures
from insights.enrichment.evaluation_redaction import evaluate_redaction, hidden_spans, unmarked
from insights.intake.redaction import redact


def _run(*arguments):
    out = StringIO()
    call_command("evaluate_enrichment", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_figures_agree_with_a_count_by_hand():
    judged = [Judged("a", 0.9), Judged("b", 0.8), Judged("", 0.0), Judged("b", 0.6), Judged("b", 0.5)]
    found = figures(["a", "a", "a", "b", "b"], judged, ["a", "b"])
    assert (found["n"], found["accuracy"], found["coverage"], found["accuracy_at_coverage"]) == (5, 0.6, 0.8, 0.75)
    assert found["per_class"]["a"] == {"precision": 1.0, "recall": 0.3333, "f1": 0.5, "n": 3}
    assert found["per_class"]["b"] == {"precision": 0.6667, "recall": 1.0, "f1": 0.8, "n": 2}
    assert found["macro_f1"] == 0.65
    assert found["surest"] == {"80": 0.75, "60": 0.6667}


def test_sentiment_is_measured_from_a_file(tmp_path):
    file = tmp_path / "labelled.csv"
    file.write_text("text,label\nThis is terrible service.,negative\nLovely staff and great help!,positive\n")
    found = _run("sentiment", str(file), "--text", "text", "--label", "label")
    assert (found["n"], found["accuracy"], found["macro_f1"]) == (2, 1.0, 1.0)
    assert found["texts_per_second"] > 0


def test_language_is_measured_from_a_file(tmp_path):
    file = tmp_path / "labelled.csv"
    file.write_text("t,l\nThe engineer never came to us.,en-GB\nDer Techniker kam leider nicht.,de\nok,en\n")
    found = _run("language", str(file), "--text", "t", "--label", "l")
    assert (found["accuracy"], found["coverage"], found["accuracy_at_coverage"]) == (0.6667, 0.6667, 1.0)


def test_topics_are_learned_from_a_few_and_judged_on_the_rest(tmp_path):
    file = tmp_path / "topics.csv"
    bills = [f"My bill of {month} is too high." for month in ("May", "June", "July", "August")]
    lines = [f"The internet line is down in the {place}." for place in ("house", "office", "shop", "school")]
    file.write_text("text,topic\n" + "".join(f"{t},bill\n" for t in bills) + "".join(f"{t},line\n" for t in lines))
    arguments = ("topics", str(file), "--text", "text", "--label", "topic", "--examples", "2", "--seed", "3")
    found = _run(*arguments)
    assert (found["n"], found["accuracy"], found["top_3"]) == (4, 1.0, 1.0)
    again = _run(*arguments)
    assert {**found, "texts_per_second": 0} == {**again, "texts_per_second": 0}


def test_texts_with_several_topics_are_measured_too(tmp_path):
    file = tmp_path / "several.csv"
    lines = [f"My bill of {month} is too high.|bill" for month in ("May", "June", "July", "August", "March")]
    lines += [f"The internet line is down in the {place}.|line" for place in ("house", "office", "shop", "school")]
    lines += [f"My bill of {month} is too high. The internet line is down.|bill;line" for month in ("April", "October")]
    lines += ["It rained all day.|", "We had soup for lunch.|", "The train to Rome was red.|"]
    file.write_text("text,topics\n" + "".join(line.replace("|", ",") + "\n" for line in lines))
    arguments = ("topics", str(file), "--text", "text", "--label", "topics", "--separator", ";", "--share", "0.5")
    found = _run(*arguments)
    assert (found["n"], found["topics"]) == (7, 2)
    assert found["score_0.3"]["precision"] == 1.0
    assert set(found["shown"]) == {"precision", "recall", "micro_f1", "macro_f1"}
    with pytest.raises(CommandError, match="nothing to learn or to judge"):
        _run(*arguments[:-1], "1")


def test_redaction_is_measured_on_marked_texts():
    texts = ["Write to <EMAIL>ann@example.org</EMAIL> please", "I am <PERSON>Ann Lee</PERSON>, hello"]
    found = evaluate_redaction(texts, redact)
    assert (found["spans"], found["recall"], found["precision"]) == (2, 0.5, 1.0)
    assert found["per_class"] == {"EMAIL": {"recall": 1.0, "n": 1}, "PERSON": {"recall": 0.0, "n": 1}}


def test_what_is_hidden_without_being_marked_costs_precision():
    found = evaluate_redaction(["a <X>b</X> c", "d e"], lambda text: text.replace("b", "[B]").replace("e", "[E]"))
    assert (found["recall"], found["precision"]) == (1.0, 0.5)


def test_spans_are_found_again_around_markers():
    plain, marked = unmarked("a <X>bb</X> c <Y>dd</Y>")
    assert (plain, [(span.start, span.end, span.kind) for span in marked]) == ("a bb c dd", [(2, 4, "X"), (7, 9, "Y")])
    assert [(span.start, span.end) for span in hidden_spans(plain, "a [X] c [Y]")] == [(2, 4), (7, 9)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("mood", "x.csv", "--text", "a"),
            "There is no task 'mood'. There are: sentiment, topics, complaint, idea, language, redaction.",
        ),
        (("sentiment", "x.csv", "--text", "a"), "needs --label"),
        (("sentiment", "missing.csv", "--text", "a", "--label", "b"), "There is no file"),
        (("sentiment", "{file}", "--text", "words", "--label", "label"), "has no column 'words'. It has: text, label"),
        (("sentiment", "{file}", "--text", "text", "--label", "label"), "Sentiment labels are negative, neutral"),
    ],
)
def test_a_wrong_question_is_told_in_words(tmp_path, arguments, words):
    file = tmp_path / "file.csv"
    file.write_text("text,label\nhello there,happy\n")
    with pytest.raises(CommandError) as told:
        call_command("evaluate_enrichment", *(part.format(file=file) for part in arguments))
    assert words in str(told.value)
