"""How numbers are written on pages: separators, minus signs, units, and as many digits as the interval supports."""

from datetime import date
from math import isfinite

from django.conf import settings

from insights.metrics.definition import Unit

MINUS = "−"
LONG = 90  # seconds from which a difference is told in minutes
NARROW = "\u202f"  # narrow no-break space, between number and unit
UNIT_WORDS: dict[Unit, str] = {
    "COUNT": "",
    "PERCENT": "%",
    "POINTS": "points",
    "SECONDS": "min",
    "SCORE": "on −1 to +1",
    "RATE": "per 100 customers",
    "MONEY": "",
}


def digits_for(low: float | None, high: float | None, unit: Unit) -> int:
    """Return how many decimals an interval of this width supports."""
    if unit in {"COUNT", "SECONDS"}:
        return 0
    if unit == "SCORE":
        return 2
    if low is None or high is None:
        return 1
    half = (high - low) / 2
    if unit == "MONEY":
        return 0 if half >= 1 else 2
    if unit == "RATE" and half < 0.01:
        return 3
    return 0 if half >= 1 else 1 if half >= 0.1 else 2


def number(value: float, digits: int = 0, *, signed: bool = False) -> str:
    """Return 12,310 or −4.2; a rounded zero has no sign."""
    if not isfinite(value):
        raise ValueError(f"{value} cannot be shown")
    text = f"{abs(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return (MINUS if value < 0 else "+" if signed else "") + text


def clock(seconds: float) -> str:
    """Return seconds as 0:48, 6:12 or 1:02:12."""
    whole = round(abs(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
    return MINUS + text if seconds < 0 and whole else text


def bare(value: float, unit: Unit, digits: int) -> str:
    """Return the value without its unit."""
    if unit == "SECONDS":
        return clock(value)
    return number(value, digits, signed=unit == "SCORE")


def unit_word(unit: Unit) -> str:
    """Return the word that stands after the value."""
    return str(settings.CURRENCY) if unit == "MONEY" else UNIT_WORDS[unit]


def full(value: float, unit: Unit, digits: int) -> str:
    """Return the value with its unit."""
    word = "" if unit in {"COUNT", "SCORE"} else unit_word(unit)
    space = NARROW if unit == "PERCENT" else "\u00a0"
    return f"{bare(value, unit, digits)}{space}{word}" if word else bare(value, unit, digits)


def interval(low: float | None, high: float | None, unit: Unit, digits: int) -> str:
    """Return "4 to 20"; nothing where there is no interval."""
    if low is None or high is None:
        return ""
    return f"{bare(low, unit, digits)} to {bare(high, unit, digits)}"


def amount(difference: float, unit: Unit, digits: int) -> str:
    """Return a difference without its sign: 3 points, 12 s, 1,204."""
    size = abs(difference)
    if unit == "SECONDS":
        return f"{number(size)}{NARROW}s" if size < LONG else f"{clock(size)}{NARROW}min"
    text = number(size, digits)
    return f"{text} points" if unit in {"PERCENT", "POINTS"} else text


def differences(low: float, high: float, unit: Unit, digits: int) -> str:
    """Return the interval of a difference with signs: −1 to +3."""
    if unit == "SECONDS":
        return f"{number(low, signed=True)} to {number(high, signed=True)}{NARROW}s"
    return f"{number(low, digits, signed=True)} to {number(high, digits, signed=True)}"


def share(part: float | None) -> str:
    """Return a share of 0 … 1 in percent; never 100 % or 0 % by rounding alone."""
    if part is None:
        return "not known"
    percent = part * 100
    if 0 < percent < 1:
        return f"under 1{NARROW}%"
    if 99 < percent < 100:
        return f"over 99{NARROW}%"
    return f"{number(percent)}{NARROW}%"


def day(value: date, *, with_year: bool = True) -> str:
    """Return 3 Nov 2026."""
    return f"{value.day} {value:%b %Y}" if with_year else f"{value.day} {value:%b}"
