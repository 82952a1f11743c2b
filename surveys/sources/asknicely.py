"""AskNicely: pages of its responses API."""

from collections.abc import Mapping
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, moment, number, required_moment, said, text
from insights.intake.record import ChannelName, CustomerRecord, Excluded, FeedbackRecord, ScoreRecord, Translation
from insights.intake.source import BadRecord, Option
from surveys.answers import words
from surveys.columns import JSON_LINK_OPTIONS, linked
from surveys.json_source import JsonSource
from surveys.labels import Scale

_SCALES = {"nps": Scale("NPS", 0, 10), "csat": Scale("CSAT", 1, 5), "5star": Scale("CSAT", 1, 5)}
_CHANNELS: dict[str, ChannelName] = {"email": "EMAIL", "sms": "SMS", "web": "WEB", "link": "WEB", "app": "APP"}
_KEPT = ("status", "sfcaseid", "sfcontactid", "sfaccountid", "answerlabel", "deliverymethod")


def _from_response(response: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return a response as feedback. Raises BadRecord."""
    if "question" in response:
        response = _in_words_of_the_api(response)
    answered = {name: response.get(name) for name in ("responded", "opened", "sent", "created")}
    times = {name: value for name, value in answered.items() if text(value) not in ("", "0")}
    if "responded" not in times and not said(response.get("answer")):
        return Excluded("Survey sent, not answered")
    at = required_moment(times, "responded", "created", "sent")
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=identifier(response, "response_id"),
            occurred_at=at,
            revision=microseconds(moment(response, "updated") or at),
            channel=_CHANNELS.get(text(response.get("deliverymethod")).lower(), "EMAIL"),
            customer=_person(response),
            survey=options.get("survey", "") or f"AskNicely {text(response.get('question_type')).lower()}".strip(),
            text=words(response.get("comment")) if said(response.get("comment")) else "",
            scores=_scores(response),
            about=linked(response, options),
            attributes={name: text(response[name]) for name in _KEPT if name in response and said(response[name])},
        ),
    )


def _in_words_of_the_api(call: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a webhook tells of a person and a question as one response; its score is an NPS unless said."""
    person, question = mapping(call, "person"), mapping(call, "question")
    return {
        "question_type": "nps",
        **{name: person.get(name) for name in ("email", "name", "segment")},
        **question,
        "person_id": person.get("id"),
        "response_id": question.get("id"),
        "answer": question.get("score"),
    }


def _scores(response: Mapping[str, Any]) -> tuple[ScoreRecord, ...]:
    value = number(response, "answer")
    kind = text(response.get("question_type")).lower()
    if value is None:
        return ()
    scale = _SCALES.get(kind)
    if scale is None:
        raise BadRecord(f"question_type is '{kind[:40]}', which is none of {', '.join(_SCALES)}.", "question_type")
    return (
        ScoreRecord(
            measure=scale.measure, question=kind, value=value, scale_minimum=scale.minimum, scale_maximum=scale.maximum,
            label=text(response.get("answerlabel")),
        ),
    )  # fmt: skip


def _person(response: Mapping[str, Any]) -> CustomerRecord | None:
    ids = [text(response.get(name)) for name in ("person_id", "contact_id") if said(response.get(name))]
    found = CustomerRecord(
        vendor_ids=tuple(dict.fromkeys(ids)),
        email=text(response.get("email")) if said(response.get("email")) else "",
        names=(text(response["name"]),) if said(response.get("name")) else (),
        segment=text(response["segment"]) if said(response.get("segment")) else None,
    )
    return None if found == CustomerRecord() else found


ASKNICELY = JsonSource(
    key="asknicely",
    label="AskNicely",
    reads="Pages of responses of AskNicely's API, and calls of its webhook.",
    identity="The response_id (of a webhook the question's id); the time of the answer is the revision.",
    translate=_from_response,
    marks=((b'"response_id"', b'"question_type"', b'"answer"'), (b'"person"', b'"question"', b'"deliverymethod"')),
    options=(*JSON_LINK_OPTIONS, Option(name="survey", question="What is the survey called?")),
    lists=("data",),
    record_has=(("response_id", "answer"), ("person", "question")),
)
