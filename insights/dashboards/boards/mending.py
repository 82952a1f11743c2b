"""A record set aside as a form: its cells, the one that could not be read first; and the form as a record again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from insights.intake.tally import payload_of
from insights.models import SetAside

LONG = 60


class NotMended(ValueError):
    """What was written for a cell cannot be taken. The message is for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the record."""

    place: int
    name: str
    value: str
    is_long: bool
    is_json: bool
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """The page of one record set aside."""

    key: int
    record: int
    line: int | None
    reason: str
    delivery: str
    filename: str
    cells: tuple[Cell, ...]
    is_open: bool


def mending(row: SetAside, written: Mapping[str, Any] | None = None) -> Mending:
    """Return the form for a row; `written` is what was just written and is still wrong."""
    payload = payload_of(row) if written is None else dict(written)
    cells = [_cell(place, name, value, row) for place, (name, value) in enumerate(payload.items())]
    shown = [cell for cell in cells if not cell.name.startswith("#")]
    return Mending(
        key=row.pk,
        record=row.record,
        line=row.line,
        reason=row.reason,
        delivery=str(row.delivery_id),
        filename=row.delivery.filename,
        cells=tuple(sorted(shown, key=lambda cell: not cell.problem)),
        is_open=row.state == SetAside.State.OPEN,
    )


def _cell(place: int, name: str, value: Any, row: SetAside) -> Cell:
    is_json = not isinstance(value, str)
    text = json.dumps(value, ensure_ascii=False) if is_json else value
    problem = row.reason if name == row.field else ""
    is_long = len(text) > LONG or "\n" in text
    return Cell(place=place, name=name, value=text, is_long=is_long, is_json=is_json, problem=problem)


def mended(row: SetAside, posted: Mapping[str, str]) -> dict[str, Any]:
    """Return the record with what was written. Raises NotMended where a cell that held JSON holds none now."""
    payload = payload_of(row)
    for place, (name, value) in enumerate(payload.items()):
        text = posted.get(f"cell-{place}")
        if text is None:
            continue
        if isinstance(value, str):
            payload[name] = text.replace("\r\n", "\n")
            continue
        try:
            payload[name] = json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            raise NotMended(f"{name} is no number, list or object as JSON has them. Nothing was changed.") from None
    return payload
