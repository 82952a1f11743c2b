"""Qualtrics out of a warehouse: the tables survey_response, question_response and survey_embedded_data."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, BinaryIO

from insights.intake.archives import unpacked_head
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, moment, number, required_moment, said, text
from insights.intake.record import CustomerRecord, Excluded, FeedbackRecord, Translation, TurnRecord
from insights.intake.source import Option, RawRecord, Unreadable
from insights.intake.table import as_record, unique_names
from insights.intake.table_options import FILE_OPTIONS, table_in
from surveys.answers import attribute, words
from surveys.columns import JSON_LINK_OPTIONS, SCORE_OPTION, check_declared, declared_for, linked
from surveys.scales import scored
from surveys.sources.qualtrics.reading import CHANNELS, reason_to_exclude

# A table is known by columns that no other of them has together.
_TABLES = {
    "response": {"id", "survey_id", "recorded_date", "distribution_channel"},
    "answer": {"response_id", "question_id", "value"},
    "embedded": {"response_id", "import_id", "key", "value"},
}
_LOADED = ("_fivetran_synced", "_airbyte_extracted_at", "_sdc_extracted_at")
_NOTICE = (
    "The table does not say when the answers were given; until survey_response is imported they stand at the time at "
    "which the warehouse loaded them. Import survey_response too: it also says which of them were previews."
)


class QualtricsWarehouse:
    """Qualtrics tables as a warehouse tool loads them."""

    key = "qualtrics_warehouse"
    label = "Qualtrics tables of a warehouse (CSV)"
    side = "SURVEYS"
    reads = "CSV of the tables survey_response, question_response and survey_embedded_data, one a file; times are UTC."
    identity = "The response id (R_…); answers and embedded data add to their response, each once."
    options = (
        SCORE_OPTION,
        Option(name="survey", question="What is the survey called?"),
        *JSON_LINK_OPTIONS,
        Option(
            name="include_tests", question="Import previews, tests and spam too?", choices=("no", "yes"), default="no"
        ),
        *FILE_OPTIONS,
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is such a table."""
        first = unpacked_head(head).decode("utf-8-sig", "replace").split("\n", 1)[0]
        names = {name.strip().strip('"') for name in first.split(",")}
        if not _kind(names):
            return 0.0
        return 0.95 if names & set(_LOADED) else 0.8

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "WarehouseReading":
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        return WarehouseReading(file, options)


class WarehouseReading:
    """One table."""

    def __init__(self, file: BinaryIO, options: Mapping[str, str]) -> None:
        check_declared(options)
        self._table = table_in(file, options)
        self.notices = self._table.notices
        first = next(iter(self._table.rows()), None)
        self._names = unique_names(first.cells) if first else []
        self._kind = _kind(set(self._names))
        if not self._kind:
            raise Unreadable("By its columns this is no Qualtrics table of responses, answers or embedded data.")
        if self._kind != "response":
            self.notices.append(_NOTICE)
        self._options = options

    def records(self) -> Iterator[RawRecord]:
        """Yield every row. Raises Unreadable."""
        for count, row in enumerate(islice(self._table.rows(), 1, None), start=1):
            record, problem = as_record(self._names, row.cells)
            yield RawRecord(count, record, row.line, problem)

    def translate(self, record: RawRecord) -> Translation:
        """Turn one row into facts. Raises BadRecord."""
        row = record.payload
        if str(row.get("_fivetran_deleted") or "").strip().lower() in ("true", "t", "1"):
            return Excluded("Deleted in Qualtrics")
        if self._kind == "response":
            return self._from_response(row)
        return self._from_answer(row) if self._kind == "answer" else self._from_embedded(row)

    def _from_response(self, row: Mapping[str, Any]) -> Translation:
        with_tests = self._options.get("include_tests") == "yes"
        reason = "" if with_tests else reason_to_exclude(_cell(row, "status"), _cell(row, "distribution_channel"))
        if reason:
            return Excluded(reason)
        ended = required_moment(row, "end_date", "recorded_date", "start_date", zone=UTC)
        changed = moment(row, "last_modified_date", zone=UTC) or moment(row, "recorded_date", zone=UTC) or ended
        circumstances = {
            "finished": False if _cell(row, "finished").lower() in ("0", "false") else None,
            "progress": number(row, "progress"),
            "duration_seconds": number(row, "duration_in_seconds"),
            "distribution_channel": _cell(row, "distribution_channel"),
        }
        return (
            FeedbackRecord(
                kind="SURVEY",
                source_id=identifier(row, "id"),
                revision=microseconds(changed),
                occurred_at=ended,
                channel=CHANNELS.get(_cell(row, "distribution_channel").lower(), "WEB"),
                customer=_customer(row),
                survey=self._options.get("survey") or _cell(row, "survey_id"),
                language=_cell(row, "user_language").lower(),
                attributes={name: value for name, value in circumstances.items() if value not in (None, "")},
            ),
        )

    def _from_answer(self, row: Mapping[str, Any]) -> Translation:
        question = identifier(row, "question_id")
        part = _cell(row, "sub_question_key")
        code = f"{question}_{part}" if part else question
        wording = " - ".join(one for one in (_cell(row, "question"), _cell(row, "sub_question_text")) if one)
        value, written = _cell(row, "value"), words(row.get("text"))
        if not value and not written:
            return Excluded("Question not answered")
        scale = declared_for(self._options, (code, question), wording)
        score = scored(scale, code, value or written, wording=wording) if scale else None
        names = [_cell(row, name) for name in ("loop_id", "question_id", "sub_question_key", "question_option_key")]
        called = wording[:150] or code
        told = {} if score else {called if value else f"verbatim {called}": _answer(value, written)}
        return (
            self._part(
                row,
                f"answer:{':'.join(names)}",
                turns=(TurnRecord(speaker="CUSTOMER", text=written, offset_seconds=0.0, source_id=code),)
                if not value
                else (),
                scores=(score,) if score else (),
                attributes=told,
            ),
        )

    def _from_embedded(self, row: Mapping[str, Any]) -> Translation:
        name, value = identifier(row, "key"), attribute(row.get("value"))
        if not said(value):
            return Excluded("Embedded field without a value")
        return (
            self._part(row, f"embedded:{name}", attributes={name: value}, about=linked({name: value}, self._options)),
        )

    def _part(self, row: Mapping[str, Any], part: str, **told: Any) -> FeedbackRecord:
        loaded = self._loaded(row)
        return FeedbackRecord(
            kind="SURVEY",
            source_id=identifier(row, "response_id"),
            part=part[:190],
            revision=microseconds(loaded),
            occurred_at=loaded,
            channel="WEB",
            **told,
        )

    def _loaded(self, row: Mapping[str, Any]) -> datetime:
        return required_moment(row, *_LOADED, zone=UTC)


def _kind(names: set[str]) -> str:
    return next((kind for kind, columns in _TABLES.items() if columns <= names), "")


def _cell(row: Mapping[str, Any], name: str) -> str:
    return text(row.get(name)) if said(row.get(name)) else ""


def _answer(value: str, written: str) -> str:
    return f"{value} ({written})"[:2000] if value and written else (value or written)[:2000]


def _customer(row: Mapping[str, Any]) -> CustomerRecord | None:
    names = tuple(name for name in (_cell(row, "recipient_first_name"), _cell(row, "recipient_last_name")) if name)
    email = _cell(row, "recipient_email")
    return CustomerRecord(email=email, names=names) if email or names else None
