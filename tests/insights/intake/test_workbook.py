"""Workbooks as tables: values as their cells show them, the right sheet, and nothing without measure."""

import io
import random
import zipfile
from contextlib import suppress
from datetime import time, timedelta

import pytest
from xlsxwriter import Workbook as Writer

from insights.intake import workbook, workbook_parts
from insights.intake.archives import unpacked
from insights.intake.source import Unreadable, recognise
from insights.intake.table import Table
from insights.intake.workbook import beginning
from tests.factories.workbooks import FORM, at, made

LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600


def rows(content: bytes, **told: str) -> list[list[str]]:
    return [row.cells for row in Table(io.BytesIO(content), **told).rows()]


def with_part(content: bytes, part: str, new: bytes) -> bytes:
    """Return the workbook with another part in place of its own."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in old.namelist():
            target.writestr(name, new if name == part else old.read(name))
    return changed.getvalue()


def test_cells_are_read_as_what_they_are_and_dates_cannot_be_misread():
    cells = [
        at(2026, 3, 4, 13, 45, 10), (at(2026, 3, 4), "mm/dd/yy"), (time(7, 5), "hh:mm"),
        (timedelta(hours=30, minutes=2), "[h]:mm:ss"), 5, 4.5, 0.1 + 0.2, True, "0049", 12345678901234, "line\nbreak",
        (0.85, "0%"), (at(2026, 3, 4, 8), "[$-407]d. mmmm yyyy"),
    ]  # fmt: skip
    assert rows(made(("Data", [[f"c{n}" for n in range(len(cells))], cells])))[1] == [
        "2026-03-04 13:45:10", "2026-03-04", "07:05:00", "30:02:00", "5", "4.5", "0.3", "TRUE", "0049",
        "12345678901234", "line\nbreak", "0.85", "2026-03-04 08:00:00",
    ]  # fmt: skip


def test_gaps_stay_gaps_and_a_row_knows_its_number_in_the_sheet():
    found = list(Table(io.BytesIO(made(("A", [["x", "y", "z"], [], [None, None, 3], ["a"]])))).rows())
    assert [(row.line, row.cells) for row in found] == [(1, ["x", "y", "z"]), (3, ["", "", "3"]), (4, ["a"])]


def test_a_table_can_be_gone_through_again_and_by_two_readers_at_once():
    table = Table(io.BytesIO(made(("A", [["n", "m"], *([n, n] for n in range(1000))]))))
    one, other = table.rows(), table.rows()
    pairs = list(zip(one, other, strict=True))
    assert len(pairs) == 1001
    assert all(first == second for first, second in pairs)
    assert [row.cells for row in table.rows()][-1] == ["999", "999"]


def test_the_first_sheet_that_holds_a_table_is_read_and_said():
    content = made(("About", [["Our survey"], ["Made in June"]]), ("Answers", FORM), ("More", [["a", "b"], [1, 2]]))
    table = Table(io.BytesIO(content))
    assert next(iter(table.rows())).cells[0] == "ID"
    assert "3 sheets; 'Answers' was read" in table.notices[0]
    assert rows(content, sheet="more") == [["a", "b"], ["1", "2"]]
    with pytest.raises(Unreadable, match=r"no sheet 'Nope' \(option sheet\)\. It has: 'About', 'Answers', 'More'"):
        rows(content, sheet="Nope")


def test_a_sheet_that_is_hidden_is_not_taken_by_itself():
    content = io.BytesIO()
    with Writer(content) as book:
        for name in ("Lists", "Answers"):
            book.add_worksheet(name).write_row(0, 0, [name, "b"])
            book.get_worksheet_by_name(name).write_row(1, 0, [1, 2])
        book.get_worksheet_by_name("Answers").activate()
        book.get_worksheet_by_name("Answers").set_first_sheet()
        book.get_worksheet_by_name("Lists").hide()
    table = Table(io.BytesIO(content.getvalue()))
    assert next(iter(table.rows())).cells == ["Answers", "b"]
    assert table.notices == []


def test_a_formula_is_its_stored_value_and_one_without_is_said():
    content = io.BytesIO()
    with Writer(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b", "c"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(1, 1, '="x"&"y"', None, "xy")
        sheet.write_formula(1, 2, "=NA()", None, "#N/A")
    assert rows(content.getvalue())[1] == ["2", "xy"]
    part = "xl/worksheets/sheet1.xml"
    bare = zipfile.ZipFile(io.BytesIO(content.getvalue())).read(part).replace(b"<v>2</v>", b"")
    table = Table(io.BytesIO(with_part(content.getvalue(), part, bare)))
    assert [row.cells for row in table.rows()][1] == ["", "xy"]
    assert table.notices == [
        "1 cell is a formula whose value the file does not hold, and so empty here. Open the workbook in a spreadsheet "
        "program and save it there to have it."
    ]


def test_the_form_in_a_workbook_is_recognised_and_read_as_in_csv(read):
    content = made(("Sheet1", FORM))
    assert recognise(beginning(io.BytesIO(content)), "Form(1-2).xlsx")[0][1].key == "microsoft_forms_csv"
    told = read("microsoft_forms_csv", content, filename="Form(1-2).xlsx", time_zone="Europe/Berlin")
    assert [fact.scores[0].value for fact in told.accepted] == [5, 2]
    assert told.accepted[0].occurred_at.isoformat() == "2026-04-03T07:04:07+00:00"


def test_a_workbook_inside_a_zip_is_read_too():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export.xlsx", made(("A", [["a", "b"], [1, 2]])))
    assert rows(packed.getvalue()) == [["a", "b"], ["1", "2"]]


def test_a_source_that_reads_no_tables_says_so():
    with pytest.raises(Unreadable, match="read by every source that reads CSV"):
        unpacked(io.BytesIO(made(("A", FORM))))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (LOCKED, "locked with a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, r"old Excel file \(\.xls\)"),
        (made(("A", FORM))[:-300], "cannot be opened as one"),
        (with_part(made(("A", FORM)), "xl/workbook.xml", b"<workbook"), "workbook cannot be read"),
        (with_part(made(("A", FORM)), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"), "cannot be read"),
    ],
    ids=["locked", "old", "cut", "no workbook", "no sheet"],
)
def test_what_cannot_be_read_is_told_in_a_sentence(content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        rows(content)


def test_styles_that_are_not_as_they_should_be_keep_nobody_from_the_values():
    broken = b"""<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fills><fill/></fills>
    <cellXfs><xf/><xf numFmtId="22" fillId="99"/></cellXfs></styleSheet>"""
    content = with_part(made(("A", [["a", "b"], [at(2026, 3, 4, 5, 6), 7]])), "xl/styles.xml", broken)
    assert rows(content)[1] == ["2026-03-04 05:06:00", "7"]


def test_entities_in_a_part_are_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet><sheetData>&b;</sheetData></worksheet>'
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"):
        with pytest.raises(Unreadable, match="cannot be read"):
            rows(with_part(made(("A", FORM)), part, bomb))


def test_what_unpacks_without_measure_is_refused(monkeypatch):
    content = made(("A", [["a", "b"], *(["words " * 40, n] for n in range(3000))]))
    for name, sentence in (
        ("LARGEST_STRINGS", "unpacks to"),
        ("LARGEST_SHEET", "unpacks to"),
        ("LONGEST_ROW", "longer than 64 MB"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(workbook_parts, name, 100)
            with pytest.raises(Unreadable, match=sentence):
                rows(content)
    monkeypatch.setattr(workbook, "LARGEST_TABLE", 1000)
    with pytest.raises(Unreadable, match="more than 4 GB"):
        rows(content)


def test_a_cell_far_to_the_right_is_no_table():
    far = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">
    <c r="ZZZ1"><v>1</v></c></row></sheetData></worksheet>"""
    with pytest.raises(Unreadable, match="more than 16,384 columns"):
        rows(with_part(made(("A", FORM)), "xl/worksheets/sheet1.xml", far))


def test_a_damaged_workbook_gives_rows_or_a_sentence():
    content, chance = made(("A", FORM), ("B", FORM)), random.Random(7)
    for _ in range(300):
        harmed = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            harmed[chance.randrange(len(harmed))] = chance.randrange(256)
        with suppress(Unreadable):
            rows(bytes(harmed[: chance.choice((len(harmed), chance.randrange(len(harmed))))]))
