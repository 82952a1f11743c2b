"""What people have to say where a file does not: when it began, in which zone, and which side is the company."""

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo

from insights.intake.dates import DateOrder, DateProblem, instant, zone_named
from insights.intake.source import Option, Unreadable

STARTED_AT = Option(
    name="started_at", question="When did it begin, where the file does not say (such as 2026-01-31T13:45:00+01:00)?"
)
TIME_ZONE = Option(name="time_zone", question="In which time zone are the times that name none?")
DATE_ORDER = Option(name="date_order", question="Does 03/04 mean day/month or month/day?", choices=("DMY", "MDY"))
OURS = Option(
    name="ours",
    question="Who is the company: which names, mail domains, addresses or numbers (separated by commas) are its own?",
)
ENCODING = Option(name="encoding", question="Which encoding is the file in, if it is not UTF-8?")
_NO_DIGIT = re.compile(r"\D")


def told_zone(options: Mapping[str, str]) -> tzinfo | None:
    """Return the zone that was told, None when none was. Raises Unreadable."""
    try:
        return zone_named(options["time_zone"]) if options.get("time_zone") else None
    except DateProblem as problem:
        raise Unreadable(str(problem)) from None


def told_start(options: Mapping[str, str]) -> datetime | None:
    """Return the beginning that was told, None when none was. Raises Unreadable."""
    try:
        told = options.get("started_at", "").strip()
        return instant(told, zone=told_zone(options), order=told_order(options)) if told else None
    except DateProblem as problem:
        raise Unreadable(f"started_at: {problem}") from None


def told_order(options: Mapping[str, str]) -> DateOrder | None:
    """Return the order of day and month that was told."""
    told = options.get("date_order")
    return "DMY" if told == "DMY" else "MDY" if told == "MDY" else None


class Ours:
    """The company's own side, as it was told: names, mail domains, addresses, telephone numbers."""

    def __init__(self, options: Mapping[str, str]) -> None:
        words = [word.strip().lower().lstrip("@") for word in options.get("ours", "").split(",")]
        self._words = frozenset(word for word in words if word)
        self._numbers = frozenset(digits for word in words if len(digits := _NO_DIGIT.sub("", word)) >= 4)

    def __bool__(self) -> bool:
        """Whether anything was told."""
        return bool(self._words)

    def has(self, *, name: str = "", address: str = "", phone: str = "") -> bool:
        """Say whether a person with this name, mail address or number is of the company."""
        address = address.strip().lower()
        domain = address.partition("@")[2]
        parts = domain.split(".")
        domains = {".".join(parts[start:]) for start in range(len(parts))}
        digits = _NO_DIGIT.sub("", phone)
        return bool(
            name.strip().lower() in self._words
            or address in self._words
            or not self._words.isdisjoint(domains)
            or (digits and any(digits.endswith(number) for number in self._numbers))
        )
