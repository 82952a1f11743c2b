"""The Agreement page: what both sides say of each topic, which of them to believe, and why. The heart of it all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from insights.analysis.agreement import Agreement, Line, Scope, TopicAgreement, agreement
from insights.analysis.agreement_moods import Mood
from insights.analysis.agreement_shares import Share
from insights.analysis.agreement_words import BELIEVE, CLASS, TONE, reach_of_points, reading_said, reasons, summary
from insights.dashboards.boards.agreement_map import Map, map_of
from insights.dashboards.boards.places import Option
from insights.dashboards.boards.tiles import Voice, evidence_url
from insights.dashboards.boards.who_answered import Panel, panel
from insights.dashboards.filters import Bar, about, asked, bar
from insights.dashboards.menus import values
from insights.dashboards.names import ago, moment
from insights.dashboards.numbers import digits_for, interval, number
from insights.metrics.answer import AsOf
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import Viewer

OWN: Final = ("customers",)
SHOWN: Final = 5  # topics of a class before the rest is folded
WIDTH: Final = 200.0
_SCOPES: Final[dict[str, tuple[Scope, str]]] = {
    "ALL": ("ALL", "All customers"),
    "MATCHED": ("MATCHED", "Customers on both sides"),
}
_SIDES: Final[tuple[tuple[Voice, str, str], ...]] = (
    ("surveys", "Surveys", "SURVEY"),
    ("contacts", "Contacts", "CONTACT"),
)
_CLASSES: Final = (
    ("LOUDER_IN_CONTACTS", "Louder in contacts", "Customers bring it up when they need help more than when asked."),
    ("ONLY_IN_CONTACTS", "Only in contacts", "No survey text here mentions it, and that is not chance."),
    ("LOUDER_IN_SURVEYS", "Louder in surveys", "Customers tell it when asked more than they get in touch about it."),
    ("ONLY_IN_SURVEYS", "Only in surveys", "No contact here is about it, and that is not chance."),
    ("OPPOSITE", "Opposite in mood", "One side sounds good about it and the other bad."),
    ("AGREE", "Agree", "Shown to be within a point of each other, or neither above 1.5 times the other."),
    ("NOT_YET", "Cannot say yet", "Neither a difference nor agreement is shown."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBar:
    """One side of a topic: its share as a bar from zero with its interval, in 0 … 200, and how it sounds."""

    voice: Voice
    title: str
    value: str
    reach: str
    base: str
    mood: str
    length: float
    low: float
    high: float
    is_indicative: bool
    evidence_url: str  # "" where the number is of matched customers: the card is of all
    texts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLine:
    """One topic."""

    key: str
    name: str
    above: str
    kind: str
    kind_said: str
    bars: tuple[SideBar, ...]
    gap: str
    tone: str
    believe: str
    believed: str  # which side's colour it has
    reason: str
    words_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The topics of one class; `rest` is folded."""

    key: str
    label: str
    meaning: str
    count: int
    first: tuple[TopicLine, ...]
    rest: tuple[TopicLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementBoard:
    """All the page shows."""

    headline: str
    others: tuple[str, ...]
    bar: Bar
    scopes: list[Option]
    groups: tuple[Group, ...]
    lines: tuple[TopicLine, ...]  # all, with those that have topics below them: the table
    map: Map
    notes: tuple[str, ...]
    apart: str
    panel: Panel
    exports: tuple[tuple[str, str], ...]
    api_url: str
    as_of: AsOf
    newest: str
    built: str
    time_zone: str
    is_silent: bool


def board(
    pairs: Sequence[tuple[str, str]], viewer: Viewer, *, last_day: date, path: str, now: datetime
) -> AgreementBoard | None:
    """Return the page for an address; None where there is no data. Raises InvalidQuery for what cannot be asked."""
    page, key = question(pairs, last_day=last_day)
    found = agreement(page, viewer)
    if found is None:
        return None
    scope = _SCOPES[key][0]
    said = summary(found, scope)
    lines = _Lines(found, scope, page, key).all()
    own = [(name, value) for name, value in (*page.to_pairs(), ("customers", key)) if name != "compare"]
    return AgreementBoard(
        headline=said[0],
        others=said[1:],
        bar=bar(page, lambda name: values(name, page.period, viewer), last_day=last_day, path=path, compares=False),
        scopes=[Option(value=name, label=one[1], is_chosen=name == key) for name, one in _SCOPES.items()],
        groups=tuple(_groups(found, lines)),
        lines=lines,
        map=map_of(found, scope),
        notes=tuple(_notes(found, scope)),
        apart=found.apart,
        panel=panel(found.who),
        exports=tuple((name.upper(), f"/api/v1/exports/agreement?{urlencode(own)}&format={name}") for name in _FORMATS),
        api_url=f"/api/v1/agreement?{urlencode(own)}",
        as_of=found.as_of,
        newest=moment(found.as_of.complete_until),
        built=ago(found.as_of.built_at, now),
        time_zone=found.time_zone,
        is_silent=not found.topics or min(found.texts[scope].values()) == 0,
    )


_FORMATS = ("csv", "xlsx", "parquet")


def question(pairs: Sequence[tuple[str, str]], *, last_day: date) -> tuple[MetricQuery, str]:
    """Return the page's question, and which customers it is about: the key of the switch."""
    own = {name: value for name, value in pairs if name in OWN}
    key = own.get("customers", "ALL")
    page = asked([pair for pair in pairs if pair[0] not in OWN], last_day=last_day)
    return about(page, page.metric, compare=None), key if key in _SCOPES else "ALL"


def _groups(found: Agreement, lines: Sequence[TopicLine]) -> list[Group]:
    leaves = {topic.key for topic in found.topics if not topic.has_topics_below}
    groups = []
    for key, label, meaning in _CLASSES:
        own = [line for line in lines if line.kind == key and line.key in leaves]
        if own:
            first, rest = tuple(own[:SHOWN]), tuple(own[SHOWN:])
            groups.append(Group(key=key, label=label, meaning=meaning, count=len(own), first=first, rest=rest))
    return groups


def _notes(found: Agreement, scope: Scope) -> list[str]:
    texts, talk = found.texts[scope], found.talk
    told = [f"{number(texts['SURVEYS'])} survey answers with words and {number(texts['CONTACTS'])} contacts were read"]
    if talk["SURVEYS"] and talk["CONTACTS"]:
        told.append(
            f"a survey text names {number(talk['SURVEYS'], 1)} topics, a contact {number(talk['CONTACTS'], 1)}: longer "
            "texts make every share of their side larger"
        )
    return [*told, *filter(None, [reading_said(found).rstrip(".")])]


class _Lines:
    """Makes the lines of all topics for one set of customers."""

    def __init__(self, found: Agreement, scope: Scope, page: MetricQuery, key: str) -> None:
        self._found, self._scope, self._page, self._key = found, scope, page, key
        self._names = {topic.key: topic.name for topic in found.topics}
        told = [line.shares for topic in found.topics if (line := topic.lines[scope]).shares is not None]
        highs = [side.interval.high for one in told for side in (one.surveys, one.contacts) if one and side.texts]
        self._most = max(highs, default=1.0) or 1.0

    def all(self) -> tuple[TopicLine, ...]:
        """Return them, the largest difference of a class first, those that agree by how often they are mentioned."""
        return tuple(self._line(topic) for topic in sorted(self._found.topics, key=self._rank))

    def _rank(self, topic: TopicAgreement) -> tuple[float, str]:
        line = topic.lines[self._scope]
        if line.shares is None:
            return 1.0, topic.name
        if line.kind in ("AGREE", "NOT_YET", "OPPOSITE") or line.shares.gap is None:
            return -(line.shares.surveys.value + line.shares.contacts.value), topic.name
        return -abs(line.shares.gap.value), topic.name

    def _line(self, topic: TopicAgreement) -> TopicLine:
        line = topic.lines[self._scope]
        gap = line.shares.gap if line.shares else None
        address = [(name, value) for name, value in self._page.narrowed("topic", [topic.key]).to_pairs()]
        return TopicLine(
            key=topic.key,
            name=topic.name,
            above=self._names.get(topic.parent, ""),
            kind="HIDDEN" if line.shares is None else line.kind,
            kind_said="hidden" if line.shares is None else CLASS[line.kind],
            bars=self._bars(topic, line),
            gap=f"{number(gap.value * 100, 1, signed=True)} ({reach_of_points(gap.low, gap.high)})" if gap else "",
            tone=TONE[line.moods.tone] if line.moods else "",
            believe=BELIEVE[topic.belief.which],
            believed={"SURVEYS": "surveys", "CONTACTS": "contacts"}.get(topic.belief.which, "both"),
            reason=reasons(topic)[:1].upper() + reasons(topic)[1:],
            words_url=f"{reverse('agreement-words')}?{urlencode([*address, ('customers', self._key)])}",
        )

    def _bars(self, topic: TopicAgreement, line: Line) -> tuple[SideBar, ...]:
        if line.shares is None or line.moods is None:
            return ()
        shares, moods = (line.shares.surveys, line.shares.contacts), (line.moods.surveys, line.moods.contacts)
        return tuple(
            self._bar(topic.key, voice, title, kind, share, mood)
            for (voice, title, kind), share, mood in zip(_SIDES, shares, moods, strict=True)
        )

    def _bar(self, key: str, voice: Voice, title: str, kind: str, share: Share, mood: Mood) -> SideBar:
        span = share.interval
        digits = min(digits_for(span.low * 100, span.high * 100, "PERCENT"), 1)
        own = about(self._page, "topic_share").narrowed("kind", [kind]).narrowed("topic", [key])
        return SideBar(
            voice=voice,
            title=title,
            value=number(share.value * 100, digits) if share.texts else "",
            reach=interval(span.low * 100, span.high * 100, "PERCENT", digits) if share.texts else "",
            base=f"{number(share.mentions)} of {number(share.texts)}",
            mood=self._mood(mood),
            length=round(share.value / self._most * WIDTH, 1),
            low=round(span.low / self._most * WIDTH, 1) if share.texts else 0.0,
            high=round(span.high / self._most * WIDTH, 1) if share.texts else 0.0,
            is_indicative=share.texts < 30,
            evidence_url=evidence_url(own) if self._scope == "ALL" else "",
            texts=number(share.mentions),
        )

    def _mood(self, mood: Mood) -> str:
        """How a side sounds on the topic: on the common axis, else against the side's own average."""
        if mood.against is None or mood.against_low is None or mood.against_high is None:
            return ""
        if self._found.is_common_axis:
            reach = interval(mood.against_low, mood.against_high, "SCORE", 2)
            return f"mood {number(mood.against, 2, signed=True)} ({reach})"
        if mood.against_high < 0:
            return "sounds worse than this side’s average"
        return "sounds better than this side’s average" if mood.against_low > 0 else "sounds like this side’s average"
