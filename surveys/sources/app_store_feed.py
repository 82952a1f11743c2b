"""The App Store's feed of customer reviews: what a scraper would write, with every value under "label"."""

from collections.abc import Mapping
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, number, required_moment, said, text
from insights.intake.record import CustomerRecord, Excluded, FeedbackRecord, ScoreRecord, Translation
from insights.intake.source import BadRecord, Option
from surveys.answers import words
from surveys.json_source import JsonSource


def _from_entry(entry: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return an entry of the feed as feedback. Raises BadRecord."""
    if "im:rating" not in entry:
        return Excluded("The app itself, which the feed lists before its reviews")
    told = {name: value["label"] for name, value in entry.items() if isinstance(value, dict) and "label" in value}
    stars = number(told, "im:rating")
    if stars is None:
        raise BadRecord("The review has no stars (im:rating).", "im:rating")
    at = required_moment(told, "updated")
    author = entry.get("author")
    writer = text(mapping(author, "name").get("label")) if isinstance(author, dict) else ""
    return (
        FeedbackRecord(
            kind="REVIEW",
            source_id=identifier(told, "id"),
            occurred_at=at,
            revision=microseconds(at),
            channel="APP",
            customer=CustomerRecord(names=(writer,)) if writer else None,
            product=options.get("product", ""),
            title=words(told.get("title")) if said(told.get("title")) else "",
            text=words(told.get("content")),
            scores=(ScoreRecord(measure="OTHER", question="stars", value=stars, scale_minimum=1, scale_maximum=5),),
            attributes={"version": text(told["im:version"])} if said(told.get("im:version")) else {},
        ),
    )


APP_STORE_FEED = JsonSource(
    key="app_store_feed",
    label="App Store reviews feed",
    reads="Pages of the customer reviews feed as JSON.",
    identity="The review's id; its time of update is the revision.",
    translate=_from_entry,
    marks=((b'"feed"', b'"entry"', b'"im:rating"'),),
    options=(Option(name="product", question="What is the product called?"),),
    lists=("feed.entry",),
    record_has=(("id", "im:rating"), ("id", "im:name")),
    wrapped_in=("feed", "entry"),  # a feed of one review has it where a list stands otherwise
)
