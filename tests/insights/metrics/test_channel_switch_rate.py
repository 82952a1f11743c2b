"""Channel switches: episodes of one customer, counted where they began, once they are over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from insights.mart import build
from insights.mart.engine import open_version
from insights.models import Feedback
from tests.insights.mart.conftest import NOW, Facts, mark

pytestmark = pytest.mark.django_db


def _ten(facts: Facts, *days_and_channels: tuple[str, str], name: str = "c") -> None:
    for number in range(10):
        for day, channel in days_and_channels:
            facts.contact(f"{day}T10:00", channel=channel, customer=f"{name}{number}")


def test_a_second_channel_within_seven_days_is_a_switch(facts: Facts, total: Callable[..., Any]) -> None:
    _ten(facts, ("2026-03-02", "VOICE"), ("2026-03-08", "CHAT"))
    _ten(facts, ("2026-03-02", "VOICE"), ("2026-03-08", "VOICE"), name="d")
    _ten(facts, ("2026-03-31", "EMAIL"), name="late")
    row = total("channel_switch_rate")
    assert (row.value, row.n, row.customers) == (50.0, 20, 20)


def test_a_gap_of_seven_days_begins_another_episode(facts: Facts, total: Callable[..., Any]) -> None:
    _ten(facts, ("2026-03-02", "VOICE"), ("2026-03-09", "CHAT"))
    _ten(facts, ("2026-03-31", "EMAIL"), name="late")
    row = total("channel_switch_rate")
    assert (row.value, row.n, row.customers) == (0.0, 20, 10)


def test_an_episode_counts_where_it_began(facts: Facts, built: Callable[..., int], ask: Callable[..., Any]) -> None:
    _ten(facts, ("2026-03-02", "VOICE"), ("2026-03-07", "CHAT"), ("2026-03-12", "EMAIL"))
    _ten(facts, ("2026-03-31", "EMAIL"), name="late")
    built()
    found = ask("channel_switch_rate", by=("channel",), until="2026-03-20")
    assert [(row.by["channel"], row.n) for row in found.rows if row.n] == [("VOICE", 10)]
    assert ask("channel_switch_rate", since="2026-03-03").total.value is None  # those that began in it are not over


def test_only_episodes_that_are_over_are_judged(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    _ten(facts, ("2026-03-20", "VOICE"), ("2026-03-25", "CHAT"))
    facts.contact("2026-04-01T10:59", customer="last")  # a minute before the seven days are over: the clocks changed
    built()
    found = ask("channel_switch_rate")
    assert (found.total.n, found.not_yet_assessable, found.total.coverage) == (0, 10, None)
    facts.contact("2026-04-01T11:00", customer="last")
    built()
    assert ask("channel_switch_rate").total.value == 100.0


def test_a_channel_more_than_31_days_on_is_not_looked_at(facts: Facts, total: Callable[..., Any]) -> None:
    days = [f"2026-03-{day:02}" for day in (1, 7, 13, 19, 25, 31)]
    _ten(facts, *((day, "VOICE") for day in days), ("2026-04-02", "CHAT"))
    facts.contact("2026-04-30T10:00", customer="last")
    row = total("channel_switch_rate")
    assert (row.value, row.n) == (0.0, 10)


def test_outbound_contacts_and_unknown_customers_have_no_episodes(facts: Facts, total: Callable[..., Any]) -> None:
    facts.contact("2026-03-02T10:00", customer="a", direction="OUTBOUND")
    facts.contact("2026-03-02T10:00")
    facts.contact("2026-03-31T10:00", customer="last")
    row = total("channel_switch_rate")
    assert (row.n, row.coverage) == (0, None)


def test_rebuilding_changed_days_gives_what_rebuilding_everything_gives(facts: Facts) -> None:
    """Contacts come, change channel and go; episodes reach over the days that were marked."""
    dice = Random(5)
    start = datetime(2026, 3, 1, 9, tzinfo=UTC)

    def contact(day: int) -> Feedback:
        at = start + timedelta(days=day, hours=dice.randint(0, 9))
        return facts.contact(at, customer=f"c{dice.randint(0, 3)}", channel=dice.choice(["VOICE", "CHAT", "EMAIL"]))

    told = [contact(dice.randint(0, 70)) for _ in range(40)]
    facts.store()
    assert build.rebuild_all(NOW) is not None
    for _ in range(12):
        new, changed, gone = contact(dice.randint(0, 70)), dice.choice(told), dice.choice(told)
        facts.store()
        Feedback.objects.filter(pk=changed.pk).update(channel=dice.choice(["VOICE", "CHAT", "EMAIL"]))
        Feedback.objects.filter(pk=gone.pk).delete()
        told = [*(one for one in told if one.pk != gone.pk), new]
        mark(*{f"{one.occurred_at:%Y-%m-%d}" for one in (new, changed, gone)})
        assert build.drain(NOW) is not None
        patched = _episodes()
        assert build.rebuild_all(NOW) is not None
        assert patched == _episodes()


def _episodes() -> dict[str, Any]:
    version = open_version()
    assert version is not None
    rows = version.rows_of(version.feedback.select("id", "episode_channels", "episode_seconds"))
    return {row["id"]: (row["episode_channels"], row["episode_seconds"]) for row in rows}
