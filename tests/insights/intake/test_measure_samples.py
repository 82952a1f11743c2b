"""The page that says what each source makes of genuine files."""

import pytest
from django.core.management import CommandError, call_command


def test_each_file_has_a_line_with_its_counts_and_what_it_was_told(tmp_path):
    for key in ("active_customers", "journey_events", "unheard_of"):
        (tmp_path / key).mkdir()
    (tmp_path / "active_customers" / "days.csv").write_text("day,customers\n2026-03-01,5\n2026-03-02,-5\n")
    (tmp_path / "active_customers" / "other.csv").write_text("day,clients\n2026-03-01,5\n")
    (tmp_path / "active_customers" / "SOURCE.txt").write_text("who made it")
    events = "id,event,occurred_at,channel\n1,visit,2026-03-01 10:00:00,WEB\n"
    (tmp_path / "journey_events" / "events.csv").write_text(events)
    call_command("measure_samples", folder=tmp_path, output=tmp_path / "measured.md")
    written = (tmp_path / "measured.md").read_text().splitlines()
    assert "| days.csv | first | – | 2 | 1 | 1 | 0 | customers is '-5', below 0. |" in written
    assert "| events.csv | first | time_zone=UTC | 1 | 1 | 0 | 0 |  |" in written
    assert any(line.startswith("| other.csv |") and "unreadable: The table lacks" in line for line in written)
    assert written[-1] == "unheard_of"
    assert not any("SOURCE.txt" in line for line in written)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="--folder"):
        call_command("measure_samples", folder=tmp_path / "none")
