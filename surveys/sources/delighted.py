"""Delighted: responses of its API, as pages, lists or lines of a warehouse tool."""

from collections.abc import Mapping
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, members, moment, number, required_moment, said, text
from insights.intake.record import CustomerRecord, FeedbackRecord, ScoreRecord, Translation
from insights.intake.source import BadRecord, Option
from surveys.answers import Verbatim, told, words
from surveys.columns import JSON_LINK_OPTIONS, linked
from surveys.json_source import JsonSource
from surveys.labels import Scale
from surveys.scales import declared

_SCALES = {
    "nps": Scale("NPS", 0, 10), "csat": Scale("CSAT", 1, 5), "5star": Scale("CSAT", 1, 5), "emoji": Scale("CSAT", 1, 5),
    "thumbs": Scale("CSAT", 0, 1), "pmf": Scale("OTHER", 1, 3),
}  # fmt: skip


def _from_response(response: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return a response as feedback. Raises BadRecord."""
    kind = text(response.get("survey_type")).lower()
    at = required_moment(response, "created_at")
    properties = mapping(response, "person_properties")
    written = [Verbatim("comment", "", words(response.get("comment"))), *_more(response)]
    written_text, about_text = told(written)
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=identifier(response, "id"),
            occurred_at=at,
            revision=microseconds(moment(response, "updated_at") or at),
            channel="EMAIL" if text(properties.get("Delighted Source")).lower() in ("email", "") else "WEB",
            customer=_person(response),
            survey=options.get("survey", "") or f"Delighted {kind}",
            text=written_text,
            scores=_scores(response, kind, options),
            about=linked(properties, options),
            attributes={
                **{name: value for name, value in properties.items() if said(value)},
                **_tags(response),
                **about_text,
            },
        ),
    )


def _scores(response: Mapping[str, Any], kind: str, options: Mapping[str, str]) -> tuple[ScoreRecord, ...]:
    value = number(response, "score")
    if value is None:
        return ()
    scale = declared("ces", options.get("ces_scale") or "CES:1:5") if kind == "ces" else _SCALES.get(kind)
    if scale is None:
        raise BadRecord(f"survey_type is '{kind[:40]}', which is none of ces, {', '.join(_SCALES)}.", "survey_type")
    return (
        ScoreRecord(
            measure=scale.measure, question=kind, value=value, scale_minimum=scale.minimum, scale_maximum=scale.maximum,
            higher_is_better=scale.higher_is_better and kind != "pmf",
        ),
    )  # fmt: skip


def _person(response: Mapping[str, Any]) -> CustomerRecord | None:
    """Return the person, who is an id or, where it was asked for, an object."""
    person = response.get("person")
    if isinstance(person, dict):
        names = (text(person.get("name")),) if said(person.get("name")) else ()
        return CustomerRecord(
            email=text(person.get("email")), phone=text(person.get("phone_number")), names=names,
            vendor_ids=(text(person.get("id")),) if said(person.get("id")) else (),
        )  # fmt: skip
    return CustomerRecord(vendor_ids=(text(person),)) if said(person) and text(person) else None


def _more(response: Mapping[str, Any]) -> list[Verbatim]:
    found = []
    for answer in members(response, "additional_answers"):
        if isinstance(answer, dict):
            question, value = mapping(answer, "question"), mapping(answer, "value")
            if isinstance(value.get("free_response"), str):
                found.append(
                    Verbatim(text(question.get("id")), words(question.get("text")), words(value["free_response"]))
                )
    return found


def _tags(response: Mapping[str, Any]) -> dict[str, Any]:
    tags = [tag for tag in members(response, "tags") if isinstance(tag, str)]
    return {"tags": tags} if tags else {}


DELIGHTED = JsonSource(
    key="delighted",
    label="Delighted",
    reads="Survey responses of the API and of webhooks: pages, lists, lines of a warehouse tool; no people or bounces.",
    identity="The response id; updated_at is the revision.",
    translate=_from_response,
    marks=(
        (b'"survey_type"', b'"person"', b'"score"'),
        (b'"survey_type"', b"delighted.com"),
        (b'"event_type"', b'"event_data"'),
    ),
    options=(
        *JSON_LINK_OPTIONS,
        Option(name="survey", question="What is the survey called?"),
        Option(name="ces_scale", question="What is the scale of effort questions?", default="CES:1:5"),
    ),
    lists=("survey_responses",),
    record_has=(("survey_type", "score"), ("survey_type", "person")),
    wrapped_in=("event_data",),
    stream="survey_responses",
    scale_options=("ces_scale",),
)
