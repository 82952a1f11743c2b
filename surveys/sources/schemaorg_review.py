"""schema.org: the reviews inside a product's or a place's JSON-LD. An aggregate alone holds no feedback."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from insights.intake.dates import microseconds, zone_named
from insights.intake.fields import mapping, number, required_moment, text
from insights.intake.record import CustomerRecord, Excluded, FeedbackRecord, ScoreRecord, Translation
from insights.intake.source import BadRecord, Option
from surveys.answers import words
from surveys.json_source import JsonSource


def _from_thing(thing: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return all reviews of a thing. Raises BadRecord."""
    found = tuple(_from_review(review, name, options) for review, name in _reviews(thing))
    return found or Excluded("No single review, only an aggregate")


def _reviews(thing: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    name = text(thing.get("name")) or text(mapping(thing, "itemReviewed").get("name"))
    if _is_a(thing, "Review"):
        yield thing, text(mapping(thing, "itemReviewed").get("name"))
    for field in ("review", "reviews"):
        inside = thing.get(field)
        yield from ((one, name) for one in (inside if isinstance(inside, list) else [inside]) if isinstance(one, dict))
    graph = thing.get("@graph")
    for one in graph if isinstance(graph, list) else ():
        if isinstance(one, dict) and "@graph" not in one:
            yield from _reviews(one)


def _from_review(review: Mapping[str, Any], product: str, options: Mapping[str, str]) -> FeedbackRecord:
    zone = zone_named(options["time_zone"]) if options.get("time_zone") else None
    at = required_moment(review, "dateModified", "datePublished", "dateCreated", zone=zone)
    author = review.get("author")
    writer = text(author.get("name")) if isinstance(author, dict) else text(author)
    return FeedbackRecord(
        kind="REVIEW",
        source_id=_identity(review, product, writer),
        occurred_at=at,
        revision=microseconds(at),
        channel="WEB",
        customer=CustomerRecord(names=(writer,)) if writer else None,
        product=product[:120],
        language=text(review.get("inLanguage")).lower(),
        title=words(review.get("name") or review.get("headline")),
        text=words(review.get("reviewBody") or review.get("description")),
        scores=_stars(review),
    )


def _identity(review: Mapping[str, Any], product: str, writer: str) -> str:
    """Return the review's own id, or a digest of what does not change when it is edited."""
    own = text(review.get("@id")) or text(review.get("url"))
    if own and len(own) <= 190:
        return own
    content = "\x1f".join((product, writer, text(review.get("datePublished")), text(review.get("name"))))
    return f"review:{hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _stars(review: Mapping[str, Any]) -> tuple[ScoreRecord, ...]:
    rating = review.get("reviewRating")
    told = rating if isinstance(rating, dict) else {"ratingValue": rating}
    value = number(told, "ratingValue")
    if value is None:
        return ()
    low, high = number(told, "worstRating"), number(told, "bestRating")
    low, high = 1.0 if low is None else low, 5.0 if high is None else high  # what schema.org says of silence
    if not low < high or not low <= value <= high:
        raise BadRecord(f"The rating {value:g} does not lie between {low:g} and {high:g}.", "reviewRating")
    return (ScoreRecord(measure="OTHER", question="stars", value=value, scale_minimum=low, scale_maximum=high),)


def _is_a(thing: Mapping[str, Any], kind: str) -> bool:
    kinds = thing.get("@type")
    return kind in (kinds if isinstance(kinds, list) else [kinds])


SCHEMAORG_REVIEW = JsonSource(
    key="schemaorg_review",
    label="schema.org reviews (JSON-LD)",
    reads="JSON-LD of things with their reviews, of reviews, and of graphs of both.",
    identity="The review's @id or url, else its thing, author, day and title.",
    translate=_from_thing,
    marks=((b"schema.org", b'"@type"', b'eview"'), (b"schema.org", b'"@type"', b'"aggregateRating"')),
    options=(Option(name="time_zone", required=True, question="In which time zone are the days of the reviews?"),),
    record_has=(("@type",), ("@graph",)),
)
