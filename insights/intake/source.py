"""What a source is: the protocol that surveys and contactcenter fill, and the registry they fill it into."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol, runtime_checkable

from insights.intake.frozen import quickly_made
from insights.intake.record import Translation


class Unreadable(Exception):
    """The delivery as a whole cannot be read. The message is for people: what is wrong and what to do."""


class BadRecord(Exception):
    """One record cannot be read; it is set aside and the rest goes on. The message is for people."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


class UnknownSource(Exception):
    """No source has this key."""


class WrongOption(Exception):
    """An option is missing, unknown, or has a value it cannot have. The message is for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something a source has to be told. `required` options stop the start of an import with `question`.

    A name that ends in ".*" stands for one option per column: "score.*" is given as "score.Q5".
    """

    name: str
    question: str
    choices: tuple[str, ...] = ()
    required: bool = False
    default: str = ""


@quickly_made
@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record as it stands in the delivery: what is set aside, shown, mended and replayed."""

    number: int  # 1 is the first
    payload: Mapping[str, Any]  # JSON-able; for a table {column: cell}
    line: int | None = None
    problem: str = ""  # the record could not even be taken apart: it goes straight to the rows set aside


@runtime_checkable
class Reading(Protocol):
    """One delivery being read: its head is understood, its records come one by one."""

    notices: list[str]
    """Sentences about what was guessed or ignored, shown in the report. May grow while records() runs."""

    def records(self) -> Iterator[RawRecord]:
        """Yield each record once, in file order, without holding the whole in memory. Raises Unreadable."""

    def translate(self, record: RawRecord) -> Translation:
        """Turn one record (perhaps mended) into facts. Pure: no database, no clock. Raises BadRecord."""


@runtime_checkable
class Countable(Protocol):
    """A reading that can go through its whole delivery for less than it costs to make the records."""

    def count(self) -> Iterator[int]:
        """Yield how many records have been passed, now and then and at the end. Raises Unreadable as records() does."""


@runtime_checkable
class Source(Protocol):
    """One vendor's format. Plain class attributes fill the properties."""

    @property
    def key(self) -> str:
        """What it is called in addresses and on the command line."""

    @property
    def label(self) -> str:
        """What people call it."""

    @property
    def side(self) -> str:
        """Which of the two teams it comes from: SURVEYS, CONTACTS or BOTH."""

    @property
    def reads(self) -> str:
        """Which files or payloads, in one sentence."""

    @property
    def identity(self) -> str:
        """Which id makes it idempotent, in one sentence."""

    @property
    def options(self) -> tuple[Option, ...]:
        """What it has to be told."""

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is (0 … 1) that a file which begins with `head` (up to 64 kB) is of this format."""

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> Reading:
        """Understand the head of `file` (binary, seekable, at 0). Raises Unreadable when it is of another format.

        Beside what people say, `options` holds the delivery's "filename": some exports name their survey only there.
        """


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add `source` under its key. Called from an app's ready()."""
    _sources[source.key] = source


def source_named(key: str) -> Source:
    """Return the source with this key, or raise UnknownSource with a sentence that lists them."""
    try:
        return _sources[key]
    except KeyError:
        raise UnknownSource(f"There is no source '{key}'. Known sources: {', '.join(sorted(_sources))}.") from None


def all_sources() -> tuple[Source, ...]:
    """Return every source, by key."""
    return tuple(_sources[key] for key in sorted(_sources))


def recognise(head: bytes, filename: str) -> list[tuple[float, Source]]:
    """Return the sources that may read this file, the surest first."""
    found = [(source.recognise(head, filename), source) for source in all_sources()]
    return sorted(((sure, source) for sure, source in found if sure > 0), key=lambda pair: -pair[0])


def check_options(source: Source, given: Mapping[str, str]) -> None:
    """Raise WrongOption with a sentence when `source` is told something it does not know, or not told what it needs."""
    check_told(source.key, source.options, given)


def check_told(key: str, options: tuple[Option, ...], given: Mapping[str, str]) -> None:
    """Raise WrongOption with a sentence when `given` is not what `key`, whose options these are, has to be told."""
    known = {option.name: option for option in options}
    for name, value in given.items():
        asked = known.get(name) or known.get(f"{name.split('.', 1)[0]}.*")
        if asked is None or name.endswith("."):
            listed = ", ".join(sorted(known)) or "none"
            raise WrongOption(f"'{key}' has no option '{name}'. It has: {listed}.")
        choices = asked.choices
        if choices and value not in choices:
            raise WrongOption(f"{name} is '{value}'. It can be {', '.join(choices)}.")
    for option in options:
        if option.required and not given.get(option.name):
            raise WrongOption(f"{option.question} (option '{option.name}')")
