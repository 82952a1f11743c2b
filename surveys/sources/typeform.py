"""Typeform: webhooks and items of the Responses API, which tell an answer in the same words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, members, required_moment, said, text
from insights.intake.record import CustomerRecord, Excluded, FeedbackRecord, ScoreRecord, Translation
from insights.intake.source import BadRecord, Option
from surveys.answers import Verbatim, told, words
from surveys.columns import JSON_LINK_OPTIONS, SCORE_OPTION, declared_for, linked
from surveys.json_source import JsonSource
from surveys.labels import Scale
from surveys.scales import asks_whether_solved

_RECALL = re.compile(r"\{\{[^{}]*\}\}")
_NAME = re.compile(r"\b(first|last|full|your|sur|nach|vor)\s*-?name\b|\bname\b.{0,12}$", re.IGNORECASE)
_WRITTEN = frozenset({"text", "short_text", "long_text"})

_NEVER = "0001-"  # the time at which a partial answer was sent
_OF_THE_PERSON = {
    "email": "email", "e-mail": "email", "mail": "email", "phone": "phone_number", "phone_number": "phone_number",
    "name": "name", "first_name": "name", "firstname": "name", "full_name": "name",
}  # fmt: skip


class _Answer:
    """One answer: its question and its value, which stands under the key that its type names."""

    def __init__(self, answer: Mapping[str, Any], questions: Mapping[str, Mapping[str, Any]]) -> None:
        field = mapping(answer, "field")
        known = questions.get(text(field.get("id")), {})
        self.names = tuple(name for name in (text(field.get("id")), text(field.get("ref"))) if name)
        self.wording = " ".join(_RECALL.sub("…", text(known.get("title")) or text(field.get("title"))).split())
        self.question = self.wording or (self.names[-1] if self.names else "")
        self.asked_as = text(field.get("type") or known.get("type"))
        self.properties = mapping(known, "properties")
        self.kind = text(answer.get("type"))
        self.value = answer.get(self.kind)


def _from_webhook(event: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return the answer that a webhook delivers. Raises BadRecord."""
    return _from_response(mapping(event, "form_response"), options)


