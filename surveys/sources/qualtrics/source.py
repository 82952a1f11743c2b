"""The door of Qualtrics response exports."""

import json
import re
from collections.abc import Mapping
from typing import Any, BinaryIO

from insights.intake.archives import unpacked_head
from insights.intake.fields import mapping
from insights.intake.json_source import head_of, json_head
from insights.intake.source import Option, Reading
from insights.intake.table_options import FILE_OPTIONS, table_in
from surveys.columns import COLUMN_OPTIONS, SCORE_OPTION
from surveys.json_table import JsonTable
from surveys.sources.qualtrics.notices import NoticeReading, is_notice
from surveys.sources.qualtrics.reading import QualtricsReading

_NAMES = (
    b"StartDate",
    b"EndDate",
    b"RecordedDate",
    b"ResponseId",
    b"ResponseID",
    b"DistributionChannel",
    b"UserLanguage",
)
_LEGACY = re.compile(rb"\"?V1\"?[,\t;]\"?V2\"?[,\t;]")


_UNWORDED = ("status", "finished", "progress", "duration")  # their numbers mean the same in every language
_JSON = (b'"responseId"', b'"values"', b'"recordedDate"')


class QualtricsCsv:
    """Qualtrics responses as CSV, TSV or JSON."""

    key = "qualtrics_csv"
    label = "Qualtrics responses (CSV, TSV, JSON)"
    side = "SURVEYS"
    reads = (
        "Response exports as CSV or TSV (UTF-8, UTF-16, zipped or not), current and legacy, with one, two or three "
        "header rows, with labels or numbers; as JSON or JSON lines, where labels go before numbers."
    )
    identity = "The response id (R_…), unique in all of Qualtrics; RecordedDate is the revision."
    options = (
        Option(name="time_zone", question="In which time zone are the times, where the file itself does not say?"),
        Option(name="survey", question="What is the survey called?"),
        SCORE_OPTION,
        *COLUMN_OPTIONS,
        Option(
            name="include_tests", question="Import previews, tests and spam too?", choices=("no", "yes"), default="no"
        ),
        *FILE_OPTIONS,
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is a Qualtrics export."""
        if is_notice(head):
            return 0.95
        if all(mark in json_head(head) for mark in _JSON):
            return 0.95
        plain = unpacked_head(head).replace(b"\x00", b"")  # UTF-16 reads as ASCII without its zeros
        first = plain.lstrip(b"\xef\xbb\xbf\xff\xfe").split(b"\n", 1)[0]
        if re.search(rb"\{\s*['\"]+ImportId['\"]+\s*:", plain):
            return 0.98
        if _LEGACY.match(first) and b"ResponseSet" in plain:
            return 0.9
        found = sum(name in first for name in _NAMES)
        if b"responseid" not in first.lower() or found < 2:
            return 0.0
        return 0.9 if found >= 4 else 0.6

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> Reading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        head = head_of(file)
        if is_notice(head):
            return NoticeReading(file)
        if json_head(head):
            return QualtricsReading(JsonTable(file, _flat, head=_head), options)
        return QualtricsReading(table_in(file, options), options)


def _flat(response: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a response of the JSON export: what was shown where it has words, else the value."""
    values = response.get("values")
    if not isinstance(values, dict) or not values:
        return None
    identity = {} if values.get("_recordId") else {"responseId": response.get("responseId")}
    labels = {name: label for name, label in mapping(response, "labels").items() if name not in _UNWORDED}
    return {**identity, **values, **{name: label for name, label in labels.items() if name in values}}


def _head(names: list[str]) -> list[list[str]]:
    """Return the header rows of the CSV with the same columns: its times are UTC, its names the import ids."""
    return [names, [json.dumps({"ImportId": name, "timeZone": "Z"}) for name in names]]
