"""A survey's answers as JSON, an object per answer, gone through as the table that the same export would be as CSV."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from insights.intake.documents import items
from insights.intake.source import Unreadable
from insights.intake.table import Row

MOST_COLUMNS = 20_000
Flat = Callable[[Mapping[str, Any]], dict[str, Any] | None]


class JsonTable:
    """The answers of a JSON export as rows. Which columns there are is known when all of them have been seen."""

    def __init__(
        self,
        file: BinaryIO,
        flat: Flat,
        *,
        lists: tuple[str, ...] = ("responses",),
        head: Callable[[list[str]], list[list[str]]] = lambda names: [names],
    ) -> None:
        """Let `flat` return an answer as {column: value}, None for what is none, and `head` the header rows.

        Raises Unreadable.
        """
        self.notices: list[str] = []
        self._file, self._flat, self._lists = file, flat, lists
        names: dict[str, None] = {}
        for _, answer, _ in self._answers():
            names |= dict.fromkeys(answer)
            if len(names) > MOST_COLUMNS:
                raise Unreadable(f"The answers have more than {MOST_COLUMNS:,} different fields. Is this a survey?")
        if not names:
            raise Unreadable("The JSON holds no answers.")
        self._names = list(names)
        self._head = head(self._names)

    def rows(self) -> Iterator[Row]:
        """Yield the header rows, then every answer. Raises Unreadable."""
        for number, cells in enumerate(self._head, start=1):
            yield Row(number, cells)
        for line, answer, problem in self._answers():
            yield Row(line, [_cell(answer.get(name)) for name in self._names], problem)

    def _answers(self) -> Iterator[tuple[int, dict[str, Any], str]]:
        for number, item in enumerate(items(self._file, self._lists), start=1):
            answer = self._flat(item.value) if isinstance(item.value, dict) else None
            if item.problem or answer is not None:
                yield item.line or number, answer or {}, item.problem


def _cell(value: Any) -> str:
    """Return a value as the CSV would have it: several choices with commas, nothing for nothing."""
    if isinstance(value, list):
        return ",".join(_cell(one) for one in value)
    if isinstance(value, dict):
        return ""
    return "" if value is None else "1" if value is True else "0" if value is False else str(value)
