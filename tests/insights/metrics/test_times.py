"""Handle time, wait, first response and service level."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.insights.mart.conftest import Facts

pytestmark = pytest.mark.django_db


def test_nine_calls_of_100_seconds_and_one_of_1000_average_190(facts: Facts, total: Callable[..., Any]) -> None:
    for _ in range(9):
        facts.contact(talk_seconds=60, hold_seconds=10, wrap_up_seconds=30)
    facts.contact(talk_seconds=900, hold_seconds=60, wrap_up_seconds=40)
    assert total("aht_seconds").value == 190.0


def test_a_call_with_an_unknown_part_is_left_out_of_handle_time(facts: Facts, total: Callable[..., Any]) -> None:
    for _ in range(10):
        facts.contact(talk_seconds=60, hold_seconds=0, wrap_up_seconds=0)
    for _ in range(10):
        facts.contact(talk_seconds=60, hold_seconds=None, wrap_up_seconds=30)
    row = total("aht_seconds")
    assert (row.value, row.n, row.coverage) == (60.0, 10, 0.5)


def test_chats_and_abandoned_calls_have_no_handle_time(facts: Facts, total: Callable[..., Any]) -> None:
    times = {"talk_seconds": 60, "hold_seconds": 0, "wrap_up_seconds": 0}
    facts.contact(channel="CHAT", **times)
    facts.contact(was_abandoned=True, **times)
    facts.contact(direction="OUTBOUND", **times)
    assert total("aht_seconds").n == 0


def test_wait_is_of_the_answered(facts: Facts, total: Callable[..., Any]) -> None:
    for _ in range(10):
        facts.contact(wait_seconds=20, was_answered=True)
        facts.contact(wait_seconds=500, was_answered=False, was_abandoned=True)
    row = total("wait_seconds")
    assert (row.value, row.n) == (20.0, 10)


def test_first_response_leaves_out_the_unanswered(facts: Facts, total: Callable[..., Any]) -> None:
    for _ in range(10):
        facts.contact(channel="EMAIL", first_response_seconds=3600)
        facts.contact(channel="EMAIL")
    row = total("first_response_seconds")
    assert (row.value, row.coverage) == (3600.0, 0.5)


def test_service_level_forgets_those_who_hung_up_at_once(facts: Facts, total: Callable[..., Any]) -> None:
    for _ in range(8):
        facts.contact(wait_seconds=20, was_answered=True)
    facts.contact(wait_seconds=20.5, was_answered=True)
    facts.contact(wait_seconds=60, was_abandoned=True, was_answered=False)
    for _ in range(5):
        facts.contact(wait_seconds=4.9, was_abandoned=True, was_answered=False)
    row = total("service_level")
    assert (row.value, row.n) == (80.0, 10)


def test_the_threshold_can_be_asked_for(facts: Facts, total: Callable[..., Any]) -> None:
    for wait in (20, 25, 40, 50) * 3:
        facts.contact(wait_seconds=wait, was_answered=True)
    assert total("service_level", parameters=(("threshold_seconds", "30"),)).value == 50.0


def test_first_response_in_opening_hours_is_apart_and_unknown_without_a_schedule(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    for _ in range(10):
        facts.contact(channel="EMAIL", first_response_seconds=60_000, first_response_business_seconds=3600)
        facts.contact(channel="EMAIL", first_response_seconds=60_000, queue="no schedule")
    built()
    row = ask("first_response_business_seconds").total
    assert (row.value, row.n, row.coverage) == (3600.0, 10, 0.5)
    assert ask("first_response_business_seconds", filters={"queue": ["no schedule"]}).total.value is None
