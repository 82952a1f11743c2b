"""Qualtrics asked on a schedule, against a server that behaves as its documentation says."""

import pytest

from insights.intake.pulls.connecting import connect
from insights.intake.pulls.runner import run_step
from insights.intake.source import WrongOption
from insights.models import Delivery, Feedback
from tests.vendors.qualtrics import SURVEY, TOKEN, Qualtrics
from tests.vendors.running import NOW, Clock, a_pull, facts, run, run_until_caught_up, totals
from tests.vendors.server import Reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def qualtrics():
    """A survey of three responses."""
    with Qualtrics() as survey:
        for number, nps in enumerate((10, 8, 3), start=1):
            survey.answered(number, nps, f"Because {number}")
        yield survey


def _pull(qualtrics, **options):
    return a_pull("qualtrics", qualtrics.address, {"token": TOKEN}, survey=SURVEY, **options)


def test_an_export_is_begun_waited_for_and_fetched(qualtrics):
    connection, clock = _pull(qualtrics), Clock()
    ran = run(connection, clock)
    assert [one.again_in for one in ran] == [1.0, 10.0, 10.0, None]
    told = facts()
    assert [(key, one["scores"], one["text"]) for key, one in told.items()] == [
        ("qualtrics_csv R_000000000000001", [("NPS", 10.0)], "Because 1"),
        ("qualtrics_csv R_000000000000002", [("NPS", 8.0)], "Because 2"),
        ("qualtrics_csv R_000000000000003", [("NPS", 3.0)], "Because 3"),
    ]
    assert set(Feedback.objects.values_list("survey", flat=True)) == {"After the call"}


def test_the_next_export_takes_only_what_was_recorded_since_however_late_it_was_answered(qualtrics):
    connection, clock = _pull(qualtrics), Clock()
    run(connection, clock)
    qualtrics.answered(4, 9, "A late one", recorded="2026-02-01 12:10:00")
    clock.now = connection.next_at
    run(connection, clock)
    assert qualtrics.asked("export-responses")[-5].body == {
        "format": "csv", "compress": True, "useLabels": True, "continuationToken": "t3",
    }  # fmt: skip
    assert totals()["accepted"] == 4
    assert totals()["read"] == 4


def test_an_export_without_responses_is_no_delivery(qualtrics):
    connection, clock = _pull(qualtrics), Clock()
    run(connection, clock)
    clock.now = connection.next_at
    run(connection, clock)
    assert connection.failures == 0
    assert Delivery.objects.count() == 1


def test_an_export_that_fails_once_is_asked_for_anew(qualtrics):
    qualtrics.failing = 1
    connection, clock = _pull(qualtrics), Clock()
    run(connection, clock)
    assert "could not make the export" in connection.error
    run_until_caught_up(connection, clock)
    assert totals()["accepted"] == 3


def test_a_worker_that_dies_while_qualtrics_prepares_looks_in_again_instead_of_asking_anew(qualtrics):
    connection, clock = _pull(qualtrics), Clock()
    run_step(connection.pk, clock=clock)
    clock.forward(3600)  # whoever should have come back has not
    run(connection, clock)
    assert len([call for call in qualtrics.calls if call.method == "POST"]) == 1
    assert totals()["accepted"] == 3


def test_an_export_that_is_gone_is_asked_for_anew(qualtrics):
    connection, clock = _pull(qualtrics), Clock()
    run_step(connection.pk, clock=clock)
    qualtrics.forget_exports()
    clock.forward(10)
    run(connection, clock)
    assert connection.failures == 1
    run_until_caught_up(connection, clock)
    assert totals()["accepted"] == 3


def test_a_token_that_is_no_longer_valid_lets_the_next_export_begin_where_the_last_did(qualtrics):
    connection, clock = _pull(qualtrics), Clock()
    run(connection, clock)
    qualtrics.stale.add("t3")
    qualtrics.answered(4, 9, "A late one", recorded="2026-02-01 12:10:00")
    clock.now = connection.next_at
    run(connection, clock)
    assert connection.failures == 0
    begun = [call.body for call in qualtrics.calls if call.method == "POST"]
    assert begun[-1]["startDate"] == "2026-02-01T12:00:00Z"
    assert begun[-1]["allowContinuation"] is True
    assert totals()["accepted"] == 4


def test_answers_edited_later_come_again_where_days_are_read_again(qualtrics):
    connection, clock = _pull(qualtrics, reread_days="60"), Clock()
    run(connection, clock)
    qualtrics.responses[0]["Q2"] = "Edited by somebody"
    clock.now = connection.next_at
    run(connection, clock)
    assert facts()["qualtrics_csv R_000000000000001"]["text"] == "Edited by somebody"
    assert totals() == {"read": 6, "accepted": 3, "updated": 1, "unchanged": 2, "set_aside": 0, "excluded": 0}


def test_a_file_cut_off_on_its_way_is_fetched_again(qualtrics):
    qualtrics.fail("/file", Reply(raw=b"PK\x03\x04 and so on", cut=True), Reply(raw=b"PK\x03\x04broken"))
    connection, clock = _pull(qualtrics), Clock()
    run_until_caught_up(connection, clock)
    assert totals()["accepted"] == 3
    assert not Delivery.objects.exclude(state="DONE").exists()


def test_a_survey_needs_its_data_center_or_address():
    with pytest.raises(WrongOption, match="Which data center"):
        connect(pull="qualtrics", label="x", options={"survey": SURVEY}, secrets={"token": "t"}, now=NOW)
