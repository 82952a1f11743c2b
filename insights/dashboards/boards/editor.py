"""The mapping of a plain table as a form: each column with samples and what it becomes; and the form as a mapping."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from insights.dashboards.boards.field_words import FIELD_GROUPS, UNIT_WORDS
from insights.intake.check import CHANNELS, DIRECTIONS, DURATIONS, STAGES
from insights.intake.columns import Columns, TableColumn
from insights.intake.mapped_fields import KINDS, MEASURES, TRUTH_FIELDS
from insights.models import ColumnMapping
from insights.models.feedback import Channel

KEEP, NOTHING, SCORE = "attribute", "", "score"
_CHOSEN = {"channel": sorted(CHANNELS), "direction": sorted(DIRECTIONS), "journey_stage": sorted(STAGES - {""})}
_TRUTHS = (("yes", "yes"), ("no", "no"))
KIND_WORDS = {"SURVEY": "survey answers", "CONTACT": "contacts", "REVIEW": "reviews", "NOTE": "notes"}
ORDERS = (("DMY", "day/month/year"), ("MDY", "month/day/year"), ("YMD", "year/month/day"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRow:
    """One value of a column and what it means."""

    name: str  # of the form's field
    value: str
    meant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRow:
    """One column in the editor. Form fields are called by its place, so that no header can disturb them."""

    place: int
    name: str
    samples: tuple[str, ...]
    field: str
    measure: str
    lowest: str
    highest: str
    is_lower_better: bool
    unit: str
    asks_unit: bool
    values: tuple[ValueRow, ...]
    choices: tuple[tuple[str, str], ...]  # of the values
    labels: tuple[ValueRow, ...]  # answers in words and what they are worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """All the editor shows."""

    rows: tuple[ColumnRow, ...]
    kind: str
    kinds: tuple[tuple[str, str], ...]
    channel: str
    channels: tuple[tuple[str, str], ...]
    survey: str
    about: str
    asks_about: bool
    time_zone: str
    date_order: str
    orders: tuple[tuple[str, str], ...]
    is_row_hash: bool
    groups: Any
    measures: tuple[str, ...]
    units: tuple[tuple[str, str], ...]
    json: str
    saved: tuple[str, ...]


def editor(columns: Columns, told: Mapping[str, Any]) -> Editor:
    """Return the editor for a table and the mapping so far."""
    constants = _inner(told, "constants")
    rows = tuple(_row(place, column, told) for place, column in enumerate(columns.columns))
    return Editor(
        rows=rows,
        kind=str(told.get("kind", "SURVEY")),
        kinds=tuple((kind, KIND_WORDS[kind]) for kind in KINDS),
        channel=str(constants.get("channel", "")),
        channels=tuple(Channel.choices),
        survey=str(constants.get("survey", "")),
        about=str(constants.get("about.source", "")),
        asks_about=any(row.field == "about.source_id" for row in rows),
        time_zone=str(told.get("time_zone", "")),
        date_order=str(told.get("date_order", "")),
        orders=ORDERS,
        is_row_hash=told.get("identity") == "row_hash",
        groups=FIELD_GROUPS,
        measures=MEASURES,
        units=UNIT_WORDS,
        json=json.dumps(told, indent=2, ensure_ascii=False),
        saved=tuple(ColumnMapping.objects.values_list("name", flat=True)),
    )


def _inner(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = told.get(name)
    return value if isinstance(value, Mapping) else {}


def scores_of(told: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the declared scores by column."""
    scores = told.get("scores")
    listed = scores if isinstance(scores, list) else []
    return {str(one.get("column", "")): one for one in listed if isinstance(one, Mapping)}


def detail_of(told: Mapping[str, Any], column: str) -> dict[str, Any]:
    """Return what the mapping says of a column, as an object."""
    detail = _inner(told, "columns").get(column)
    return dict(detail) if isinstance(detail, Mapping) else {"field": detail or ""}


def _row(place: int, column: TableColumn, told: Mapping[str, Any]) -> ColumnRow:
    score, detail = scores_of(told).get(column.name), detail_of(told, column.name)
    name = SCORE if score is not None else str(detail.get("field") or "")
    if not name and column.name in (told.get("attributes") or ()):
        name = KEEP
    scale = (score or {}).get("scale") or []
    lowest, highest = (str(one) for one in scale) if len(scale) == 2 else ("", "")
    return ColumnRow(
        place=place,
        name=column.name,
        samples=column.samples,
        field=name,
        measure=str((score or {}).get("measure", "")),
        lowest=lowest,
        highest=highest,
        is_lower_better=(score or {}).get("higher_is_better", True) is False,
        unit=str(detail.get("unit", "seconds")),
        asks_unit=name in DURATIONS,
        values=_values(place, column, name, detail),
        choices=_choices(name),
        labels=_labels(place, column, score),
    )


def _choices(name: str) -> tuple[tuple[str, str], ...]:
    if name in TRUTH_FIELDS:
        return _TRUTHS
    words = dict(Channel.choices)
    return tuple((one, words.get(one, one.capitalize())) for one in _CHOSEN.get(name, ()))


def _values(place: int, column: TableColumn, name: str, detail: Mapping[str, Any]) -> tuple[ValueRow, ...]:
    if name not in _CHOSEN and name not in TRUTH_FIELDS:
        return ()
    known = {str(key).casefold(): str(meant) for key, meant in _inner(detail, "values").items()}
    for answer in ("true", "false"):
        said = detail.get(answer, [])
        listed = said if isinstance(said, list) else [said]
        known |= {str(one).casefold(): "yes" if answer == "true" else "no" for one in listed}
    own = {value.casefold(): value.upper() for value in column.values if value.upper() in _CHOSEN.get(name, ())}
    known = {**own, **known}
    return tuple(
        ValueRow(name=f"c{place}-value-{number}", value=value, meant=known.get(value.casefold(), ""))
        for number, value in enumerate(column.values)
    )


def _labels(place: int, column: TableColumn, score: Mapping[str, Any] | None) -> tuple[ValueRow, ...]:
    if score is None:
        return ()
    worth = {key.casefold(): str(value) for key, value in _inner(score, "labels").items()}
    in_words = [value for value in column.values if not is_number(value)]
    return tuple(
        ValueRow(name=f"c{place}-label-{number}", value=value, meant=worth.get(value.casefold(), ""))
        for number, value in enumerate(in_words)
    )


def is_number(text: str) -> bool:
    """Say whether a cell is a plain number."""
    try:
        float(text)
    except ValueError:
        return False
    return True
