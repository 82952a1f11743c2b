"""Any table is read as its owner declares it, and a declaration that cannot be right is refused in words."""

import contextlib
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from insights.intake.delivery import counts, read, receive
from insights.intake.mapping import WrongMapping, declaration_from
from insights.intake.plain_csv import PlainCsv
from insights.intake.source import BadRecord, Unreadable
from insights.models import ColumnMapping, ContactFacts, Feedback, Score

BASE = {
    "kind": "SURVEY",
    "time_zone": "Europe/Berlin",
    "columns": {"id": "source_id", "at": "occurred_at"},
    "constants": {"channel": "WEB"},
}


def facts_of(text, **changes):
    """Return the first record of a table, or raise what is wrong with it."""
    content = text if isinstance(text, bytes) else text.encode()
    reading = PlainCsv().open(io.BytesIO(content), {"mapping": json.dumps({**BASE, **changes})})
    return [reading.translate(record)[0] for record in reading.records()]


REFUSED = {
    "no JSON": ("{", "no JSON"),
    "unknown member": ({"colour": 1}, "'colour'"),
    "unknown field": ({"columns": {"id": "source_idd", "at": "occurred_at"}}, "'source_idd' is no field"),
    "a 1-10 question as NPS": ({"scores": [{"column": "q", "measure": "NPS", "scale": [1, 10]}]}, "no NPS"),
    "a scale upside down": ({"scores": [{"column": "q", "measure": "CSAT", "scale": [5, 1]}]}, "smaller one first"),
    "no scale": ({"scores": [{"column": "q", "measure": "CSAT"}]}, "needs its scale"),
    "unknown zone": ({"time_zone": "Berlin"}, "Berlin"),
    "bad date format": ({"date_format": "%Q"}, "date_format"),
    "no day in the format": ({"date_format": "%Y-%m"}, "year, month and day"),
    "format without zone": ({"date_format": "%Y-%m-%d", "time_zone": ""}, "time_zone"),
    "no id": ({"columns": {"at": "occurred_at"}}, "row_hash"),
    "id and row_hash": ({"identity": "row_hash"}, "not both"),
    "no time": ({"columns": {"id": "source_id"}}, "when it happened"),
    "no channel": ({"constants": {}}, "No channel"),
    "column mapped twice": ({"scores": [{"column": "id", "measure": "NPS"}]}, "mapped twice"),
    "field filled twice": ({"columns": {**BASE["columns"], "b": "occurred_at"}}, "filled twice"),
    "label off the scale": ({"scores": [{"column": "q", "measure": "NPS", "labels": {"top": 11}}]}, "outside"),
}


