"""Reviews in the app stores, as the usual scrapers write them: each has other names for the same."""

import hashlib
from collections.abc import Mapping
from typing import Any

from insights.intake.dates import microseconds, zone_named
from insights.intake.fields import identifier, mapping, moment, number, required_moment, said, text
from insights.intake.record import CustomerRecord, FeedbackRecord, ScoreRecord, Translation
from insights.intake.source import BadRecord, Option
from surveys.answers import words
from surveys.json_source import JsonSource

_KEPT = ("appVersion", "reviewCreatedVersion", "version", "thumbsUpCount", "thumbsUp", "country", "isEdited")


def _from_review(review: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return a review as feedback. Raises BadRecord."""
    zone = zone_named(options["time_zone"]) if options.get("time_zone") else None
    at = required_moment(review, "at", "updated", "date", zone=zone)
    reply, replied_at = _reply(review)
    replied = moment({"at": replied_at}, "at", zone=zone)
    writer = review.get("userName") or review.get("author")
    return (
        FeedbackRecord(
            kind="REVIEW",
            source_id=_identity(review),
            occurred_at=at,
            revision=microseconds(max(at, replied) if replied else at),
            channel="APP",
            customer=CustomerRecord(names=(text(writer),)) if said(writer) and text(writer) else None,
            product=options.get("product", ""),
            title=words(review.get("title")) if said(review.get("title")) else "",
            text=words(review.get("content") or review.get("text") or review.get("review")),
            scores=(_stars(review),),
            attributes={
                **{name: review[name] for name in _KEPT if name in review and said(review[name])},
                **({"reply": words(reply)} if said(reply) else {}),
            },
        ),
    )


def _identity(review: Mapping[str, Any]) -> str:
    """Return the review's id. Where a scraper left it out, a person writes one review of an app at one time."""
    name = next((name for name in ("reviewId", "id") if said(review.get(name))), "")
    if name or not said(review.get("userName")):
        return identifier(review, name or "id")
    told = repr((review.get("userName"), review.get("date"), review.get("title")))
    return "review:" + hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]


def _reply(review: Mapping[str, Any]) -> tuple[object, object]:
    """Return what the developer answered, and when."""
    inside = mapping(review, "developerResponse")
    return (
        review.get("replyContent") or review.get("replyText") or inside.get("body"),
        review.get("repliedAt") or review.get("replyDate") or inside.get("modified"),
    )


def _stars(review: Mapping[str, Any]) -> ScoreRecord:
    stars = number(review, "score" if said(review.get("score")) else "rating")
    if stars is None:
        raise BadRecord("The review has no stars (score).", "score")
    return ScoreRecord(measure="OTHER", question="stars", value=stars, scale_minimum=1, scale_maximum=5)


APP_REVIEWS = JsonSource(
    key="app_reviews",
    label="App store reviews",
    reads="Reviews of Google Play and the App Store as JSON of the usual scrapers, listed or as lines.",
    identity="The review's id, else who wrote it and when; the later of its own and the reply's time is the revision.",
    translate=_from_review,
    marks=(
        (b'"reviewId"', b'"score"'),
        (b'"thumbsUpCount"', b'"score"'),
        (b'"userUrl"', b'"score"', b'"version"'),
        (b'"userName"', b'"score"', b'"text"', b'"version"'),
        (b'"userName"', b'"rating"', b'"review"', b'"isEdited"'),
    ),
    options=(
        Option(
            name="time_zone",
            required=True,
            question="In which time zone did the scraper write the times (often its own)?",
        ),
        Option(name="product", question="What is the product called?"),
    ),
    lists=("reviews", "data"),
    record_has=(("reviewId", "score"), ("id", "score", "text"), ("userName", "rating", "review")),
)
