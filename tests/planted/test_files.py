"""The files have the vendors' shapes, the same every time."""

import csv
import hashlib
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cxhub.company.generate import CannotMake, make_ledger, read_manifest, write_company
from cxhub.company.truths import LUMIO
from cxhub.company.vendor import mixed
from insights.intake.source import recognise

TODAY = datetime(2026, 11, 22, tzinfo=UTC).date()


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_same_seed_gives_the_same_bytes(small, files, tmp_path):
    write_company(make_ledger(LUMIO, today=TODAY, scale=0.08), tmp_path / "again")
    assert digests(tmp_path / "again") == digests(files)


def test_another_seed_gives_another_company(small):
    other = make_ledger(LUMIO, today=TODAY, scale=0.08, seed=8)
    assert list(other.contacts.at) != list(small.contacts.at)


def test_the_period_ends_yesterday(small):
    newest = datetime.fromtimestamp(int(small.contacts.at.max()), ZoneInfo("Europe/Berlin"))
    assert (TODAY - newest.date()).days in (1, 2)
    assert small.contacts.at.max() < small.period.ends_at()
    assert small.answers.at.max() < small.period.ends_at()


def test_the_importers_recognise_the_files_as_their_own(files):
    for told in read_manifest(files)["imports"]:
        head = (files / told["file"]).read_bytes()[:65_536]
        if told["source"] != "csv":
            assert recognise(head, told["file"])[0][1].key == told["source"], told["file"]


def test_qualtrics_exports_have_three_header_rows_and_crlf(files):
    for path in files.glob("qualtrics_*.csv"):
        rows = table(path)
        ids = [json.loads(cell)["ImportId"] for cell in rows[2]]
        assert rows[0][:3] == ["StartDate", "EndDate", "Status"]
        assert ids[:3] == ["startDate", "endDate", "status"]
        assert json.loads(rows[2][0])["timeZone"] == "Z"
        assert {len(row) for row in rows} == {len(rows[0])}
        assert b"\r\n" in path.read_bytes()


def test_surveys_hold_previews_partials_and_cells_of_several_lines(files):
    rows = [
        dict(zip(found[0], row, strict=True))
        for path in files.glob("qualtrics_*.csv")
        for found in [table(path)]
        for row in found[3:]
    ]
    assert {row["Finished"] for row in rows} == {"True", "False"}
    assert any(row["Status"] in ("Survey Preview", "Survey Test") for row in rows)
    assert any("\n" in cell for row in rows for cell in row.values())
    assert {row["RecipientEmail"].split("@")[-1] for row in rows if row["RecipientEmail"]} <= {
        "example.com",
        "example.org",
        "example.net",
    }


def test_answers_after_a_contact_name_a_ticket_or_call_that_exists(files):
    tickets = {
        str(one["id"])
        for path in files.glob("zendesk_tickets_*.json")
        for one in json.loads(path.read_text())["tickets"]
    }
    calls = {row[0] for path in files.glob("call_log_*.csv") for row in table(path)[1:]}
    for name, column, known in (("contact", "ticket_id", tickets), ("call", "call_id", calls)):
        rows = table(files / f"qualtrics_after_{name}_csat.csv")
        linked = [row[rows[0].index(column)] for row in rows[3:]]
        assert linked
        assert set(linked) <= known


def test_tickets_bring_their_users_groups_comments_and_metrics(files):
    pages = [json.loads(path.read_text(encoding="utf-8")) for path in files.glob("zendesk_tickets_*.json")]
    for page in pages:
        users, groups = {user["id"] for user in page["users"]}, {group["id"] for group in page["groups"]}
        whole = [ticket for ticket in page["tickets"] if "comments" in ticket]
        assert all(ticket["requester_id"] in users and ticket["assignee_id"] in users for ticket in whole)
        assert all(ticket["group_id"] in groups for ticket in whole)
        assert all(ticket["comments"] and ticket["metric_set"]["ticket_id"] == ticket["id"] for ticket in whole)
        assert page["end_of_stream"] is True
    ids = [ticket["id"] for page in pages for ticket in page["tickets"]]
    assert len(ids) == len(set(ids))


def test_no_two_customers_share_an_address_a_number_or_a_telephone(lumio):
    customers = lumio.ledger.customers
    for told in (customers.email, customers.number, customers.phone):
        values = [value for who in range(len(customers)) if (value := told(who))]
        assert len(values) == len(set(values))


def test_ids_that_look_drawn_by_lot_never_repeat():
    found = {mixed(number, 15) for number in range(20_000)}
    assert len(found) == 20_000
    assert {len(one) for one in found} == {15}


@pytest.mark.parametrize(("days", "scale"), [(10, 1.0), (180, 0.0), (180, 1000.0)])
def test_a_company_that_makes_no_sense_is_refused(days, scale):
    with pytest.raises(CannotMake):
        make_ledger(LUMIO, today=TODAY, days=days, scale=scale)
