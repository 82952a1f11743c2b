"""A delivery is read once and whole: after a kill, beside another worker, and with what was wrong set aside."""

import io
import json
from datetime import timedelta

import pytest
from django.db import connection, connections

from insights.intake import delivery as deliveries
from insights.intake import tally
from insights.intake.delivery import cancel, counts, read, receive, waiting
from insights.intake.plain_csv import PlainReading
from insights.intake.replay import discard, preview, replay
from insights.intake.source import WrongOption
from insights.models import Delivery, Enrichment, Feedback, SetAside

from .conftest import NOW

pytestmark = pytest.mark.django_db
MAPPING = {
    "kind": "SURVEY",
    "time_zone": "Europe/Berlin",
    "columns": {"id": "source_id", "at": "occurred_at", "text": "text", "mail": "customer.email"},
    "constants": {"channel": "WEB"},
    "scores": [{"column": "nps", "measure": "NPS"}],
}


def table(count, bad=()):
    rows = [
        f"{n:05d},2026-03-01 10:00:{n % 60:02d},{11 if n in bad else n % 11},word {n},p{n}@x.de" for n in range(count)
    ]
    return "\n".join(["id,at,nps,text,mail", *rows]).encode()


def received(content, mapping=MAPPING, **given):
    return receive(io.BytesIO(content), "csv", {"mapping": json.dumps(mapping)}, filename="answers.csv", **given)


def finished(content, mapping=MAPPING):
    delivery = received(content, mapping)
    assert read(delivery.pk)
    delivery.refresh_from_db()
    return delivery


def totals(delivery):
    told = counts(delivery)
    return {name: told[name] for name in ("read", "accepted", "updated", "unchanged", "set_aside", "excluded")}


def test_a_file_is_read_and_again_adds_nothing():
    delivery = finished(table(30))
    assert delivery.state == "DONE"
    assert totals(delivery) == {"read": 30, "accepted": 30, "updated": 0, "unchanged": 0, "set_aside": 0, "excluded": 0}
    assert totals(finished(table(30)))["unchanged"] == 30
    assert Feedback.objects.count() == 30
    assert Feedback.objects.filter(source_id="00007").exists()  # leading zeros are part of an id


def test_what_cannot_be_read_is_set_aside_mended_and_replayed():
    delivery = finished(table(10, bad={3, 5}))
    told = counts(delivery)
    assert (told["accepted"], told["set_aside"], told["state"]) == (8, 2, "DONE")
    assert told["errors"][0] == {
        "record": 4, "line": 5, "field": "nps", "reason": "The answer 11 lies outside its scale from 0 to 10.",
    }  # fmt: skip
    first, second = SetAside.objects.all()
    assert b"p3@x.de" not in bytes(first.payload)
    mended = {**tally.payload_of(first), "nps": "9"}
    outcomes = replay([first.pk, second.pk], {first.pk: mended}, NOW)
    assert outcomes[first.pk] == "accepted"
    assert "outside its scale" in outcomes[second.pk]
    delivery.refresh_from_db()
    assert totals(delivery) == {"read": 10, "accepted": 9, "updated": 0, "unchanged": 0, "set_aside": 1, "excluded": 0}
    assert replay([first.pk], {}, NOW) == {}
    assert discard([second.pk]) == 1
    assert counts(delivery)["errors"] == []


class Killed(BaseException):
    """Stands for a worker that dies: nothing of ours catches it."""


def test_a_killed_run_goes_on_where_it_was_and_counts_nothing_twice(monkeypatch):
    monkeypatch.setattr(deliveries, "BATCH", 10)
    delivery = received(table(35, bad={2, 22}))

    def die_after_two(current):
        if current.read >= 20:
            raise Killed

    with pytest.raises(Killed):
        read(delivery.pk, on_progress=die_after_two)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.read) == ("READING", 20)
    assert waiting(delivery.heartbeat_at + timedelta(seconds=61)) == [delivery.pk]
    assert waiting(delivery.heartbeat_at + timedelta(seconds=59)) == []

    assert read(delivery.pk)
    delivery.refresh_from_db()
    assert totals(delivery) == {"read": 35, "accepted": 33, "updated": 0, "unchanged": 0, "set_aside": 2, "excluded": 0}
    assert Enrichment.objects.count() == 33


def test_progress_is_written_with_each_batch(monkeypatch):
    monkeypatch.setattr(deliveries, "BATCH", 10)
    delivery = received(table(40))
    seen = []
    read(delivery.pk, on_progress=lambda current: seen.append(counts(Delivery.objects.get(pk=current.pk))["progress"]))
    assert seen == pytest.approx([0.25, 0.5, 0.75, 1.0], abs=0.001)


