"""Data health: late by its own rhythm, strange by its own weekdays, linked and known, within a viewer's limits."""

from datetime import UTC, datetime, timedelta

import pytest

from insights.analysis.health import health
from insights.analysis.health_arrivals import arrivals
from insights.analysis.health_wire import health_as_json
from insights.metrics.viewer import EVERYTHING, Viewer
from insights.models import Connection, Delivery, DirtyDay, Feedback, Freshness, SetAside
from tests.insights.mart.conftest import built, facts  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def a_delivery(hours_ago: float, source: str = "test", **given) -> Delivery:
    counts = {"read": 10, "accepted": 10, **given}
    made = Delivery.objects.create(source=source, **counts)
    Delivery.objects.filter(pk=made.pk).update(created_at=NOW - timedelta(hours=hours_ago))
    return made


def told(hours_ago: float, source: str = "test") -> None:
    at = NOW - timedelta(hours=hours_ago)
    Freshness.objects.create(stage="INTAKE", source=source, latest_record_at=at, delivered_at=at)


def kinds() -> list[str]:
    return [task.kind for task in health(EVERYTHING, NOW).tasks]


def test_an_empty_instance_needs_nobody_and_knows_nothing():
    found = health(EVERYTHING, NOW)
    assert (found.sources, found.both, found.mart.version, found.tasks) == ((), None, None, ())


@pytest.mark.parametrize(("silent", "late"), [(17, False), (19, True)])
def test_a_source_is_late_after_three_of_its_usual_gaps(silent, late):
    for place in range(6):
        a_delivery(silent + 6 * place)
    told(silent)
    [one] = health(EVERYTHING, NOW).sources
    assert (one.arrivals.usual_hours, one.arrivals.is_late) == (pytest.approx(6), late)
    assert kinds() == (["SILENT"] if late else [])


def test_files_dropped_together_are_no_rhythm_and_few_deliveries_are_none():
    for place in range(3):
        a_delivery(400 + 24 * place)
        a_delivery(400 + 24 * place)
    told(400)
    [one] = health(EVERYTHING, NOW).sources
    assert (one.arrivals.usual_hours, one.arrivals.is_late) == (None, False)


def test_what_is_set_aside_left_out_or_failed_is_counted_with_its_reasons():
    delivery = a_delivery(1, accepted=6, set_aside=2, excluded=2, excluded_reasons={"Survey preview": 2})
    a_delivery(2, read=0, accepted=0, state="FAILED", error="No text")
    SetAside.objects.create(delivery=delivery, record=1, reason="bad", payload=b"x")
    SetAside.objects.create(delivery=delivery, record=2, reason="bad", payload=b"x", state="REPLAYED")
    one = arrivals(NOW)["test", ""]
    assert (one.read, one.set_aside_open, one.set_aside_replayed, one.failed) == (10, 1, 1, 1)
    assert (one.excluded_reasons, one.set_aside_in) == ({"Survey preview": 2}, str(delivery.pk))
    assert kinds() == ["SET_ASIDE", "FAILED"]


def test_a_day_far_from_the_same_weekdays_before_is_flagged_and_its_weekday_is_not_held_against_it(facts, built):  # noqa: F811
    end = datetime(2026, 5, 31, 9, tzinfo=UTC)
    for back in range(80):
        day = end - timedelta(days=back)
        usual = 4 if day.weekday() >= 5 else 20
        for _ in range({3: 60, 10: 0}.get(back, usual)):
            facts.contact(day, customer=f"c{back}")
    built()
    [one] = health(EVERYTHING, NOW).sources
    assert len(one.volumes.days) == 28
    strange = {(end.date() - day.day).days: (day.records, day.usual) for day in one.volumes.flagged}
    assert strange == {3: (60, 20.0), 10: (0, 20.0)}
    assert kinds() == ["VOLUME"]  # the other is older than a week: history


def test_links_and_known_customers_are_counted_and_limits_hold(facts, built):  # noqa: F811
    asked = [
        facts.contact("2026-05-01T10:00", customer=f"c{n}" if n < 6 else None, queue="AB"[n % 2]) for n in range(8)
    ]
    for number, by in enumerate(("ID", "ID", "WINDOW")):
        facts.survey("2026-05-02T10:00", customer=f"c{number}", about=asked[number], about_by=by, queue="A")
    facts.survey("2026-05-02T10:00", queue="B")
    built()
    [one] = health(EVERYTHING, NOW).sources
    linked = one.linkage
    assert (linked.surveys, linked.linked_by_id, linked.linked_by_window, linked.unlinked) == (4, 2, 1, 1)
    assert (linked.contacts, linked.contacts_of_known_customers) == (8, 6)
    found = health(EVERYTHING, NOW).both
    assert (found.both, found.contacted_only, found.answered_only) == (3, 3, 0)
    [limited] = health(Viewer(may_read_rows=True, only={"queue": ("B",)}), NOW).sources
    assert (limited.linkage.surveys, limited.linkage.contacts) == (1, 4)


def test_few_customers_are_not_told_to_who_may_not_read_records(facts, built):  # noqa: F811
    facts.contact("2026-05-01T10:00", customer="one")
    built()
    assert health(EVERYTHING, NOW).both.contacted_only == 1
    assert health(Viewer(), NOW).both.contacted_only is None


def test_a_limit_to_a_source_hides_the_others():
    told(1, "mine")
    told(1, "theirs")
    assert [one.source for one in health(Viewer(only={"source": ("mine",)}), NOW).sources] == ["mine"]


def test_failing_connections_and_days_long_dirty_need_a_person():
    hook = {"kind": "HOOK", "source": "desk", "label": "Desk"}
    Connection.objects.create(**hook, key="a", failures=3, error="Refused. Renew the token.")
    Connection.objects.create(**hook, key="b")
    Connection.objects.create(**hook, key="c", failures=9, is_active=False)
    Connection.objects.create(
        kind="PULL", source="desk", label="Pull", key="d", every_minutes=5, next_at=NOW - timedelta(hours=2)
    )
    DirtyDay.objects.create(day="2026-05-01", marked_at=NOW - timedelta(hours=1))
    found = health(EVERYTHING, NOW)
    assert [(one.label, one.failures) for one in found.connections] == [("Desk", 3), ("Pull", 0)]
    assert kinds() == ["CONNECTION", "CONNECTION", "MART"]


def test_it_asks_a_fixed_number_of_questions(facts, built, django_assert_num_queries):  # noqa: F811
    for number in range(5):
        facts.contact("2026-05-01T10:00", source=f"source{number}")
        told(1, f"source{number}")
        a_delivery(1, f"source{number}")
    built()
    with django_assert_num_queries(11):
        assert len(health_as_json(health(EVERYTHING, NOW))["sources"]) == 5
    assert Feedback.objects.count() == 5
