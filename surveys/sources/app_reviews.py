"""Reviews in the app stores, as the usual scrapers write them."""

from collections.abc import Mapping
from typing import Any

from insights.intake.dates import microseconds, zone_named
from insights.intake.fields import identifier, moment, number, required_moment, said, text
from insights.intake.record import CustomerRecord, FeedbackRecord, ScoreRecord, Translation
from insights.intake.source import BadRecord, Option
from surveys.answers import words
from surveys.json_source import JsonSource

_KEPT = ("appVersion", "reviewCreatedVersion", "version", "thumbsUpCount", "country")


def _from_review(review: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return a review as feedback. Raises BadRecord."""
    zone = zone_named(options["time_zone"]) if options.get("time_zone") else None
    at = required_moment(review, "at", "updated", "date", zone=zone)
    replied = moment(review, "repliedAt", zone=zone)
    writer = review.get("userName") or review.get("author")
    return (
        FeedbackRecord(
            kind="REVIEW",
            source_id=identifier(review, "reviewId" if said(review.get("reviewId")) else "id"),
            occurred_at=at,
            revision=microseconds(max(at, replied) if replied else at),
            channel="APP",
            customer=CustomerRecord(names=(text(writer),)) if said(writer) and text(writer) else None,
            product=options.get("product", ""),
            title=words(review.get("title")) if said(review.get("title")) else "",
            text=words(review.get("content") or review.get("text")),
            scores=(_stars(review),),
            attributes={
                **{name: review[name] for name in _KEPT if name in review and said(review[name])},
                **({"reply": words(review["replyContent"])} if said(review.get("replyContent")) else {}),
            },
        ),
    )


def _stars(review: Mapping[str, Any]) -> ScoreRecord:
    stars = number(review, "score")
    if stars is None:
        raise BadRecord("The review has no stars (score).", "score")
    return ScoreRecord(measure="OTHER", question="stars", value=stars, scale_minimum=1, scale_maximum=5)


APP_REVIEWS = JsonSource(
    key="app_reviews",
    label="App store reviews",
    reads="Reviews of Google Play and the App Store as JSON of the usual scrapers, listed or as lines.",
    identity="The review's id; the later of its own and the reply's time is the revision.",
    translate=_from_review,
    marks=((b'"reviewId"', b'"score"'), (b'"thumbsUpCount"', b'"score"'), (b'"userUrl"', b'"score"', b'"version"')),
    options=(
        Option(
            name="time_zone",
            required=True,
            question="In which time zone did the scraper write the times (often its own)?",
        ),
        Option(name="product", question="What is the product called?"),
    ),
    lists=("reviews",),
    record_has=(("reviewId", "score"), ("id", "score", "text")),
)
