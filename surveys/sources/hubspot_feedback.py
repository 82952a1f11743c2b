"""HubSpot: feedback submissions of its CRM."""

import re
from collections.abc import Mapping
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, members, moment, number, required_moment, said, text
from insights.intake.record import (
    ChannelName,
    CustomerRecord,
    Excluded,
    FeedbackRecord,
    FeedbackReference,
    Notice,
    ScoreRecord,
    Translation,
)
from insights.intake.source import BadRecord, Option
from surveys.answers import words
from surveys.columns import LINK_SOURCE_OPTIONS, reference
from surveys.json_source import JsonSource
from surveys.labels import Scale
from surveys.scales import declared

_CHANNELS: dict[str, ChannelName] = {"EMAIL": "EMAIL", "WEB": "WEB", "CHAT": "CHAT"}
_EMAIL = re.compile(r"[^\s<>()]+@[^\s<>()]+\.[^\s<>()]+")


def _from_submission(submission: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return a submission as feedback. Raises BadRecord."""
    if "subscriptionType" in submission:
        changed = f"object {text(submission.get('objectId'))[:40]} changed"
        return Notice(told=changed, pull="of a JSON API, read as hubspot_feedback", field="objectId")
    if submission.get("archived") is True:
        return Excluded("Archived submission")
    told = mapping(submission, "properties")
    at = moment(told, "hs_submission_timestamp") or required_moment(submission, "createdAt")
    address = _EMAIL.search(text(told.get("hs_submission_name")))
    email = text(told.get("hs_contact_email_rollup")) or (address[0] if address else "")
    contact = text(told.get("hs_contact_id"))
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=identifier(submission, "id"),
            occurred_at=at,
            revision=microseconds(moment(submission, "updatedAt") or at),
            channel=_CHANNELS.get(text(told.get("hs_survey_channel")).upper(), "OTHER"),
            customer=CustomerRecord(email=email, vendor_ids=(contact,) if contact else ())
            if email or contact
            else None,
            survey=text(told.get("hs_survey_name")),
            text=words(told.get("hs_content")) if said(told.get("hs_content")) else "",
            scores=_scores(told, options),
            about=_ticket(submission, options),
            attributes={"response_group": told["hs_response_group"]} if said(told.get("hs_response_group")) else {},
        ),
    )


def _scores(told: Mapping[str, Any], options: Mapping[str, str]) -> tuple[ScoreRecord, ...]:
    value, kind = number(told, "hs_value"), text(told.get("hs_survey_type")).upper()
    if value is None:
        return ()
    if kind not in ("NPS", "CSAT", "CES"):
        raise BadRecord(f"hs_survey_type is '{kind[:40]}', which is none of NPS, CSAT, CES.", "hs_survey_type")
    scale = Scale("NPS", 0, 10)
    if kind == "CSAT":
        scale = declared("csat", options.get("csat_scale") or "CSAT:0:2")
    elif kind == "CES":
        scale = declared("ces", options.get("ces_scale") or "CES:1:7")
    return (
        ScoreRecord(
            measure=scale.measure, question=kind.lower(), value=value, scale_minimum=scale.minimum,
            scale_maximum=scale.maximum, higher_is_better=scale.higher_is_better,
        ),
    )  # fmt: skip


def _ticket(submission: Mapping[str, Any], options: Mapping[str, str]) -> FeedbackReference | None:
    tickets = members(mapping(mapping(submission, "associations"), "tickets"), "results")
    first = next((text(one.get("id")) for one in tickets if isinstance(one, dict) and said(one.get("id"))), "")
    return reference(first, options.get("link_source", ""), options.get("link_account", ""))


HUBSPOT_FEEDBACK = JsonSource(
    key="hubspot_feedback",
    label="HubSpot feedback submissions",
    reads="Feedback submissions out of HubSpot's CRM API, single or as results.",
    identity="The submission's id; updatedAt is the revision.",
    translate=_from_submission,
    marks=(
        (b'"subscriptionType"', b'"objectId"'),
        (b'"hs_survey_type"',),
        (b'"hs_response_group"', b'"hs_value"'),
        (b'"hs_survey_id"', b'"hs_value"'),
    ),
    options=(
        *LINK_SOURCE_OPTIONS,
        Option(name="csat_scale", question="What is the scale of satisfaction questions?", default="CSAT:0:2"),
        Option(name="ces_scale", question="What is the scale of effort questions?", default="CES:1:7"),
    ),
    lists=("results",),
    record_has=(("id", "properties"), ("objectId", "subscriptionType")),
    sureness=0.95,
    scale_options=("csat_scale", "ces_scale"),
)
