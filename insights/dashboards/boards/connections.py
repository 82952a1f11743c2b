"""The standing connections: webhooks that call us and systems that we ask, each with its health."""

from dataclasses import dataclass
from datetime import datetime

from insights.dashboards.names import ago, moment, value_name
from insights.dashboards.numbers import number
from insights.intake.hooks import scheme_named
from insights.intake.pulls.health import health
from insights.intake.pulls.pull import all_pulls
from insights.intake.signatures import Hook, Scheme, declared, hook_of, schemes_of
from insights.intake.source import Option, Source, WrongOption, all_sources
from insights.models import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One connection, ready to be shown."""

    key: str
    label: str
    kind: str
    is_hook: bool
    source: str
    account: str
    proof: str  # how a webhook's calls prove themselves
    has_secret: bool
    makes_secret: bool
    secret_words: str
    state: str
    is_bad: bool
    sentence: str  # what the state means and what to do, where there is something to do
    is_active: bool
    delivered: str
    refused: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A source that a webhook can be made for, with the ways in which its calls can prove themselves."""

    key: str
    label: str
    is_vendors: bool
    sends: str
    where: str
    schemes: tuple[Scheme, ...]
    options: tuple[Option, ...]

    @property
    def asks(self) -> bool:
        """Say whether the source must be told something."""
        return any(option.required for option in self.options)


@dataclass(frozen=True, slots=True)
class _Fares:
    state: str
    is_bad: bool
    sentence: str = ""


_PULL_STATES = {
    "FINE": "Working", "NEW": "New", "RUNNING": "Fetching", "FAILING": "Failing", "LATE": "Late",
    "UNREADABLE": "Unreadable", "PAUSED": "Switched off",
}  # fmt: skip
_BAD = frozenset({"FAILING", "LATE", "UNREADABLE"})


def standing(*, now: datetime) -> list[Standing]:
    """Return every connection, by label."""
    return [_standing(one, now) for one in Connection.objects.all()]


def one_standing(connection: Connection, *, now: datetime) -> Standing:
    """Return one connection as the list shows it."""
    return _standing(connection, now)


def choices() -> list[Choice]:
    """Return the sources a webhook can be made for: those whose vendor's way we know, then the rest."""
    known = declared()
    listed = [_choice(source, hook_of(source.key), is_vendors=source.key in known) for source in all_sources()]
    return sorted(listed, key=lambda one: (not one.is_vendors, one.label.lower()))


def choice_of(source: str) -> Choice | None:
    """Return one of the choices, or None where there is no such source."""
    return next((one for one in choices() if one.key == source), None)


def _choice(source: Source, hook: Hook, *, is_vendors: bool) -> Choice:
    return Choice(
        key=source.key,
        label=source.label,
        is_vendors=is_vendors,
        sends=hook.sends,
        where=hook.where,
        schemes=schemes_of(hook),
        options=tuple(option for option in source.options if not option.name.endswith(".*")),
    )


def _standing(connection: Connection, now: datetime) -> Standing:
    scheme = _scheme(connection)
    fares = _fares(connection, now)
    return Standing(
        key=str(connection.pk),
        label=connection.label,
        kind=connection.get_kind_display(),
        is_hook=connection.kind == Connection.Kind.HOOK,
        source=_system(connection),
        account=connection.account,
        proof=scheme.label if scheme else "",
        has_secret=bool(scheme and scheme.secret),
        makes_secret=bool(scheme and scheme.makes_secret),
        secret_words=scheme.secret if scheme else "",
        state=fares.state,
        is_bad=fares.is_bad,
        is_active=connection.is_active,
        delivered=ago(connection.delivered_at, now) if connection.delivered_at else "never",
        refused=number(connection.refused),
        sentence=fares.sentence,
        next=moment(connection.next_at) if connection.next_at and connection.is_active else "",
    )


def _system(connection: Connection) -> str:
    if connection.kind == Connection.Kind.PULL:
        return next((one.label for one in all_pulls() if one.key == connection.source), connection.source)
    return value_name("source", connection.source)


def _scheme(connection: Connection) -> Scheme | None:
    if connection.kind != Connection.Kind.HOOK:
        return None
    try:
        return scheme_named(connection.source, str(connection.options.get("scheme", "")))
    except WrongOption:
        return None  # a later version knows the way no more: the call itself says so


def _fares(connection: Connection, now: datetime) -> _Fares:
    if connection.kind == Connection.Kind.PULL:
        told = health(connection, now)
        return _Fares(_PULL_STATES[told.state], told.state in _BAD, "" if told.state == "FINE" else told.sentence)
    if not connection.is_active:
        return _Fares("Switched off", is_bad=False)
    if connection.failures:
        times = "once" if connection.failures == 1 else f"{number(connection.failures)} times in a row"
        return _Fares(f"Refused {times}", is_bad=True, sentence=connection.error)
    return _Fares("Working" if connection.delivered_at else "Waiting for the first call", is_bad=False)