@pytest.mark.parametrize(("changes", "word"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_mapping_is_refused_in_words(changes, word):
    text = changes if isinstance(changes, str) else json.dumps({**BASE, **changes})
    with pytest.raises(
        WrongMapping
        if "format" not in word and "time_zone" not in word and word != "year, month and day"
        else Unreadable,
        match=word,
    ):
        declaration_from(text)


def test_a_column_named_twice_in_the_json_is_refused():
    with pytest.raises(WrongMapping, match="'id' twice"):
        declaration_from('{"kind": "SURVEY", "columns": {"id": "source_id", "id": "text"}}')


def test_an_unknown_column_is_refused_with_the_columns_there_are():
    with pytest.raises(WrongMapping, match=r"no column 'at'.*id, when"):
        facts_of("id,when\n1,2026-01-01\n")


ROWS = {
    "an NPS of 11": ("nps", "2026-01-01,11,", "outside its scale"),
    "a date that does not exist": ("at", "31/02/2026,9,", "no such date"),
    "no number": ("nps", "2026-01-01,ten,", "no number"),
    "a skipped hour": ("at", "2026-03-29 02:30,9,", "skipped"),
    "no time": ("at", ",9,", "when it happened"),
    "no duration": ("wait", "2026-01-01,9,soon", "hh:mm:ss"),
}


@pytest.mark.parametrize(("field", "cells", "word"), ROWS.values(), ids=ROWS)
def test_a_row_that_cannot_be_read_says_which_column_and_why(field, cells, word):
    changes = {
        "date_order": "DMY",
        "columns": {**BASE["columns"], "wait": {"field": "wait_seconds", "unit": "hh:mm:ss"}},
        "scores": [{"column": "nps", "measure": "NPS"}],
    }
    good = "1,01/01/2026,9,\n"
    with pytest.raises(BadRecord, match=word) as bad:
        facts_of(f"id,at,nps,wait\n{good}2,{cells}\n", **changes)
    assert bad.value.field == field


def test_a_naive_time_without_a_zone_is_refused_before_anything_is_read():
    with pytest.raises(Unreadable, match=r"'at'.*time zone"):
        facts_of("id,at\n1,2026-01-01 10:00\n", time_zone="")
    assert facts_of("id,at\n1,2026-01-01T10:00Z\n", time_zone="")[0].occurred_at == datetime(2026, 1, 1, 10, tzinfo=UTC)


def test_day_and_month_are_not_guessed():
    with pytest.raises(Unreadable, match="date_order"):
        facts_of("id,at\n1,03/04/2026\n")
    (proven, _) = facts_of("id,at\n1,03/04/2026\n2,13/04/2026\n")
    assert proven.occurred_at.month == 4
    (told,) = facts_of("id,at\n1,03/04/2026\n", date_order="MDY")
    assert (told.occurred_at.astimezone().month, told.occurred_at.day) == (3, 3)


def test_cells_mean_what_the_mapping_says():
    (fact,) = facts_of(
        'id;at;how;solved;wait;score;mail;name\n007;2026-01-01 10:00;tel;offen;1:30;"8,5";a@x.de;Anna\n',
        kind="CONTACT",
        constants={},
        columns={
            **BASE["columns"],
            "how": {"field": "channel", "values": {"Tel": "VOICE"}, "else": "OTHER"},
            "solved": {"field": "company_says_solved", "true": ["zu"], "false": ["offen"]},
            "wait": {"field": "wait_seconds", "unit": "hh:mm:ss"},
            "mail": "customer.email",
            "name": "customer.name",
        },
        scores=[{"column": "score", "measure": "OTHER", "scale": [0, 10]}],
    )
    assert (fact.source_id, fact.channel, fact.contact.company_says_solved) == ("007", "VOICE", False)
    assert (fact.contact.wait_seconds, fact.scores[0].value, fact.customer.names) == (90, 8.5, ("Anna",))
    assert fact.occurred_at == datetime(2026, 1, 1, 9, tzinfo=UTC)


def test_labels_are_worth_what_the_table_says_and_missing_is_no_answer():
    rows = "id,at,q\n1,2026-01-01,Very easy\n2,2026-01-01,N/A\n3,2026-01-01,\n"
    score = {"column": "q", "measure": "CES", "scale": [1, 7], "labels": {"very easy": 7}, "wording": "How easy?"}
    first, second, third = facts_of(rows, scores=[score])
    assert (first.scores[0].value, first.scores[0].label, first.scores[0].wording) == (7, "Very easy", "How easy?")
    assert second.scores == third.scores == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(encoding):
    rows = "id,at,text\n1,2026-01-01,Grüße aus Köln\n2,2026-01-01,schön\n"
    fact = facts_of(rows.encode(encoding), columns={**BASE["columns"], "text": "text"})[0]
    assert fact.text == "Grüße aus Köln"


def test_rows_with_too_many_or_too_few_cells_say_so():
    reading = PlainCsv().open(io.BytesIO(b"id,at\n1,2026-01-01,x\n2\n3,2026-01-01\n"), {"mapping": json.dumps(BASE)})
    problems = [record.problem for record in reading.records()]
    assert ["3 cells" in problems[0], "1 cells" in problems[1], problems[2]] == [True, True, ""]


def test_damaged_ids_stop_the_whole_and_row_hash_is_proposed():
    with pytest.raises(Unreadable, match=r"rounded.*row_hash"):
        facts_of("id,at\n5.7E+17,2026-01-01\n5.7E+17,2026-01-02\n")
    assert len(facts_of("id,at\n5,2026-01-01\n5,2026-01-01\n")) == 2  # the very same row twice contradicts nothing


def test_row_hash_counts_equal_rows():
    rows = "at,x\n2026-01-01,a\n2026-01-01,a\n2026-01-01,b\n"
    told = facts_of(rows, identity="row_hash", columns={"at": "occurred_at", "x": "text"})
    assert len({fact.source_id for fact in told}) == 3


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.binary(max_size=400),
        st.tuples(st.binary(max_size=60), st.integers(0, 200)).map(
            lambda pair: (good := b"id,at,nps\n" + b"1,2026-01-01,9\n" * 12)[: pair[1]] + pair[0] + good[pair[1] :]
        ),
    )
)
def test_a_mangled_table_never_surprises(content):
    mapping = json.dumps({**BASE, "scores": [{"column": "nps", "measure": "NPS"}]})
    with contextlib.suppress(Unreadable):
        reading = PlainCsv().open(io.BytesIO(content), {"mapping": mapping})
        for record in reading.records():
            json.dumps(record.payload)
            with contextlib.suppress(BadRecord):
                assert reading.translate(record)[0].source_id