def test_a_cancelled_delivery_stops_and_keeps_what_it_has(monkeypatch):
    monkeypatch.setattr(deliveries, "BATCH", 10)
    delivery = received(table(40))
    assert not read(delivery.pk, on_progress=lambda current: cancel(current.pk, NOW))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.read, Feedback.objects.count()) == ("CANCELLED", 10, 10)
    assert not read(delivery.pk)
    assert not cancel(delivery.pk, NOW)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_read_one_delivery_at_once():
    delivery = received(table(10))
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [delivery.pk.int & (2**63 - 1)])
        assert not read(delivery.pk)
    finally:
        other.close()
        connections["default"].close_if_unusable_or_obsolete()
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    delivery.refresh_from_db()
    assert delivery.state == "RECEIVED"


def test_a_position_moved_by_another_worker_is_noticed(monkeypatch):
    monkeypatch.setattr(deliveries, "BATCH", 10)
    delivery = received(table(40))

    def meddle(current):
        Delivery.objects.filter(pk=current.pk).update(read=30, accepted=30)

    assert not read(delivery.pk, on_progress=meddle)
    assert Feedback.objects.count() == 10


BROKEN = {
    "nothing at all": (b"", "empty"),
    "JSON": (b'{"a": 1}', "JSON"),
    "a list of JSON": (b'[{"a": 1}]', "JSON"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "Excel"),
    "a broken zip": (b"PK\x03\x04" + b"\x00" * 100, "archive"),
    "binary": (b"id,at\x00\x00\x01\x02" * 50, "binary"),
    "only other columns": (b"a,b\n1,2\n", "no column 'id'"),
    "an open quote": (table(50) + b'\n77,"2026-03-01 10:00:00,9,x,y\n' + b"z" * 1_100_000, "quotation mark"),
}


@pytest.mark.parametrize(("content", "word"), BROKEN.values(), ids=BROKEN)
def test_an_unreadable_file_changes_nothing_and_says_why(content, word):
    delivery = finished(content)
    assert delivery.state == "FAILED"
    assert word in delivery.error
    assert (delivery.read, Feedback.objects.count(), SetAside.objects.count()) == (0, 0, 0)


def test_a_file_whose_raw_bytes_are_gone_says_so():
    delivery = received(table(3))
    Delivery.objects.update(raw_name="")
    read(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, "Deliver it again" in delivery.error) == ("FAILED", True)


def test_an_error_of_ours_is_told_and_goes_up(monkeypatch):
    monkeypatch.setattr(deliveries, "store_batch", lambda *_: 1 / 0)
    delivery = received(table(3))
    with pytest.raises(ZeroDivisionError):
        read(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, "error of ours" in delivery.error) == ("FAILED", True)


def test_a_source_that_stumbles_over_one_record_sets_it_aside(monkeypatch):
    original = PlainReading.translate
    monkeypatch.setattr(PlainReading, "translate", lambda self, one: 1 / 0 if one.number == 2 else original(self, one))
    delivery = finished(table(3))
    assert totals(delivery)["set_aside"] == 1
    assert "ZeroDivisionError" in counts(delivery)["errors"][0]["reason"]


def test_an_option_that_nobody_knows_is_refused_before_anything_is_kept():
    with pytest.raises(WrongOption, match="has no option 'colour'"):
        receive(io.BytesIO(b"x"), "csv", {"colour": "red"})
    assert Delivery.objects.count() == 0


def test_a_preview_stores_nothing_and_shows_no_address():
    content = table(5, bad={1})
    shown = preview(io.BytesIO(content), "csv", {"mapping": json.dumps(MAPPING)}, 3)
    assert [bool(one.get("error")) for one in shown["records"]] == [False, True, False]
    assert "x.de" not in str(shown)
    assert Feedback.objects.count() == Delivery.objects.count() == 0


TEXT_COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name LIKE 'insights_%%'
"""


def test_nothing_that_identifies_a_person_is_anywhere_in_the_database():
    secret = {"mail": "anna.secret@example.org", "card": "4111111111111111", "iban": "DE89370400440532013000"}
    words = f"I am {secret['mail']} card {secret['card']} iban {secret['iban']} Annabella"
    mapping = {
        **MAPPING,
        "columns": {**MAPPING["columns"], "name": "customer.name", "queue": "queue"},
        "attributes": ["note"],
        "missing": [""],
    }
    head = "id,at,nps,text,mail,name,queue,note"
    row = f"{secret['mail']},2026-03-01,9,{words},{secret['mail']},Annabella Secret,{secret['mail']},{words}"
    bad = f"2,2026-03-01,{secret['mail']},{words},{secret['mail']},Annabella Secret,Q,{words}"
    delivery = receive(
        io.BytesIO(f"{head}\n{row}\n{bad}\n".encode()), "csv", {"mapping": json.dumps(mapping)},
        filename=f"{secret['mail']}.csv",
    )  # fmt: skip
    read(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.accepted, delivery.set_aside) == (1, 1)
    with connection.cursor() as cursor:
        cursor.execute(TEXT_COLUMNS)
        for name, column in cursor.fetchall():
            for needle in (*secret.values(), "Annabella"):
                cursor.execute(f'SELECT count(*) FROM "{name}" WHERE "{column}"::text ILIKE %s', [f"%{needle}%"])
                assert cursor.fetchone() == (0,), (name, column, needle)
