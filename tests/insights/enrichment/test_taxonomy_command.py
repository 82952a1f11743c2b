"""The taxonomy at the command line."""

import pytest
from django.core.management import CommandError, call_command

from insights.enrichment.encoder import EncoderMissing
from insights.enrichment.taxonomy_versions import draft, live
from insights.models import Topic

pytestmark = pytest.mark.django_db
TABLE = "key,name,parent,examples\nbills,Bills,,My bill is wrong\napp,App,,The app crashes\n"


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "tree.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


def test_the_first_table_goes_live_and_the_next_becomes_a_draft(table, capsys):
    call_command("taxonomy", "load", str(table))
    assert "2 topics are live" in capsys.readouterr().out
    assert set(Topic.objects.values_list("key", flat=True)) == {"bills", "app"}
    call_command("taxonomy", "load", str(table), "--if-none")
    assert draft() is None
    table.write_text(TABLE.replace("Bills", "The bill") + "shop,Shop,,\n")
    call_command("taxonomy", "diff", str(table))
    assert capsys.readouterr().out.splitlines() == ["~ bills: name", "+ shop: Shop"]
    call_command("taxonomy", "load", str(table))
    assert (live().number, draft().number) == (1, 2)
    assert "Version 2 is a draft" in capsys.readouterr().out


def test_what_is_exported_can_be_loaded(table, tmp_path, capsys):
    with pytest.raises(CommandError, match="No taxonomy is live"):
        call_command("taxonomy", "export")
    call_command("taxonomy", "load", str(table))
    out = tmp_path / "out.csv"
    call_command("taxonomy", "export", str(out))
    capsys.readouterr()
    call_command("taxonomy", "diff", str(out))
    assert capsys.readouterr().out == ""


def test_a_wrong_table_is_refused_with_all_that_is_wrong(table):
    table.write_text("key,name,parent\na,A,b\nb,B,a\nc,C,nowhere\n")
    with pytest.raises(CommandError) as told:
        call_command("taxonomy", "load", str(table))
    assert "above itself" in str(told.value)
    assert "'nowhere', which does not exist" in str(told.value)
    with pytest.raises(CommandError, match="There is no file"):
        call_command("taxonomy", "load", str(table.with_name("absent.csv")))


def test_an_instance_without_the_encoder_starts_and_says_what_is_missing(table, monkeypatch, capsys):
    def missing():
        raise EncoderMissing("install it")

    monkeypatch.setattr("insights.enrichment.topic_teaching.encoder", missing)
    call_command("taxonomy", "load", str(table), "--if-none")
    assert "install it" in capsys.readouterr().err
    assert live() is None
    with pytest.raises(CommandError, match="install it"):
        call_command("taxonomy", "load", str(table))
