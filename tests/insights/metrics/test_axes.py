"""Sentiment of two media stands in one number, and on one axis, only where labels show that their scales match."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from insights.mart import build
from insights.metrics.answer import Answer
from insights.metrics.viewer import Viewer
from insights.metrics.wire import answer_as_json
from insights.models import Calibration
from tests.insights.mart.conftest import NOW, Facts
from tests.insights.metrics.conftest import calibrated

pytestmark = pytest.mark.django_db
Asking = Callable[..., Answer]


@pytest.fixture
def both(facts: Facts) -> Facts:
    """Forty each: survey answers at +0.5, chats at -0.5, calls at 0; every fourth sounds negative."""
    for turn in range(40):
        told = {"text": "words", "sentiment_label": "NEGATIVE" if turn % 4 == 0 else "POSITIVE", "customer": f"c{turn}"}
        facts.survey(channel="CHAT", sentiment=0.5, **told)
        facts.contact(channel="CHAT", queue="a", sentiment=-0.5, **told)
        facts.contact(channel="VOICE", queue="b", sentiment=0.0, **told)
    return facts


@pytest.mark.parametrize("metric", ["sentiment", "negative_share"])
def test_media_that_are_not_proven_alike_are_not_mixed_into_one_number(
    metric: str, both: Facts, built: Any, ask: Asking
) -> None:
    built()
    total = ask(metric).total
    assert (total.state, total.value, total.low, total.high) == ("NOT_COMPARABLE", None, None, None)
    assert (total.n, total.customers, total.coverage) == (120, 40, 1.0)
    assert (total.media, total.axis) == (("SURVEY", "CHAT", "CALL"), None)


def test_each_medium_alone_has_its_number_on_an_axis_of_its_own(both: Facts, built: Any, ask: Asking) -> None:
    built()
    found = ask("sentiment", by=("medium",))
    assert found.axes == (("SURVEY",), ("CHAT",), ("CALL",))
    told = {row.by["medium"]: (row.value, row.axis, row.state) for row in found.rows}
    assert told == {"SURVEY": (0.5, 0, "OK"), "CHAT": (-0.5, 1, "OK"), "CALL": (0.0, 2, "OK")}
    assert found.incomparable.startswith(
        "Whether the same score means the same in survey answers and chats is not known"
    )


def test_a_filter_to_one_medium_gives_the_number(both: Facts, built: Any, ask: Asking) -> None:
    built()
    for filters in ({"medium": ["CHAT"]}, {"kind": ["CONTACT"], "channel": ["CHAT"]}, {"queue": ["a"]}):
        found = ask("sentiment", filters=filters)
        assert (found.total.value, found.axes, found.incomparable) == (-0.5, (("CHAT",),), "")


def test_only_the_rows_that_mix_are_without_a_number(both: Facts, built: Any, ask: Asking) -> None:
    built()
    rows = {row.by["channel"]: row for row in ask("sentiment", by=("channel",), bucket="month").rows}
    assert (rows["CHAT"].state, rows["CHAT"].media) == ("NOT_COMPARABLE", ("SURVEY", "CHAT"))
    assert (rows["VOICE"].state, rows["VOICE"].value) == ("OK", 0.0)


def test_what_is_proven_to_be_the_same_is_one_number_on_one_axis(both: Facts, built: Any, ask: Asking) -> None:
    calibrated(("SURVEY", "CHAT"))
    built()
    found = ask("sentiment", filters={"channel": ["CHAT"]}, by=("kind",))
    assert (found.total.value, found.total.axis, found.axes) == (0.0, 0, (("SURVEY", "CHAT"),))
    assert {row.axis for row in found.rows} == {0}
    assert found.incomparable == ""
    assert ask("sentiment").total.state == "NOT_COMPARABLE"  # with the calls


def test_the_gravest_reason_is_told(both: Facts, built: Any, ask: Asking) -> None:
    calibrated(different=(("SURVEY", "CALL"),))
    built()
    assert "does not mean the same in survey answers and calls" in ask("sentiment").incomparable
    assert (
        "is not settled by 120 survey answers and 120 chats"
        in ask("sentiment", filters={"channel": ["CHAT"]}).incomparable
    )
    assert "120 chats and 3 calls were labelled" in ask("sentiment", filters={"kind": ["CONTACT"]}).incomparable


def test_a_change_from_one_medium_to_another_is_no_change(facts: Facts, built: Any, ask: Asking) -> None:
    for _ in range(12):
        facts.contact("2026-02-20T10:00", text="words", sentiment=-0.5, channel="VOICE")
        facts.contact("2026-03-10T10:00", text="words", sentiment=0.5, channel="CHAT")
    built()
    change = ask("sentiment", compare="previous").total.change
    assert change is not None
    assert (change.before, change.difference, change.is_significant) == (-0.5, None, False)
    calibrated(("CHAT", "CALL"))
    build.drain(NOW + timedelta(minutes=1))
    change = ask("sentiment", compare="previous").total.change
    assert change is not None
    assert (change.before, change.difference) == (-0.5, 1.0)


def test_a_new_finding_is_a_new_version_and_asking_as_of_the_older_one_says_the_same_again(
    both: Facts, built: Any, ask: Asking
) -> None:
    first = built()
    before = answer_as_json(ask("sentiment", as_of=first))
    calibrated(("SURVEY", "CHAT"), ("SURVEY", "CALL"), ("CHAT", "CALL"))
    drained = build.drain(NOW + timedelta(minutes=1))
    assert drained == build.Built(days=0, version=first + 1)
    assert build.drain(NOW + timedelta(minutes=2)) == drained  # nothing is new
    assert (ask("sentiment").total.value, ask("sentiment").total.n) == (0.0, 120)
    assert answer_as_json(ask("sentiment", as_of=first)) == before


def test_a_stale_finding_no_longer_holds(both: Facts, built: Any, ask: Asking) -> None:
    calibrated(("SURVEY", "CHAT"), ("SURVEY", "CALL"), ("CHAT", "CALL"))
    built()
    assert ask("sentiment").total.state == "OK"
    Calibration.objects.update(is_stale=True)
    build.drain(NOW + timedelta(minutes=1))
    assert ask("sentiment").total.state == "NOT_COMPARABLE"


def test_more_labels_that_change_no_verdict_make_no_new_version(both: Facts, built: Any) -> None:
    calibrated(("SURVEY", "CHAT"))
    version = built()
    calibrated(("SURVEY", "CHAT"), labelled=200)
    assert build.drain(NOW + timedelta(minutes=1)) == build.Built(days=0, version=version)


def test_what_is_hidden_tells_neither_media_nor_axis(facts: Facts, built: Any, ask: Asking) -> None:
    for turn in range(20):
        facts.survey(text="words", sentiment=0.5, customer=f"c{turn % 3}")
        facts.contact(text="words", sentiment=0.5, customer=f"c{turn % 3}")
    built()
    found = ask("sentiment", viewer=Viewer())
    assert (found.total.state, found.total.media, found.axes, found.incomparable) == ("SUPPRESSED", (), (), "")


def test_a_metric_without_a_scale_says_nothing_of_axes(both: Facts, built: Any, ask: Asking) -> None:
    built()
    found = ask("complaint_share")
    assert (found.axes, found.total.media, found.incomparable) == ((), (), "")
    assert {"axes", "not_comparable"}.isdisjoint(answer_as_json(found))


def test_medium_is_a_cut_and_a_filter_of_every_metric(both: Facts, built: Any, ask: Asking) -> None:
    built()
    assert {row.by["medium"]: row.n for row in ask("contacts", by=("medium",)).rows} == {"CHAT": 40, "CALL": 40}
    assert ask("responses", filters={"medium": ["SURVEY"]}).total.value == 40


def test_the_json_says_axes_media_and_why(both: Facts, built: Any, ask: Asking) -> None:
    built()
    told = answer_as_json(ask("sentiment", by=("medium",)))
    assert told["axes"] == [["SURVEY"], ["CHAT"], ["CALL"]]
    assert told["not_comparable"].endswith("They do not share a number.")
    assert [(row["media"], row["axis"]) for row in told["rows"]] == [(["CALL"], 2), (["CHAT"], 1), (["SURVEY"], 0)]
