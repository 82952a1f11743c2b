"""The Data health page: does everything arrive as usual, is it linked and read, and what needs a person."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from insights.analysis.health import Health, MartHealth, SourceHealth
from insights.analysis.health_arrivals import Arrivals
from insights.analysis.health_volumes import Both, Linkage
from insights.dashboards.boards.health_days import Bars, DayLine, drawn, flag, line, said_of
from insights.dashboards.boards.health_tasks import Said, duration, headline, task_said
from insights.dashboards.boards.tiles import Voice
from insights.dashboards.names import ago, moment, value_name
from insights.dashboards.numbers import clock, number, share
from insights.enrichment.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """One account of a source."""

    key: str
    name: str
    account: str
    voice: Voice
    rhythm: str
    is_late: bool
    newest: str
    bars: Bars | None
    flagged: tuple[str, ...]
    volumes_said: str
    days: tuple[DayLine, ...]
    facts: tuple[tuple[str, str], ...]
    excluded: tuple[tuple[str, str], ...]
    aside_url: str
    aside_said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthBoard:
    """All the page shows."""

    headline: str
    tasks: tuple[Said, ...]
    cards: tuple[SourceCard, ...]
    both: tuple[tuple[str, str], ...]
    copies: tuple[tuple[str, str], ...]


def data_health(found: Health) -> HealthBoard:
    """Return the page for what was found."""
    tasks = tuple(task_said(task, found) for task in found.tasks)
    return HealthBoard(
        headline=headline(found),
        tasks=tasks,
        cards=tuple(_card(place, one, found.asked_at) for place, one in enumerate(found.sources)),
        both=_both(found.both),
        copies=(*_reading(found.reading), *_mart(found.mart, found.asked_at)),
    )


def _card(place: int, one: SourceHealth, now: datetime) -> SourceCard:
    told = one.arrivals
    return SourceCard(
        key=f"source-{place}",
        name=value_name("source", one.source),
        account=one.account,
        voice=_voice(one.linkage),
        rhythm=_rhythm(told, now),
        is_late=told.is_late,
        newest=moment(told.latest_record_at) if told.latest_record_at else "not known",
        bars=drawn(one.volumes),
        flagged=tuple(flag(strange) for strange in (one.volumes.flagged if one.volumes else ())),
        volumes_said=said_of(one.volumes),
        days=tuple(line(one) for one in reversed(one.volumes.days)) if one.volumes else (),
        facts=_facts(told, one.linkage),
        excluded=tuple((reason, number(many)) for reason, many in told.excluded_reasons.items()),
        aside_url=f"{reverse('delivery', args=[told.set_aside_in])}#aside" if told.set_aside_in else "",
        aside_said=_aside_said(told),
    )


def _voice(linkage: Linkage | None) -> Voice:
    if linkage is None or (linkage.surveys and linkage.contacts):
        return "both"
    return "surveys" if linkage.surveys else "contacts" if linkage.contacts else "both"


def _rhythm(told: Arrivals, now: datetime) -> str:
    if told.delivered_at is None:
        return "nothing delivered yet"
    last = f"last delivery {ago(told.delivered_at, now)}"
    if told.usual_hours is None:
        return f"{last}, too few to know its rhythm"
    usual = f"usually every {duration(told.usual_hours)}"
    return f"{last}, {usual}: late" if told.is_late else f"{last}, {usual}"


def _aside_said(told: Arrivals) -> str:
    if not told.read:
        return "nothing read in 90 days"
    if not told.set_aside_open and not told.set_aside_replayed:
        return f"none of {number(told.read)} records"
    mended = f"; {number(told.set_aside_replayed)} mended" if told.set_aside_replayed else ""
    return f"{number(told.set_aside_open)} of {number(told.read)} records, {share(told.set_aside_share)}{mended}"


def _facts(told: Arrivals, linkage: Linkage | None) -> tuple[tuple[str, str], ...]:
    facts = [("Delivered in 90 days", f"{number(told.read)} records in {number(told.deliveries)} deliveries")]
    if linkage and linkage.surveys:
        facts += [
            ("Answers linked by id", _of(linkage.linked_by_id, linkage.surveys)),
            ("Answers linked by window", _of(linkage.linked_by_window, linkage.surveys)),
            ("Answers not linked", _of(linkage.unlinked, linkage.surveys)),
            ("Answers of known customers", _of(linkage.surveys_of_known_customers, linkage.surveys)),
        ]
    if linkage and linkage.contacts:
        facts.append(("Contacts of known customers", _of(linkage.contacts_of_known_customers, linkage.contacts)))
    return tuple(facts)


def _of(part: int, whole: int) -> str:
    return f"{share(part / whole)} ({number(part)} of {number(whole)})"


def _both(both: Both | None) -> tuple[tuple[str, str], ...]:
    if both is None:
        return ()
    if both.both is None or both.answered_only is None or both.contacted_only is None:
        return (("Customers known on both sides", "too few to say without naming them"),)
    total = both.both + both.answered_only + both.contacted_only
    return (
        ("Customers known on both sides", _of(both.both, total) if total else "none known yet"),
        ("Only answered", number(both.answered_only)),
        ("Only contacted", number(both.contacted_only)),
    )


def _reading(reading: Progress) -> tuple[tuple[str, str], ...]:
    if not reading.pending:
        waiting = "none"
    else:
        pace = (
            f", {number(reading.texts_per_second)} texts/s" if reading.texts_per_second else ", nobody is reading now"
        )
        left = f", about {clock(reading.seconds_left)} min left" if reading.seconds_left else ""
        waiting = f"{number(reading.pending)}{pace}{left}"
    return (
        ("Texts read", number(reading.done)),
        ("Texts waiting to be read", waiting),
        ("Texts that could not be read", number(reading.failed) if reading.failed else "none"),
        *((("Texts an earlier version read, to be read again", number(reading.outdated)),) if reading.outdated else ()),
    )


def _mart(mart: MartHealth, now: datetime) -> tuple[tuple[str, str], ...]:
    if mart.version is None or mart.built_at is None:
        return (("Copy for numbers", "not built yet"),)
    since = f", the oldest change {ago(mart.oldest_change_at, now)}" if mart.oldest_change_at else ""
    behind = f"{number(mart.days_to_rebuild)}{since}" if mart.days_to_rebuild else "none"
    return (
        ("Copy for numbers", f"version {mart.version}, built {ago(mart.built_at, now)}"),
        ("Days waiting to be copied", behind),
    )
