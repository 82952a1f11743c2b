"""Scheduled pulls on the Sources page: set up, tried, given new tokens, run now."""

import html
import json

import pytest

from insights.dashboards import pulling
from insights.intake.connections import secrets_of
from insights.models import Connection, Delivery
from tests.vendors.listing import TOKEN, Listing

pytestmark = pytest.mark.django_db
MAPPING = {
    "kind": "SURVEY",
    "columns": {"id": "source_id", "changed": "occurred_at", "given.words": "text"},
    "constants": {"channel": "WEB"},
}


@pytest.fixture
def manager(sign_in):
    return sign_in("Contact-center manager")


@pytest.fixture
def given():
    """The form filled in for an API of three answers."""
    with Listing("offset") as api:
        for number in range(1, 4):
            api.answered(number, number, f"Words {number}")
        yield {
            "pull": "json_api", "label": "Answers", "every": "30", "secret.token": TOKEN,
            "option.address": f"{api.address}/answers", "option.list": "data.items", "option.auth": "bearer",
            "option.private_network": "yes", "option.start": "2026-01-01", "option.read.mapping": json.dumps(MAPPING),
        }  # fmt: skip


def text(answer):
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


@pytest.mark.parametrize("pull", ["zendesk", "intercom", "qualtrics", "json_api"])
def test_the_form_asks_all_that_a_pull_has_to_be_told(manager, pull):
    page = text(manager.get("/sources/pulls/", {"pull": pull}))
    assert 'name="secret.token"' in page
    assert "Set it up" in page
    assert "Try it now" in page


def test_a_pull_is_set_up_and_stands_among_the_connections(manager, given):
    assert manager.post("/sources/pulls/", given).status_code == 302
    made = Connection.objects.get()
    assert (made.label, made.every_minutes, made.created_by.username) == ("Answers", 30, made.created_by.username)
    assert secrets_of(made) == {"token": TOKEN}
    page = text(manager.get("/sources/"))
    assert "Answers" in page
    assert "JSON API (declared)" in page
    assert TOKEN not in page


def test_what_is_missing_is_said_what_was_typed_stays_and_the_token_is_not_sent_back(manager, given):
    page = text(manager.post("/sources/pulls/", given | {"option.address": "", "every": "7"}))
    assert "Which address lists the records" in page
    assert 'value="7"' in page
    assert 'value="Answers"' in page
    assert TOKEN not in page
    assert "whole number" in text(manager.post("/sources/pulls/", given | {"every": "often"}))
    assert not Connection.objects.exists()


def test_trying_shows_what_came_and_keeps_nothing(manager, given, settings):
    page = text(manager.post("/sources/pulls/try/", given))
    assert "the first page holds 2 records" in page
    assert "Words 2" in page
    assert TOKEN not in page
    assert not Connection.objects.exists()
    assert not Delivery.objects.exists()
    assert not [one for one in settings.RAW_DIR.rglob("*") if one.is_file()]


def test_trying_says_what_is_wrong(manager, given):
    assert "The token was refused" in text(manager.post("/sources/pulls/try/", given | {"secret.token": "old"}))
    assert "no list at 'rows'" in text(manager.post("/sources/pulls/try/", given | {"option.list": "rows"}))
    refused = text(manager.post("/sources/pulls/try/", given | {"option.private_network": "no"}))
    assert "inside the network of this machine" in refused


def test_a_pull_gets_a_new_token_and_runs_now(manager, given, monkeypatch):
    sent = []
    monkeypatch.setattr(pulling.current_app, "send_task", lambda name, arguments: sent.append((name, arguments)))
    manager.post("/sources/pulls/", given)
    made = Connection.objects.get()
    assert "New token for" in text(manager.get(f"/sources/pulls/{made.pk}/token/"))
    assert "there is no token" in text(manager.post(f"/sources/pulls/{made.pk}/token/", {}))
    manager.post(f"/sources/pulls/{made.pk}/token/", {"secret.token": "another"})
    made.refresh_from_db()
    assert secrets_of(made) == {"token": "another"}
    manager.post(f"/sources/pulls/{made.pk}/fetch/")
    assert sent == [("insights.tasks.pulls.pull_step", [str(made.pk)])]


def test_who_may_not_import_sets_nothing_up(sign_in, given):
    leader = sign_in("CX leader")
    for address in ("/sources/pulls/", "/sources/pulls/try/"):
        assert leader.post(address, given).status_code == 403
    assert leader.get("/sources/pulls/").status_code == 403
    assert not Connection.objects.exists()
