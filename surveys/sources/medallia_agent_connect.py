"""Medallia Agent Connect (Stella Connect): answers that customers give about one agent and one contact."""

from collections.abc import Mapping
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, members, moment, number, required_moment, said, text, yes_or_no
from insights.intake.record import (
    ChannelName,
    CustomerRecord,
    Excluded,
    FeedbackRecord,
    FeedbackReference,
    ScoreRecord,
    Translation,
)  # fmt: skip
from surveys.answers import Verbatim, told, words
from surveys.columns import LINK_SOURCE_OPTIONS, SCORE_OPTION, declared_for, reference
from surveys.json_source import JsonSource
from surveys.scales import scored

_CHANNELS: dict[str, ChannelName] = {
    "phone": "VOICE", "voice": "VOICE", "call": "VOICE", "chat": "CHAT", "email": "EMAIL", "sms": "SMS",
    "social": "SOCIAL",
}  # fmt: skip


def _from_request(request: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return an answered request as feedback. Raises BadRecord."""
    answered = moment(request, "response_received_at")
    if answered is None:
        return Excluded("Survey sent, not answered")
    employee, leader = mapping(request, "employee"), mapping(request, "team_leader")
    answers = [one for one in _answers(request) if isinstance(one, dict)]
    written, about_text = told(
        Verbatim(text(one.get("question_id")), words(one.get("question_text")), words(one.get("comment")))
        for one in answers
        if said(one.get("comment"))
    )
    sent = moment(request, "request_sent_at")
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=identifier(request, "uuid"),
            occurred_at=required_moment(request, "response_received_at"),
            revision=microseconds(answered),
            channel=_CHANNELS.get(text(request.get("channel")).lower(), "OTHER"),
            customer=_customer(mapping(request, "customer"), employee),
            survey=text(request.get("survey_name")) or text(request.get("survey_id")),
            journey_stage="SUPPORT",
            team=text(leader.get("custom_id")),
            agent=text(employee.get("custom_id")),
            language=text(request.get("language")).lower(),
            text=written,
            scores=tuple(score for one in answers for score in _scores(one, options)),
            about=_contact(request, options),
            attributes={
                **{name: one for name, one in mapping(request, "custom_properties").items() if said(one)},
                **({"sent_at": sent.isoformat()} if sent else {}),
                **({"is_recovery": True} if yes_or_no(request, "is_recovery") else {}),
                **about_text,
            },
        ),
    )


def _answers(request: Mapping[str, Any]) -> list[Any]:
    """Return the answers; one alone may stand without its list."""
    return [request["answers"]] if isinstance(request.get("answers"), dict) else members(request, "answers")


def _scores(answer: Mapping[str, Any], options: Mapping[str, str]) -> list[ScoreRecord]:
    """Return the chosen numbers where people declared what the question measures."""
    question, wording = text(answer.get("question_id")), words(answer.get("question_text"))
    scale = declared_for(options, (question,), wording)
    chosen = answer.get("selected_options")
    found = []
    for one in chosen if isinstance(chosen, list) else [chosen]:
        if scale is not None and isinstance(one, dict) and number(one, "integer_value") is not None:
            score = scored(scale, question, text(one["integer_value"]), wording=wording)
            found += [score] if score is not None else []
    return found[:1]


def _contact(request: Mapping[str, Any], options: Mapping[str, str]) -> FeedbackReference | None:
    told = options.get("link_source", ""), options.get("link_account", "")
    return reference(text(request.get("ext_interaction_id")), *told)


def _customer(customer: Mapping[str, Any], employee: Mapping[str, Any]) -> CustomerRecord | None:
    names = (customer.get("full_name"), employee.get("first_name"), employee.get("last_name"))
    found = CustomerRecord(
        customer_number=text(customer.get("custom_id")),
        email=text(customer.get("email")),
        names=tuple(text(name) for name in names if said(name)),
    )
    return None if found == CustomerRecord() else found


MEDALLIA_AGENT_CONNECT = JsonSource(
    key="medallia_agent_connect",
    label="Medallia Agent Connect",
    reads="Feedback of the data return API (version 2), single, listed or as lines.",
    identity="The request's uuid; the time of the answer is the revision.",
    translate=_from_request,
    marks=((b'"ext_interaction_id"', b'"sequence_id"'),),
    options=(SCORE_OPTION, *LINK_SOURCE_OPTIONS),
    lists=("data", "feedback", "results"),
    record_has=(("uuid", "sequence_id"),),
    sureness=0.95,
)
