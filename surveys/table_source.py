"""Survey vendors that export tables: what all of them share, so that a vendor's file holds its columns only."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Any, BinaryIO, Protocol

from insights.intake.dates import DateOrder, DateProblem, instant, microseconds, order_of
from insights.intake.fields import required_moment, said
from insights.intake.record import Excluded, FeedbackRecord, Translation
from insights.intake.source import BadRecord, Option, RawRecord, Unreadable
from insights.intake.table import Row, as_record, unique_names
from insights.intake.table_options import FILE_OPTIONS, ORDER, ZONE, table_head, table_in, told_order, told_zone
from surveys.answers import MOST_DISTINCT, SAMPLE, Seen, row_identity
from surveys.columns import COLUMN_OPTIONS, SCORE_OPTION, Column
from surveys.questionnaire import Questionnaire, survey_name
from surveys.ticks import is_ticked, ticked_among

TABLE_OPTIONS = (
    ZONE,
    ORDER,
    Option(name="answered_on", question="When were the answers given, if the file does not say?"),
    Option(name="survey", question="What is the survey called?"),
    *FILE_OPTIONS,
    SCORE_OPTION,
    *COLUMN_OPTIONS,
)
OCCURRENCE = "_occurrence"
_LANGUAGES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es", "italian": "it", "italiano": "it", "dutch": "nl", "nederlands": "nl", "portuguese": "pt",
    "português": "pt", "polish": "pl", "polski": "pl", "japanese": "ja", "chinese": "zh", "korean": "ko",
    "russian": "ru", "turkish": "tr", "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the head of a vendor's table says: its columns, and those which are the vendor's own."""

    columns: list[Column]
    header_rows: int = 1
    identity: str = ""  # the column of the answer's id, "" when there is none
    times: tuple[str, ...] = ()  # columns of when it was answered, the best first
    revision: str = ""
    zone: tzinfo | None = None  # of the times, where the vendor fixes it
    order: DateOrder | None = None
    email: str = ""
    number: str = ""
    names: tuple[str, ...] = ()
    language: str = ""
    aside: frozenset[str] = frozenset()  # columns that say nothing of the customer, or too much
    written: tuple[str, ...] = ()
    excluded: Callable[[Mapping[str, Any]], Excluded | None] = field(default=lambda row: None)
    attributes: Callable[[Mapping[str, Any]], dict[str, Any]] = field(default=lambda row: {})
    between: str = ""  # what stands between the choices of a question to which several are possible
    measures: Mapping[str, str] = field(default_factory=dict)  # column → what it measures, as an option would say
    numbered_by_survey: bool = False  # ids that begin anew in each survey
    ticks: Mapping[str, str] = field(default_factory=dict)  # column → the option that a yes in it chooses


class Rows(Protocol):
    """A table that has been opened: its rows can be gone through again and again."""

    notices: list[str]

    def rows(self) -> Iterator[Row]:
        """Yield every row, header rows too. Raises Unreadable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSource:
    """One vendor's table."""

    key: str
    label: str
    reads: str
    identity: str
    sure: Callable[[str], float]  # of the first rows, as text
    sheet: Callable[[Sequence[Row], Mapping[str, str]], Sheet | None]  # of the first rows
    side: str = "SURVEYS"
    options: tuple[Option, ...] = TABLE_OPTIONS

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is this vendor's."""
        text = table_head(head)
        return self.sure(text) if text else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "TableReading":
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        table = table_in(file, options)
        sheet = self.sheet(list(islice(table.rows(), 3)), options)
        if sheet is None:
            raise Unreadable(f"This is no table of {self.label}. It reads: {self.reads}")
        return TableReading(table, sheet, options)


