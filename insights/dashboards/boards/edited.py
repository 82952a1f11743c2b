"""The mapping editor's form, as it comes back, turned into a mapping. What the form does not show stays as it was."""

import json
from collections.abc import Mapping
from typing import Any

from insights.dashboards.boards.editor import KEEP, NOTHING, SCORE, detail_of, scores_of
from insights.intake.check import DURATIONS
from insights.intake.columns import Columns, TableColumn
from insights.intake.mapped_fields import TRUTH_FIELDS

Posted = Mapping[str, str]
_CHOSEN = ("channel", "direction", "journey_stage")


class NoJson(ValueError):
    """The JSON that was written is none. The message is for people."""


def edited(columns: Columns, told: Mapping[str, Any], posted: Posted) -> dict[str, Any]:
    """Return the mapping as the form says it."""
    rows = list(enumerate(columns.columns))
    chosen = {place: posted.get(f"c{place}-field", NOTHING) for place, _ in rows}
    changed = {
        **told,
        "kind": posted.get("kind", "SURVEY"),
        "columns": {
            column.name: _detail(place, column, chosen[place], told, posted)
            for place, column in rows
            if chosen[place] not in (NOTHING, KEEP, SCORE)
        },
        "scores": [_score(place, column, told, posted) for place, column in rows if chosen[place] == SCORE],
        "attributes": [column.name for place, column in rows if chosen[place] == KEEP],
        "constants": _constants(told, posted, set(chosen.values())),
    }
    for name in ("time_zone", "date_order"):
        changed[name] = posted.get(name, "").strip()
    changed["identity"] = "" if "source_id" in chosen.values() else posted.get("identity", "")
    return {name: value for name, value in changed.items() if value not in ("", [], {}) or name == "columns"}


def written(text: str) -> dict[str, Any]:
    """Return the mapping written as JSON by an expert. Raises NoJson."""
    try:
        told = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as wrong:
        where = f" (line {wrong.lineno}: {wrong.msg})" if isinstance(wrong, json.JSONDecodeError) else ""
        raise NoJson(f"This is not JSON{where}. The mapping is kept as it was.") from None
    if not isinstance(told, dict):
        raise NoJson('A mapping is an object such as {"kind": "SURVEY"}. It is kept as it was.')
    return told


def _detail(place: int, column: TableColumn, field: str, told: Mapping[str, Any], posted: Posted) -> Any:
    before = detail_of(told, column.name)
    if before.get("field") != field:
        before = {}
    meant = {value: posted.get(f"c{place}-value-{number}", "") for number, value in enumerate(column.values)}
    if field in TRUTH_FIELDS:
        true = [value for value, answer in meant.items() if answer == "yes"]
        false = [value for value, answer in meant.items() if answer == "no"]
        return _short({**before, "field": field, "true": true, "false": false})
    if field in _CHOSEN:
        values = {value: answer for value, answer in meant.items() if answer}
        return _short({**before, "field": field, "values": values})
    if field in DURATIONS:
        return _short({**before, "field": field, "unit": posted.get(f"c{place}-unit", "seconds")})
    return _short({**before, "field": field})


def _short(detail: dict[str, Any]) -> Any:
    kept = {name: value for name, value in detail.items() if value not in ([], {}, None)}
    if kept.get("unit") == "seconds":
        del kept["unit"]
    return kept["field"] if len(kept) == 1 else kept


def _score(place: int, column: TableColumn, told: Mapping[str, Any], posted: Posted) -> dict[str, Any]:
    score = {**scores_of(told).get(column.name, {}), "column": column.name}
    score["measure"] = posted.get(f"c{place}-measure") or score.get("measure") or "OTHER"
    low, high = (_number(posted.get(f"c{place}-{end}", "")) for end in ("lowest", "highest"))
    if low is not None and high is not None:
        score["scale"] = [low, high]
    elif score["measure"] == "NPS":
        score["scale"] = [0, 10]
    else:
        score.pop("scale", None)
    if posted.get(f"c{place}-lower"):
        score["higher_is_better"] = False
    else:
        score.pop("higher_is_better", None)
    in_words = [value for value in column.values if _number(value) is None]
    told_worth = {value: _number(posted.get(f"c{place}-label-{at}", "")) for at, value in enumerate(in_words)}
    if labels := {value: worth for value, worth in told_worth.items() if worth is not None}:
        score["labels"] = labels
    else:
        score.pop("labels", None)
    return score


def _number(text: str) -> float | int | None:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return int(number) if number.is_integer() else number


def _constants(told: Mapping[str, Any], posted: Posted, filled: set[str]) -> dict[str, str]:
    before = told.get("constants")
    kept = dict(before) if isinstance(before, Mapping) else {}
    for name, given in (("channel", "channel"), ("survey", "survey"), ("about.source", "about")):
        value = posted.get(given, "").strip()
        wanted = value and name not in filled and (name != "about.source" or "about.source_id" in filled)
        if wanted:
            kept[name] = value
        else:
            kept.pop(name, None)
    return kept
