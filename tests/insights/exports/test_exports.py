"""Files hold exactly what the number says, in every format, and explain themselves."""

import csv
import io
import json
import tracemalloc
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from django.utils import timezone
from openpyxl import load_workbook

from insights.exports import columnar, separated, spreadsheet
from insights.exports.tables import Column, Table
from tests.insights.api.conftest import PERIOD

pytestmark = pytest.mark.django_db
RECORDS = f"/api/v1/exports/feedback?metric=contacts&{PERIOD}"


def whole(shown) -> bytes:
    assert shown.status_code == 200, shown.content
    assert shown.streaming
    return b"".join(shown.streaming_content)


def rows_of_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_each_format_has_as_many_rows_as_the_metric_has_records(speak, company):
    client = speak("metrics:read", "feedback:read")
    n = client.get(f"/api/v1/metrics/contacts?{PERIOD}&channel=CHAT").json()["total"]["n"]
    assert n > 0
    address = f"{RECORDS}&channel=CHAT&format="
    as_csv = rows_of_csv(whole(client.get(f"{address}csv")))
    as_parquet = pq.read_table(io.BytesIO(whole(client.get(f"{address}parquet")))).to_pylist()
    book = load_workbook(io.BytesIO(whole(client.get(f"{address}xlsx"))), read_only=True)
    as_xlsx = list(book["feedback"].iter_rows(values_only=True))
    assert len(as_csv) == len(as_parquet) == len(as_xlsx) - 1 == n
    assert [row["id"] for row in as_csv] == [row["id"] for row in as_parquet] == [row[0] for row in as_xlsx[1:]]


def test_a_cell_that_a_spreadsheet_would_run_is_defused(speak, company):
    rows = rows_of_csv(whole(speak("feedback:read").get(RECORDS)))
    begun = [row["text"] for row in rows if "HYPERLINK" in row["text"]]
    assert len(begun) == 12
    assert all(text.startswith("'=") for text in begun)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_every_beginning_of_a_formula_is_defused_and_numbers_stay_numbers(text):
    table = Table(name="t", about={}, columns=(Column("text"), Column("n", "NUMBER")), pages=iter([[(text, -1.5)]]))
    row = rows_of_csv(b"".join(separated.write(table)))[0]
    assert row == {"text": f"'{text}", "n": "-1.5"}


def test_a_spreadsheet_holds_formulas_as_words_and_times_as_times(speak, company):
    book = load_workbook(io.BytesIO(whole(speak("feedback:read").get(f"{RECORDS}&format=xlsx"))))
    rows = list(book["feedback"].iter_rows())
    names = [cell.value for cell in rows[0]]
    cells = [row[names.index("text")] for row in rows[1:]]
    assert {cell.data_type for cell in cells} == {"s"}
    assert isinstance(rows[1][names.index("occurred_at")].value, datetime)


def test_the_first_sheet_the_parquet_file_and_the_link_explain_the_same(speak, company):
    client = speak("metrics:read", "feedback:read")
    book = load_workbook(io.BytesIO(whole(client.get(f"{RECORDS}&format=xlsx"))), read_only=True)
    sheet = dict(book["About"].iter_rows(values_only=True))
    shown = client.get(f"{RECORDS}&format=parquet")
    inside = json.loads(pq.read_metadata(io.BytesIO(whole(shown))).metadata[b"cxhub"])
    link = shown["Link"].partition(">")[0].removeprefix("<")
    linked = client.get(link).json()
    for told in (sheet, inside, linked):
        assert told["metric"] == "contacts"
        assert told["formula"]
        assert int(told["n"]) == 60
        assert str(told["data_version"]) == shown["X-Data-Version"]
    assert inside["question"] == linked["question"]


def test_the_rows_of_an_answer_are_the_answers(speak, company):
    client = speak("metrics:read")
    question = f"{PERIOD}&by=channel&bucket=week&compare=previous"
    answer = client.get(f"/api/v1/metrics/contacts?{question}").json()["rows"]
    rows = rows_of_csv(whole(client.get(f"/api/v1/exports/metric?metric=contacts&{question}")))
    assert len(rows) == len(answer) > 0
    for told, row in zip(answer, rows, strict=True):
        assert (row["channel"], row["bucket"], row["state"]) == (
            told["by"]["channel"] or "",
            told["bucket"],
            told["state"],
        )
        assert row["n"] == ("" if told["n"] is None else str(told["n"]))
        assert row["value"] == ("" if told["value"] is None else str(told["value"]))


