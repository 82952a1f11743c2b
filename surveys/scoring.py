"""Which columns of a survey's table are scores: as declared, as marked by the vendor, or as their labels say."""

from collections.abc import Mapping, Sequence
from typing import Any

from insights.intake.record import ScoreRecord
from insights.intake.source import BadRecord, Unreadable
from surveys.answers import Seen
from surveys.columns import Column, find
from surveys.labels import Labels, Scale
from surveys.scales import asks_whether_solved, declared, is_no_answer, labels_among, scored

_PREFIX = "score."


class Scoring:
    """The scored columns of one file."""

    def __init__(
        self,
        columns: Sequence[Column],
        questions: Sequence[Column],
        options: Mapping[str, str],
        seen: Seen,
        *,
        nps: Sequence[Column] = (),
        taken: set[str] | frozenset[str] = frozenset(),
    ) -> None:
        """Find the scores among `columns`: declared in `options`, `nps`, or answered in the words of a scale.

        Raises Unreadable for a declaration that names no column, or that no such question can have.
        """
        self.notices: list[str] = []
        self._declared: dict[str, tuple[Column, Scale, Labels | None]] = {}
        self._recognised: dict[str, tuple[Column, Labels]] = {}
        for option, text in options.items():
            if option.startswith(_PREFIX):
                self._declare(find(columns, option.removeprefix(_PREFIX), option), option, text, seen)
        for column in nps:
            self._declared.setdefault(column.name, (column, Scale("NPS", 0, 10), None))
        for column in questions:
            if column.name not in self._declared and column.name not in taken:
                self._recognise(column, seen)

    def names(self) -> set[str]:
        """Return the names of the scored columns."""
        return {*self._declared, *self._recognised}

    def scores(self, row: Mapping[str, Any]) -> tuple[ScoreRecord, ...]:
        """Return the scores of one answer. Raises BadRecord for one that lies outside of its declared scale."""
        found: list[ScoreRecord] = []
        for column, scale, labels in self._declared.values():
            score = scored(scale, column.name, str(row.get(column.name) or ""), wording=column.wording, labels=labels)
            if score is not None:
                found.append(score)
        for column, labels in self._recognised.values():
            answer = str(row.get(column.name) or "").strip()
            if answer and (labels.value(answer) is not None or not is_no_answer(answer)):
                found.append(_in_words(column, labels, answer))
        return tuple(found)

    def _declare(self, column: Column, option: str, text: str, seen: Seen) -> None:
        if column.name in self._declared:
            raise Unreadable(f"The column '{column.name}' is declared twice as a score ({option}).")
        scale = declared(column.name, text, f"{column.name} {column.wording}")
        labels = labels_among(seen.choices(column.name), column.wording)
        fits = labels is not None and (labels.scale.minimum, labels.scale.maximum) == (scale.minimum, scale.maximum)
        self._declared[column.name] = (column, scale, labels if fits else None)

    def _recognise(self, column: Column, seen: Seen) -> None:
        labels = labels_among(seen.choices(column.name), column.wording)
        if labels is None:
            return
        self._recognised[column.name] = (column, labels)
        scale = labels.scale
        self.notices.append(
            f"'{column.wording or column.name}' is answered in words of a scale from 1 to {scale.maximum:g} "
            f"and was read as {scale.measure}."
        )


def _in_words(column: Column, labels: Labels, answer: str) -> ScoreRecord:
    value = labels.value(answer)
    if value is None:
        raise BadRecord(f"'{answer[:60]}' is none of the answers from which the scale was recognised.", column.name)
    scale = labels.scale
    return ScoreRecord(
        measure=scale.measure, question=column.name[:200], value=value, scale_minimum=scale.minimum,
        scale_maximum=scale.maximum, wording=column.wording, label=answer[:200],
    )  # fmt: skip


def solved_among(columns: Sequence[Column], seen: Seen, scored_names: set[str]) -> Column | None:
    """Return the first question that asks whether the matter was solved, None when none does."""
    for column in columns:
        if column.name not in scored_names and asks_whether_solved(
            column.wording or column.name, seen.choices(column.name)
        ):
            return column
    return None
