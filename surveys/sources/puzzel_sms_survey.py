"""Puzzel: answers to the SMS that asks after a call."""

from collections.abc import Mapping
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import identifier, moment, number, optional_identifier, required_moment, said, text
from insights.intake.record import CustomerRecord, Excluded, FeedbackRecord, ScoreRecord, Translation
from insights.intake.source import Option
from surveys.answers import words
from surveys.columns import JSON_LINK_OPTIONS, linked
from surveys.json_source import JsonSource
from surveys.scales import declared

_EXTRAS = 5


def _from_answer(answer: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return an answer as feedback. Raises BadRecord."""
    if not said(answer.get("rating")) and not said(answer.get("response")):
        return Excluded("Survey sent, not answered")
    sent = required_moment(answer, "smsSentDate", "updated")
    changed = moment(answer, "updated") or sent
    extras = _extras(answer)
    name = text(answer.get("name"))
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=identifier(answer, "id"),
            occurred_at=changed,
            revision=microseconds(changed),
            channel="SMS",
            customer=CustomerRecord(phone=text(answer.get("msisdn")), names=(name,) if said(name) else ()),
            survey=options.get("survey", "") or f"Puzzel {optional_identifier(answer, 'surveyid') or 'SMS survey'}",
            journey_stage="SUPPORT",
            queue=text(answer.get("queue")),
            team=text(answer.get("team")),
            agent=text(answer.get("agentid")),
            text=_written(answer),
            scores=_scores(answer, options),
            about=linked(extras, options),
            attributes={**extras, "sms_sent_at": sent.isoformat()},
        ),
    )


def _scores(answer: Mapping[str, Any], options: Mapping[str, str]) -> tuple[ScoreRecord, ...]:
    value = number(answer, "rating")
    if value is None:
        return ()
    scale = declared("rating", options.get("rating") or "OTHER:0:10")
    return (
        ScoreRecord(
            measure=scale.measure, question="rating", value=value, scale_minimum=scale.minimum,
            scale_maximum=scale.maximum, higher_is_better=scale.higher_is_better,
        ),
    )  # fmt: skip


def _written(answer: Mapping[str, Any]) -> str:
    """Return the reply and what was asked after it; a number at its beginning is the rating, said already."""
    reply = words(answer.get("response")) if said(answer.get("response")) else ""
    first, _, rest = reply.partition(" ")
    follow_up = words(answer.get("follow_up_response")) if said(answer.get("follow_up_response")) else ""
    return "\n\n".join(one for one in (rest if first.strip(".,").isdecimal() else reply, follow_up) if one)


def _extras(answer: Mapping[str, Any]) -> dict[str, str]:
    pairs = ((answer.get(f"extraParamName{at}"), answer.get(f"extraParamValue{at}")) for at in range(1, _EXTRAS + 1))
    return {text(name): text(value) for name, value in pairs if said(name) and said(value)}


PUZZEL_SMS_SURVEY = JsonSource(
    key="puzzel_sms_survey",
    label="Puzzel SMS survey",
    reads="Answers of callers and of manual surveys out of Puzzel's REST interface.",
    identity="The answer's id; updated is the revision.",
    translate=_from_answer,
    marks=((b'"callcenterSurveyList"',), (b'"msisdn"', b'"smsSentDate"', b'"rating"')),
    options=(
        Option(
            name="rating", required=True,
            question="What does the rating measure, and from which to which number, as NPS, CSAT:1:5 or CES:1:7?",
        ),
        *JSON_LINK_OPTIONS,
        Option(name="survey", question="What is the survey called?"),
    ),
    lists=("callcenterSurveyList", "manualSurveyList"),
    record_has=(("msisdn", "rating"),),
    scale_options=("rating",),
)  # fmt: skip
