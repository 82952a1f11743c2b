"""Intervals that hold where customers repeat: of each row, each bucket and each change, not only of the total."""

from collections.abc import Callable
from typing import Any

import pytest

from insights.metrics.answer import Answer, Row
from insights.metrics.intervals import wilson
from insights.metrics.viewer import Viewer
from insights.metrics.wire import answer_as_json
from tests.insights.mart.conftest import Facts

pytestmark = pytest.mark.django_db
Ask = Callable[..., Answer]


def _told(facts: Facts, channel: str, day: str, escalated: int, calm: int, times: int) -> None:
    """Tell of customers whose contacts, some `times` each, were all escalated, or none."""
    for number in range(escalated + calm):
        for hour in range(times):
            facts.contact(
                f"{day}T{8 + hour:02}:00",
                channel=channel,
                customer=f"{channel}{number}",
                was_answered=True,
                was_escalated=number < escalated,
            )


def _by(answer: Answer, name: str) -> dict[str | None, Row]:
    return {row.by[name]: row for row in answer.rows}


def test_each_row_has_the_design_effect_of_its_own_customers(facts: Facts, built: Any, ask: Ask) -> None:
    _told(facts, "VOICE", "2026-03-10", 10, 10, times=3)
    _told(facts, "CHAT", "2026-03-10", 15, 15, times=1)
    built()
    rows = _by(ask("escalation_rate", by=("channel",)), "channel")
    voice, chat = rows["VOICE"], rows["CHAT"]
    assert voice.design_effect == pytest.approx(3 * (20 / 19) / (60 / 59))  # three alike are worth one
    assert chat.design_effect == pytest.approx(1)
    assert (chat.clustered and chat.clustered.low, chat.clustered and chat.clustered.high) == (chat.low, chat.high)
    wider = wilson(30 / voice.design_effect, 60 / voice.design_effect).times(100)
    assert voice.clustered is not None
    assert (voice.clustered.low, voice.clustered.high) == (pytest.approx(wider.low), pytest.approx(wider.high))


def test_a_bucket_and_the_card_of_its_days_have_the_same_interval(facts: Facts, built: Any, ask: Ask) -> None:
    _told(facts, "VOICE", "2026-03-10", 8, 12, times=4)
    _told(facts, "VOICE", "2026-03-11", 3, 17, times=2)
    built()
    for row in ask("escalation_rate", bucket="day", since="2026-03-10", until="2026-03-12").rows:
        until = row.records.until.isoformat()
        alone = ask("escalation_rate", since=row.records.since.isoformat(), until=until).total
        assert row.design_effect is not None
        assert (row.clustered, row.design_effect) == (alone.clustered, alone.design_effect)


def test_a_change_that_few_regulars_make_is_no_longer_sure(facts: Facts, built: Any, ask: Ask) -> None:
    _told(facts, "VOICE", "2026-03-10", 6, 6, times=6)
    _told(facts, "VOICE", "2026-03-09", 3, 9, times=6)
    built()
    found = ask("escalation_rate", since="2026-03-10", until="2026-03-11", compare="previous", by=("channel",))
    for row in (found.total, *found.rows):
        assert row.change is not None
        assert row.change.is_significant
        assert row.change.clustered is not None
        assert not row.change.clustered.excludes_zero
        assert row.change.p_value is not None
        assert row.change.clustered_p_value is not None
        assert row.change.p_value < 0.05 < row.change.clustered_p_value


def test_a_count_is_as_uncertain_as_its_customers_are_few(facts: Facts, built: Any, ask: Ask) -> None:
    for number, times in enumerate([1] * 10 + [5] * 4):
        for hour in range(times):
            facts.contact(f"2026-03-10T{8 + hour:02}:00", customer=f"c{number}")
    built()
    total = ask("contacts").total
    assert total.design_effect == pytest.approx((10 * 1 + 4 * 25) / 30)
    assert total.clustered is not None
    assert total.low is not None
    assert total.clustered.low < total.low < 30


def test_records_in_several_rows_count_in_each(facts: Facts, built: Any, ask: Ask) -> None:
    facts.topic("billing")
    facts.topic("delivery")
    for number in range(20):
        for hour in range(2):
            facts.contact(
                f"2026-03-10T{8 + hour:02}:00",
                customer=f"c{number}",
                was_answered=True,
                was_escalated=number < 8,
                text="words",
                topics=("billing", "delivery") if number % 2 else ("billing",),
            )
    built()
    rows = _by(ask("escalation_rate", by=("topic",)), "topic")
    assert rows["billing"].design_effect == pytest.approx(2 * (20 / 19) / (40 / 39))
    assert rows["delivery"].design_effect == pytest.approx(2 * (10 / 9) / (20 / 19))
    assert all(row.clustered is None for row in ask("topic_share", by=("topic",)).rows)  # not told (ADR 15)


def test_hidden_rows_tell_none_of_it(facts: Facts, built: Any, ask: Ask) -> None:
    _told(facts, "VOICE", "2026-03-10", 2, 2, times=4)
    _told(facts, "CHAT", "2026-03-10", 20, 20, times=2)
    built()
    found = ask("escalation_rate", by=("channel",), viewer=Viewer())
    hidden = [row for row in found.rows if row.state == "SUPPRESSED"]
    assert hidden
    assert all((row.clustered, row.design_effect) == (None, None) for row in hidden)


def test_the_wire_tells_them(facts: Facts, built: Any, ask: Ask) -> None:
    _told(facts, "VOICE", "2026-03-10", 10, 10, times=3)
    built()
    found = ask("escalation_rate", by=("channel",), compare="previous")
    told = answer_as_json(found)["rows"][0]
    clustered = found.rows[0].clustered
    assert clustered is not None
    assert told["clustered"] == {"low": clustered.low, "high": clustered.high}
    assert told["design_effect"] == found.rows[0].design_effect
    assert (told["change"]["clustered"], told["change"]["clustered_p_value"]) == (None, None)  # nothing before
