"""What contacts cost: by what is assumed of each channel, and every answer says by which version."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from insights.intake.assumptions import WrongAssumption, assume
from insights.mart import build
from insights.metrics.answer import Answer
from insights.metrics.wire import answer_as_json
from tests.insights.mart.conftest import NOW, Facts

pytestmark = pytest.mark.django_db
Total = Callable[..., Any]
CALL = {"talk_seconds": 240, "hold_seconds": 30, "wrap_up_seconds": 30}


def costs(**channels: tuple[float | None, float | None]) -> int:
    """Assume (cost per minute, cost per contact) of channels; return the version."""
    lines = [
        {"channel": name, "cost_per_minute": minute, "cost_per_contact": contact}
        for name, (minute, contact) in channels.items()
    ]
    return assume({"channels": lines}, user=None, now=NOW).pk


def test_it_is_minutes_by_their_cost_and_each_contact(facts: Facts, built: Any, ask: Callable[..., Answer]) -> None:
    costs(VOICE=(0.8, 0.5), CHAT=(0.6, 0.0), EMAIL=(None, 4.0))
    for _ in range(10):
        facts.contact(**CALL)  # 5 minutes: 4.50
        facts.contact(channel="CHAT", talk_seconds=600)  # 10 minutes: 6.00
        facts.contact(channel="EMAIL")  # 4.00, however long it took
    built()
    assert ask("contact_cost").total.value == pytest.approx(145)
    assert ask("cost_per_contact").total.value == pytest.approx(145 / 30)
    by = {row.by["channel"]: row.value for row in ask("contact_cost", by=("channel",)).rows}
    assert by == {"VOICE": pytest.approx(45), "CHAT": pytest.approx(60), "EMAIL": pytest.approx(40)}


def test_a_contact_whose_minutes_cost_and_are_not_known_is_left_out(facts: Facts, total: Total) -> None:
    costs(VOICE=(0.8, 0.5))
    for _ in range(10):
        facts.contact(**CALL)
        facts.contact(talk_seconds=100)  # no wrap-up told
        facts.contact(channel="CHAT", talk_seconds=600)  # nothing assumed of chats
        facts.contact(was_abandoned=True, **CALL)
        facts.contact(direction="OUTBOUND", **CALL)
    told = total("contact_cost")
    assert (told.value, told.n, told.coverage) == (pytest.approx(45), 10, pytest.approx(1 / 3))


def test_without_an_assumption_it_is_not_known(facts: Facts, total: Total) -> None:
    for _ in range(10):
        facts.contact(**CALL)
    assert (total("contact_cost").value, total("cost_per_contact").state) == (None, "NO_DATA")


def test_the_interval_of_a_sum_is_that_of_a_compound_poisson(facts: Facts, total: Total) -> None:
    costs(VOICE=(0.6, 0.0))
    for talk in [600] * 9 + [6000]:
        facts.contact(talk_seconds=talk, hold_seconds=0, wrap_up_seconds=0)
    told = total("contact_cost")
    reach = 1.959964 * (9 * 6**2 + 60**2) ** 0.5
    assert (told.low, told.value, told.high) == (pytest.approx(114 - reach), 114, pytest.approx(114 + reach))


def test_an_answer_says_which_version_it_stands_on_and_keeps_it(
    facts: Facts, built: Any, ask: Callable[..., Answer]
) -> None:
    first = costs(VOICE=(1.0, 0.0))
    for _ in range(10):
        facts.contact(**CALL)
    before = built()
    second = costs(VOICE=(2.0, 0.0))
    assert ask("contact_cost").total.value == pytest.approx(50)  # until the mart has noted it
    drained = build.drain(datetime(2026, 6, 2, tzinfo=UTC))
    assert drained is not None
    assert drained.days == 0
    told = answer_as_json(ask("contact_cost"))
    assert told["total"]["value"] == pytest.approx(100)
    assert (told["assumption"]["version"], told["assumption"]["currency"]) == (second, "EUR")
    assert told["assumption"]["channels"][0]["cost_per_minute"] == 2.0
    again = answer_as_json(ask("contact_cost", as_of=before))
    assert (again["total"]["value"], again["assumption"]["version"]) == (pytest.approx(50), first)
    assert "assumption" not in answer_as_json(ask("contacts"))


def test_each_channel_has_a_threshold_of_its_own(facts: Facts, built: Any, ask: Callable[..., Answer]) -> None:
    lines = [{"channel": "CHAT", "answer_within_seconds": 60}, {"channel": "EMAIL", "answer_within_seconds": 3600}]
    assume({"channels": lines}, user=None, now=NOW)
    for place in range(10):
        facts.contact(wait_seconds=25 if place < 5 else 10, was_answered=True)
        facts.contact(channel="CHAT", wait_seconds=30 if place < 8 else 90, was_answered=True)
        facts.contact(channel="EMAIL", first_response_seconds=600 if place < 2 else 7200)
        facts.contact(channel="SOCIAL", first_response_seconds=1)
    built()
    told = ask("service_level", by=("channel",))
    by = {row.by["channel"]: row.value for row in told.rows}
    assert by == {"VOICE": 50, "CHAT": 80, "EMAIL": 20}
    assert told.total.value == 50
    minute = ask("service_level", by=("channel",), parameters=(("threshold_seconds", "60"),))
    assert {row.by["channel"]: row.value for row in minute.rows} == {"VOICE": 100, "CHAT": 80, "EMAIL": 0}


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"channels": {}}, "channels"),
        ({"channels": [{"channel": "PIGEON"}]}, "channels[0].channel"),
        ({"channels": [{"channel": "VOICE", "cost_per_minute": -1}]}, "channels[0].cost_per_minute"),
        ({"channels": [{"channel": "VOICE", "cost_per_minute": True}]}, "channels[0].cost_per_minute"),
        ({"channels": [{"channel": "VOICE", "cost_per_minute": float("nan")}]}, "channels[0].cost_per_minute"),
        ({"channels": [{"channel": "VOICE", "price": 1}]}, "channels[0]"),
        ({"channels": [{"channel": "VOICE"}, {"channel": "VOICE"}]}, "channels"),
        ({"channels": [], "note": "x" * 301}, "note"),
        ({"channels": [], "currency": "EUR"}, "currency"),
    ],
)
def test_what_cannot_be_assumed_is_refused(told: dict[str, Any], field: str) -> None:
    with pytest.raises(WrongAssumption) as refused:
        assume(told, user=None, now=NOW)
    assert refused.value.field == field


def test_chats_and_mails_have_handle_times_of_their_own(facts: Facts, built: Any, ask: Callable[..., Answer]) -> None:
    for _ in range(10):
        facts.contact(**CALL)
        facts.contact(channel="CHAT", talk_seconds=500, wrap_up_seconds=100)
        facts.contact(channel="EMAIL", talk_seconds=900)
        facts.contact(channel="EMAIL", wrap_up_seconds=900)  # how long it took is not known
    built()
    told = {key: ask(key).total for key in ("aht_seconds", "chat_handle_seconds", "mail_handle_seconds")}
    assert {key: row.value for key, row in told.items()} == {
        "aht_seconds": 300,
        "chat_handle_seconds": 600,
        "mail_handle_seconds": 900,
    }
    assert told["mail_handle_seconds"].coverage == 0.5
