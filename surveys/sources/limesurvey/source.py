"""The door of LimeSurvey: responses as CSV, definitions as .lss."""

from collections.abc import Mapping
from typing import BinaryIO

from insights.intake.archives import unpacked, unpacked_head
from insights.intake.documents import utf8
from insights.intake.source import Reading
from surveys.sources.limesurvey.definition import definition_in
from surveys.sources.limesurvey.responses import sheet_of, sureness
from surveys.table_source import TABLE_OPTIONS, TableSource

_READS = (
    "Responses as CSV (headings as code, text or both; answers as code or text), and survey definitions (.lss), "
    "whose questions are reported."
)
_RESPONSES = TableSource(
    key="limesurvey",
    label="LimeSurvey (CSV, .lss)",
    reads=_READS,
    identity="The response id within the survey (its name or the file's); without ids, the row's content.",
    sure=sureness,
    sheet=sheet_of,
)
_HEAD = 65_536


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
        return _RESPONSES.recognise(head, filename)

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> Reading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        head = file.read(_HEAD)
        file.seek(0)
        if _is_xml(head):
            return definition_in(utf8(unpacked(file)))
        return _RESPONSES.open(file, options)


def _is_xml(head: bytes) -> bool:
    return unpacked_head(head).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
