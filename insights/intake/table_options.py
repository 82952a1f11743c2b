"""What every table may have to be told, and how the beginning of one is looked at."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import BinaryIO

from insights.intake.archives import unpacked_head
from insights.intake.dates import DateOrder, DateProblem, zone_named
from insights.intake.source import Option, Unreadable
from insights.intake.table import Table

ZONE = Option(name="time_zone", question="In which time zone are the times, where the file itself does not say?")
ORDER = Option(name="date_order", question="Does 03/04 mean day/month or month/day?", choices=("DMY", "MDY"))
ENCODING = Option(name="encoding", question="Which encoding is the file in, if it is not UTF-8?")
SHEET = Option(name="sheet", question="Which sheet of the workbook is it, if not the first that holds a table?")
FILE_OPTIONS = (ENCODING, SHEET)
_ORDERS: dict[str, DateOrder] = {"DMY": "DMY", "MDY": "MDY"}


def told_zone(options: Mapping[str, str]) -> tzinfo | None:
    """Return the zone that people named, if any. Raises Unreadable."""
    try:
        return zone_named(options["time_zone"]) if options.get("time_zone") else None
    except DateProblem as problem:
        raise Unreadable(str(problem)) from None


def table_in(file: BinaryIO, options: Mapping[str, str]) -> Table:
    """Return the table in `file`, read as people say (FILE_OPTIONS). Raises Unreadable."""
    return Table(file, encoding=options.get("encoding", ""), sheet=options.get("sheet", ""))


def told_order(options: Mapping[str, str]) -> DateOrder | None:
    """Return the order of day and month that people named, if any."""
    return _ORDERS.get(options.get("date_order", ""))


def table_head(head: bytes) -> str:
    """Return the beginning of a table as text, unpacked; "" when it is JSON."""
    plain = unpacked_head(head)
    marked = plain[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = plain.decode("utf-16" if marked else "utf-8-sig", "replace")
    return "" if text.lstrip().startswith(("{", "[")) else text
