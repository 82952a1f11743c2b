"""A declared mapping: which column of a plain table is which field. Understood once, refused in words when wrong."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from insights.intake.check import check_score
from insights.intake.dates import DateProblem, zone_named
from insights.intake.declared_dates import refuse_date_format
from insights.intake.declared_values import (
    WrongMapping,
    choice,
    list_of,
    object_of,
    refuse_unknown,
    text_of,
    whole_number,
)
from insights.intake.mapped_fields import (
    CONSTANT_FIELDS,
    DATE_ORDERS,
    DEFAULT_MISSING,
    FIELDS,
    KINDS,
    MEASURES,
    SEVERAL,
    UNITS,
)
from insights.intake.record import ScoreRecord
from insights.intake.source import BadRecord

__all__ = ["Column", "Declaration", "ScoreColumn", "WrongMapping", "declaration_from", "declared"]

_KNOWN = frozenset(
    """kind columns constants scores attributes time_zone date_order date_format delimiter encoding sheet missing
    identity skip_rows""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What one column fills."""

    column: str
    field: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)  # what it says → what is meant
    otherwise: str | None = None  # for what `values` does not list
    unit: str = "seconds"
    true: frozenset[str] = frozenset()
    false: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreColumn:
    """One scored question: its column, its scale as asked, and what its labels are worth."""

    column: str
    measure: Any
    minimum: float
    maximum: float
    higher_is_better: bool
    question: str
    wording: str
    labels: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """The whole mapping of a table."""

    kind: Any
    columns: tuple[Column, ...]
    constants: Mapping[str, str]
    scores: tuple[ScoreColumn, ...]
    attributes: Mapping[str, str]  # column → name of the attribute
    zone: tzinfo | None
    date_order: str
    date_format: str
    delimiter: str
    encoding: str
    sheet: str
    missing: frozenset[str]
    row_hash: bool
    skip_rows: int

    def column_of(self, name: str) -> str:
        """Return the column that fills the field `name`, "" when none does."""
        return next((one.column for one in self.columns if one.field == name), "")

    def used(self) -> tuple[str, ...]:
        """Return every column it names."""
        named = [one.column for one in self.columns] + [one.column for one in self.scores]
        return (*named, *self.attributes)


def declaration_from(text: str) -> Declaration:
    """Return the mapping written as JSON. Raises WrongMapping."""
    try:
        told = json.loads(text, object_pairs_hook=_once_each)
    except json.JSONDecodeError as broken:
        raise WrongMapping(f"The mapping is no JSON (line {broken.lineno}: {broken.msg}).") from None
    except RecursionError:
        raise WrongMapping("The mapping is nested too deeply.") from None
    return declared(told)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in pairs:
        if name in told:
            raise WrongMapping(f"The mapping names '{name}' twice in one place. A column can be mapped once.")
        told[name] = value
    return told


def declared(told: Any) -> Declaration:
    """Return the mapping told as JSON's objects. Raises WrongMapping with a sentence that says what works."""
    told = object_of(told, "The mapping")
    refuse_unknown(told, _KNOWN, "The mapping")
    columns = tuple(_columns(object_of(told.get("columns", {}), "columns")))
    scores = tuple(map(_score, list_of(told.get("scores", []), "scores")))
    found = Declaration(
        kind=choice(told.get("kind"), KINDS, "kind"),
        columns=columns,
        constants=_constants(object_of(told.get("constants", {}), "constants")),
        scores=scores,
        attributes=_attributes(told.get("attributes", [])),
        zone=_zone(text_of(told, "time_zone")),
        date_order=choice(told.get("date_order", ""), ("", *DATE_ORDERS), "date_order"),
        date_format=text_of(told, "date_format"),
        delimiter=text_of(told, "delimiter"),
        encoding=text_of(told, "encoding"),
        sheet=text_of(told, "sheet"),
        missing=frozenset(str(one).strip() for one in [*list_of(told.get("missing", DEFAULT_MISSING), "missing"), ""]),
        row_hash=choice(told.get("identity", ""), ("", "row_hash"), "identity") == "row_hash",
        skip_rows=whole_number(told.get("skip_rows", 0), "skip_rows"),
    )
    _refuse_contradictions(found)
    return found


def _refuse_contradictions(found: Declaration) -> None:
    mapped = [one.column for one in found.columns] + [one.column for one in found.scores]
    for column in mapped:
        if mapped.count(column) > 1:
            raise WrongMapping(f"The column '{column}' is mapped twice. Each column fills one field or one score.")
    fields = [one.field for one in found.columns] + list(found.constants)
    for name in fields:
        if fields.count(name) > 1 and name not in SEVERAL:
            raise WrongMapping(f"The field '{name}' is filled twice. Keep one column or one constant for it.")
    if "occurred_at" not in fields:
        raise WrongMapping("No column says when it happened. Map one to 'occurred_at'.")
    if "channel" not in fields:
        raise WrongMapping("No channel is told. Map a column to 'channel', or give a constant, such as EMAIL or WEB.")
    _refuse_identity(found, fields)
    if found.date_format:
        refuse_date_format(found.date_format, has_zone=found.zone is not None)


