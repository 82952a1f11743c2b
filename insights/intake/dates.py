"""Dates as exports write them: every form we know, no guessing of zone or of day and month.

A time without a zone needs one from whoever knows it; 03/04/2026 needs the order of day and month. Where either is
missing, DateProblem says so in words that can be shown.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DateOrder = Literal["DMY", "MDY"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january jän janv janvier ene enero gen gennaio janeiro januari",
            "feb februar february févr février febrero febbraio fev fevereiro februari",
            "mar mär mrz märz march mars marzo março mrt maart",
            "apr april avr avril abr abril aprile",
            "may mai mayo mag maggio maio mei",
            "jun juni june juin junio giu giugno junho",
            "jul juli july juil juillet julio lug luglio julho",
            "aug august août ago agosto augustus",
            "sep sept september septembre septiembre set settembre setembro",
            "oct okt oktober october octobre octubre ott ottobre out outubro",
            "nov november novembre noviembre novembro",
            "dec dez dezember december déc décembre dic diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
# Hours from UTC. Abbreviations that mean several zones (IST, BST outside Europe …) are left out on purpose.
_ABBREVIATIONS = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AEST": 10, "AEDT": 11,
    "JST": 9, "NZST": 12, "NZDT": 13, "OEZ": 2, "OESZ": 3, "MSK": 3, "TRT": 3, "SAST": 2, "CAT": 2, "EAT": 3, "WAT": 1,
    "PKT": 5, "ICT": 7, "WIB": 7, "SGT": 8, "HKT": 8, "MYT": 8, "PHT": 8, "AWST": 8, "KST": 9, "HST": -10, "AKST": -9,
    "AKDT": -8, "BRT": -3, "ART": -3, "UYT": -3, "CLT": -4, "CLST": -3, "COT": -5, "PET": -5,
}  # fmt: skip
# Written by programs, and yet the time of several places: which is meant, the option time_zone says.
_OF_SEVERAL_PLACES = ("IST", "BST", "CST", "AST", "ADT", "AMT", "SST", "ECT", "GST", "WST", "PYT")

_CLOCK = (
    r"(?:[T\s,]+(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?)?"
)
_TAIL = (
    r"\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?"
    r"\s*(?P<zone>Z|[A-Z]{2,5}(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2}|[+-]\d{2})?(?:\s*\([A-Za-z ]+\))?"
)
_DATES = (
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    r"(?P<one>\d{1,2})(?P<mark>[/.-])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})",
    r"(?:[^\W\d_]{2,9}\.?,?\s+)?(?P<day>\d{1,2})\.?[\s-](?:de )?(?P<name>[^\W\d_]{3,10})\.?[\s,-]+(?:de )?"
    r"(?P<year>\d{4}|\d{2})",
    r"(?:[^\W\d_]{2,9}\.?,?\s+)?(?P<name>[^\W\d_]{3,10})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
)
_FORMS = tuple(re.compile(form + _CLOCK + _TAIL) for form in _DATES)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}")
_EPOCH = re.compile(r"-?\d{9,17}(?:\.\d+)?")
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_SPSS_BEGINNING = datetime(1582, 10, 14, tzinfo=UTC)


class DateProblem(ValueError):
    """A date that cannot be understood without guessing. The message is for people."""


@lru_cache(maxsize=256)
def zone_named(name: str) -> tzinfo:
    """Return the time zone called `name`: IANA, an offset such as +02:00, Z, or an abbreviation with one meaning."""
    name = name.strip()
    if name.upper() in _ABBREVIATIONS:
        hours = _ABBREVIATIONS[name.upper()]
        return timezone(timedelta(hours=hours)) if hours else UTC
    offset = re.fullmatch(r"(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?", name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes > 14 * 60:
            raise DateProblem(f"'{name}' is no offset from UTC.")
        return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise DateProblem(
            f"'{name}' is no time zone that means one thing. Use an IANA name such as Europe/Berlin."
        ) from None


def instant(value: object, *, zone: tzinfo | None = None, order: DateOrder | None = None) -> datetime:
    """Return the instant in UTC that `value` (text, or seconds, milliseconds or microseconds since 1970) means.

    `zone` is that of times which name none, `order` that of day and month in 03/04/2026. Raises DateProblem.
    """
    return _written_instant(value, zone, order) if isinstance(value, str) else _instant(value, zone, order)


def _instant(value: object, zone: tzinfo | None, order: DateOrder | None) -> datetime:
    moment, has_clock = _read(value, order)
    if moment.tzinfo is None:
        if zone is None:
            what = "time" if has_clock else "date"
            several = " that means one thing" if str(value).strip().endswith(_OF_SEVERAL_PLACES) else ""
            raise DateProblem(
                f"The {what} '{value}' names no time zone{several}. Say which one is meant (option time_zone)."
            )
        moment = _in_utc(moment, zone)
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise DateProblem(f"'{value}' lies outside of the years 1900 to 2200.") from None
    if not _EARLIEST <= moment < _LATEST:
        raise DateProblem(f"'{value}' lies outside of the years 1900 to 2200.")
    return moment


_written_instant = lru_cache(maxsize=4096)(_instant)  # a ticket tells the same moment in many places


def day(value: object, *, order: DateOrder | None = None) -> date:
    """Return the calendar day that `value` names, as written there. Raises DateProblem."""
    return _read(value, order)[0].date()


def microseconds(moment: datetime) -> int:
    """Return a moment as a revision: microseconds since 1970, exact."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def spss_instant(seconds: float) -> datetime:
    """Return the instant of an SPSS date (seconds since 14 October 1582). Raises DateProblem."""
    try:
        return instant(_SPSS_BEGINNING + timedelta(seconds=seconds))
    except (OverflowError, ValueError):
        raise DateProblem(f"{seconds} is no SPSS date of the years 1900 to 2200.") from None


