"""Any JSON API, declared: each way to the next page, each way to show a token, and what is declared wrong."""

import json

import pytest

from insights.intake.pulls.connecting import connect
from insights.intake.source import WrongOption
from insights.models import Delivery, Feedback
from tests.vendors.listing import TOKEN, Listing
from tests.vendors.running import NOW, Clock, a_pull, facts, run, totals
from tests.vendors.server import Reply

pytestmark = pytest.mark.django_db
MAPPING = {
    "kind": "SURVEY",
    "columns": {
        "id": "source_id",
        "changed": "occurred_at",
        "given.words": "text",
    },
    "constants": {"channel": "WEB", "survey": "After the visit"},
    "scores": [{"column": "given.score", "measure": "NPS", "scale": [0, 10]}],
    "attributes": {"tags.0": "first_tag"},
}
WAYS = {
    "cursor": {"next": "cursor", "next_field": "paging.next", "next_parameter": "cursor"},
    "url": {"next": "url", "next_field": "paging.next"},
    "link": {"next": "link"},
    "page": {"next": "page", "next_parameter": "page", "page_size": "2"},
    "offset": {"next": "offset", "next_parameter": "offset"},
}


def _filled(way):
    listing = Listing(way)
    for number in range(1, 6):
        listing.answered(number, number, f"Words {number}")
    return listing


def _pull(listing, **options):
    told = {"list": "data.items", "auth": "bearer", "read.mapping": json.dumps(MAPPING), **options}
    connection = a_pull("json_api", f"{listing.address}/answers", {"token": TOKEN}, **told)
    return connection


@pytest.mark.parametrize("way", WAYS)
def test_every_page_is_found_and_every_record_stored_once(way):
    with _filled(way) as listing:
        connection = _pull(listing, **WAYS[way])
        run(connection, Clock())
    assert connection.error == ""
    assert [one["scores"] for one in facts().values()] == [[("NPS", float(one))] for one in range(1, 6)]
    assert totals()["accepted"] == 5
    assert Feedback.objects.get(source_id="3").attributes == {"first_tag": "a"}
    assert Feedback.objects.get(source_id="3").text == "Words 3"


@pytest.mark.parametrize(
    "shown",
    [{"auth": "bearer"}, {"auth": "header", "auth_header": "X-Api-Key"}, {"auth": "basic", "user": "user"}],
    ids=["bearer", "header", "basic"],
)
def test_the_token_is_shown_as_declared(shown):
    with _filled("offset") as listing:
        connection = _pull(listing, **WAYS["offset"], **shown)
        run(connection, Clock())
    assert connection.failures == 0
    assert totals()["accepted"] == 5


def test_the_next_run_asks_only_for_what_changed_since_the_last_began_and_a_little_before():
    with _filled("cursor") as listing:
        connection, clock = _pull(listing, since_parameter="since", **WAYS["cursor"]), Clock()
        run(connection, clock)
        listing.answers[0] |= {"changed": "2026-02-01T12:01:00Z", "given": {"score": 9, "words": "Better now"}}
        clock.now = connection.next_at
        run(connection, clock)
        asked = [call.query["since"] for call in listing.calls]
    assert asked[0] == "2025-12-31T23:50:00Z"
    assert asked[-1] == "2026-02-01T11:50:00Z"
    assert facts()["json 1"]["text"] == "Better now"
    assert totals()["read"] == 6


def test_an_empty_answer_is_no_delivery():
    with Listing("offset") as listing:
        connection = _pull(listing, **WAYS["offset"])
        run(connection, Clock())
    assert connection.failures == 0
    assert Delivery.objects.count() == 0


def test_records_in_our_own_json_need_no_mapping():
    record = {
        "kind": "SURVEY", "source_id": "a1", "occurred_at": "2026-01-05T10:00:00Z", "channel": "WEB", "text": "Good",
    }  # fmt: skip
    with Listing("none") as listing:
        listing.fail("/answers", Reply({"records": [record]}))
        told = {"list": "records", "auth": "bearer", "read_as": "push"}
        connection = a_pull("json_api", f"{listing.address}/answers", {"token": TOKEN}, **told)
        run(connection, Clock())
    assert Feedback.objects.get().text == "Good"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"list": "data.rows"}, "no list at 'data.rows'"),
        ({"auth": "none"}, "The token was refused"),
        ({"address": "/nowhere"}, "knows nothing at this address"),
    ],
    ids=["list", "auth", "address"],
)
def test_what_is_declared_wrong_is_said_and_asked_less_often(options, sentence):
    with _filled("none") as listing:
        if "address" in options:
            listing.fail("/answers", Reply({}, status=404))
            options = {}
        connection, clock = _pull(listing, **options), Clock()
        run(connection, clock)
    assert sentence in connection.error
    assert (connection.next_at - clock.now).total_seconds() >= 1800
    assert Delivery.objects.count() == 0


def test_the_way_to_the_next_page_that_stands_still_is_no_endless_run():
    with _filled("cursor") as listing:
        same = {"data": {"items": [{"id": 1}]}, "paging": {"next": "k2"}}
        listing.fail("/answers", Reply(same), Reply(same))
        connection = _pull(listing, **WAYS["cursor"])
        run(connection, Clock())
    assert "this page again" in connection.error


def test_a_next_page_on_another_host_is_not_asked_for():
    with _filled("url") as listing, Listing("url") as other:
        listing.elsewhere = other.address
        connection = _pull(listing, **WAYS["url"])
        run(connection, Clock())
        assert "on another host" in connection.error
        assert other.calls == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"next": "cursor"}, "next_field has to be told"),
        ({"page_size": "many"}, "no whole number"),
        ({"start": "yesterday"}, "no day"),
        ({"read_as": "nothing"}, "no source 'nothing'"),
        ({"address": "ftp://example.com"}, "no address"),
        ({"address": "https://user:word@example.com/"}, "Give them as secrets"),
        ({"read.colour": "red"}, "no option 'colour'"),
        ({"every": "5"}, "no option 'every'"),
        ({"read.mapping": ""}, "needs a mapping"),
        ({"read.mapping": '{"kind": "SURVEY", "colour": 1}'}, "colour"),
    ],
    ids=["cursor", "size", "start", "source", "ftp", "userinfo", "read", "unknown", "no mapping", "wrong mapping"],
)
def test_a_declaration_that_cannot_work_is_refused_at_once(options, sentence):
    told = {"address": "https://api.example.com/answers", "read.mapping": json.dumps(MAPPING), **options}
    with pytest.raises(WrongOption, match=sentence):
        connect(pull="json_api", label="x", options=told, secrets={}, now=NOW)
