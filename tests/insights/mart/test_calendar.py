"""Days and hours as the company's clocks show them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from insights.mart.calendar import hours_of_day, runs_of, start_of_day


@pytest.mark.parametrize(
    ("zone", "day", "hours", "length"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23, 23.0),
        ("Europe/Berlin", date(2025, 10, 26), 25, 25.0),
        ("Europe/Berlin", date(2026, 1, 15), 24, 24.0),
        ("America/New_York", date(2026, 3, 8), 23, 23.0),
        ("Australia/Lord_Howe", date(2025, 10, 5), 24, 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 25, 24.5),
        ("Asia/Kolkata", date(2026, 3, 29), 24, 24.0),
        ("America/Havana", date(2026, 3, 8), 23, 23.0),  # midnight itself is skipped
        ("Pacific/Apia", date(2011, 12, 30), 0, 0.0),  # a day that never was
    ],
)
def test_a_day_has_the_hours_its_clocks_show(zone: str, day: date, hours: int, length: float) -> None:
    begins, ends = start_of_day(day, zone), start_of_day(day + timedelta(days=1), zone)
    assert (ends - begins).total_seconds() == length * 3600
    found = hours_of_day(day, zone)
    assert len(found) == hours
    assert all(begins <= hour < ends for hour in found)
    assert all(hour.astimezone(ZoneInfo(zone)).date() == day for hour in found)


def test_the_hour_shown_twice_is_two_hours() -> None:
    shown = [
        hour.astimezone(ZoneInfo("Europe/Berlin")).isoformat()
        for hour in hours_of_day(date(2025, 10, 26), "Europe/Berlin")
    ]
    assert shown[2:4] == ["2025-10-26T02:00:00+02:00", "2025-10-26T02:00:00+01:00"]


def test_days_begin_in_utc_where_the_zone_says() -> None:
    assert start_of_day(date(2026, 3, 29), "Asia/Kolkata") == datetime(2026, 3, 28, 18, 30, tzinfo=UTC)


def test_runs_join_neighbouring_days() -> None:
    days = {date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 3)}
    assert runs_of(days) == [(date(2026, 1, 31), date(2026, 2, 2)), (date(2026, 2, 3), date(2026, 2, 4))]