@pytest.mark.django_db
def test_a_saved_mapping_is_used_by_name():
    ColumnMapping.objects.create(name="shop", declaration=BASE)
    reading = PlainCsv().open(io.BytesIO(b"id,at\n1,2026-01-01\n"), {"mapping_name": "shop"})
    assert len(list(reading.records())) == 1
    with pytest.raises(WrongMapping, match=r"no saved mapping 'other'\. Saved: shop"):
        PlainCsv().open(io.BytesIO(b""), {"mapping_name": "other"})


AIRLINE = {
    "kind": "CONTACT",
    "identity": "row_hash",
    "time_zone": "America/New_York",
    "date_format": "%d-%m-%Y %H.%M",
    "columns": {
        "tweet_created": "occurred_at",
        "text": "text",
        "name": "customer.vendor_id",
        "airline": "product",
        "negativereason": "reason_code",
    },
    "constants": {"channel": "SOCIAL"},
    "attributes": {"airline": "company", "airline_sentiment": "airline_sentiment"},
}
PARTS = {
    "seat.csv": ["legroom", "recline", "width"],
    "lounge.csv": ["comfort", "cleanliness", "catering", "staff_service"],
}


def imported(path, mapping):
    with path.open("rb") as file:
        delivery = receive(file, "csv", {"mapping": json.dumps(mapping)}, filename=path.name)
    read(delivery.pk)
    delivery.refresh_from_db()
    return counts(delivery)


@pytest.mark.slow
@pytest.mark.django_db
def test_real_tweets_become_contacts_and_again_add_nothing(shared):
    path = shared / "texts" / "airline_tweets" / "Tweets.csv"
    first = imported(path, AIRLINE)
    assert (first["state"], first["accepted"], first["read"]) == ("DONE", 14640, 14640)
    assert imported(path, AIRLINE)["unchanged"] == 14640
    assert Feedback.objects.filter(kind="CONTACT", channel="SOCIAL").count() == 14640
    assert ContactFacts.objects.filter(reason_code="Customer Service Issue").count() == 2910
    damaged = {**AIRLINE, "identity": "", "columns": {**AIRLINE["columns"], "tweet_id": "source_id"}}
    assert "row_hash" in imported(path, damaged)["error"]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", PARTS)
def test_real_reviews_come_with_all_their_ratings(shared, name):
    where = "seat_{}_rating" if name == "seat.csv" else "{}_rating"
    mapping = {
        "kind": "REVIEW",
        "identity": "row_hash",
        "time_zone": "Europe/London",
        "columns": {
            "date": "occurred_at",
            "title": "title",
            "content": "text",
            "airline_name": "product",
            "author": "customer.vendor_id",
        },
        "constants": {"channel": "WEB"},
        "scores": [
            {"column": "overall_rating", "measure": "CSAT", "scale": [1, 10]},
            *({"column": where.format(part), "measure": "OTHER", "scale": [0, 5]} for part in PARTS[name]),
        ],
    }
    path = shared / "texts" / "skytrax" / "data" / name
    first = imported(path, mapping)
    assert (first["state"], first["accepted"], first["set_aside"]) == ("DONE", first["read"], 0)
    assert imported(path, mapping)["unchanged"] == first["read"] == Feedback.objects.count()
    assert Score.objects.filter(measure="CSAT").count() > 0.9 * first["read"]