def _refuse_identity(found: Declaration, fields: list[str]) -> None:
    if "source_id" not in fields and not found.row_hash:
        raise WrongMapping(
            "No column holds an id of the records. Map one to 'source_id'; if there is none, ask for "
            '"identity": "row_hash", which recognises a row by all that it says.'
        )
    if "source_id" in fields and found.row_hash:
        raise WrongMapping('Either a column is the \'source_id\', or "identity" is "row_hash", not both.')
    if "about.source_id" not in fields and {"about.source", "about.account"} & set(fields):
        raise WrongMapping("'about.source' is told, but not which record it is about. Map 'about.source_id' too.")


def _columns(told: Mapping[str, Any]) -> Iterable[Column]:
    for column, what in told.items():
        detail = {"field": what} if isinstance(what, str) else object_of(what, f"The column '{column}'")
        refuse_unknown(detail, {"field", "values", "else", "unit", "true", "false"}, f"The column '{column}'")
        name = detail.get("field")
        if name not in FIELDS:
            raise WrongMapping(f"'{name}' is no field. A column can fill: {', '.join(sorted(FIELDS))}.")
        values = object_of(detail.get("values", {}), f"values of '{column}'")
        yield Column(
            column=column,
            field=name,
            values={str(said).strip().casefold(): str(meant) for said, meant in values.items()},
            otherwise=None if detail.get("else") is None else str(detail["else"]),
            unit=choice(detail.get("unit", "seconds"), UNITS, f"unit of '{column}'"),
            true=_words(detail.get("true", []), column),
            false=_words(detail.get("false", []), column),
        )


def _words(told: Any, column: str) -> frozenset[str]:
    some = told if isinstance(told, list) else [told]
    return frozenset(str(one).strip().casefold() for one in list_of(some, column))


def _score(told: Any) -> ScoreColumn:
    told = object_of(told, "A score")
    known = {"column", "measure", "scale", "higher_is_better", "question", "wording", "labels"}
    refuse_unknown(told, known, "A score")
    column = text_of(told, "column")
    if not column:
        raise WrongMapping("A score names no column.")
    measure = choice(told.get("measure"), MEASURES, f"measure of '{column}'")
    minimum, maximum = _scale(told.get("scale", [0, 10] if measure == "NPS" else None), column)
    better = told.get("higher_is_better", True)
    if not isinstance(better, bool):
        raise WrongMapping(f"higher_is_better of '{column}' is true or false.")
    score = ScoreColumn(
        column=column,
        measure=measure,
        minimum=minimum,
        maximum=maximum,
        higher_is_better=better,
        question=text_of(told, "question") or column,
        wording=text_of(told, "wording"),
        labels=_labels(told.get("labels", {}), column),
    )
    for value in (minimum, *score.labels.values()):
        _refuse_score(score, value)
    return score


def _refuse_score(score: ScoreColumn, value: float) -> None:
    if score.measure == "NPS" and (score.minimum, score.maximum) != (0, 10):
        raise WrongMapping(
            f"'{score.column}' is asked from {score.minimum:g} to {score.maximum:g}, so it is no NPS: that is asked "
            "from 0 to 10 only. Declare it as CSAT or OTHER with its own scale."
        )
    try:
        check_score(
            ScoreRecord(
                measure=score.measure,
                question=score.question,
                value=value,
                scale_minimum=score.minimum,
                scale_maximum=score.maximum,
                higher_is_better=score.higher_is_better,
            )
        )
    except BadRecord as wrong:
        raise WrongMapping(f"The score '{score.column}': {wrong.reason}") from None


def _scale(told: Any, column: str) -> tuple[float, float]:
    pair = told if isinstance(told, list) and len(told) == 2 else []
    if not pair or any(isinstance(one, bool) or not isinstance(one, int | float) for one in pair):
        raise WrongMapping(f"The score '{column}' needs its scale as asked: two numbers, such as [1, 5].")
    if pair[0] >= pair[1]:
        raise WrongMapping(
            f"The scale of '{column}' goes from {pair[0]:g} to {pair[1]:g}. Write the smaller one first."
        )
    return float(pair[0]), float(pair[1])


def _labels(told: Any, column: str) -> dict[str, float]:
    labels = {}
    for label, value in object_of(told, f"labels of '{column}'").items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise WrongMapping(f"The label '{label}' of '{column}' is worth {value!r}, which is no number.")
        labels[label.strip().casefold()] = float(value)
    return labels


def _constants(told: Mapping[str, Any]) -> dict[str, str]:
    for name in told:
        if name not in CONSTANT_FIELDS:
            raise WrongMapping(f"'{name}' cannot be a constant. These can: {', '.join(sorted(CONSTANT_FIELDS))}.")
    return {name: str(value) for name, value in told.items()}


def _attributes(told: Any) -> dict[str, str]:
    if isinstance(told, Mapping):
        return {str(column): str(name) for column, name in told.items()}
    return {str(column): str(column) for column in list_of(told, "attributes")}


def _zone(name: str) -> tzinfo | None:
    try:
        return zone_named(name) if name else None
    except DateProblem as unknown:
        raise WrongMapping(f"time_zone: {unknown}") from None
