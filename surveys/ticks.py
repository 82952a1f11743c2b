"""Questions to which several answers are possible, exported as one yes-or-no column per option."""

from collections.abc import Mapping, Sequence

from surveys.answers import Seen
from surveys.columns import Column
from surveys.scales import is_no_answer, yes_or_no

_TICKED = frozenset({"y", "1", "1.0", "x", "checked", "selected", "j"})
_NOT_TICKED = frozenset({"n", "0", "0.0", "", "unchecked", "not selected"})


def is_ticked(cell: str) -> bool:
    """Say whether a cell says that its option was chosen."""
    return cell.strip().lower() in _TICKED or yes_or_no(cell) is True


def ticked_among(columns: Sequence[Column], ticks: Mapping[str, str], seen: Seen) -> dict[str, str]:
    """Return those of the columns that may be ticks which are: all options of their question are only yes or no."""
    questions: dict[str, list[str]] = {}
    for column in columns:
        if column.name in ticks and column.choice_of:
            questions.setdefault(column.choice_of, []).append(column.name)
    found: dict[str, str] = {}
    for names in questions.values():
        answers = {answer for name in names for answer in seen.counts.get(name, {})}
        if len(names) > 1 and any(map(is_ticked, answers)) and all(map(_is_tick, answers)):
            found.update({name: ticks[name] for name in names})
    return found


def _is_tick(cell: str) -> bool:
    is_marked = cell.strip().lower() in _TICKED | _NOT_TICKED
    return is_marked or is_no_answer(cell) or yes_or_no(cell) is not None
