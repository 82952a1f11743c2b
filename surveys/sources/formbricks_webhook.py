"""Formbricks: webhooks of responses as they are created, grow and finish."""

from collections.abc import Iterator, Mapping
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, members, moment, required_moment, said, text
from insights.intake.record import CustomerRecord, Excluded, FeedbackRecord, ScoreRecord, Translation
from insights.intake.source import Option
from surveys.answers import Verbatim, told, words
from surveys.columns import JSON_LINK_OPTIONS, SCORE_OPTION, declared_for, linked
from surveys.json_source import JsonSource
from surveys.scales import scored

_NO_ANSWERS = frozenset({"clicked", "dismissed", "accepted", "consented", ""})


def _from_event(event: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return the response as it stood at this event: it is told whole each time. Raises BadRecord."""
    response = mapping(event, "data") if "event" in event else event
    created = required_moment(response, "createdAt")
    answers = {name: value for name, value in mapping(response, "data").items() if not _is_no_answer(value)}
    if text(event.get("event")) == "responseDeleted":
        return Excluded("Deleted response")
    scores = dict(_scores(answers, options))
    texts = [Verbatim(name, "", words(one)) for name, one in answers.items() if _is_written(name, one, scores)]
    written, about_text = told(texts)
    apart = {*scores, *(one.question for one in texts)}
    fields = {**mapping(response, "contactAttributes"), **mapping(response, "variables"), **answers}
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=identifier(response, "id"),
            occurred_at=created,
            revision=microseconds(moment(response, "updatedAt") or created),
            channel="WEB",
            customer=_customer(response),
            survey=text(mapping(response, "survey").get("title")) or text(response.get("surveyId")),
            language=text(response.get("language")).lower() if text(response.get("language")) != "default" else "",
            text=written,
            scores=tuple(scores.values()),
            about=linked(fields, options),
            attributes={
                **{
                    name: one
                    for name, one in fields.items()
                    if name not in apart and said(one) and "mail" not in name.lower()
                },
                "finished": response.get("finished") is True,
                **_tags(response),
                **about_text,
            },
        ),
    )


def _is_no_answer(value: object) -> bool:
    return not said(value) or value in ([], {}) or (isinstance(value, str) and value.lower() in _NO_ANSWERS)


def _is_written(name: str, value: object, scores: Mapping[str, ScoreRecord]) -> bool:
    """Say whether an answer was written: several words, for the webhook does not tell a choice from a text."""
    return name not in scores and isinstance(value, str) and len(value.split()) >= 4


def _scores(answers: Mapping[str, Any], options: Mapping[str, str]) -> Iterator[tuple[str, ScoreRecord]]:
    for name, value in answers.items():
        scale = declared_for(options, (name,))
        score = scored(scale, name, text(value)) if scale is not None else None
        if score is not None:
            yield name, score


def _customer(response: Mapping[str, Any]) -> CustomerRecord | None:
    contact, told_of = mapping(response, "contact"), mapping(response, "contactAttributes")
    names = tuple(text(told_of.get(name)) for name in ("firstName", "lastName", "name") if said(told_of.get(name)))
    found = CustomerRecord(
        vendor_ids=(text(contact.get("id")),) if said(contact.get("id")) else (),
        customer_number=text(told_of.get("userId") or contact.get("userId")),
        email=text(told_of.get("email")),
        names=names,
    )
    return None if found == CustomerRecord() else found


def _tags(response: Mapping[str, Any]) -> dict[str, Any]:
    tags = [text(one.get("name")) if isinstance(one, dict) else text(one) for one in members(response, "tags")]
    return {"tags": [tag for tag in tags if tag]} if any(tags) else {}


FORMBRICKS_WEBHOOK = JsonSource(
    key="formbricks_webhook",
    label="Formbricks webhook",
    reads="The events responseCreated, responseUpdated and responseFinished.",
    identity="The response id; updatedAt is the revision, so the latest event stands.",
    translate=_from_event,
    marks=((b'"webhookId"', b'"surveyId"'), (b'"responseCreated"',), (b'"responseUpdated"',), (b'"responseFinished"',)),
    options=(SCORE_OPTION, *JSON_LINK_OPTIONS, Option(name="survey", question="What is the survey called?")),
    record_has=(("event", "data"), ("surveyId", "data")),
    sureness=0.9,
)
