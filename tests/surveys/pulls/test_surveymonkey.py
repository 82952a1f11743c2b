"""SurveyMonkey asked on a schedule, against a server that behaves as its documentation says."""

import pytest

from insights.intake.pulls.connecting import connect
from insights.intake.pulls.runner import run_step
from insights.intake.source import WrongOption
from insights.models import Delivery, Feedback
from tests.vendors.running import NOW, Clock, a_pull, facts, run, run_until_caught_up, totals
from tests.vendors.server import Reply
from tests.vendors.surveymonkey import OPENED, SURVEY, TOKEN, SurveyMonkey, limited

pytestmark = pytest.mark.django_db


@pytest.fixture
def monkey():
    """A survey of five responses."""
    with SurveyMonkey() as account:
        for number, score in enumerate((10, 8, 3, 9, 0), start=1):
            account.answered(number, score, f"Because {number}")
        yield account


def _pull(monkey, **options):
    return a_pull("surveymonkey", monkey.address, {"token": TOKEN}, **{"survey": SURVEY, "page_size": "2", **options})


def _again(connection, clock):
    clock.now = connection.next_at
    return run(connection, clock)


def test_every_response_comes_with_its_questions_choices_and_scale(monkey):
    run(_pull(monkey), Clock())
    told = facts()
    assert [(one["scores"], one["text"]) for one in told.values()] == [
        ([("NPS", score)], f"Because {number}") for number, score in enumerate((10.0, 8.0, 3.0, 9.0, 0.0), start=1)
    ]
    assert set(Feedback.objects.values_list("survey", flat=True)) == {"After the call"}
    first = monkey.calls[0]
    assert first.query["sort_by"] == "date_modified"
    assert first.query["sort_order"] == "ASC"
    assert first.query["start_modified_at"] == "2026-01-01T00:00:00"


def test_nothing_new_is_no_delivery_and_one_question(monkey):
    connection, clock = _pull(monkey), Clock()
    run(connection, clock)
    before = (Delivery.objects.count(), len(monkey.calls))
    _again(connection, clock)
    assert (Delivery.objects.count(), len(monkey.calls)) == (before[0], before[1] + 1)
    assert connection.failures == 0


def test_a_late_edit_comes_and_replaces_what_was_said(monkey):
    connection, clock = _pull(monkey), Clock()
    run(connection, clock)
    monkey.answered(2, 1, "I have thought again", at=OPENED + 86_400)
    _again(connection, clock)
    assert facts()[f"surveymonkey_api {SURVEY}0002"]["scores"] == [("NPS", 1.0)]
    assert totals()["updated"] == 1
    assert Feedback.objects.count() == 5


def test_a_response_edited_while_it_is_paged_lets_no_other_slip_past(monkey):
    monkey.after[1] = lambda: monkey.answered(1, 7, "Edited at once", at=OPENED + 3600)
    run(_pull(monkey), Clock())
    told = facts()
    assert len(told) == 5
    assert told[f"surveymonkey_api {SURVEY}0001"]["text"] == "Edited at once"


def test_many_responses_of_one_second_are_followed_by_page_number(monkey):
    for number in range(6, 13):
        monkey.answered(number, 5, "All at once", at=OPENED + 7200)
    run(_pull(monkey), Clock())
    assert Feedback.objects.count() == 12
    assert {call.query["page"] for call in monkey.asked("responses/bulk")} >= {"2", "3"}


def test_a_response_that_becomes_known_a_moment_late_is_found_by_the_next_run(monkey):
    connection, clock = _pull(monkey), Clock()
    run(connection, clock)
    monkey.answered(6, 6, "A little late", at=OPENED + 5 * 60 - 30)
    _again(connection, clock)
    assert Feedback.objects.count() == 6


def test_several_surveys_take_turns_in_one_pull(monkey):
    monkey.answered(1, 4, "Of another survey", survey="99")
    connection, clock = _pull(monkey, survey=f"{SURVEY}, 99"), Clock()
    run(connection, clock)
    assert Feedback.objects.count() == 6
    assert Feedback.objects.get(text="Of another survey").survey == "Another survey"
    monkey.answered(2, 4, "Another of the other", survey="99", at=OPENED + 9000)
    _again(connection, clock)
    assert Feedback.objects.count() == 7
    assert connection.next_at > clock.now


def test_the_limit_is_kept_before_it_is_reached(monkey):
    monkey.left = 5
    ran = run_step(_pull(monkey).pk, clock=Clock(), chance=lambda: 0.0)
    assert ran.again_in == 37.0


@pytest.mark.parametrize(("of_what", "seconds"), [("minute", 37), ("day", 5400)])
def test_a_limit_told_in_its_headers_is_waited_for(monkey, of_what, seconds):
    monkey.fail("responses/bulk", limited(of_what, seconds))
    connection, clock = _pull(monkey), Clock()
    run(connection, clock)
    assert "slow down (429)" in connection.error
    assert (connection.next_at - clock.now).total_seconds() == seconds
    run_until_caught_up(connection, clock)
    assert Feedback.objects.count() == 5


@pytest.mark.parametrize("part", ["responses/bulk", "details"])
@pytest.mark.parametrize(
    "failure",
    [Reply(status=503), Reply({"data": [], "links": {"next": "x"}}, cut=True), Reply(raw=b"[1, 2]"), Reply(raw=b"<p>")],
    ids=["down", "cut", "list", "page of HTML"],
)
def test_a_failure_on_the_way_costs_time_and_no_response(monkey, part, failure):
    monkey.fail(part, failure)
    connection, clock = _pull(monkey), Clock()
    run(connection, clock)
    assert connection.failures == 1
    run_until_caught_up(connection, clock)
    assert len(facts()) == totals()["accepted"] == 5


def test_a_page_that_says_more_follow_and_has_none_is_asked_again(monkey):
    monkey.fail("responses/bulk", Reply({"data": [], "links": {"next": "https://api.example.net/more"}}))
    connection, clock = _pull(monkey), Clock()
    run(connection, clock)
    assert "has none" in connection.error
    run_until_caught_up(connection, clock)
    assert Feedback.objects.count() == 5


def test_a_refused_token_is_told_in_words_and_never_shown(monkey):
    told = {"address": monkey.address, "private_network": "yes", "survey": SURVEY}
    connection = connect(pull="surveymonkey", label="M", options=told, secrets={"token": "wrong-token-xyz"}, now=NOW)
    run(connection, Clock())
    assert "token was refused" in connection.error
    assert "wrong-token-xyz" not in connection.error


def test_a_survey_that_is_not_there_is_told(monkey):
    connection = _pull(monkey, survey="404")
    run(connection, Clock())
    assert "knows nothing at this address" in connection.error


@pytest.mark.parametrize("told", [{"survey": "Shop"}, {"survey": " , "}, {"page_size": "101"}, {"start": "soon"}])
def test_what_cannot_work_is_refused_before_it_is_set_up(monkey, told):
    with pytest.raises(WrongOption):
        _pull(monkey, **told)
