"""The door of Qualtrics response exports."""

import re
from collections.abc import Mapping
from typing import BinaryIO

from insights.intake.archives import unpacked_head
from insights.intake.source import Option
from surveys.columns import COLUMN_OPTIONS, SCORE_OPTION
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


class QualtricsCsv:
    """Qualtrics responses as CSV or TSV."""

    key = "qualtrics_csv"
    label = "Qualtrics responses (CSV, TSV)"
    side = "SURVEYS"
    reads = (
        "Response exports as CSV or TSV (UTF-8, UTF-16, zipped or not), current and legacy, with one, two or three "
        "header rows, with labels or numbers."
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
        Option(name="encoding", question="Which encoding is the file in, if it is not UTF-8?"),
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is a Qualtrics export."""
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

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> QualtricsReading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        return QualtricsReading(file, options)
