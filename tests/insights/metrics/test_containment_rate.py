"""Self-service sessions after which nobody turned to a person: sessions told as contacts, and as events."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from insights.mart import build
from insights.metrics.answer import Answer
from insights.metrics.engine import records
from insights.metrics.viewer import EVERYTHING
from insights.models import JourneyEvent
from tests.insights.mart.conftest import NOW, Facts, local, mark

pytestmark = pytest.mark.django_db
Total = Callable[..., Any]


def session(facts: Facts, at: str, customer: str | None, channel: str = "BOT") -> None:
    """Tell of a session as an event."""
    if customer:
        facts.customer(customer)
    facts.store()
    JourneyEvent.objects.create(
        source="test",
        source_id=f"{at}{customer}{channel}",
        event="session",
        channel=channel,
        occurred_at=local(at),
        customer=facts.customer(customer) if customer else None,
    )


def _late(facts: Facts) -> None:
    """Somebody else calls later, so that all before is old enough."""
    facts.contact("2026-05-01T10:00", customer="somebody")


def test_a_session_is_contained_unless_a_person_is_contacted_within_a_day(facts: Facts, total: Total) -> None:
    _late(facts)
    for number in range(6):
        session(facts, "2026-03-10T10:00", f"alone{number}")
        session(facts, "2026-03-10T10:00", f"called{number}", "IVR")
        facts.contact("2026-03-11T10:00", customer=f"called{number}")  # exactly the window later
    told = total("containment_rate")
    assert (told.value, told.n, told.customers) == (50.0, 12, 12)
    assert total("containment_rate", parameters=(("window_hours", "4"),)).value == 100.0


def test_sessions_told_as_contacts_are_sessions_and_no_persons(facts: Facts, total: Total) -> None:
    _late(facts)
    for number in range(5):
        facts.contact("2026-03-10T10:00", customer=f"a{number}", channel="BOT")
        facts.contact("2026-03-10T11:00", customer=f"a{number}", channel="IVR")  # another session, no person
        facts.contact("2026-03-10T12:00", customer=f"b{number}", channel="BOT", agent="kim")  # handed over
        facts.contact("2026-03-10T13:00", customer=f"c{number}", channel="BOT", transfers=1)
    told = total("containment_rate")
    assert (told.value, told.n) == (50.0, 20)


def test_a_session_followed_by_one_that_was_handed_over_is_not_contained(facts: Facts, total: Total) -> None:
    _late(facts)
    for number in range(10):
        session(facts, "2026-03-10T10:00", f"a{number}")
        facts.contact("2026-03-10T10:05", customer=f"a{number}", channel="BOT", agent="kim")
    assert total("containment_rate").value == 0.0


def test_outbound_calls_and_contacts_before_it_do_not_count(facts: Facts, total: Total) -> None:
    _late(facts)
    for number in range(10):
        facts.contact("2026-03-10T09:00", customer=f"a{number}")
        session(facts, "2026-03-10T10:00", f"a{number}")
        facts.contact("2026-03-10T11:00", customer=f"a{number}", direction="OUTBOUND")
    assert total("containment_rate").value == 100.0


def test_unknown_customers_and_the_too_young_are_told_apart(
    facts: Facts, built: Any, ask: Callable[..., Answer]
) -> None:
    facts.contact("2026-03-20T10:00", customer="somebody")
    for number in range(10):
        session(facts, "2026-03-10T10:00", f"a{number}")
        session(facts, f"2026-03-10T11:{number:02}", None)
    session(facts, "2026-03-20T09:00", "young")
    built()
    found = ask("containment_rate")
    assert (found.total.n, found.not_yet_assessable, found.total.coverage) == (10, 1, 0.5)
    assert records(found.total.records, EVERYTHING, now=NOW).count == 10


def test_sessions_are_cut_by_channel_and_are_no_feedback(facts: Facts, built: Any, ask: Callable[..., Answer]) -> None:
    _late(facts)
    for number in range(10):
        session(facts, "2026-03-10T10:00", f"a{number}")
        session(facts, "2026-03-10T10:00", f"b{number}", "IVR")
        session(facts, "2026-03-10T10:00", f"c{number}", "WEB")  # a visit
    built()
    by = {row.by["channel"]: row.n for row in ask("containment_rate", by=("channel",)).rows}
    assert by == {"BOT": 10, "IVR": 10}
    assert ask("contacts").total.n == 0


def test_a_call_that_comes_later_tells_its_sessions_anew(facts: Facts, built: Any, ask: Callable[..., Answer]) -> None:
    _late(facts)
    for number in range(10):
        session(facts, "2026-03-10T22:00", f"a{number}")
        facts.contact("2026-03-10T21:00", customer=f"a{number}", channel="BOT")
    built()
    assert ask("containment_rate").total.value == 100.0
    facts.contact("2026-03-11T01:00", customer="a3")
    facts.store()
    mark("2026-03-11")
    drained = build.drain(datetime(2026, 6, 2, tzinfo=UTC))
    assert drained is not None
    assert drained.reached == 2
    assert ask("containment_rate").total.value == 90.0
