"""An SPSS file as a table of texts: labels where values have them, nothing where a value is declared missing."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from insights.intake.archives import unpacked
from insights.intake.source import Unreadable
from insights.intake.table import Row
from insights.intake.wording import clean

CELLS_AT_ONCE = 500_000
_BEGINNING = datetime(1582, 10, 14)  # noqa: DTZ001 SPSS knows no time zones
_DAYS = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE")
_MOMENTS = ("DATETIME", "YMDHMS")
_CLOCKS = ("TIME", "DTIME", "MTIME")


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable as the file describes it."""

    name: str
    wording: str
    form: str  # its SPSS format without width: F, A, ADATE, DATETIME …
    labels: Mapping[Any, str]
    missing: tuple[tuple[Any, Any], ...]
    set_of: str = ""  # the question with several answers to which it belongs
    counted: Any = None  # in such a question, the value that says yes

    @property
    def is_date(self) -> bool:
        """Whether it holds days or moments."""
        return self.form in _DAYS or self.form in _MOMENTS

    def cell(self, value: Any, *, as_number: bool) -> str:
        """Return a value as text. `as_number` writes the code even where it has a label."""
        if value is None or value != value or self._is_missing(value):
            return ""
        if self.counted is not None:
            return (self.wording or self.name) if _same(value, self.counted) else ""
        if self.is_date or self.form in _CLOCKS:
            return _time(value, self.form)
        label = "" if as_number else self.labels.get(value, "")
        return clean(label or _plain(value))

    def _is_missing(self, value: Any) -> bool:
        return any(_within(value, low, high) for low, high in self.missing)


class SpssTable:
    """The rows of an SPSS file, a piece at a time; the first are its names."""

    def __init__(self, file: BinaryIO, *, portable: bool, numbers: Collection[str] = ()) -> None:
        """Read what the file says of its variables; those in `numbers` are told by their codes. Raises Unreadable."""
        self.notices: list[str] = []
        self._file = unpacked(file)
        import pyreadstat  # noqa: PLC0415  # brings NumPy and a data frame library into every process that starts

        self._broken = (pyreadstat.ReadstatError, pyreadstat.PyreadstatError)
        self._read: Callable[..., Any] = pyreadstat.read_por if portable else pyreadstat.read_sav
        self._more: dict[str, Any] = {} if portable else {"user_missing": True}
        self._numbers = frozenset(numbers)
        self.variables = _variables(self._piece(0, 1)[1])
        if not self.variables:
            raise Unreadable("The SPSS file has no variables.")

    def rows(self) -> Iterator[Row]:
        """Yield the names, then every case. Raises Unreadable."""
        yield Row(1, [one.name for one in self.variables])
        size = max(100, CELLS_AT_ONCE // len(self.variables))
        start = 0
        while True:
            columns, _ = self._piece(start, size)
            values = [columns.get(one.name, []) for one in self.variables]
            count = max(map(len, values), default=0)
            for place in range(count):
                yield Row(
                    start + place + 2, [self._cell(number, column, place) for number, column in enumerate(values)]
                )
            if count < size:
                return
            start += count

    def _cell(self, number: int, column: list[Any], place: int) -> str:
        variable = self.variables[number]
        return variable.cell(column[place], as_number=variable.name in self._numbers) if place < len(column) else ""

    def _piece(self, start: int, size: int) -> tuple[dict[str, list[Any]], Any]:
        """Read some cases. What the library says of a damaged file becomes one sentence."""
        self._file.seek(0)
        try:
            read: tuple[dict[str, list[Any]], Any] = self._read(
                self._file,
                row_offset=start,
                row_limit=size,
                output_format="dict",
                apply_value_formats=False,
                disable_datetime_conversion=True,  # a date far in the future would break off the whole file
                **self._more,
            )
        except Unreadable:
            raise
        except (*self._broken, ValueError, ArithmeticError, MemoryError,
                LookupError, TypeError, OSError, SystemError) as broken:  # fmt: skip
            raise Unreadable(f"The SPSS file is damaged or cut off ({clean(str(broken))[:120]}).") from None
        return read


def _variables(meta: Any) -> list[Variable]:
    sets = {
        name: (clean(one["label"] or key), one["counted_value"] if one["is_dichotomy"] else None)
        for key, one in (meta.mr_sets or {}).items()
        for name in one["variable_list"]
    }
    return [
        Variable(
            name=name,
            wording=clean(label or ""),
            form=str(meta.original_variable_types.get(name) or "").rstrip("0123456789.").upper(),
            labels=meta.variable_value_labels.get(name, {}),
            missing=tuple((one["lo"], one["hi"]) for one in meta.missing_ranges.get(name, [])),
            set_of=sets.get(name, ("", None))[0],
            counted=sets.get(name, ("", None))[1],
        )
        for name, label in zip(meta.column_names, meta.column_labels, strict=True)
    ]


def _within(value: Any, low: Any, high: Any) -> bool:
    if isinstance(value, str) or isinstance(low, str) or isinstance(high, str):
        return str(value).strip() == str(low).strip()
    return bool(low <= value <= high)


def _same(value: Any, counted: Any) -> bool:
    try:
        return float(value) == float(counted)
    except (TypeError, ValueError):
        return str(value).strip() == str(counted).strip()


def _time(seconds: Any, form: str) -> str:
    """Return a date as it is written; one that cannot be is told in the seconds it is, which no date reads like."""
    if not isinstance(seconds, int | float):
        return clean(_plain(seconds))
    if form in _CLOCKS:
        whole = int(seconds)
        return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
    try:
        moment = _BEGINNING + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return f"{seconds:g} seconds after 14 October 1582"
    return moment.date().isoformat() if form in _DAYS else moment.strftime("%Y-%m-%d %H:%M:%S")


def _plain(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)
