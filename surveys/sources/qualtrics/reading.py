"""Reading a Qualtrics export: its head first, then a sample of its answers, then one response after the other."""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any

from insights.intake.dates import DateProblem, microseconds, zone_named
from insights.intake.fields import moment, number, required_moment, said
from insights.intake.record import ChannelName, Excluded, Translation
from insights.intake.source import BadRecord, RawRecord, Unreadable
from insights.intake.table import as_record
from surveys.answers import SAMPLE, Seen, row_identity
from surveys.questionnaire import Questionnaire, survey_name
from surveys.scales import yes_or_no
from surveys.sources.qualtrics.head import Meaning, head_of
from surveys.table_source import Rows

CHANNELS: dict[str, ChannelName] = {
    "email": "EMAIL", "sms": "SMS", "social": "SOCIAL", "whatsapp": "MESSAGING", "app": "APP", "offlineapp": "APP",
    "mobile": "APP", "ivr": "IVR",
}  # fmt: skip
_NOT_REAL = {
    "preview": "Survey preview", "test": "Survey test", "spam": "Spam",
    "survey preview": "Survey preview", "survey test": "Survey test", "umfragevorschau": "Survey preview",
    "umfragetest": "Survey test", "test der umfrage": "Survey test", "vorschau": "Survey preview",
    "survey preview spam": "Spam", "imported spam": "Spam", "possible spam": "Spam",
}  # fmt: skip
_ANSWERS = ("question", "form", "text", "embedded")
_OCCURRENCE = "_occurrence"


class QualtricsReading:
    """One export."""

    def __init__(self, table: Rows, options: Mapping[str, str]) -> None:
        self._table = table
        self.notices = self._table.notices
        head = head_of(self._table.rows())
        if head is None or not (head.of("ended") or head.of("recorded") or head.of("started")):
            raise Unreadable(
                "This is no Qualtrics export: no row says which column holds the response and its dates. "
                "Export it as CSV from Data & Analysis, or import it as a plain CSV with a mapping."
            )
        self._head = head
        self._zone = self._time_zone(options)
        self._with_tests = options.get("include_tests") == "yes"
        self._questions = self._questionnaire(options)
        self.notices += [*self._questions.notices, *self._own_notices()]

    def records(self) -> Iterator[RawRecord]:
        """Yield every response. Raises Unreadable."""
        equal: dict[str, int] = {}
        for count, row in enumerate(islice(self._table.rows(), self._head.rows, None), start=1):
            record, problem = as_record(self._head.names, row.cells)
            if not self._head.of("id"):
                digest = row_identity(self._questions.survey, row.cells)
                equal[digest] = equal.get(digest, 0) + 1
                record[_OCCURRENCE] = str(equal[digest])
            yield RawRecord(count, record, row.line, row.problem or problem)

    def translate(self, record: RawRecord) -> Translation:
        """Turn one response into feedback. Raises BadRecord."""
        row = record.payload
        excluded = None if self._with_tests else self._excluded(row)
        if excluded:
            return excluded
        ended = required_moment(row, *self._names("ended", "recorded", "started"), zone=self._zone)
        recorded = self._moment(row, "recorded") or ended
        answer = self._questions.answer(
            row,
            source_id=self._identity(row),
            occurred_at=ended,
            revision=microseconds(recorded),
            channel=CHANNELS.get(self._cell(row, "channel").lower(), "WEB"),
            email=self._cell(row, "email"),
            number=self._cell(row, "external"),
            names=(self._cell(row, "first_name"), self._cell(row, "last_name")),
            language=self._cell(row, "language").lower(),
            attributes=self._circumstances(row),
        )
        return (answer,)

    def _time_zone(self, options: Mapping[str, str]) -> tzinfo:
        named = self._head.zone or options.get("time_zone", "").strip()
        if not named:
            raise Unreadable(
                "The file does not say in which time zone its times are. Say so (option time_zone): the zone of the "
                "Qualtrics account that exported it, for example Europe/Berlin, or UTC."
            )
        try:
            zone = zone_named(named)
            asked = zone_named(options.get("time_zone") or named)
        except DateProblem as problem:
            raise Unreadable(str(problem)) from None
        if asked != zone:
            self.notices.append(f"The file itself says that its times are in {named}; that was believed.")
        return zone

    def _questionnaire(self, options: Mapping[str, str]) -> Questionnaire:
        head, seen = self._head, Seen()
        for row in islice(self._table.rows(), head.rows, head.rows + SAMPLE):
            seen.add(as_record(head.names, row.cells)[0])
        return Questionnaire(
            survey_name(options),
            [one.column for one in head.meanings if one.role in _ANSWERS],
            options,
            seen,
            questions=[one.column for one in head.having("question", "form")],
            written=[one.column for one in head.having("text")],
            perhaps_written=[one.column for one in head.having("form", "question") if _may_be_written(one)],
            nps=[one.column for one in head.of_nps()],
            told_apart=[one.column for one in head.having("embedded")],
        )

    def _own_notices(self) -> list[str]:
        aside = len(self._head.having("aside"))
        notices = (
            [f"{aside} columns of display order, timing, browser or text analysis were left out."] if aside else []
        )
        if not self._head.of("id"):
            notices.append("The file has no response ids; an answer is known again by its content.")
        return notices

    def _names(self, *roles: str) -> list[str]:
        return [name for role in roles if (name := self._head.of(role))]

    def _cell(self, row: Mapping[str, Any], role: str) -> str:
        value = str(row.get(self._head.of(role)) or "").strip()
        return value if said(value) else ""

    def _moment(self, row: Mapping[str, Any], role: str) -> datetime | None:
        return moment(row, self._head.of(role), zone=self._zone) if self._head.of(role) else None

    def _identity(self, row: Mapping[str, Any]) -> str:
        if not self._head.of("id"):
            cells = [row.get(name, "") for name in self._head.names]
            return row_identity(self._questions.survey, cells, int(row.get(_OCCURRENCE) or 1))
        found = self._cell(row, "id")
        if not found or len(found) > 60 or " " in found:
            raise BadRecord(f"'{found[:60]}' is no response id.", self._head.of("id"))
        return found

    def _excluded(self, row: Mapping[str, Any]) -> Excluded | None:
        """Return why a response is none of a customer, None when it is one."""
        reason = reason_to_exclude(self._cell(row, "status"), self._cell(row, "channel"))
        return Excluded(reason) if reason else None

    def _circumstances(self, row: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        finished = yes_or_no({"1": "yes", "0": "no"}.get(self._cell(row, "finished"), self._cell(row, "finished")))
        if finished is False:
            found["finished"] = False
        if self._head.of("progress") and (progress := number(row, self._head.of("progress"))) is not None:
            found["progress"] = progress
        if self._head.of("duration") and (seconds := number(row, self._head.of("duration"))) is not None:
            found["duration_seconds"] = seconds
        if channel := self._cell(row, "channel"):
            found["distribution_channel"] = channel
        return found


def reason_to_exclude(status: str, channel: str) -> str:
    """Return why a response is no customer's, by its status (a word or Qualtrics' bits) and channel; "" if it is."""
    if status.isdecimal():
        code = int(status)  # bits: 1 preview, 2 test, 8 spam
        return "Spam" if code & 8 else "Survey test" if code & 2 else "Survey preview" if code & 1 else ""
    return _NOT_REAL.get(status.lower(), "") or _NOT_REAL.get(channel.lower(), "")


def _may_be_written(meaning: Meaning) -> bool:
    """Say whether people may have written into a column that is not marked as text."""
    return meaning.role == "form" or not meaning.import_id
