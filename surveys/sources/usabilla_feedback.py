"""Usabilla: feedback left in a page or an app."""

from collections.abc import Mapping
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, members, number, required_moment, said, text
from insights.intake.record import CustomerRecord, FeedbackRecord, ScoreRecord, Translation
from insights.intake.source import Option
from surveys.answers import words
from surveys.columns import JSON_LINK_OPTIONS, linked
from surveys.json_source import JsonSource


def _from_item(item: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return an item as feedback. Raises BadRecord."""
    at = required_moment(item, "date")
    custom = mapping(item, "custom")
    email = text(item.get("email"))
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=identifier(item, "id"),
            occurred_at=at,
            revision=microseconds(at),
            channel="APP" if "appVersion" in item or "appId" in item else "WEB",
            customer=CustomerRecord(email=email) if said(email) else None,
            survey=options.get("survey", "") or f"Usabilla {text(item.get('buttonId') or item.get('formId'))}".strip(),
            touchpoint=text(item.get("url")).split("?", 1)[0][:120],
            language=text(item.get("commentTranslatedFrom")).lower() if said(item.get("commentTranslatedFrom")) else "",
            text=words(item.get("comment")) if said(item.get("comment")) else "",
            scores=_scores(item),
            about=linked(custom, options),
            attributes=_attributes(item, custom),
        ),
    )


def _scores(item: Mapping[str, Any]) -> tuple[ScoreRecord, ...]:
    """Return the mood and the recommendation; 0 means that it was not asked, in both."""
    found = []
    rating, nps = number(item, "rating"), number(item, "nps")
    if rating:
        found.append(ScoreRecord(measure="CSAT", question="rating", value=rating, scale_minimum=1, scale_maximum=5))
    if nps:
        found.append(ScoreRecord(measure="NPS", question="nps", value=nps, scale_minimum=0, scale_maximum=10))
    return tuple(found)


def _attributes(item: Mapping[str, Any], custom: Mapping[str, Any]) -> dict[str, Any]:
    lists = {name: [one for one in members(item, name) if isinstance(one, str)] for name in ("labels", "tags")}
    return {**{name: value for name, value in custom.items() if said(value)}, **{k: v for k, v in lists.items() if v}}


USABILLA_FEEDBACK = JsonSource(
    key="usabilla_feedback",
    label="Usabilla",
    reads="Feedback items of buttons, campaigns and apps out of Usabilla's API.",
    identity="The item's id.",
    translate=_from_item,
    marks=(
        (b'"buttonId"', b'"rating"', b'"nps"'),
        (b'"commentTranslated"', b'"rating"'),
        (b'"lastTimestamp"', b'"buttonId"'),
    ),
    options=(*JSON_LINK_OPTIONS, Option(name="survey", question="What is the survey called?")),
    lists=("items",),
    record_has=(("id", "date", "rating"), ("id", "date", "comment")),
)
