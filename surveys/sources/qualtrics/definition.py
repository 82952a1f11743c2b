"""Qualtrics survey definitions (.qsf): questions, choices and recodes; they hold no responses."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from insights.intake.documents import items
from insights.intake.fields import mapping, members, text
from insights.intake.json_source import json_head
from insights.intake.source import Option, Unreadable
from insights.intake.wording import clean, plain_text
from surveys.definition import Asked, DefinitionReading, shown

_KINDS = {
    "TE": "free text", "DB": "no question, a text shown", "Timing": "timing", "Meta": "browser", "Slider": "a slider",
    "RO": "a ranking", "CS": "a constant sum", "FileUpload": "an upload of files", "Captcha": "a captcha",
    "SBS": "side by side", "DD": "a drill-down", "HL": "a highlighted text", "HotSpot": "a picture",
}  # fmt: skip
_SEVERAL = ("MA",)  # how the selectors begin that allow several choices


class QualtricsQsf:
    """Qualtrics survey definitions."""

    key = "qualtrics_qsf"
    label = "Qualtrics survey definition (.qsf)"
    side = "SURVEYS"
    reads = "Survey definitions (.qsf): their questions, choices and scales are reported; they hold no responses."
    identity = "Nothing is stored, so nothing can be stored twice."
    options: tuple[Option, ...] = ()

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is a Qualtrics definition."""
        plain = json_head(head)
        return 0.98 if b'"SurveyEntry"' in plain and b'"SurveyID"' in plain else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> DefinitionReading:
        """Read the whole definition. Raises Unreadable."""
        entry: Mapping[str, Any] = {}
        elements: list[Mapping[str, Any]] = []
        for item in items(file, ("SurveyElements",)):
            if isinstance(item.value, dict):
                elements += [item.value] if item.name else []
                entry = entry or mapping(item.value, "SurveyEntry")
        if not entry or not elements:
            raise Unreadable(
                "This is JSON, but no Qualtrics survey definition: SurveyEntry or SurveyElements is missing."
            )
        deleted = {question for element in elements for question in _in_the_trash(element)}
        questions = [mapping(element, "Payload") for element in elements if element.get("Element") == "SQ"]
        asked = [_asked(one) for one in questions if text(one.get("QuestionID")) not in deleted]
        name = text(entry.get("SurveyName")) or text(entry.get("SurveyID"))
        return DefinitionReading(clean(name), [one for one in asked if one.code], "responses as CSV")


def _in_the_trash(element: Mapping[str, Any]) -> Iterator[str]:
    """Yield the questions that were deleted: the definition keeps them in a block of their own."""
    payload = element.get("Payload") if element.get("Element") == "BL" else None
    blocks = payload if isinstance(payload, list) else list(payload.values()) if isinstance(payload, dict) else []
    for block in blocks:
        if isinstance(block, dict) and block.get("Type") == "Trash":
            yield from (text(one.get("QuestionID")) for one in members(block, "BlockElements") if isinstance(one, dict))


def _asked(payload: Mapping[str, Any]) -> Asked:
    code = text(payload.get("DataExportTag")) or text(payload.get("QuestionID"))
    wording = " ".join(plain_text(clean(text(payload.get("QuestionText")))).split())
    selector = text(payload.get("Selector"))
    return Asked(code, wording, _kind(payload, selector), "NPS" if selector == "NPS" else "")


def _kind(payload: Mapping[str, Any], selector: str) -> str:
    kind = text(payload.get("QuestionType"))
    if selector == "NPS":
        return "recommendation from 0 to 10"
    if kind == "MC":
        several = selector.startswith(_SEVERAL)
        return shown(_labels(payload, "Choices")).replace("one of", "several of" if several else "one of", 1)
    if kind == "Matrix":
        return f"a matrix of {len(_labels(payload, 'Choices'))} rows, {shown(_labels(payload, 'Answers'))}"
    return _KINDS.get(kind, f"a question of type {kind[:20] or 'unknown'}")


def _labels(payload: Mapping[str, Any], name: str) -> list[str]:
    """Return the choices in the order shown, with the number that an export of values writes for them."""
    found = payload.get(name)
    listed = found.items() if isinstance(found, dict) else enumerate(found, start=1) if isinstance(found, list) else ()
    by_id: dict[str, Any] = {text(key): one for key, one in listed}
    order = [text(one) for one in members(payload, "ChoiceOrder" if name == "Choices" else "AnswerOrder")]
    recodes = {text(key): text(value) for key, value in mapping(payload, "RecodeValues").items()}
    labels = []
    for key in [*(one for one in order if one in by_id), *(one for one in by_id if one not in order)]:
        one = by_id[key]
        label = " ".join(plain_text(clean(text(one.get("Display") if isinstance(one, dict) else one))).split())
        labels.append(f"{label} = {recodes[key]}" if recodes.get(key) else label)
    return labels
