"""Tables and feeds of the app stores themselves, written as their documentation describes them."""

import json
from datetime import UTC, datetime

HEADER = (
    "Package Name,App Version Code,App Version Name,Reviewer Language,Device,Review Submit Date and Time,"
    "Review Submit Millis Since Epoch,Review Last Update Date and Time,Review Last Update Millis Since Epoch,"
    "Star Rating,Review Title,Review Text,Developer Reply Date and Time,Developer Reply Millis Since Epoch,"
    "Developer Reply Text,Review Link"
)
LINK = "https://play.google.com/apps/publish?account=1#ReviewDetailsPlace:p=com.acme&reviewId=gp:AOqpTOE_x"
REVIEW = (
    "com.acme,12,1.2,de,pixel,2026-01-02T03:04:05Z,1767323045000,2026-01-03T00:00:00Z,1767398400000,2,Schade,"
    f'"Stürzt ab,\nimmer",,,Danke,{LINK}'
)
RATING = "com.acme,12,1.2,de,pixel,2026-01-02T03:04:05Z,1767323045000,,,5,,,,,,"
ENTRY = {
    "author": {"uri": {"label": "https://itunes.apple.com/us/reviews/id1"}, "name": {"label": "Kim"}},
    "updated": {"label": "2026-02-03T04:05:06-07:00"},
    "im:rating": {"label": "4"},
    "im:version": {"label": "3.1"},
    "id": {"label": "77"},
    "title": {"label": "Good"},
    "content": {"label": "Works most days", "attributes": {"type": "text"}},
}
APP = {"im:name": {"label": "Acme"}, "id": {"label": "https://apps.apple.com/1", "attributes": {"im:id": "1"}}}


def test_a_table_of_the_play_console_is_read(read):
    told = read("play_console_csv", f"{HEADER}\n{REVIEW}\n{RATING}\n".encode("utf-16"))
    (review,) = told.accepted
    assert told.excluded == ["Rating without a review, which the store gives no id"]
    assert (review.source_id, review.kind, review.language) == ("gp:AOqpTOE_x", "REVIEW", "de")
    assert review.occurred_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert review.text == "Stürzt ab,\nimmer"
    assert (review.scores[0].value, review.scores[0].scale_maximum) == (2, 5)
    assert review.attributes["reply"] == "Danke"


def test_stars_out_of_range_are_refused(read):
    told = read("play_console_csv", f"{HEADER}\n{REVIEW.replace(',2,Schade', ',7,Schade')}\n".encode())
    assert len(told.bad) == 1


def test_the_feed_of_the_app_store_is_read_without_the_app_itself(read):
    told = read("app_store_feed", json.dumps({"feed": {"author": {}, "entry": [APP, ENTRY]}}).encode())
    (review,) = told.accepted
    assert len(told.excluded) == 1
    assert (review.source_id, review.scores[0].value, review.title) == ("77", 4, "Good")
    assert review.occurred_at == datetime(2026, 2, 3, 11, 5, 6, tzinfo=UTC)


def test_a_feed_of_one_review_has_no_list(read):
    told = read("app_store_feed", json.dumps({"feed": {"author": {}, "entry": ENTRY}}).encode())
    assert [review.text for review in told.accepted] == ["Works most days"]
