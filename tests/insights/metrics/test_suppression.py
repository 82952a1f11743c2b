"""What few customers told is hidden, and cannot be had by subtraction."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.metrics.engine import NotAllowed, records, values_of
from insights.metrics.periods import Period
from insights.metrics.suppression import hidden
from insights.metrics.viewer import Viewer
from tests.insights.mart.conftest import Facts
from tests.insights.metrics.conftest import query

STRANGER = Viewer()


def _two_queues(facts: Facts) -> None:
    for number in range(12):
        facts.contact(queue="large", customer=f"l{number}")
    for number in range(6):
        facts.contact(queue="middle", customer=f"m{number}")
    for number in range(4):
        facts.contact(queue="small", customer=f"s{number}")


@pytest.mark.django_db
def test_a_row_of_four_customers_and_the_next_smallest_are_hidden(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    _two_queues(facts)
    built()
    found = ask("contacts", by=("queue",), viewer=STRANGER)
    states = {row.by["queue"]: row.state for row in found.rows}
    assert states == {"large": "OK", "middle": "SUPPRESSED", "small": "SUPPRESSED"}
    assert (found.total.value, found.total.n) == (22.0, 22)
    small = next(row for row in found.rows if row.by["queue"] == "small")
    assert (small.value, small.low, small.high, small.n, small.customers, small.coverage) == (None,) * 6


@pytest.mark.django_db
def test_who_may_read_rows_sees_them_all(facts: Facts, built: Callable[..., int], ask: Callable[..., Any]) -> None:
    _two_queues(facts)
    built()
    assert {row.state for row in ask("contacts", by=("queue",)).rows} == {"OK"}


@pytest.mark.django_db
def test_the_change_of_a_hidden_period_is_hidden_too(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    _two_queues(facts)
    facts.contact("2026-02-10T10:00", customer="alone")
    built()
    found = ask("contacts", compare="previous", viewer=STRANGER)
    assert found.total.state == "OK"
    assert (found.total.change.before, found.total.change.difference) == (None, None)


@pytest.mark.django_db
def test_a_small_total_hides_everything(facts: Facts, built: Callable[..., int], ask: Callable[..., Any]) -> None:
    for number in range(4):
        for day in ("10", "11", "12", "13"):
            facts.contact(f"2026-03-{day}T10:00", customer=f"c{number}", source=f"s{number}")
    built()
    found = ask("contacts", bucket="day", viewer=STRANGER)
    assert found.total.state == "SUPPRESSED"
    assert {row.state for row in found.rows} == {"SUPPRESSED", "NO_DATA"}
    assert found.sources == {}
    assert (found.design_effect, found.not_yet_assessable, found.clustered) == (None, None, None)


@pytest.mark.django_db
def test_sources_and_menus_hide_small_ones(facts: Facts, built: Callable[..., int], ask: Callable[..., Any]) -> None:
    _two_queues(facts)
    built()
    period = Period(date(2026, 3, 1), date(2026, 4, 1))
    assert [value.value for value in values_of("queue", period, STRANGER)] == ["large", "middle"]


@pytest.mark.django_db
def test_single_records_and_persons_are_refused(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    _two_queues(facts)
    built()
    with pytest.raises(NotAllowed, match="single records"):
        records(query("contacts"), STRANGER, after=None, limit=10)
    with pytest.raises(NotAllowed, match="agent"):
        ask("contacts", by=("agent",), viewer=Viewer(may_read_rows=True))
    with pytest.raises(NotAllowed, match="agent"):
        ask("contacts", filters={"agent": ["Kim"]}, viewer=Viewer(may_read_rows=True))
    with pytest.raises(NotAllowed, match="agent"):
        values_of("agent", Period(date(2026, 3, 1), date(2026, 4, 1)), STRANGER)


@pytest.mark.django_db
def test_limits_narrow_every_question(facts: Facts, built: Callable[..., int], ask: Callable[..., Any]) -> None:
    _two_queues(facts)
    built()
    limited = Viewer(may_read_rows=True, only={"queue": ("middle",)})
    assert ask("contacts", viewer=limited).total.n == 6
    assert ask("contacts", filters={"queue": ["large"]}, viewer=limited).total.n == 0
    assert records(query("contacts"), limited, after=None, limit=100).count == 6
    nothing = Viewer(may_read_rows=True, only={"queue": ()})
    assert ask("contacts", viewer=nothing).total.n == 0


_PLACES = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from("123")), st.integers(0, 12), max_size=27
)


@given(_PLACES)
def test_what_subtraction_leaves_always_has_five_customers(customers: dict[tuple[str, str, str], int]) -> None:
    """Take any sum over cuts (or the total) and subtract what is shown: the rest is two rows, one of five or more."""
    hide = hidden(customers)
    assert all(place in hide for place, count in customers.items() if 0 < count < 5)
    axes = [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]
    for summed in axes:
        lines: dict[tuple[str, ...], list[tuple[str, str, str]]] = {}
        for place, count in customers.items():
            if count:
                lines.setdefault(tuple(part for axis, part in enumerate(place) if axis not in summed), []).append(place)
        for line in lines.values():
            rest = [place for place in line if place in hide]
            if rest and len(rest) < len(line):
                assert max(customers[place] for place in rest) >= 5
                assert len(rest) > 1


@given(st.dictionaries(st.tuples(st.sampled_from("abcdefgh")), st.integers(5, 50)))
def test_nothing_is_hidden_without_need(customers: dict[tuple[str], int]) -> None:
    assert hidden(customers) == set()


_PARENTS = {"a1": "a", "a2": "a", "a11": "a1", "a12": "a1", "b1": "b"}
_LINES = {
    topic: {
        topic,
        *([above] if (above := _PARENTS.get(topic)) else []),
        *([_PARENTS[above]] if above in _PARENTS else []),
    }
    for topic in ("a", "b", "a1", "a2", "a11", "a12", "b1")
}


@given(st.dictionaries(st.sampled_from(sorted(_LINES)), st.integers(0, 12), min_size=1))
def test_of_topics_under_one_another_no_subtraction_leaves_few(mentions: dict[str, int]) -> None:
    """Each customer mentions one topic: then a shown row less shown ones below it is exact, and must not be of few."""
    customers: dict[tuple[str | None, ...], int] = {}
    for topic, count in mentions.items():
        for name in _LINES[topic]:
            customers[name, None] = customers.get((name, None), 0) + count
    hide = hidden(customers, {0: _PARENTS})
    shown = {place[0]: count for place, count in customers.items() if count and place not in hide}
    assert all(count >= 5 for count in shown.values())
    for above, count in shown.items():
        below = [name for name in shown if _PARENTS.get(name) == above]
        for taken in ([name] for name in below):
            assert not 0 < count - shown[taken[0]] < 5
        assert not 0 < count - sum(shown[name] for name in below) < 5
    for name in shown:
        assert _PARENTS.get(name) is None or _PARENTS[name] in shown  # nothing is shown below what is hidden


def test_rows_that_overlap_are_held_together_as_if_nobody_stood_in_two() -> None:
    assert hidden({("x",): 30, ("y",): 20, ("",): 3}, {0: {}}) == {("",), ("y",)}
    assert hidden({("x",): 30, ("y",): 20}, {0: {}}) == set()
