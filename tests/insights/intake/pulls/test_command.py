"""The command `pull`: set up, try, list, run, renew, pause and remove."""

import json

import pytest
from django.core.management import CommandError, call_command

from insights.intake.connections import secrets_of
from insights.management.commands import pull as command
from insights.models import Connection, Feedback
from tests.vendors.listing import TOKEN, Listing

pytestmark = pytest.mark.django_db
MAPPING = {
    "kind": "SURVEY",
    "columns": {"id": "source_id", "changed": "occurred_at", "given.words": "text"},
    "constants": {"channel": "WEB"},
}


@pytest.fixture
def listing(monkeypatch):
    """An API of three answers, the token of which is in the environment."""
    monkeypatch.setenv("OUR_TOKEN", TOKEN)
    monkeypatch.setattr(command, "_has_worker", lambda: False)
    with Listing("offset") as api:
        for number in range(1, 4):
            api.answered(number, number, f"Words {number}")
        yield api


@pytest.fixture
def arguments(listing, tmp_path):
    """What sets the pull up."""
    (tmp_path / "mapping.json").write_text(json.dumps(MAPPING))
    told = {
        "address": f"{listing.address}/answers", "list": "data.items", "auth": "bearer", "next": "offset",
        "next_parameter": "offset", "read.mapping": str(tmp_path / "mapping.json"), "private_network": "yes",
        "start": "2026-01-01",
    }  # fmt: skip
    return ["json_api", *(f"--option={name}={value}" for name, value in told.items()), "--secret-from-env=OUR_TOKEN"]


def test_a_pull_is_set_up_run_and_listed(arguments, capsys):
    call_command("pull", *arguments, "--label=Answers", "--every=30")
    assert Connection.objects.get().every_minutes == 30
    call_command("pull", "--now=Answers")
    assert Feedback.objects.count() == 3
    call_command("pull", "--list")
    told = capsys.readouterr().out
    assert "FINE       Answers (json_api, every 30 min)" in told
    assert TOKEN not in told


def test_trying_shows_records_and_keeps_nothing(arguments, capsys):
    call_command("pull", *arguments, "--try")
    told = capsys.readouterr().out
    assert "the first page holds 2 records" in told
    assert "Words 1" in told
    assert not Connection.objects.exists()
    assert not Feedback.objects.exists()


def test_a_pull_is_paused_resumed_renewed_and_removed(arguments, monkeypatch):
    call_command("pull", *arguments, "--label=Answers")
    call_command("pull", "--pause=Answers")
    assert not Connection.objects.get().is_active
    with pytest.raises(CommandError, match="is paused"):
        call_command("pull", "--now=Answers")
    call_command("pull", "--resume=Answers")
    monkeypatch.setenv("NEW_TOKEN", "the new one")
    call_command("pull", "--renew=Answers", "--secret-from-env=token=NEW_TOKEN")
    assert secrets_of(Connection.objects.get()) == {"token": "the new one"}
    call_command("pull", "--now=Answers")
    assert "was refused" in Connection.objects.get().error
    call_command("pull", "--remove=Answers")
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (["--now=Nothing"], "There is no pull 'Nothing'"),
        ([], "Say what to pull from"),
        (["zendesk", "--label=x", "--option=address"], "name=value"),
        (["zendesk", "--label=x", "--secret-from-env=NOT_THERE"], "no variable NOT_THERE"),
        (["zendesk", "--label=x"], "address"),
        (["nothing", "--label=x"], "Nothing is pulled from 'nothing'"),
    ],
    ids=["label", "source", "option", "secret", "required", "unknown"],
)
def test_wrong_usage_is_told_in_words(wrong, sentence):
    with pytest.raises(CommandError, match=sentence) as told:
        call_command("pull", *wrong)
    assert told.value.returncode == 2
