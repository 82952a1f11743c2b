"""What people talk about: the topics of surveys beside those of contacts, how often, since when, and in which words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from insights.dashboards.boards.figures import export_url
from insights.dashboards.boards.progress import reading
from insights.dashboards.boards.tiles import Voice, evidence_url
from insights.dashboards.filters import about
from insights.dashboards.numbers import number
from insights.dashboards.words import ChangeSaid, Said, change_said, said
from insights.metrics import discovery, engine
from insights.metrics.answer import Answer, Row
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import Viewer
from insights.models import Topic

MOST = 8
AT_ONCE = 3  # topics whose words are fetched without being asked for
WIDTH = 200.0
_SIDES: tuple[tuple[Voice, str, str], ...] = (("surveys", "Surveys", "SURVEY"), ("contacts", "Contacts", "CONTACT"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One side's share of a topic: a bar from zero with its whisker, in 0 … 200."""

    voice: Voice
    title: str
    said: Said
    n: str
    change: ChangeSaid | None
    length: float | None
    low: float
    high: float
    evidence_url: str
    records_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One topic."""

    name: str
    above: str  # what it stands under, in words
    bars: tuple[Bar, ...]
    words_url: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The section. `silence` says why there is nothing to show."""

    lines: tuple[Line, ...]
    left_out: int
    silence: str
    notes: tuple[str, ...]
    exports: tuple[tuple[str, str], ...]
    compares: bool


def talk(page: MetricQuery, viewer: Viewer, *, now: datetime) -> Talk:
    """Return the section for the page's question."""
    queries = [_question(page, kind) for _, _, kind in _SIDES]
    answers = engine.answers(queries, viewer, now=now, evidence=False)
    topics = {topic.key: topic for topic in Topic.objects.select_related("parent")}
    found = [_by_topic(answer) for answer in answers]
    ranked = _ranked(found, topics)
    shown = ranked[:MOST]
    sure = _sure(found, ranked)
    most = max((_reach(rows[key]) for rows in found for key in shown if key in rows), default=1.0) or 1.0
    return Talk(
        lines=tuple(_line(page, key, place, topics, answers, found, sure, most) for place, key in enumerate(shown)),
        left_out=len(ranked) - len(shown),
        silence="" if shown else _silence(answers, bool(topics)),
        notes=tuple(_note(side, answer) for side, answer in zip(_SIDES, answers, strict=True) if answer.total.n),
        exports=tuple((side[1], export_url(query)) for side, query in zip(_SIDES, queries, strict=True)),
        compares=page.compare is not None,
    )


def _question(page: MetricQuery, kind: str) -> MetricQuery:
    return about(page, "topic_share", by=("topic",)).narrowed("kind", [kind])


def _by_topic(answer: Answer) -> dict[str, Row]:
    return {key: row for row in answer.rows if (key := row.by["topic"]) is not None}


def _ranked(found: Sequence[Mapping[str, Row]], topics: Mapping[str, Topic]) -> list[str]:
    """Return the most specific topics that have a share, the largest on either side first."""
    keys = {key for rows in found for key, row in rows.items() if row.value}
    above = {parent.key for key in keys if key in topics and (parent := topics[key].parent) is not None}
    share = {key: max(rows[key].value or 0.0 for rows in found if key in rows) for key in keys - above}
    return sorted(share, key=lambda key: (-share[key], key))


def _sure(found: Sequence[Mapping[str, Row]], ranked: Sequence[str]) -> set[tuple[int, str]]:
    """Return which changes survive among all that were looked at, on both sides."""
    looked_at = [(side, key) for side, rows in enumerate(found) for key in ranked if key in rows]
    changes = [found[side][key].change for side, key in looked_at]
    survives = discovery.survivors([change.p_value if change else None for change in changes])
    return {
        place
        for place, change, is_found in zip(looked_at, changes, survives, strict=True)
        if is_found and change is not None and change.is_significant
    }


def _reach(row: Row) -> float:
    return row.high or row.value or 0.0


def _line(
    page: MetricQuery,
    key: str,
    place: int,
    topics: Mapping[str, Topic],
    answers: Sequence[Answer],
    found: Sequence[Mapping[str, Row]],
    sure: set[tuple[int, str]],
    most: float,
) -> Line:
    topic = topics.get(key)
    narrowed = page.narrowed("topic", [key])
    return Line(
        name=topic.name if topic else key,
        above=topic.parent.name if topic and topic.parent else "",
        bars=tuple(
            _bar(side, answers[side], found[side].get(key), narrowed, most, is_sure=(side, key) in sure)
            for side in range(len(_SIDES))
        ),
        words_url=f"{reverse('topic-words')}?{urlencode(narrowed.to_pairs())}",
        is_open=place < AT_ONCE,
    )


def _bar(side: int, answer: Answer, row: Row | None, page: MetricQuery, most: float, *, is_sure: bool) -> Bar:
    voice, title, kind = _SIDES[side]
    own = about(page, "topic_share").narrowed("kind", [kind])
    mentions = about(page, "topic_mentions", compare=None).narrowed("kind", [kind])
    told = row or answer.total
    change = change_said(row, answer.metric) if row and is_sure else None
    value = row.value if row else None
    return Bar(
        voice=voice,
        title=title,
        said=said(told, answer.metric) if row or not answer.total.n else _nothing(),
        n="" if told.n is None else number(told.n),
        change=change,
        length=None if value is None else round(value / most * WIDTH, 1),
        low=round((told.low or 0.0) / most * WIDTH, 1),
        high=round(_reach(told) / most * WIDTH, 1),
        evidence_url=evidence_url(own),
        records_url=f"{reverse('records')}?{mentions.to_url(with_metric=True)}",
    )


def _nothing() -> Said:
    return Said(value="", unit="", interval="", base="", note="not mentioned", is_indicative=False)


def _note(side: tuple[Voice, str, str], answer: Answer) -> str:
    """Return on how many texts a side stands, and how many of them fit no topic."""
    none = next((row for row in answer.rows if row.by["topic"] is None and row.value is not None), None)
    unfit = f", of which {said(none, answer.metric).value} % fit no topic" if none else ""
    return f"{side[1]}: {number(answer.total.n or 0)} texts{unfit}"


def _silence(answers: Sequence[Answer], has_topics: bool) -> str:
    """Return why there is nothing to show, and what to do."""
    read = sum(answer.total.n or 0 for answer in answers)
    if not has_topics:
        return "There are no topics yet. An analyst can load the ready taxonomy: manage.py taxonomy load."
    if any(answer.total.state == "SUPPRESSED" for answer in answers):
        return "Hidden: too few customers to show without naming them."
    if read:
        return f"None of these {number(read)} texts fits a topic, or too few do to say how many."
    progress = reading()
    if progress.is_running:
        return f"Topics appear as the texts are read: {progress.sentence}."
    return "Nobody said anything in words here. Choose a longer period or fewer filters."
