"""Times as a mapping declares them: one format, or a known order of day and month, and the zone of what names none."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, tzinfo

from insights.intake.dates import DateOrder, DateProblem, instant, order_of
from insights.intake.source import Unreadable

_SAMPLE = datetime(2026, 11, 23, 14, 45, 56, 123456)  # noqa: DTZ001  # every part of it differs


def refuse_date_format(date_format: str, *, has_zone: bool) -> None:
    """Raise Unreadable when `date_format` is none of strptime's, or names no zone while none is declared."""
    try:
        written = _SAMPLE.strftime(date_format)
        read = datetime.strptime(written, date_format)  # noqa: DTZ007  # the zone is looked at below
    except ValueError:
        raise Unreadable(
            f"date_format '{date_format}' cannot be read. Write it as in %d-%m-%Y %H.%M (Python's strptime)."
        ) from None
    if read.date() != _SAMPLE.date():
        raise Unreadable(f"date_format '{date_format}' does not hold year, month and day.")
    if "%z" not in date_format and not has_zone:
        raise Unreadable(
            f"date_format '{date_format}' names no time zone. Declare time_zone, such as Europe/Berlin, or use %z."
        )


class Times:
    """Reads the times of one table."""

    def __init__(self, zone: tzinfo | None, order: str, date_format: str) -> None:
        self._zone, self._order, self._format = zone, order, date_format

    def read(self, text: str) -> datetime:
        """Return the instant in UTC. Raises DateProblem."""
        if self._format:
            return self._formatted(text)
        if self._order == "YMD" and not text[:4].isdigit():
            raise DateProblem(f"'{text[:60]}' does not begin with the year, as date_order says.")
        if text[4:5] == "-":
            try:  # the form of most exports, and the fastest to read
                return instant(datetime.fromisoformat(text), zone=self._zone)
            except ValueError as other:
                if isinstance(other, DateProblem):
                    raise
        return instant(text, zone=self._zone, order=self._day_order())

    def _day_order(self) -> DateOrder | None:
        match self._order:
            case "DMY":
                return "DMY"
            case "MDY":
                return "MDY"
        return None

    def _formatted(self, text: str) -> datetime:
        try:
            moment = datetime.strptime(text, self._format)  # noqa: DTZ007  # placed into its zone below
        except ValueError as wrong:
            reason = (
                "There is no such date" if "out of range" in str(wrong) else f"It is not of the form {self._format}"
            )
            raise DateProblem(f"{reason}: '{text[:60]}'.") from None
        return instant(moment, zone=self._zone)

    def look_at(self, samples: Iterable[str], column: str) -> str:
        """Look at the first times of `column` before anything is stored. Returns a notice, "" when nothing was guessed.

        Raises Unreadable when all of them lack what was not declared: a zone, or the order of day and month.
        """
        samples = [sample for sample in samples if sample]
        notice = ""
        if not self._format and not self._order and (proven := order_of(samples)):
            self._order = proven
            notice = (
                f"Dates in '{column}' were read as {proven}: some have a part above 12. Declare date_order to be sure."
            )
        problems = [problem for sample in samples if (problem := self._problem(sample))]
        if problems and len(problems) == len(samples):
            usual = max(problems, key=lambda problem: _kinds(problems)[_kind(problem)])
            raise Unreadable(f"No time in the column '{column}' can be read. {usual}")
        return notice

    def _problem(self, sample: str) -> str:
        try:
            self.read(sample)
        except DateProblem as problem:
            return str(problem)
        return ""


def _kind(problem: str) -> str:
    """Return the problem without the time it is about: what many rows share."""
    return problem.split("'", 1)[0]


def _kinds(problems: Iterable[str]) -> Counter[str]:
    return Counter(map(_kind, problems))
