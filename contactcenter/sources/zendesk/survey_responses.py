"""Answers to Zendesk's newer CSAT surveys: a rating of two, three or five steps, choices, and words."""

from collections.abc import Mapping
from typing import Any

from contactcenter.sources.zendesk.directory import Directory
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, members, moment, number, optional_identifier, said, text
from insights.intake.record import Excluded, FeedbackRecord, FeedbackReference, ScoreRecord, Translation
from insights.intake.source import BadRecord
from insights.intake.wording import clean, plain_text

TWICE = (
    "Zendesk writes each answer of its newer surveys into the ticket too, as good or bad. Whoever imports both counts "
    "an answer twice: leave the satisfaction ratings out of the one or the other."
)
_NOT_ANSWERED = Excluded("Survey offered, not answered")
_SURVEY = "Zendesk CSAT survey"


def from_survey_response(response: Mapping[str, Any], directory: Directory) -> Translation:
    """Return a response as a survey answer about its ticket. Raises BadRecord."""
    answers = [one for one in members(response, "answers") if isinstance(one, dict)]
    answers = [one for one in answers if text(one.get("type")).lower() != "skipped"]
    times = [at for one in answers if (at := moment(one, "created_at") or moment(one, "updated_at"))]
    changes = [at for one in answers if (at := moment(one, "updated_at"))]
    if not answers:
        return _NOT_ANSWERED
    if not times:
        raise BadRecord("No answer says when it was given (created_at).", "answers")
    ticket = _ticket(response)
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=f"survey_response:{identifier(response, 'id')}",
            occurred_at=min(times),
            revision=microseconds(max(times + changes)),
            channel="WEB",
            customer=directory.customer(response, optional_identifier(response, "responder_id")),
            survey=_SURVEY,
            journey_stage="SUPPORT",
            text="\n\n".join(words for one in answers if (words := _words(one))),
            scores=tuple(score for one in answers if (score := _score(one))),
            about=FeedbackReference(source_id=ticket) if ticket else None,
            attributes=_chosen(answers),
        ),
    )


def _ticket(response: Mapping[str, Any]) -> str:
    """Return the ticket that was asked about: as an object, or as the end of a resource name such as zen:ticket:99."""
    for one in members(response, "subjects"):
        if isinstance(one, dict) and text(one.get("type")).lower() in ("ticket", "request"):
            return optional_identifier(one, "id")
    names = [text(name).split(":") for name in members(response, "subject_zrns")]
    return next((parts[-1] for parts in names if len(parts) > 2 and parts[-2] in ("ticket", "request")), "")


def _score(answer: Mapping[str, Any]) -> ScoreRecord | None:
    """Return a rating on the scale of its question; where that is not told, good or bad as Zendesk counts it."""
    if text(answer.get("type")).lower() != "rating_scale":
        return None
    question = mapping(answer, "question")
    steps = {text(one.get("rating")): one for one in members(question, "options") if isinstance(one, dict)}
    value, category = number(answer, "rating"), text(answer.get("rating_category")).lower()
    wording = _content(question.get("headline"))
    if value is not None and len(steps) > 1:
        ends = [step for one in steps.values() if (step := number(one, "rating")) is not None]
        label = _content(steps.get(text(answer.get("rating")), {}).get("label"))
        return _rated(value, min(ends, default=value), max(ends, default=value), label, wording)
    if category not in ("good", "bad"):
        raise BadRecord("The rating tells neither the scale of its question nor whether it is good or bad.", "rating")
    return _rated(float(category == "good"), 0, 1, category, wording)


def _rated(value: float, lowest: float, highest: float, label: str, wording: str) -> ScoreRecord:
    return ScoreRecord(
        measure="CSAT", question="rating", value=value, scale_minimum=lowest, scale_maximum=highest,
        label=label[:200], wording=wording,
    )  # fmt: skip


def _words(answer: Mapping[str, Any]) -> str:
    is_open = text(answer.get("type")).lower() == "open_ended" and said(answer.get("value"))
    return clean(plain_text(text(answer["value"]))) if is_open else ""


def _chosen(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what was chosen of the questions that list their answers, under the question's words."""
    found: dict[str, Any] = {}
    for answer in answers:
        question = mapping(answer, "question")
        choices = [_choice(one) for one in members(answer, "selections") if isinstance(one, dict)]
        name = _content(question.get("headline")) or text(question.get("alias")) or "choice"
        if any(choices):
            found[name[:200]] = [choice for choice in choices if choice]
    return found


def _choice(selection: Mapping[str, Any]) -> str:
    option = mapping(selection, "option") or mapping(selection, "question_option")
    return _content(option.get("label")) or _content(selection.get("label")) or clean(text(selection.get("value")))


def _content(told: object) -> str:
    """Return a text that stands alone or in an object which says whether it is translated."""
    return clean(text(told.get("value"))) if isinstance(told, dict) else clean(text(told))
