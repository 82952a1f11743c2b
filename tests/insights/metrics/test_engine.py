"""The engine around the numbers: buckets, comparison, versions, cache, drill-down, command line."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from insights.mart import build
from insights.metrics import cache, engine
from insights.metrics.answer import Row
from insights.metrics.drilldown import InvalidCursor
from insights.metrics.engine import UnknownVersion, answer, answers, data_bounds, records
from insights.metrics.periods import Period
from insights.metrics.query import InvalidQuery
from insights.metrics.registry import METRICS
from insights.metrics.statements import MOST_PARTS
from insights.metrics.viewer import EVERYTHING
from insights.metrics.wire import answer_as_json
from insights.models import Feedback
from tests.insights.mart.conftest import NOW, Facts, local, mark
from tests.insights.metrics.conftest import query

pytestmark = pytest.mark.django_db


def test_before_anything_is_built_there_is_no_data(facts: Facts, ask: Callable[..., Any]) -> None:
    found = ask("nps", bucket="day", by=("queue",), compare="previous")
    assert (found.total.state, found.rows, found.as_of.data_version) == ("NO_DATA", (), 0)
    assert {row.state for row in ask("nps", bucket="day").rows} == {"NO_DATA"}
    assert records(query("nps"), EVERYTHING, after=None, limit=5).count == 0
    assert data_bounds(EVERYTHING).first_day is None


def test_every_bucket_of_the_period_is_there(facts: Facts, built: Callable[..., int], ask: Callable[..., Any]) -> None:
    facts.contact("2026-03-10T10:00")
    built()
    found = ask("contacts", bucket="week")
    assert [row.bucket for row in found.rows] == [
        "2026-02-23", "2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30",
    ]  # fmt: skip
    assert [row.value for row in found.rows] == [None, None, 1.0, None, None, None]
    assert found.rows[0].records.period == Period(date(2026, 3, 1), date(2026, 3, 2))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2025-10-26", 25), ("2026-01-15", 24)])
def test_hours_of_days_on_which_clocks_change(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any], day: str, hours: int
) -> None:
    facts.contact(f"{day}T12:00")
    built()
    until = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    found = ask("contacts", since=day, until=until, bucket="hour")
    assert len(found.rows) == hours
    assert len({row.bucket for row in found.rows}) == hours


def test_the_hour_shown_twice_keeps_its_records_apart(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    facts.contact(local("2025-10-26T02:30", fold=0))
    for _ in range(2):
        facts.contact(local("2025-10-26T02:30", fold=1))
    built()
    found = ask("contacts", since="2025-10-26", until="2025-10-27", bucket="hour")
    told = {row.bucket: row for row in found.rows if row.n}
    assert {bucket: row.n for bucket, row in told.items()} == {
        "2025-10-26T02:00:00+02:00": 1,
        "2025-10-26T02:00:00+01:00": 2,
    }
    for row in told.values():
        assert records(row.records, EVERYTHING, after=None, limit=5).count == row.n


def test_unknown_is_a_row_of_its_own_that_can_be_asked_for(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    facts.contact(queue="billing")
    facts.contact(queue="")
    built()
    found = ask("contacts", by=("queue",))
    assert [row.by["queue"] for row in found.rows] == ["billing", None]
    assert found.rows[1].records.wanted == {"queue": ("",)}
    assert records(found.rows[1].records, EVERYTHING, after=None, limit=5).count == 1


def test_weekdays_and_hours_come_in_their_order(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    for hour in (2, 10, 9):
        facts.contact(f"2026-03-10T{hour:02}:00")
    built()
    assert [row.by["hour_of_day"] for row in ask("contacts", by=("hour_of_day",)).rows] == ["2", "9", "10"]
    assert ask("contacts", filters={"weekday": ["2"]}).total.n == 3


def test_the_previous_period_is_the_same_question_shifted(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    for number in range(40):
        facts.survey("2026-03-10T10:00", nps=10 if number < 30 else 0)
        facts.survey("2026-02-10T10:00", nps=10 if number < 10 else 0)
    built()
    change = ask("nps", compare="previous").total.change
    assert (change.before, change.difference, change.is_significant) == (-50.0, 100.0, True)
    assert change.low < 100 < change.high
    assert change.p_value < 0.001
    assert ask("nps", compare="year").total.change.before is None


def test_buckets_are_compared_by_their_position(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    facts.contact("2026-03-03T10:00")
    facts.contact("2026-03-10T10:00")
    facts.contact("2026-03-10T11:00")
    built()
    found = ask("contacts", since="2026-03-09", until="2026-03-16", bucket="day", compare="previous")
    assert (found.rows[1].bucket, found.rows[1].value, found.rows[1].change.before) == ("2026-03-10", 2.0, 1.0)


def test_records_come_newest_first_page_by_page(facts: Facts, built: Callable[..., int]) -> None:
    made = [facts.contact(f"2026-03-{day:02}T10:00") for day in (3, 1, 2, 2, 2)]
    built()
    seen: list[str] = []
    after = None
    for _ in range(3):
        page = records(query("contacts"), EVERYTHING, after=after, limit=2)
        assert page.count == 5
        seen += page.ids
        after = page.next
    assert after is None
    expected = sorted(made, key=lambda feedback: (feedback.occurred_at, str(feedback.id)), reverse=True)
    assert seen == [str(feedback.id) for feedback in expected]
    with pytest.raises(InvalidCursor):
        records(query("contacts"), EVERYTHING, after="1.x", limit=2)


def test_asking_again_as_of_a_version_gives_the_same_answer(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    for number in range(12):
        facts.contact("2026-03-02T10:00", customer=f"c{number}")
    facts.contact("2026-03-20T10:00", customer="c1")
    version = built()
    before = [json.dumps(answer_as_json(ask(key, as_of=version, bucket="week"))) for key in ("contacts", "repeat_rate")]
    facts.contact("2026-03-03T10:00", customer="c1")
    facts.contact("2026-05-03T10:00", customer="c1")
    facts.store()
    mark("2026-03-03", "2026-05-03")
    build.drain(NOW)
    after = [json.dumps(answer_as_json(ask(key, as_of=version, bucket="week"))) for key in ("contacts", "repeat_rate")]
    assert after == before
    assert ask("contacts").total.n == 14
    with pytest.raises(UnknownVersion):
        ask("contacts", as_of=version + 100)


def test_an_answer_is_computed_once_per_version(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        facts.survey(nps=number % 11, customer=f"c{number % 7}", queue="a")
    built()
    first = ask("nps", by=("queue",), bucket="week", compare="previous")

    def never(*given: Any) -> Any:
        raise AssertionError("asked the mart again")

    monkeypatch.setattr(engine, "count_together", never)
    assert ask("nps", by=("queue",), bucket="week", compare="previous") == first


def test_without_a_cache_answers_are_computed(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any], settings: LazySettings,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    cache._warn_once.cache_clear()
    facts.contact()
    built()
    assert ask("contacts").total.n == 1
    assert ask("contacts", bucket="day").total.n == 1
    assert [record.getMessage().split(" (")[0] for record in caplog.records if "cache" in record.getMessage()] == [
        "The answer cache cannot be reached"
    ]


def test_several_questions_share_a_scan_and_keep_their_order(
    facts: Facts, built: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    facts.contact()
    facts.survey(nps=9)
    built()
    scans: list[int] = []
    real = engine.count_together

    def counting(version: Any, queries: Any, *rest: Any, **more: Any) -> Any:
        scans.append(len(queries))
        return real(version, queries, *rest, **more)

    monkeypatch.setattr(engine, "count_together", counting)
    keys = ["responses", "contacts", "nps", "contacts"]
    found = answers([query(key, compare="previous") for key in keys], EVERYTHING, now=NOW)
    assert [one.metric.key for one in found] == keys
    assert scans == [3]
    assert [one.total.n for one in found] == [1, 1, 1, 1]


def test_without_evidence_the_numbers_are_the_same(facts: Facts, built: Callable[..., int]) -> None:
    for number in range(40):
        facts.contact(f"2026-03-{number % 28 + 1:02}T10:00", customer=f"c{number % 9}", source="ab"[number % 2])
        facts.survey(nps=number % 11, customer=f"c{number % 7}", source="c")
    built()
    keys = ("contacts", "nps", "repeat_rate")
    asked = [query(key, bucket="week", by=("source",), compare="previous") for key in keys]
    bare = answers(asked, EVERYTHING, now=NOW, evidence=False)
    whole = answers(asked, EVERYTHING, now=NOW)
    assert [(one.sources, one.design_effect, one.clustered) for one in bare] == [(None, None, None)] * 3
    assert [one.sources for one in whole] == [{"a": 20, "b": 20}, {"c": 40}, {"a": 17, "b": 16}]
    assert [(one.total, one.rows) for one in bare] == [
        (_without_evidence(one.total), tuple(_without_evidence(row) for row in one.rows)) for one in whole
    ]
    assert all(one.total.design_effect is not None for one in whole)


def _without_evidence(row: Row) -> Row:
    change = replace(row.change, clustered=None, clustered_p_value=None) if row.change else None
    return replace(row, design_effect=None, clustered=None, change=change)


def test_more_questions_than_one_statement_holds_are_all_answered(facts: Facts, built: Callable[..., int]) -> None:
    for number in range(12):
        facts.contact(channel="VOICE" if number % 2 else "CHAT", was_answered=True, wait_seconds=number * 10.0)
    built()
    thresholds = METRICS["service_level"].parameters["threshold_seconds"]
    asked = [query("service_level", parameters=(("threshold_seconds", seconds),)) for seconds in thresholds]
    asked += [query(key) for key in METRICS]
    found = answers(asked, EVERYTHING, now=NOW)
    assert [one.query for one in found] == asked
    assert [one.total for one in found] == [answers([one], EVERYTHING, now=NOW)[0].total for one in asked]
    assert len(asked) > MOST_PARTS


def test_too_many_rows_are_refused(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    facts.contact()
    built()
    monkeypatch.setattr("insights.metrics.rows.MOST_ROWS", 30)
    with pytest.raises(InvalidQuery, match="Take fewer cuts"):
        ask("contacts", by=("queue",), bucket="day")


def test_the_evidence_says_sources_and_repeated_customers(
    facts: Facts, built: Callable[..., int], ask: Callable[..., Any]
) -> None:
    for number in range(20):
        for _ in range(2):
            facts.survey(nps=10 if number % 2 else 0, customer=f"c{number}", source="a" if number < 5 else "b")
    built()
    found = ask("nps")
    assert found.sources == {"a": 10, "b": 30}
    assert found.design_effect == pytest.approx(2 * 20 / 19 / (40 / 39))
    assert found.total.low is not None
    assert found.total.high is not None
    assert found.clustered is not None  # as of half as many: NPS 0 of 19 and 20 people, wider by the square root of two
    assert found.clustered.high - found.clustered.low == pytest.approx(
        (found.total.high - found.total.low) * 2**0.5, rel=0.05
    )
    assert (found.total.n, found.total.customers) == (40, 20)


def test_the_command_line_prints_the_apis_json(facts: Facts, built: Callable[..., int]) -> None:
    facts.contact(channel="CHAT")
    facts.contact()
    built()
    out = io.StringIO()
    call_command(
        "metric",
        "contacts",
        since="2026-03-01",
        until="2026-04-01",
        by=["channel"],
        filter=["channel=CHAT"],
        stdout=out,
    )
    asked = query("contacts", by=("channel",), filters={"channel": ["CHAT"]})
    assert json.loads(out.getvalue()) == answer_as_json(answer(asked, EVERYTHING, now=NOW))
    assert json.loads(out.getvalue())["total"]["records"] == (
        "/api/v1/feedback?metric=contacts&since=2026-03-01&until=2026-04-01&channel=CHAT"
    )
    with pytest.raises(CommandError, match="no metric 'npz'"):
        call_command("metric", "npz")


def test_bounds_tell_first_and_last_day(facts: Facts, built: Callable[..., int]) -> None:
    facts.contact("2026-03-01T00:10")
    facts.contact("2026-03-05T23:50")
    version = built()
    bounds = data_bounds(EVERYTHING)
    assert (bounds.first_day, bounds.last_day) == (date(2026, 3, 1), date(2026, 3, 5))
    assert (bounds.data_version, bounds.built_at) == (version, NOW)
    assert Feedback.objects.count() == 2
