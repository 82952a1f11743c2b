"""What a pull is: the protocol that vendors' pulls fill, and the registry they are put into."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from insights.intake.pulls.answers import Limit, no_limit
from insights.intake.pulls.client import Client
from insights.intake.raw import Kept
from insights.intake.source import Option, UnknownSource

READ_OPTION = "read."  # "read.reason_field" is passed on to the source as "reason_field"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Something only the two systems may know: kept sealed, never shown again."""

    name: str
    question: str
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came, as it came, lying in the raw store; `source` reads it."""

    kept: Kept
    source: str
    filename: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step brought, and where the next begins. Both are committed together or not at all."""

    cursor: Mapping[str, Any]
    pages: tuple[Page, ...] = ()
    is_caught_up: bool = False  # nothing more for now
    wait_seconds: float = 0.0  # before the next step, when it is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """All that a step stands on."""

    options: Mapping[str, str]
    secrets: Mapping[str, str]
    cursor: Mapping[str, Any]
    now: datetime
    clock: Callable[[], datetime]
    beat: Callable[[], None] = lambda: None
    patience_seconds: float | None = None  # while a person waits

    def client(self, home: str, credentials: Mapping[str, str], limit: Limit = no_limit) -> Client:
        """Return who asks the system at `home`, with credentials for it alone."""
        return Client(
            home,
            credentials=credentials,
            may_be_private=self.options.get("private_network") == "yes",
            clock=self.clock,
            beat=self.beat,
            patience_seconds=self.patience_seconds,
            limit=limit,
        )


def passed_on(options: Mapping[str, str]) -> dict[str, str]:
    """Return the options that are meant for the source which reads the pages."""
    return {name.removeprefix(READ_OPTION): value for name, value in options.items() if name.startswith(READ_OPTION)}


class Pull(Protocol):
    """One vendor's way of being asked. Plain class attributes fill the properties."""

    @property
    def key(self) -> str:
        """What it is called on the command line and in a connection."""

    @property
    def label(self) -> str:
        """What people call it."""

    @property
    def brings(self) -> str:
        """What it brings, in one sentence."""

    @property
    def options(self) -> tuple[Option, ...]:
        """What it has to be told."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Which secrets it needs."""

    def reads_with(self, options: Mapping[str, str]) -> str:
        """Return the key of the source that reads its pages."""

    def check(self, options: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Raise WrongOption with a sentence when options and secrets cannot work together."""

    def step(self, asking: Asking) -> Step:
        """Ask for the next page, or for what leads to it. Touches no database. Raises Trouble."""


START = Option(name="start", question="From which day on, as 2026-01-31? Without it the last 30 days are fetched.")
PRIVATE_NETWORK = Option(
    name="private_network",
    question="May the address lie inside our own network?",
    choices=("no", "yes"),
    default="no",
)
READ = Option(name="read.*", question="What is the source that reads the pages to be told, as read.time_zone?")

_pulls: dict[str, Pull] = {}


def register(pull: Pull) -> None:
    """Add `pull` under its key. Called from an app's ready()."""
    _pulls[pull.key] = pull


def pull_named(key: str) -> Pull:
    """Return the pull with this key, or raise UnknownSource with a sentence that lists them."""
    try:
        return _pulls[key]
    except KeyError:
        raise UnknownSource(f"Nothing is pulled from '{key}'. Known pulls: {', '.join(sorted(_pulls))}.") from None


def all_pulls() -> tuple[Pull, ...]:
    """Return every pull, by key."""
    return tuple(_pulls[key] for key in sorted(_pulls))
