"""SPSS: files of survey tools that hand over cases with their labels (.sav, .zsav, .por)."""

import re
from collections.abc import Mapping
from typing import BinaryIO

from insights.intake.archives import unpacked, unpacked_head
from insights.intake.source import Option, Unreadable
from surveys.columns import Column, find
from surveys.spss_table import SpssTable, Variable
from surveys.table_source import TABLE_OPTIONS, Sheet, TableReading

_HEAD = 65_536
_IDS = ("responseid", "respid", "respondentid", "responseno", "caseid", "uuid", "recordid", "interviewid", "id", "lfdn")
_ENDS = (
    "recordeddate",
    "enddate",
    "submitdate",
    "completed",
    "completeddate",
    "enddatetime",
    "datestamp",
    "interviewdate",
)
_EMAILS = ("email", "recipientemail", "emailaddress")
_NAMES = ("firstname", "lastname", "recipientfirstname", "recipientlastname", "name")
_ASIDE = ("ipaddress", "locationlatitude", "locationlongitude", "ipaddr")


class SpssSav:
    """SPSS files."""

    key = "spss_sav"
    label = "SPSS file (.sav, .zsav, .por)"
    side = "SURVEYS"
    reads = "SPSS files (.sav, .zsav, .por) with their labels, missing values and sets of several answers."
    identity = "A variable such as ResponseId or the one named by id_column; without any, the case's content."
    options = (
        Option(name="date_column", question="Which variable says when the answer was given?"),
        Option(name="id_column", question="Which variable is the id of the answer?"),
        *(one for one in TABLE_OPTIONS if one.name not in ("encoding", "sheet", "date_order")),
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is SPSS's."""
        return 0.98 if _form(unpacked_head(head)) else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> TableReading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        form = _form(unpacked(file).read(_HEAD))
        if not form:
            raise Unreadable(f"This is no SPSS file. It reads: {self.reads}")
        declared = {_letters(name.removeprefix("score.")) for name in options if name.startswith("score.")}
        table = SpssTable(file, portable=form == "por", numbers=())
        numbers = [one.name for one in table.variables if {_letters(one.name), _letters(one.wording)} & declared]
        table = SpssTable(file, portable=form == "por", numbers=numbers)
        return TableReading(table, _sheet(table.variables, options), options)


def _form(head: bytes) -> str:
    if head.startswith((b"$FL2", b"$FL3")):
        return "sav"
    return "por" if b"SPSS PORT FILE" in head[:1024].replace(b"\r", b"").replace(b"\n", b"") else ""


def _sheet(variables: list[Variable], options: Mapping[str, str]) -> Sheet:
    columns = [Column(one.name, (), one.wording, one.set_of) for one in variables]
    date = _date(variables, columns, options)
    told = options.get("id_column", "")
    return Sheet(
        columns=columns,
        identity=find(columns, told, "id_column").name if told else _first(variables, _IDS),
        numbered_by_survey=True,
        times=(date,) if date else (),
        email=_first(variables, _EMAILS),
        names=tuple(one.name for one in variables if _letters(one.name) in _NAMES),
        aside=frozenset(one.name for one in variables if _letters(one.name) in _ASIDE),
    )


def _date(variables: list[Variable], columns: list[Column], options: Mapping[str, str]) -> str:
    """Return the variable of when it was answered; where several could be, people have to say which."""
    if options.get("date_column"):
        return find(columns, options["date_column"], "date_column").name
    if options.get("answered_on"):
        return ""
    dates = [one for one in variables if one.is_date]
    named = _first(dates, _ENDS)
    if named or len(dates) <= 1:
        return named or next((one.name for one in dates), "")
    listed = ", ".join(one.name for one in dates[:20])
    raise Unreadable(
        f"Several variables are dates: {listed}. Say which is when the answer was given (option date_column), or give "
        "one day for all (option answered_on)."
    )


def _first(variables: list[Variable], known: tuple[str, ...]) -> str:
    by_letters = {_letters(one.name): one.name for one in reversed(variables)}
    return next((by_letters[name] for name in known if name in by_letters), "")


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9äöüß]", "", name.lower())
