"""What fills the gaps of the templates: amounts, dates, places, devices, and the person's own data."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from cxhub.company.names import CITIES, LAST_NAMES, STREETS, TEST_IBANS, listed, spoken_telephone

DEVICES, COUNTRIES, ITEMS = listed("devices"), listed("countries"), listed("items")
SPEEDS = ("50 Mbit", "100 Mbit", "250 Mbit", "500 Mbit", "1 Gbit")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
WOCHENTAGE = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MONATE = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
ERRORS = ("E-204", "403", "0x80", "F3411", "12", "503", "TV-71", "1009", "A-17", "401")


class Person:
    """Whose words these are: the customer's data, the agent's name and the day."""

    def __init__(
        self, *, name: str, email: str, number: str, phone: str, product: str, agent: str, day: date, key: int
    ) -> None:
        self.name, self.email, self.number, self.phone = name, email, number, phone
        self.product, self.agent, self.day, self.key = product, agent, day, key


class Gaps(Mapping[str, Callable[[], str]]):
    """The gaps of one text. Amounts, dates and places stay the same within it where people would keep to one."""

    def __init__(self, draw: Random, person: Person) -> None:
        self._draw, self._person = draw, person
        self._kept: dict[str, str] = {}

    def __getitem__(self, name: str) -> Callable[[], str]:
        if name in self._kept:
            return lambda: self._kept[name]
        fill = _FILLS[name]
        if name in _FRESH:
            return lambda: fill(self._draw, self._person)
        words = self._kept[name] = fill(self._draw, self._person)
        return lambda: words

    def __iter__(self) -> Iterator[str]:
        return iter(_FILLS)

    def __len__(self) -> int:
        return len(_FILLS)

    def set(self, name: str, words: str) -> None:
        """Fill a gap with these words."""
        self._kept[name] = words


def _pick(draw: Random, things: Sequence[str]) -> str:
    return things[int(draw.random() * len(things))]


def _amount(draw: Random, person: Person, low: float, high: float) -> str:
    euros = low + (high - low) * draw.random() ** 2
    cents = _pick(draw, ("99", "95", "00", "50", f"{draw.randrange(100):02d}"))
    style = ("€{}.{}", "{}.{} euros", "{},{} €")[person.key % 3]  # people write all amounts in one way
    return style.format(int(euros), cents)


def _before(draw: Random, person: Person) -> date:
    return person.day - timedelta(days=2 + draw.randrange(24))


def _date(draw: Random, person: Person) -> str:
    day = _before(draw, person)
    month = MONTHS[day.month - 1]
    spoken = f"the {day.day}th" if 4 <= day.day <= 20 else f"{day.day} {month[:3]}"
    return _pick(draw, (f"{day.day} {month}", f"{month} {day.day}", f"{day.day:02d}.{day.month:02d}.", spoken))


def _month(draw: Random, person: Person) -> int:
    return (person.day - timedelta(days=10 + draw.randrange(40))).month - 1


def _slow(draw: Random, person: Person) -> str:
    return _pick(draw, [f"{draw.randrange(2, 24)} Mbit", "almost nothing"])


def _street(draw: Random, person: Person) -> str:
    return _pick(draw, STREETS)


_FRESH = frozenset({"error", "times", "days"})
_FILLS: dict[str, Callable[[Random, Person], str]] = {
    "amount": lambda draw, person: _amount(draw, person, 38, 190),
    "amount2": lambda draw, person: _amount(draw, person, 8, 38),
    "topup": lambda draw, person: _pick(draw, ["10 euros", "€15", "20 €", "25 euros", "€10", "15 euros", "€30"]),
    "item": lambda draw, person: _pick(draw, ITEMS),
    "date": _date,
    "datum": lambda draw, person: f"{_before(draw, person):%d.%m.}",
    "month": lambda draw, person: MONTHS[_month(draw, person)],
    "monat": lambda draw, person: MONATE[_month(draw, person)],
    "weekday": lambda draw, person: _pick(draw, WEEKDAYS),
    "wochentag": lambda draw, person: _pick(draw, WOCHENTAGE),
    "season": lambda draw, person: ("winter", "spring", "summer", "autumn")[person.day.month % 12 // 3],
    "year": lambda draw, person: str(person.day.year - 1 - draw.randrange(12)),
    "days": lambda draw, person: _pick(
        draw, ["two", "three", "four", "five", "six", "eight", "ten", "3", "4", "5", "7"]
    ),
    "weeks": lambda draw, person: _pick(draw, ["two", "three", "four", "five", "six", "3", "4", "5"]),
    "months": lambda draw, person: _pick(draw, ["three", "four", "five", "six", "eight", "nine", "eleven", "14"]),
    "years": lambda draw, person: _pick(draw, ["two", "three", "five", "six", "seven", "nine", "11", "12", "15"]),
    "times": lambda draw, person: _pick(draw, ["three", "four", "five", "six", "3", "4", "5"]),
    "years_de": lambda draw, person: str(2 + draw.randrange(14)),
    "age": lambda draw, person: str(24 + draw.randrange(58)),
    "wait": lambda draw, person: str(_pick(draw, ["20", "25", "30", "35", "40", "45", "50", "22", "38", "55"])),
    "gb": lambda draw, person: _pick(draw, ["5", "8", "10", "12", "15", "20", "25", "40"]),
    "gen": lambda draw, person: _pick(draw, ["4G", "5G", "5G", "LTE"]),
    "speed": lambda draw, person: _pick(draw, SPEEDS[1:]),
    "slow": _slow,
    "error": lambda draw, person: _pick(draw, ERRORS),
    "device": lambda draw, person: _pick(draw, DEVICES),
    "country": lambda draw, person: _pick(draw, COUNTRIES),
    "city": lambda draw, person: _pick(draw, CITIES),
    "city2": lambda draw, person: _pick(draw, CITIES),
    "street": _street,
    "house": lambda draw, person: str(1 + draw.randrange(90)),
    "order": lambda draw, person: f"LO-{draw.randrange(100_000, 999_999)}",
    "ticket": lambda draw, person: f"#{draw.randrange(200_000, 300_000)}",
    "score": lambda draw, person: _pick(draw, ["2", "3", "4", "5"]),
    "iban": lambda draw, person: _pick(draw, TEST_IBANS),
    "product": lambda draw, person: person.product,
    "name": lambda draw, person: person.name,
    "first": lambda draw, person: person.name.split()[0],
    "last": lambda draw, person: _pick(draw, LAST_NAMES),
    "email": lambda draw, person: person.email,
    "number": lambda draw, person: person.number,
    "phone": lambda draw, person: spoken_telephone(person.key),
    "agent": lambda draw, person: person.agent.split()[0],
}