def test_an_answer_without_cuts_is_one_row(speak, company):
    rows = rows_of_csv(whole(speak("metrics:read").get(f"/api/v1/exports/metric?metric=contacts&{PERIOD}")))
    assert [row["value"] for row in rows] in (["60"], ["60.0"])


@pytest.mark.parametrize(
    ("question", "parameter"),
    [
        ("", "metric"),
        ("metric=contacts&format=pdf", "format"),
        ("metric=contacts&format=csv&format=xlsx", "format"),
        ("metric=contacts&by=channel", "by"),
        ("metric=contacts&colour=red", "colour"),
    ],
)
def test_a_wrong_parameter_is_named(speak, question, parameter):
    shown = speak("feedback:read").get(f"/api/v1/exports/feedback?{question}")
    assert shown.status_code == 400
    assert shown.json()["parameter"] == parameter


def test_an_empty_export_is_a_file_with_a_head(speak):
    client = speak("feedback:read")
    assert rows_of_csv(whole(client.get(RECORDS))) == []
    assert pq.read_table(io.BytesIO(whole(client.get(f"{RECORDS}&format=parquet")))).num_rows == 0
    book = load_workbook(io.BytesIO(whole(client.get(f"{RECORDS}&format=xlsx"))), read_only=True)
    assert book.sheetnames == ["About", "feedback"]


def big(pages: int) -> Table:
    now = timezone.now()
    columns = (Column("text"), Column("n", "INTEGER"), Column("at", "TIME"))
    page = [(f"Sentence number {n} of a long export", n, now) for n in range(2_000)]
    about = {"time_zone": "Europe/Berlin"}
    return Table(name="big", about=about, columns=columns, pages=(list(page) for _ in range(pages)))


@pytest.mark.parametrize("write", [separated.write, spreadsheet.write, columnar.write])
def test_a_long_export_takes_no_more_memory_than_a_short_one(write):
    def peak(pages: int) -> tuple[int, int]:
        tracemalloc.start()
        size = sum(map(len, write(big(pages))))
        peaked = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peaked, size

    peak(1)  # what is imported once
    short, short_size = peak(2)
    long, long_size = peak(12)
    assert long_size > 3 * short_size or write is columnar.write
    assert long < 1.5 * short + 1_000_000


def test_a_sheet_that_is_full_goes_on_on_the_next(monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3_000)
    book = load_workbook(io.BytesIO(b"".join(spreadsheet.write(big(4)))), read_only=True)
    assert book.sheetnames == ["About", "big", "big 2", "big 3"]
    assert sum(1 for name in book.sheetnames[1:] for _ in book[name].iter_rows(min_row=2)) == 8_000


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    table = Table(name="t", about={"time_zone": "UTC"}, columns=(Column("text"),), pages=iter([[("x" * 40_000,)]]))
    book = load_workbook(io.BytesIO(b"".join(spreadsheet.write(table))))
    assert len(book["t"]["A2"].value) == spreadsheet.MOST_CHARACTERS
    assert "cut here" in book["t"]["A2"].value


def test_a_time_before_the_calendar_of_spreadsheets_is_kept():
    early = datetime(1850, 1, 1, tzinfo=UTC)
    table = Table(name="t", about={"time_zone": "UTC"}, columns=(Column("at", "TIME"),), pages=iter([[(early,)]]))
    book = load_workbook(io.BytesIO(b"".join(spreadsheet.write(table))))
    assert book["t"]["A2"].value == early.isoformat()


def test_an_export_takes_few_queries_for_each_page(speak, company, django_assert_max_num_queries):
    client = speak("feedback:read")
    client.get("/api/v1/metrics/contacts")
    with django_assert_max_num_queries(14):
        whole(client.get(RECORDS))