def _from_response(response: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return a response as feedback. Raises BadRecord."""
    definition = mapping(response, "definition")
    questions = {text(one.get("id")): one for one in members(definition, "fields") if isinstance(one, dict)}
    answers = [_Answer(one, questions) for one in members(response, "answers") if isinstance(one, dict)]
    is_sent = said(response.get("submitted_at")) and not text(response["submitted_at"]).startswith(_NEVER)
    if not answers and not is_sent:
        return Excluded("Opened, not answered")
    at = required_moment(response, "submitted_at" if is_sent else "landed_at")
    identity = next((name for name in ("token", "response_id", "landing_id") if said(response.get(name))), "token")
    hidden = mapping(response, "hidden")
    written, about_text = told(
        Verbatim(one.question, one.wording, words(one.value)) for one in answers if _is_written(one)
    )
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=identifier(response, identity),
            occurred_at=at,
            revision=microseconds(at),
            channel="WEB",
            customer=_customer(answers, hidden),
            survey=options.get("survey", "") or text(definition.get("title")) or text(response.get("form_id")),
            text=written,
            scores=tuple(score for one in answers if (score := _score(one, options)) is not None),
            about=linked(hidden, options),
            customer_says_solved=_solved(answers),
            attributes={
                **dict(_chosen(answers)),
                **{k: v for k, v in hidden.items() if said(v) and k.lower() not in _OF_THE_PERSON},
                **about_text,
                **({} if is_sent else {"finished": False}),
            },
        ),
    )


def _is_written(answer: _Answer) -> bool:
    return answer.kind in ("text", "multi_format") and isinstance(answer.value, str) and not _is_name(answer)


def _is_name(answer: _Answer) -> bool:
    return answer.asked_as == "short_text" and bool(_NAME.search(answer.wording))


def _customer(answers: list[_Answer], hidden: Mapping[str, Any]) -> CustomerRecord | None:
    told = {kind: text(value) for name, value in hidden.items() if (kind := _OF_THE_PERSON.get(name.lower()))}
    found = told | {one.kind: text(one.value) for one in reversed(answers) if one.kind in ("email", "phone_number")}
    names = tuple(text(one.value) for one in answers if _is_name(one) and text(one.value))
    names += (told["name"],) if told.get("name") else ()
    customer = CustomerRecord(email=found.get("email", ""), phone=found.get("phone_number", ""), names=names)
    return None if customer == CustomerRecord() else customer


def _score(answer: _Answer, options: Mapping[str, str]) -> ScoreRecord | None:
    """Return the score of a number: as declared, as the NPS field it is, or on the scale that its properties tell."""
    if answer.kind != "number" or isinstance(answer.value, bool) or not isinstance(answer.value, int | float):
        return None
    scale = declared_for(options, answer.names, answer.wording) or _own_scale(answer)
    if scale is None:
        return None
    if not scale.minimum <= answer.value <= scale.maximum:
        raise BadRecord(
            f"{scale.measure} goes from {scale.minimum:g} to {scale.maximum:g} here, and the answer is {answer.value}.",
            answer.question,
        )
    return ScoreRecord(
        measure=scale.measure, question=answer.names[-1] if answer.names else answer.question[:200],
        value=float(answer.value), scale_minimum=scale.minimum, scale_maximum=scale.maximum,
        higher_is_better=scale.higher_is_better, wording=answer.wording,
    )  # fmt: skip


def _own_scale(answer: _Answer) -> Scale | None:
    if answer.asked_as == "nps":
        return Scale("NPS", 0, 10)
    steps = answer.properties.get("steps")
    if answer.asked_as not in ("opinion_scale", "rating") or not isinstance(steps, int) or steps < 2:
        return None
    lowest = 1 if answer.asked_as == "rating" or answer.properties.get("start_at_one") else 0
    return Scale("OTHER", lowest, lowest + steps - 1)


def _solved(answers: list[_Answer]) -> bool | None:
    for one in answers:
        if one.kind == "boolean" and isinstance(one.value, bool) and asks_whether_solved(one.wording, ("yes",)):
            return one.value
    return None


def _chosen(answers: list[_Answer]) -> Iterator[tuple[str, Any]]:
    for one in answers:
        if one.kind == "choice" and isinstance(one.value, dict):
            yield one.question, text(one.value.get("label") or one.value.get("other"))
        elif one.kind == "choices" and isinstance(one.value, dict):
            yield (
                one.question,
                [*members(one.value, "labels"), *([one.value["other"]] if said(one.value.get("other")) else [])],
            )
        elif one.kind in ("number", "boolean", "date") and said(one.value):
            yield one.question, one.value


_OPTIONS = (
    SCORE_OPTION,
    *JSON_LINK_OPTIONS,
    Option(name="survey", question="What is the survey called, if not as its definition or form says?"),
)
TYPEFORM_WEBHOOK = JsonSource(
    key="typeform_webhook",
    label="Typeform webhook",
    reads="What Typeform posts when a form was answered, with or without the form's definition.",
    identity="The response token; a repeated delivery (another event_id) is the same answer.",
    translate=_from_webhook,
    marks=((b'"form_response"', b'"answers"'),),
    options=_OPTIONS,
    record_has=(("form_response",),),
    sureness=0.95,
)
TYPEFORM_API = JsonSource(
    key="typeform_api",
    label="Typeform Responses API",
    reads="Pages and items of the Responses API, or lines of a warehouse tool.",
    identity="The response token.",
    translate=_from_response,
    marks=((b'"landing_id"', b'"answers"'), (b'"landing_id"', b'"landed_at"')),
    options=_OPTIONS,
    lists=("items",),
    record_has=(("landing_id",), ("token", "answers")),
    stream="responses",
    sureness=0.9,
)
