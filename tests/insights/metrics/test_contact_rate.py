"""Contacts for every 100 active customers: only of days and groups whose active customers somebody told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import override_settings

from insights.mart import build
from insights.metrics.answer import Answer
from insights.metrics.engine import records
from insights.metrics.query import InvalidQuery
from insights.metrics.viewer import EVERYTHING
from insights.models import DirtyDay, Exposure
from tests.insights.mart.conftest import NOW, Facts, mark
from tests.insights.metrics.conftest import query

pytestmark = pytest.mark.django_db
Total = Callable[..., Any]


def _active(customers: int, *days: str, segment: str = "", region: str = "", product: str = "") -> None:
    Exposure.objects.bulk_create(
        Exposure(
            day=date.fromisoformat(day),
            segment=segment,
            region=region,
            product=product,
            customers=customers,
            updated_at=NOW,
        )
        for day in days
    )


def _contacts(facts: Facts, day: str, count: int, **rest: Any) -> None:
    for number in range(count):
        facts.contact(f"{day}T10:{number:02}", **rest)


def test_it_is_all_contacts_of_all_customers_and_their_days(facts: Facts, total: Total) -> None:
    _active(200, "2026-03-10", "2026-03-11")
    _contacts(facts, "2026-03-10", 10)
    _contacts(facts, "2026-03-11", 30)
    told = total("contact_rate")
    assert told.value == pytest.approx(100 * 40 / 400)
    assert (told.n, told.coverage, told.state) == (40, 1.0, "OK")
    assert told.low < 10 < told.high
    assert total("contact_rate", parameters=(("rate_days", "30"),)).value == pytest.approx(300)


def test_without_counts_of_customers_it_is_not_known(facts: Facts, total: Total) -> None:
    _contacts(facts, "2026-03-10", 10)
    told = total("contact_rate")
    assert (told.value, told.n, told.coverage, told.state) == (None, 0, 0.0, "NO_DATA")


def test_contacts_of_days_without_a_count_are_left_out(facts: Facts, total: Total) -> None:
    _active(200, "2026-03-10")
    _contacts(facts, "2026-03-10", 10)
    _contacts(facts, "2026-03-11", 30)
    told = total("contact_rate")
    assert (told.value, told.n, told.coverage) == (pytest.approx(5), 10, 0.25)


def test_days_before_the_first_and_after_the_latest_contact_do_not_dilute_it(facts: Facts, total: Total) -> None:
    _active(200, "2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12", "2026-03-13")
    _contacts(facts, "2026-03-10", 10)
    _contacts(facts, "2026-03-12", 20)
    assert total("contact_rate").value == pytest.approx(100 * 30 / 600)  # a day without contacts between them counts


def test_counts_of_segments_serve_each_and_all_together(facts: Facts, built: Any, ask: Callable[..., Answer]) -> None:
    _active(100, "2026-03-10", segment="Business")
    _active(300, "2026-03-10", segment="Private")
    _contacts(facts, "2026-03-10", 12, segment="Business")
    _contacts(facts, "2026-03-10", 15, segment="Private")
    _contacts(facts, "2026-03-10", 3)  # nobody counted those of no segment
    built()
    whole = ask("contact_rate", by=("segment",))
    assert whole.total.value == pytest.approx(100 * 27 / 400)
    assert whole.total.coverage == pytest.approx(0.9)
    assert [(row.value, row.coverage) for row in whole.rows if row.by["segment"] is None] == [(None, 0)]
    told = {row.by["segment"]: row.value for row in whole.rows}
    assert told == {"Business": pytest.approx(12), "Private": pytest.approx(5), None: None}
    narrowed = ask("contact_rate", filters={"segment": ["Business"]}).total
    assert (narrowed.value, narrowed.n) == (pytest.approx(12), 12)


def test_a_count_of_all_serves_the_whole_and_not_its_segments(
    facts: Facts, built: Any, ask: Callable[..., Answer]
) -> None:
    _active(500, "2026-03-10")
    _contacts(facts, "2026-03-10", 10, segment="Business")
    built()
    assert ask("contact_rate").total.value == pytest.approx(2)
    by_segment = ask("contact_rate", by=("segment",))
    assert by_segment.total.value == pytest.approx(2)  # the same with and without a cut
    assert [row.state for row in by_segment.rows] == ["NO_DATA"]
    assert ask("contact_rate", filters={"segment": ["Business"]}).total.state == "NO_DATA"


def test_each_day_is_served_by_the_coarsest_counts_that_tell_enough(facts: Facts, total: Total) -> None:
    _active(500, "2026-03-10")
    _active(100, "2026-03-10", segment="Business")  # not added to the 500
    _active(50, "2026-03-11", segment="Business", region="North")
    _contacts(facts, "2026-03-10", 10, segment="Business", region="North")
    _contacts(facts, "2026-03-11", 12, segment="Business", region="North")
    assert total("contact_rate").value == pytest.approx(100 * 22 / 550)
    assert total("contact_rate", filters={"segment": ["Business"]}).value == pytest.approx(100 * 22 / 150)
    assert total("contact_rate", filters={"region": ["North"]}).value == pytest.approx(100 * 12 / 50)


@pytest.mark.parametrize("given", [{"by": ("channel",)}, {"filters": {"queue": ["billing"]}}, {"bucket": "hour"}])
def test_it_refuses_what_no_count_of_customers_tells_apart(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidQuery, match=r"contact_rate.* is not known by"):
        query("contact_rate", **given)


def test_series_card_weekdays_and_drilldown_are_one_number(
    facts: Facts, built: Any, ask: Callable[..., Answer]
) -> None:
    days = [f"2026-03-{day:02}" for day in range(2, 16)]
    _active(100, *days)
    for place, day in enumerate(days):
        _contacts(facts, day, place % 3)
    built()
    series = ask("contact_rate", bucket="week", since="2026-03-02", until="2026-03-16")
    assert sum(row.n or 0 for row in series.rows) == series.total.n == 13
    for row in series.rows:
        alone = ask("contact_rate", since=row.records.since.isoformat(), until=row.records.until.isoformat()).total
        assert (alone.value, alone.low, alone.high) == (row.value, row.low, row.high)
        assert records(row.records, EVERYTHING, now=NOW).count == row.n
    mondays = {row.by["weekday"]: row.n for row in ask("contact_rate", by=("weekday",)).rows}["1"]
    assert mondays == sum(place % 3 for place in (0, 7))


def test_a_change_is_that_of_two_rates(facts: Facts, built: Any, ask: Callable[..., Answer]) -> None:
    _active(1000, "2026-03-09")
    _active(2000, "2026-03-10")
    _contacts(facts, "2026-03-09", 50)
    _contacts(facts, "2026-03-10", 50)
    built()
    change = ask("contact_rate", since="2026-03-10", until="2026-03-11", compare="previous").total.change
    assert change is not None
    assert (change.before, change.difference) == (pytest.approx(5), pytest.approx(-2.5))
    assert change.is_significant
    assert change.high is not None
    assert change.high < 0


def test_whoever_sees_only_some_queues_is_told_no_rate(facts: Facts, built: Any, ask: Callable[..., Answer]) -> None:
    _active(200, "2026-03-10")
    _active(100, "2026-03-10", segment="Business")
    _contacts(facts, "2026-03-10", 10, queue="", segment="Business")
    built()
    queues = replace(EVERYTHING, only={"queue": ("", "billing")})
    segments = replace(EVERYTHING, only={"segment": ("Business",)})
    assert ask("contact_rate", viewer=queues).total.state == "NO_DATA"
    assert ask("contact_rate", viewer=segments).total.value == pytest.approx(10)


@override_settings(REPORTING_TIME_ZONE="Europe/Berlin")
def test_a_day_told_anew_has_its_counts_anew(facts: Facts, built: Any, ask: Callable[..., Answer]) -> None:
    _active(200, "2026-03-10")
    _contacts(facts, "2026-03-10", 10, customer="a")
    before = built()
    Exposure.objects.update(customers=400)
    mark("2026-03-10")
    drained = build.drain(datetime(2026, 6, 2, tzinfo=UTC))
    assert drained is not None
    assert not DirtyDay.objects.exists()
    assert ask("contact_rate").total.value == pytest.approx(2.5)
    assert ask("contact_rate", as_of=before).total.value == pytest.approx(5)


def test_counts_of_customers_are_no_feedback(facts: Facts, built: Any, ask: Callable[..., Answer]) -> None:
    _active(200, "2026-03-10")
    _contacts(facts, "2026-03-10", 10)
    built()
    assert ask("contacts", by=("kind",)).total.value == 10
    assert [row.by["kind"] for row in ask("contacts", by=("kind",)).rows] == ["CONTACT"]
