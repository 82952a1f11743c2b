"""Changed days are rebuilt whole, with the days they reach; a crash leaves the last version and the day dirty."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from django.conf import LazySettings
from django.db import connection, connections

from insights.mart import build
from insights.mart.engine import UnknownVersion, open_version
from insights.mart.facts import read_days
from insights.mart.table import note_of, open_table
from insights.mart.taxonomy import standing
from insights.models import DirtyDay, Enrichment, Feedback, Freshness
from tests.insights.mart.conftest import NOW, Facts, mark

pytestmark = pytest.mark.django_db


def rows(as_of: int | None = None) -> list[dict[str, Any]]:
    """Return the mart's rows, oldest first."""
    version = open_version(as_of)
    assert version is not None
    return version.rows_of(version.feedback.order_by("occurred_at"))


def test_one_row_tells_all_facts_of_a_feedback(facts: Facts, built: Callable[..., int]) -> None:
    contact = facts.contact(
        "2026-03-29T03:30", customer="a", queue="billing", agent="Kim", transfers=2, was_answered=True, wait_seconds=1.5
    )
    facts.survey(
        "2026-03-30T10:00", customer="a", about=contact, nps=9, csat=(2, 1, 5, False), language="de", team="own team"
    )
    built()
    first, second = rows()
    assert first["id"] == str(contact.id)
    assert (first["occurred_on"].isoformat(), first["hour_of_day"], first["weekday"]) == ("2026-03-29", 3, 7)
    assert first["hour_started_at"] == datetime(2026, 3, 29, 1, tzinfo=UTC)  # 02:00 never was
    assert (first["direction"], first["queue"], first["transfers"], first["wait_seconds"]) == (
        "INBOUND",
        "billing",
        2,
        1.5,
    )
    assert (first["was_answered"], first["was_abandoned"], first["talk_seconds"]) == (True, None, None)
    assert (first["has_survey_answer"], first["nps_value"], first["language"]) == (True, None, "")
    assert (second["direction"], second["queue"], second["agent"], second["team"]) == ("", "billing", "Kim", "own team")
    assert (second["nps_value"], second["nps_minimum"], second["nps_maximum"]) == (9.0, 0.0, 10.0)
    assert (second["csat_value"], second["csat_higher_is_better"]) == (2.0, False)
    assert (second["language"], second["has_text"], second["enrichment_state"]) == ("de", False, "PENDING")


def test_the_language_read_goes_before_the_one_declared(facts: Facts, built: Callable[..., int]) -> None:
    feedback = facts.survey(language="de", text="words", sentiment=None)
    facts.store()
    Enrichment.objects.filter(feedback=feedback).update(language="en")
    built()
    assert rows()[0]["language"] == "en"


def test_odd_characters_survive_the_way(facts: Facts, built: Callable[..., int]) -> None:
    odd = 'a "quoted", \\N line\nbreak; ünï\tçø∂é'
    facts.contact(queue=odd)
    built()
    assert rows()[0]["queue"] == odd


def test_a_drained_day_is_replaced_and_others_stay(facts: Facts, built: Callable[..., int]) -> None:
    facts.contact("2026-03-01T10:00", queue="old")
    facts.contact("2026-03-02T10:00", queue="old")
    first = built()
    Feedback.objects.update(queue="new")
    mark("2026-03-02")
    done = build.drain(NOW)
    assert done == build.Built(days=1, version=first + 1)
    assert [row["queue"] for row in rows()] == ["old", "new"]
    assert [row["queue"] for row in rows(as_of=first)] == ["old", "old"]
    assert not DirtyDay.objects.exists()
    assert Freshness.objects.get(stage="MART").version == first + 1


def test_draining_twice_changes_nothing(facts: Facts, built: Callable[..., int]) -> None:
    facts.contact("2026-03-01T10:00")
    version = built()
    mark("2026-03-01")
    build.drain(NOW)
    before = rows()
    assert build.drain(NOW) == build.Built(days=0, version=version + 1)
    assert rows() == before


def test_a_day_whose_facts_are_gone_becomes_empty(facts: Facts, built: Callable[..., int]) -> None:
    facts.contact("2026-03-01T10:00")
    built()
    Feedback.objects.all().delete()
    mark("2026-03-01")
    build.drain(NOW)
    assert rows() == []


def test_a_new_contact_reaches_the_day_of_the_one_before(facts: Facts, built: Callable[..., int]) -> None:
    facts.contact("2026-03-01T10:00", customer="a")
    built()
    assert rows()[0]["seconds_to_next_contact"] is None
    facts.contact("2026-03-04T10:00", customer="a")
    facts.store()
    mark("2026-03-04")
    done = build.drain(NOW)
    assert (done.days, done.reached) == (1, 1)
    assert rows()[0]["seconds_to_next_contact"] == timedelta(days=3).total_seconds()


def test_the_next_contact_is_looked_for_within_31_days(facts: Facts, built: Callable[..., int]) -> None:
    facts.contact("2026-01-01T10:00", customer="a")
    facts.contact("2026-02-01T09:59", customer="a")
    facts.contact("2026-03-04T10:00", customer="a")
    built()
    within = timedelta(days=31) - timedelta(minutes=1)
    assert [row["seconds_to_next_contact"] for row in rows()] == [within.total_seconds(), None, None]


def test_a_contact_that_is_gone_reaches_the_day_of_the_one_before(facts: Facts, built: Callable[..., int]) -> None:
    facts.contact("2026-03-01T10:00", customer="a")
    facts.contact("2026-03-04T10:00", customer="a")
    built()
    Feedback.objects.filter(occurred_at__gt=datetime(2026, 3, 2, tzinfo=UTC)).delete()
    mark("2026-03-04")
    build.drain(NOW)
    assert [row["seconds_to_next_contact"] for row in rows()] == [None]


