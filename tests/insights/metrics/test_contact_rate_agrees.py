"""The contact rate answered again, slowly and in plain Python: random counts of customers, cuts, buckets, filters."""

import datetime as dt
from itertools import product
from random import Random
from typing import Any

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.mart import build
from insights.metrics.answer import Row
from insights.metrics.engine import answer, records
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import EVERYTHING
from insights.models import Customer, Exposure, Feedback
from tests.insights.mart.conftest import NOW, Facts

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

_FIRST = dt.date(2026, 3, 26)  # the clocks of Berlin change on the 29th
_DAYS = [_FIRST + dt.timedelta(days=number) for number in range(8)]
_GROUPS = {"segment": ("", "Private", "Business"), "region": ("", "North"), "product": ("", "Basic")}
Group = dict[str, str]
Cell = tuple[dt.date, Group]
Counts = dict[tuple[dt.date, tuple[str, ...]], int]
Place = tuple[tuple[str | None, ...], str | None] | None  # None: the total


def _starts(day: dt.date, bucket: str | None) -> dt.date | None:
    starts = {
        "day": day,
        "week": day - dt.timedelta(days=day.isoweekday() - 1),
        "month": day.replace(day=1),
        "quarter": dt.date(day.year, {1: 1, 2: 4, 3: 7, 4: 10}[(day.month + 2) // 3], 1),
        "year": dt.date(day.year, 1, 1),
    }
    return starts[bucket] if bucket else None


def _told_apart(group: Group) -> set[str]:
    return {name for name, value in group.items() if value}


def _used(asked: set[str], counts: Counts, day: dt.date) -> set[str] | None:
    """By what the counts used on this day are told apart: the fewest names that hold all that is asked."""
    levels = [_told_apart(dict(zip(_GROUPS, group, strict=True))) for on, group in counts if on == day]
    able = [level for level in levels if asked <= level]
    weight = {"segment": 1, "region": 2, "product": 4}
    return min(able, key=lambda level: (len(level), sum(weight[name] for name in level)), default=None)


class _World:
    """Contacts, counts of customers, and one question about them."""

    def __init__(self, told: list[Cell], counts: Counts, question: dict[str, Any]) -> None:
        self.told, self.counts, self.question = told, counts, question
        self.filters = dict(question["filters"])

    def rows(self, *, of_rows: bool) -> dict[Place, tuple[int, int]]:
        """Return how many contacts are known, and the customers of all days and groups, of each row or in total."""
        asked = (set(self.question["by"] if of_rows else ()) | set(self.filters)) & set(_GROUPS)
        found: dict[Place, tuple[int, int]] = {}
        for cell in filter(self._is_asked, self.told):
            known, customers = found.get(self._place(cell, of_rows), (0, 0))
            found[self._place(cell, of_rows)] = known + self._is_known(cell, asked), customers
        first, last = min(day for day, _ in self.told), max(day for day, _ in self.told)
        for (day, group), many in self.counts.items():
            cell = day, dict(zip(_GROUPS, group, strict=True))
            place = self._place(cell, of_rows)
            is_used = _used(asked, self.counts, day) == _told_apart(cell[1]) and first <= day <= last
            if is_used and self._is_asked(cell) and place in found:
                found[place] = found[place][0], found[place][1] + many
        return found

    def _is_known(self, cell: Cell, asked: set[str]) -> bool:
        level = _used(asked, self.counts, cell[0])
        own = tuple(cell[1][name] if level and name in level else "" for name in _GROUPS)
        is_counted = level is not None and all(cell[1][name] for name in level)  # nobody counts those of no segment
        return is_counted and (cell[0], own) in self.counts

    def _is_asked(self, cell: Cell) -> bool:
        is_in_time = self.question["since"] <= cell[0] < self.question["until"]
        return is_in_time and all(cell[1][name] in values for name, values in self.filters.items())

    def _place(self, cell: Cell, of_rows: bool) -> Place:
        if not of_rows:
            return None
        day, group = cell
        names = self.question["by"]
        values = tuple(str(day.isoweekday()) if name == "weekday" else group[name] or None for name in names)
        start = _starts(day, self.question["bucket"])
        return values, start.isoformat() if start else None


@st.composite
def _case(draw: Any) -> tuple[Random, dict[str, Any]]:
    by = draw(st.lists(st.sampled_from(["segment", "region", "weekday"]), unique=True, max_size=2))
    filters = draw(st.sampled_from([(), (("segment", ("Private", "Business")),), (("region", ("North",)),)]))
    since = _FIRST + dt.timedelta(days=draw(st.integers(0, 3)))
    question = {
        "since": since,
        "until": since + dt.timedelta(days=draw(st.integers(1, 8))),
        "by": tuple(by),
        "bucket": draw(st.sampled_from([None, "day", "week", "month", "quarter", "year"])),
        "filters": filters,
    }
    return Random(draw(st.integers(0, 10**6))), question


@given(case=_case())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_rate_agrees_with_the_second_opinion(case: tuple[Random, dict[str, Any]], settings: LazySettings) -> None:
    dice, question = case
    settings.REPORTING_TIME_ZONE = "Europe/Berlin"
    for model in (Feedback, Customer, Exposure):
        model.objects.all().delete()
    facts, told = Facts(), []
    for _ in range(dice.choice([1, 30, 120])):
        day, group = dice.choice(_DAYS), {name: dice.choice(values) for name, values in _GROUPS.items()}
        facts.contact(f"{day}T{dice.randint(0, 23):02}:{dice.randint(0, 59):02}", **group)
        told.append((day, group))
    facts.store()
    counts: Counts = {}
    for day in _DAYS:
        levels = [level for level in product((False, True), repeat=3) if dice.random() < 0.3]
        for level in levels:
            choices = [values[1:] if kept else ("",) for kept, values in zip(level, _GROUPS.values(), strict=True)]
            counts |= {(day, group): dice.randint(0, 500) for group in product(*choices) if dice.random() < 0.8}
    Exposure.objects.bulk_create(
        Exposure(day=day, customers=many, updated_at=NOW, **dict(zip(_GROUPS, group, strict=True)))
        for (day, group), many in counts.items()
    )
    assert build.rebuild_all(NOW) is not None

    found = answer(MetricQuery(metric="contact_rate", **question), EVERYTHING, now=NOW)
    world = _World(told, counts, question)
    fine, coarse = world.rows(of_rows=True), world.rows(of_rows=False)
    assert _agrees(found.total, coarse.get(None, (0, 0)))
    for row in found.rows if question["by"] or question["bucket"] else ():
        assert _agrees(row, fine.get((tuple(row.by.values()), row.bucket), (0, 0)))


def _agrees(row: Row, expected: tuple[int, int]) -> bool:
    known, customers = expected
    assert row.n == known
    assert row.value == (pytest.approx(100 * known / customers) if known and customers else None)
    assert records(row.records, EVERYTHING, now=NOW).count == known
    return True