def order_of(samples: Iterable[str]) -> DateOrder | None:
    """Return the order of day and month that these dates prove: some part above 12. None when they prove nothing."""
    proofs: set[DateOrder] = set()
    for sample in samples:
        found = _FORMS[2].match(sample.strip())
        if found and int(found["one"]) > 12 >= int(found["two"]):
            proofs.add("DMY")
        elif found and int(found["two"]) > 12 >= int(found["one"]):
            proofs.add("MDY")
    return proofs.pop() if len(proofs) == 1 else None


def _read(value: object, order: DateOrder | None) -> tuple[datetime, bool]:
    if isinstance(value, datetime):
        return value, True
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day), False  # noqa: DTZ001 placed into a zone by the caller
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise DateProblem(f"'{value}' is no date.")
    text = str(value).strip()
    if _ISO.match(text):  # nearly all exports; the rest is understood piece by piece
        with suppress(ValueError):  # below it is said what is wrong with it
            return datetime.fromisoformat(text), True
    if isinstance(value, int | float) or _EPOCH.fullmatch(text):
        return _since_1970(text), True
    for form in _FORMS:
        found = form.fullmatch(text)
        if found:
            return _assembled(found, order, text), found["hour"] is not None
    raise DateProblem(f"'{text[:60]}' is no date in a form we know, such as 2026-01-31T13:45:00Z.")


def _since_1970(text: str) -> datetime:
    try:
        number = float(text)
        digits = len(str(abs(int(number))))
        divisor = 1 if digits <= 11 else 1_000 if digits <= 14 else 1_000_000
        whole = int(text.split(".")[0]) if "." not in text and "e" not in text.lower() else None
        step = timedelta(microseconds=(whole * (1_000_000 // divisor)) if whole is not None else 0)
        return datetime(1970, 1, 1, tzinfo=UTC) + (step if whole is not None else timedelta(seconds=number / divisor))
    except (OverflowError, ValueError):
        raise DateProblem(f"'{text[:60]}' is no number of seconds since 1970.") from None


def _assembled(found: re.Match[str], order: DateOrder | None, text: str) -> datetime:
    parts = found.groupdict()
    year, month, number = _calendar_day(parts, order, text)
    hour = _hour(parts, text)
    fraction = int((parts["fraction"] or "0").ljust(6, "0")[:6])
    try:
        moment = datetime(year, month, number, hour, int(parts["minute"] or 0), int(parts["second"] or 0), fraction)  # noqa: DTZ001
    except ValueError:
        raise DateProblem(f"There is no such date as '{text[:60]}'.") from None
    named = "" if parts["zone"] in _OF_SEVERAL_PLACES else parts["zone"]
    return _placed(moment, zone_named(named)) if named else moment


def _calendar_day(parts: dict[str, str | None], order: DateOrder | None, text: str) -> tuple[int, int, int]:
    year = int(parts["year"] or 0)
    if year < 100:
        year += 2000 if year < 70 else 1900
    if parts.get("one"):
        if parts["mark"] == ".":
            order = "DMY"  # nobody writes the month first with full stops
        return year, *_month_and_day(int(parts["one"] or 0), int(parts["two"] or 0), order, text)
    if parts.get("name"):
        name = str(parts["name"]).lower()
        if name not in _MONTHS:
            raise DateProblem(f"'{parts['name']}' in '{text[:60]}' is no month.")
        return year, _MONTHS[name], int(parts["day"] or 0)
    return year, int(parts["month"] or 0), int(parts["day"] or 0)


def _month_and_day(one: int, two: int, order: DateOrder | None, text: str) -> tuple[int, int]:
    if order is None and one <= 12 and two <= 12 and one != two:
        raise DateProblem(
            f"'{text[:60]}' may mean day/month or month/day. Say which order the file uses (option date_order)."
        )
    if order is None:
        order = "MDY" if two > 12 else "DMY"
    return (two, one) if order == "DMY" else (one, two)


def _hour(parts: dict[str, str | None], text: str) -> int:
    hour = int(parts["hour"] or 0)
    if not parts["half"]:
        return hour
    if not 1 <= hour <= 12:
        raise DateProblem(f"'{text[:60]}' has no such hour on a twelve-hour clock.")
    return hour % 12 + (12 if parts["half"][0] in "Pp" else 0)


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    """Return a local time of `zone` in UTC; on nearly all days the clocks are not changed, and one look says so."""
    offset = _offset_all_day(zone, moment.date())
    return _placed(moment, zone) if offset is None else (moment - offset).replace(tzinfo=UTC)


@lru_cache(maxsize=4096)
def _offset_all_day(zone: tzinfo, day_there: date) -> timedelta | None:
    """Return how far `zone` is from UTC on a day, None where it is not the same in each hour of it."""
    if not _EARLIEST.year < day_there.year < _LATEST.year:
        return None
    midnight = datetime(day_there.year, day_there.month, day_there.day)  # noqa: DTZ001 placed below
    hours = {(midnight + timedelta(hours=hour)).replace(tzinfo=zone).utcoffset() for hour in range(-1, 26)}
    return hours.pop() if len(hours) == 1 else None


def _placed(moment: datetime, zone: tzinfo) -> datetime:
    """Put a local time into its zone. In the hour that clocks repeat, the first is meant; one they skip is refused."""
    placed = moment.replace(tzinfo=zone)
    if zone is UTC:
        return placed
    try:
        back = placed.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise DateProblem(f"'{moment}' lies outside of the years 1900 to 2200.") from None
    if back != moment:
        raise DateProblem(f"The clocks of {zone} skipped {moment:%Y-%m-%d %H:%M}. Is the time zone the right one?")
    return placed