def test_a_survey_and_its_contact_reach_each_other(facts: Facts, built: Callable[..., int]) -> None:
    contact = facts.contact("2026-03-01T10:00", queue="old")
    built()
    facts.survey("2026-03-04T10:00", about=contact, nps=9)
    facts.store()
    mark("2026-03-04")
    build.drain(NOW)
    assert [row["has_survey_answer"] for row in rows()] == [True, False]
    Feedback.objects.filter(pk=contact.pk).update(queue="new")
    mark("2026-03-01")
    build.drain(NOW)
    assert [row["queue"] for row in rows()] == ["new", "new"]
    Feedback.objects.filter(kind="SURVEY").delete()
    mark("2026-03-04")
    build.drain(NOW)
    assert [row["has_survey_answer"] for row in rows()] == [False]


def test_another_reporting_zone_rebuilds_every_day(
    facts: Facts, built: Callable[..., int], settings: LazySettings
) -> None:
    facts.contact("2026-03-01T00:30")
    built()
    settings.REPORTING_TIME_ZONE = "America/New_York"
    build.drain(NOW)
    assert rows()[0]["occurred_on"].isoformat() == "2026-02-28"
    version = open_version()
    assert version is not None
    assert version.note.time_zone == "America/New_York"


def test_other_columns_rebuild_every_day(
    facts: Facts, built: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    facts.contact("2026-03-01T10:00")
    first = built()
    table = open_table()
    assert table is not None
    narrow = table.to_pyarrow_table().drop_columns(["person"])
    write_deltalake(
        table, narrow, mode="overwrite", schema_mode="overwrite", commit_properties=note_of(table).as_commit()
    )
    assert open_version() is None
    with pytest.raises(UnknownVersion, match="another release"):
        open_version(first + 1)
    build.drain(NOW)
    assert len(rows()) == 1


def test_a_crash_leaves_the_last_version_and_the_day_dirty(
    facts: Facts, built: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    facts.contact("2026-03-01T10:00", queue="old")
    version = built()
    Feedback.objects.update(queue="new")
    mark("2026-03-01")
    real = build.read_days

    def dies(*given: Any) -> Any:
        yield from real(*given)
        raise RuntimeError("the power went")

    monkeypatch.setattr(build, "read_days", dies)
    with pytest.raises(Exception, match="the power went"):
        build.drain(NOW)
    assert [row["queue"] for row in rows()] == ["old"]
    assert (open_version().number, DirtyDay.objects.count()) == (version, 1)


def test_a_day_marked_again_meanwhile_stays_dirty(
    facts: Facts, built: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    facts.contact("2026-03-01T10:00")
    facts.contact("2026-03-02T10:00")
    built()
    mark("2026-03-01", "2026-03-02")
    real = build.reached_by

    def marks_again(*args: Any, **given: Any) -> Any:
        mark("2026-03-02")
        return real(*args, **given)

    monkeypatch.setattr(build, "reached_by", marks_again)
    build.drain(NOW)
    assert [str(day) for day in DirtyDay.objects.values_list("day", flat=True)] == ["2026-03-02"]


def test_without_facts_there_is_no_mart(facts: Facts) -> None:
    assert build.drain(NOW) == build.Built(days=0, version=None)
    assert open_version() is None


def test_a_lost_mart_is_built_anew(facts: Facts) -> None:
    facts.contact("2026-03-01T10:00")
    facts.contact("2026-03-09T10:00")
    facts.store()
    mark("2026-03-09")
    build.drain(NOW)
    assert len(rows()) == 2


def test_an_unknown_version_is_refused_in_words(facts: Facts, built: Callable[..., int]) -> None:
    with pytest.raises(UnknownVersion, match="nothing has been built"):
        open_version(3)
    facts.contact()
    version = built()
    with pytest.raises(UnknownVersion, match=f"no data version {version + 1}"):
        open_version(version + 1)


def test_a_version_whose_files_are_gone_is_refused_in_words(facts: Facts, built: Callable[..., int]) -> None:
    facts.contact("2026-03-01T10:00")
    first = built()
    table = open_table()
    assert table is not None
    files = table.file_uris()
    mark("2026-03-01")
    build.drain(NOW)
    for file in files:
        Path(file).unlink()  # as vacuuming does after 30 days
    with pytest.raises(UnknownVersion, match="no longer kept"):
        open_version(first)
    assert len(rows()) == 1


def test_compaction_changes_no_row_and_keeps_the_note(facts: Facts, built: Callable[..., int]) -> None:
    facts.contact("2026-03-01T10:00")
    built()
    facts.contact("2026-03-02T10:00")
    facts.store()
    table = open_table()
    assert table is not None
    connection.ensure_connection()
    day = (date(2026, 3, 2), date(2026, 3, 3))
    small = pa.Table.from_batches(read_days(connection.connection, [day], "Europe/Berlin", standing()))
    write_deltalake(table, small, mode="append", commit_properties=note_of(table).as_commit())
    before, version = rows(), open_version()
    assert version is not None
    compacted = build.compact(NOW)
    assert compacted is not None
    assert compacted > version.number
    assert rows() == before
    after = open_version()
    assert after is not None
    assert (after.number, after.note) == (compacted, version.note)
    assert Freshness.objects.get(stage="MART").version == compacted


@pytest.mark.django_db(transaction=True)
def test_only_one_worker_builds(facts: Facts) -> None:
    facts.contact()
    facts.store()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [build._LOCK])
            assert build.drain(NOW) is None
            assert build.rebuild_all(NOW) is None
            cursor.execute("SELECT pg_advisory_unlock(%s)", [build._LOCK])
    finally:
        other.close()
    assert build.drain(NOW) is not None