class TableReading:
    """One export being read."""

    def __init__(self, table: Rows, sheet: Sheet, options: Mapping[str, str]) -> None:
        self._table = table
        self.notices = table.notices  # the same: a sheet may tell more at its end
        self._sheet = sheet
        self._names = [column.name for column in sheet.columns]
        seen = self._sample()
        self._several = _of_several(sheet.between, seen)
        self._ticked = ticked_among(sheet.columns, sheet.ticks, seen)
        self._zone = sheet.zone or told_zone(options)
        self._order = told_order(options) or order_of(_examples(sheet, seen)) or sheet.order
        self._answered_on = self._told_day(options)
        self._ask_for_the_zone(seen)
        self._questionnaire = self._understood(options, seen)
        self.notices += self._questionnaire.notices
        if not sheet.identity:
            self.notices.append("The file has no ids of answers; an answer is known again by its content.")

    def records(self) -> Iterator[RawRecord]:
        """Yield every answer. Raises Unreadable."""
        equal: dict[str, int] = {}
        for count, row in enumerate(islice(self._table.rows(), self._sheet.header_rows, None), start=1):
            record, problem = as_record(self._names, row.cells)
            if not self._sheet.identity:
                digest = row_identity(self._questionnaire.survey, row.cells)
                equal[digest] = equal.get(digest, 0) + 1
                record[OCCURRENCE] = str(equal[digest])
            yield RawRecord(count, record, row.line, row.problem or problem)

    def translate(self, record: RawRecord) -> Translation:
        """Turn one answer into feedback. Raises BadRecord."""
        row, sheet = record.payload, self._sheet
        excluded = sheet.excluded(row)
        if excluded is not None:
            return excluded
        at = self._moment(row, *sheet.times) if self._answered_on is None else self._answered_on
        return (self._feedback(row, at),)

    def _feedback(self, row: Mapping[str, Any], at: datetime) -> FeedbackRecord:
        sheet = self._sheet
        changed = self._moment(row, sheet.revision) if sheet.revision and said(row.get(sheet.revision)) else at
        return self._questionnaire.answer(
            {name: self._choices(name, cell) for name, cell in row.items()},
            source_id=self._identity(row),
            occurred_at=at,
            revision=microseconds(changed),
            email=_cell(row, sheet.email),
            number=_cell(row, sheet.number),
            names=tuple(_cell(row, name) for name in sheet.names),
            language=_language(_cell(row, sheet.language)),
            attributes=sheet.attributes(row),
        )

    def _sample(self) -> Seen:
        seen = Seen()
        for row in islice(self._table.rows(), self._sheet.header_rows, self._sheet.header_rows + SAMPLE):
            seen.add(as_record(self._names, row.cells)[0])
        return seen

    def _ask_for_the_zone(self, seen: Seen) -> None:
        """Stop before anything is read when no time names its zone and nobody has said which it is."""
        sample = next(iter(_examples(self._sheet, seen)), "")
        if self._zone is not None or not sample:
            return
        try:
            required_moment({"time": sample}, "time", order=self._order or "DMY")
        except BadRecord as problem:
            if "option time_zone" in problem.reason:
                raise Unreadable(
                    f"The times in the file, as '{sample}', name no time zone. Say which is meant (option time_zone), "
                    "for example Europe/Berlin."
                ) from None

    def _understood(self, options: Mapping[str, str], seen: Seen) -> Questionnaire:
        sheet = self._sheet
        own = {sheet.identity, *sheet.times, sheet.revision, sheet.email, sheet.number, *sheet.names, sheet.language}
        free = [self._chosen_or_asked(column) for column in sheet.columns if column.name not in own | sheet.aside]
        texts = [column for column in free if column.name in sheet.written]
        told = {**{f"score.{name}": text for name, text in sheet.measures.items()}, **options}
        return Questionnaire(
            survey_name(options), free, told, seen, questions=free, written=texts, perhaps_written=free
        )

    def _moment(self, row: Mapping[str, Any], *names: str) -> datetime:
        return required_moment(row, *names, zone=self._zone, order=self._order)

    def _identity(self, row: Mapping[str, Any]) -> str:
        if not self._sheet.identity:
            cells = [row.get(name, "") for name in self._names]
            return row_identity(self._questionnaire.survey, cells, int(row.get(OCCURRENCE) or 1))
        found = _cell(row, self._sheet.identity)
        if not found or len(found) > 100:
            raise BadRecord(f"The answer has no id in '{self._sheet.identity}'.", self._sheet.identity)
        survey = self._questionnaire.survey
        return f"{survey}:{found}"[:200] if self._sheet.numbered_by_survey and survey else found

    def _told_day(self, options: Mapping[str, str]) -> datetime | None:
        """Return when the answers were given, as people say, where the file has no times at all."""
        if self._sheet.times:
            return None
        if not options.get("answered_on"):
            raise Unreadable("The file does not say when it was answered. Say so (option answered_on), as 2026-01-31.")
        try:
            return instant(options["answered_on"], zone=self._zone or UTC, order=self._order)
        except DateProblem as problem:
            raise Unreadable(str(problem)) from None

    def _chosen_or_asked(self, column: Column) -> Column:
        """A column that might have been a tick and holds answers is a question of its own."""
        is_answered = column.name in self._sheet.ticks and column.name not in self._ticked
        return replace(column, choice_of="") if is_answered else column

    def _choices(self, name: str, cell: Any) -> Any:
        """Return the choices of an answer to which several were possible, as a list; of a tick, what it chooses."""
        if name in self._ticked and isinstance(cell, str):
            return self._ticked[name] if is_ticked(cell) else ""
        if name not in self._several or not isinstance(cell, str):
            return cell
        return [one.strip(" /") for one in cell.split(self._sheet.between) if one.strip(" /")]


def columns_of(header: Row) -> list[Column]:
    """Return the columns of a table with one header row that holds the questions."""
    return [Column(name, (), name) for name in unique_names(header.cells)]


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = str(row.get(name) or "").strip() if name else ""
    return value if said(value) else ""


def _language(told: str) -> str:
    """Return a language as its code, where a vendor writes its name."""
    return _LANGUAGES.get(told.partition(" ")[0].lower(), told.lower())


def _examples(sheet: Sheet, seen: Seen) -> dict[str, int]:
    return seen.counts.get(sheet.times[0], {}) if sheet.times else {}


def _of_several(between: str, seen: Seen) -> set[str]:
    """Return the columns to which several choices were possible: taken apart, few choices are left, and they recur."""
    found = set()
    for name, answers in seen.counts.items() if between else ():
        if answers and all(answer.startswith(between.strip() + " ") for answer in answers):
            found.add(name)
        choices = [one.strip() for answer in answers for one in answer.split(between) if one.strip()]
        if len(choices) > len(answers) and len(set(choices)) <= MOST_DISTINCT and len(choices) >= 2 * len(set(choices)):
            found.add(name)
    return found
