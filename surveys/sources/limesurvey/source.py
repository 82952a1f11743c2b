"""The door of LimeSurvey: responses as CSV, definitions as .lss."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, BinaryIO

from insights.intake.archives import unpacked, unpacked_head
from insights.intake.documents import utf8
from insights.intake.json_source import json_head
from insights.intake.source import Reading, Unreadable
from surveys.json_table import JsonTable
from surveys.sources.limesurvey.definition import definition_in
from surveys.sources.limesurvey.responses import sheet_of, sureness
from surveys.table_source import TABLE_OPTIONS, TableReading, TableSource

_READS = (
    "Responses as CSV (headings as code, text or both; answers as code or text) or JSON, and survey definitions "
    "(.lss), whose questions are reported."
)
_RESPONSES = TableSource(
    key="limesurvey",
    label="LimeSurvey (CSV, JSON, .lss)",
    reads=_READS,
    identity="The response id within the survey (its name or the file's); without ids, the row's content.",
    sure=sureness,
    sheet=sheet_of,
)
_HEAD = 65_536
_JSON = (b'"responses"', b'"submitdate"', b'"startlanguage"')


class LimeSurvey:
    """LimeSurvey's responses and definitions."""

    key = _RESPONSES.key
    label = _RESPONSES.label
    side = "SURVEYS"
    reads = _READS
    identity = _RESPONSES.identity
    options = TABLE_OPTIONS

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is LimeSurvey's."""
        if _is_xml(head):
            return 0.98 if b"<LimeSurveyDocType>" in unpacked_head(head) else 0.0
        if all(mark in json_head(head) for mark in _JSON):
            return 0.9
        return _RESPONSES.recognise(head, filename)

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> Reading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        head = file.read(_HEAD)
        file.seek(0)
        if _is_xml(head):
            return definition_in(utf8(unpacked(file)))
        return _json_in(file, options) if json_head(head) else _RESPONSES.open(file, options)


def _json_in(file: BinaryIO, options: Mapping[str, str]) -> Reading:
    """Open responses as JSON: by their codes or by the headings of the export in words. Raises Unreadable."""
    table = JsonTable(file, _flat)
    sheet = sheet_of(list(islice(table.rows(), 3)), options)
    if sheet is None:
        raise Unreadable(f"This JSON holds no responses of LimeSurvey. It reads: {_READS}")
    return TableReading(table, sheet, options)


def _flat(response: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a response; older versions put each into an object under its id."""
    if len(response) == 1:
        (inside,) = response.values()
        return inside if isinstance(inside, dict) and inside else None
    return dict(response) or None


def _is_xml(head: bytes) -> bool:
    return unpacked_head(head).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
