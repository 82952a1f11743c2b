"""A LimeSurvey definition (.lss): tables as XML, of which the questions, their options and their words are read."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from insights.intake.source import Unreadable
from insights.intake.wording import clean, plain_text
from surveys.definition import Asked, DefinitionReading, shown

MOST_ROWS = 200_000
_WANTED = frozenset({
    "questions", "subquestions", "question_l10ns", "answers", "answer_l10ns", "surveys", "surveys_languagesettings",
})  # fmt: skip
# What the letter of a type means; None is answered with the options that the definition lists.
_KINDS: dict[str, str | None] = {
    "5": "a choice from 1 to 5", "A": "an array from 1 to 5", "B": "an array from 1 to 10", "Y": "yes or no",
    "C": "an array of yes, uncertain and no", "E": "an array of increase, same and decrease", "G": "gender",
    "D": "a date", "N": "a number", "K": "several numbers", "S": "a short text", "T": "a long text", "U": "a long text",
    "Q": "several short texts", ":": "an array of numbers", ";": "an array of texts", "X": "no question, a text shown",
    "*": "an equation", "|": "an upload of files", "I": "the language", "M": "several choices",
    "P": "several choices with comments", "R": "a ranking", "L": None, "!": None, "O": None, "F": None, "H": None,
    "1": None,
}  # fmt: skip
_SCALES = {"5": "1:5", "A": "1:5", "B": "1:10"}


def definition_in(file: BinaryIO) -> DefinitionReading:
    """Return the definition that `file` holds. Raises Unreadable."""
    tables: dict[str, list[dict[str, str]]] = {name: [] for name in _WANTED}
    for count, (table, row) in enumerate(_rows(file)):
        if count >= MOST_ROWS:
            raise Unreadable(f"The definition has more than {MOST_ROWS} rows; that is no survey.")
        if table in tables:
            tables[table].append(row)
    if not tables["questions"]:
        raise Unreadable("This is XML, but no definition of a LimeSurvey survey (.lss): it has no questions.")
    asked = list(_asked(tables))
    languages = tables["surveys_languagesettings"]
    title = languages[0].get("surveyls_title", "") if languages else ""
    reading = DefinitionReading(title or _survey_id(tables), asked, "responses as CSV")
    scales = [one.code for one in asked if one.kind.endswith(tuple(_KINDS[letter] or "" for letter in _SCALES))]
    if scales:
        reading.notices.append(
            f"{', '.join(scales[:40])} are answered with numbers on a scale. What they measure is not said: declare "
            f"it with the responses, for example score.{scales[0]}=CSAT:1:5."
        )
    return reading


def _rows(file: BinaryIO) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (table, row) as they come. Entities and references to elsewhere are refused, not followed."""
    way: list[Any] = []
    try:
        for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                way.append(element)
                if len(way) > 100:
                    raise Unreadable("The XML nests deeper than any survey does.")
                continue
            way.pop()
            if element.tag == "row" and len(way) == 3:
                yield str(way[1].tag), {str(one.tag): (one.text or "").strip() for one in element}
            if len(way) in (2, 3):
                way[-1].remove(element)
    except DefusedXmlException:
        raise Unreadable(
            "The XML declares a document type or entities. LimeSurvey never does; it was refused."
        ) from None
    except (ParseError, UnicodeError, ValueError, LookupError) as broken:
        raise Unreadable(f"This is no complete XML ({broken}). Was the file cut off?") from None


def _survey_id(tables: dict[str, list[dict[str, str]]]) -> str:
    return tables["surveys"][0].get("sid", "") if tables["surveys"] else ""


def _asked(tables: dict[str, list[dict[str, str]]]) -> Iterator[Asked]:
    """Yield the questions in their first language; those of one survey may stand there once per language."""
    words = _first_by(tables["question_l10ns"], "qid", "question")
    options = _options(tables)
    told: set[str] = set()
    for row in [one for one in tables["questions"] if one.get("parent_qid", "0") in ("", "0")]:
        code = row.get("title", "")
        if not code or row.get("qid", "") in told:
            continue
        told.add(row.get("qid", ""))
        wording = " ".join(plain_text(clean(row.get("question") or words.get(row.get("qid", ""), ""))).split())
        kind = _KINDS.get(row.get("type", ""), f"a type '{row.get('type', '')[:5]}' that we do not know")
        yield Asked(code, wording, shown(options.get(row.get("qid", ""), [])) if kind is None else kind)


def _options(tables: dict[str, list[dict[str, str]]]) -> dict[str, list[str]]:
    words = _first_by(tables["answer_l10ns"], "aid", "answer")
    found: dict[str, dict[tuple[str, str], str]] = {}
    for row in sorted(tables["answers"], key=_place):
        label = plain_text(clean(row.get("answer") or words.get(row.get("aid", ""), ""))) or row.get("code", "")
        of_question = found.setdefault(row.get("qid", ""), {})
        of_question.setdefault((row.get("scale_id", ""), row.get("code", "")), " ".join(label.split()))
    return {question: list(labels.values()) for question, labels in found.items()}


def _place(row: dict[str, str]) -> int:
    place = row.get("sortorder", "")
    return int(place) if place.isascii() and place.isdigit() and len(place) < 10 else 0


def _first_by(rows: list[dict[str, str]], key: str, value: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        if row.get(value):
            found.setdefault(row.get(key, ""), row[value])
    return found
