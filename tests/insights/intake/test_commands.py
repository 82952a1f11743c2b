"""The command line: counts as JSON on stdout, sentences on stderr, and a code that scripts can use."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from insights.management.commands import import_file
from insights.models import Delivery, Feedback

pytestmark = pytest.mark.django_db
MAPPING = {
    "kind": "SURVEY",
    "columns": {"id": "source_id", "at": "occurred_at"},
    "constants": {"channel": "WEB"},
    "scores": [{"column": "nps", "measure": "NPS"}],
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run import_file without a worker and without a mart, and return its code, counts and words."""
    monkeypatch.setattr(import_file.Command, "_has_worker", staticmethod(lambda: False))
    for name in ("tell_the_next", "_let_the_mart_catch_up"):
        monkeypatch.setattr(import_file, name, lambda: None, raising=False)
    (tmp_path / "mapping.json").write_text(json.dumps(MAPPING))

    def run_it(content, *options, source="csv"):
        (tmp_path / "file.csv").write_text(content)
        out, err = io.StringIO(), io.StringIO()
        code = 0
        try:
            given = [f"--option={one}" for one in options or (f"mapping={tmp_path / 'mapping.json'}",)]
            call_command("import_file", source, str(tmp_path / "file.csv"), *given, "--wait", stdout=out, stderr=err)
        except SystemExit as left:
            code = left.code
        return code, json.loads(out.getvalue() or "{}"), err.getvalue()

    return run_it


def test_it_prints_the_counts_and_says_that_it_read_the_file_itself(run):
    code, told, words = run("id,at,nps\n1,2026-01-01T10:00Z,9\n2,2026-01-01T10:00Z,11\n")
    assert (code, told["state"], told["accepted"], told["set_aside"]) == (0, "DONE", 1, 1)
    assert "No worker answers" in words


def test_an_unreadable_file_leaves_with_one_and_says_why(run):
    code, told, words = run('{"a": 1}')
    assert (code, told["state"], "JSON" in words) == (1, "FAILED", True)


@pytest.mark.parametrize(
    ("source", "options", "word"),
    [
        ("nothing", ("a=b",), "no source 'nothing'"),
        ("csv", ("mapping",), "name=value"),
        ("csv", ("colour=red",), "no option"),
    ],
)
def test_wrong_usage_leaves_with_two(run, source, options, word):
    with pytest.raises(CommandError, match=word) as wrong:
        run("x", *options, source=source)
    assert wrong.value.returncode == 2
    assert Delivery.objects.count() == 0


def test_a_missing_file_leaves_with_two():
    with pytest.raises(CommandError, match="cannot be opened") as wrong:
        call_command("import_file", "csv", "nowhere.csv")
    assert wrong.value.returncode == 2


def test_what_was_set_aside_is_listed_mended_and_replayed(run, tmp_path):
    _, told, _ = run("id,at,nps\n1,2026-01-01T10:00Z,11\n2,soon,9\n")
    out = io.StringIO()
    call_command("set_aside", "list", told["id"], stdout=out)
    assert [row["field"] for row in json.loads(out.getvalue())] == ["nps", "at"]
    (tmp_path / "mended.json").write_text('{"1": {"nps": "10"}}')
    out = io.StringIO()
    call_command("set_aside", "replay", told["id"], "--record=1", f"--mended={tmp_path / 'mended.json'}", stdout=out)
    assert json.loads(out.getvalue()) == [{"record": 1, "outcome": "accepted"}]
    assert Feedback.objects.get().scores.get().value == 10
    with pytest.raises(SystemExit):
        call_command("set_aside", "replay", told["id"], stdout=io.StringIO())
