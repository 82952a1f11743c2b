"""Google Play Console: the monthly table of an app's ratings and reviews."""

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import number
from insights.intake.record import Excluded, FeedbackRecord, ScoreRecord, Translation
from insights.intake.source import BadRecord, Option
from insights.intake.table_options import FILE_OPTIONS
from insights.intake.table_source import TableSource, Told, cell
from surveys.answers import words

_REVIEW = re.compile(r"[?&]reviewId=([^&#\s]+)")
_SUBMITTED = ("review submit date and time", "review submit millis since epoch")
_UPDATED = ("review last update date and time", "review last update millis since epoch")
_KEPT = ("app version code", "app version name", "device")


def _from_row(row: Mapping[str, Any], told: Told) -> Translation:
    """Return a review as feedback. Raises BadRecord."""
    written = words(cell(row, "review text"))
    link = _REVIEW.search(cell(row, "review link"))
    if link is None and not written:
        return Excluded("Rating without a review, which the store gives no id")
    at = told.moment(row, *_SUBMITTED)
    changed = told.moment_if_said(row, *_UPDATED) or at
    stars = number(row, "star rating")
    if stars is None:
        raise BadRecord("The review has no stars.", "star rating")
    app = cell(row, "package name")
    reply = words(cell(row, "developer reply text"))
    return (
        FeedbackRecord(
            kind="REVIEW",
            source_id=(link[1] if link else f"{app}:{microseconds(at)}")[:200],
            occurred_at=at,
            revision=microseconds(changed),
            channel="APP",
            product=told.options.get("product", "") or app[:120],
            language=cell(row, "reviewer language").lower()[:12],
            title=words(cell(row, "review title")),
            text=written,
            scores=(ScoreRecord(measure="OTHER", question="stars", value=stars, scale_minimum=1, scale_maximum=5),),
            attributes={
                **{name: cell(row, name) for name in _KEPT if cell(row, name)},
                **({"reply": reply} if reply else {}),
            },
        ),
    )


PLAY_CONSOLE_CSV = TableSource(
    key="play_console_csv",
    label="Google Play Console (CSV)",
    side="SURVEYS",
    reads="The monthly reviews_….csv of the Play Console, in UTF-16 or UTF-8.",
    identity="The reviewId in the review's link; the last update is the revision.",
    shapes=(frozenset({"package name", "star rating", "review submit millis since epoch"}),),
    times=_SUBMITTED,
    translate=_from_row,
    options=(*FILE_OPTIONS, Option(name="product", question="What is the product called, if not by its package name?")),
    zone=UTC,
)
