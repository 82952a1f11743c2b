"""What is known of each topic: how many texts of each side mention it, and how well it is found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.urls import reverse

from insights.dashboards.boards.quality import Told, told
from insights.dashboards.boards.tiles import Voice, evidence_url
from insights.dashboards.filters import about, asked
from insights.dashboards.names import days
from insights.dashboards.numbers import number
from insights.dashboards.words import Said, said
from insights.metrics import engine
from insights.metrics.answer import Answer, Row
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import Viewer
from insights.models import QualityRun

DAYS: Final = 30
WIDTH: Final = 100.0
_SIDES: Final[tuple[tuple[Voice, str, str], ...]] = (
    ("surveys", "Surveys", "SURVEY"),
    ("contacts", "Contacts", "CONTACT"),
)
_NOTHING: Final = Said(value="0", unit="", interval="", base="", note="", is_indicative=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How many texts of one side mention a topic, with a bar on the scale of all topics."""

    voice: Voice
    title: str
    said: Said
    length: float
    evidence_url: str
    records_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well one topic is found, where the gold set can tell."""

    precision: Told
    recall: Told
    agreement: Told
    drift: str
    has_drifted: bool
    is_known: bool


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The counts of all topics at once."""

    period: str
    answers: tuple[Answer, ...] = ()
    page: MetricQuery | None = None
    compared: frozenset[str] = frozenset()  # the topics that share one scale of bars

    def of(self, key: str) -> tuple[Side, ...]:
        """One topic's, surveys first; nothing where there is no data yet."""
        if self.page is None:
            return ()
        own = self.page.narrowed("topic", [key])
        return tuple(_side(place, answer, key, own) for place, answer in zip(_SIDES, self.answers, strict=True))

    @property
    def most(self) -> float:
        """The largest count, for the bars."""
        rows = [row for answer in self.answers for row in answer.rows if row.by["topic"] in self.compared]
        return max((row.value or 0.0 for row in rows), default=0.0)


def counts(viewer: Viewer, last_day: date | None, *, now: datetime, compared: frozenset[str] = frozenset()) -> Counts:
    """Ask the engine for the last 30 days that have data."""
    if last_day is None:
        return Counts(period="")
    since, until = last_day - timedelta(days=DAYS - 1), last_day + timedelta(days=1)
    page = asked([("since", since.isoformat()), ("until", until.isoformat())], last_day=last_day)
    whole = about(page, "topic_mentions", by=("topic",), compare=None)
    answers = engine.answers([whole.narrowed("kind", [kind]) for *_, kind in _SIDES], viewer, now=now, evidence=False)
    return Counts(
        period=days(since, until),
        answers=tuple(answers),
        page=about(page, "topic_mentions", compare=None),
        compared=compared,
    )


def _side(place: tuple[Voice, str, str], answer: Answer, key: str, own: MetricQuery) -> Side:
    voice, title, kind = place
    row: Row | None = next((row for row in answer.rows if row.by["topic"] == key), None)
    narrowed = own.narrowed("kind", [kind])
    return Side(
        voice=voice,
        title=title,
        said=said(row, answer.metric) if row is not None else _NOTHING,
        length=0.0 if row is None or not row.value else row.value,
        evidence_url=evidence_url(narrowed),
        records_url=f"{reverse('records')}?{narrowed.to_url(with_metric=True)}",
    )


def bar(value: float, most: float) -> float:
    """A count as a length, in 0 … 100."""
    return round(min(value / most, 1.0) * WIDTH, 1) if most else 0.0


def qualities(run: QualityRun | None) -> Mapping[str, Quality]:
    """Return what the last measurement says, by topic; a topic that is not in it is not known yet."""
    figures: Mapping[str, Any] = run.figures if run else {}
    rows = {row["name"]: row for one in figures.get("tasks", []) if one["task"] == "TOPIC" for row in one["classes"]}
    agreed = {one["topic"]: one for one in figures.get("agreement", []) if one["topic"] and one["texts"]}
    drift: Mapping[str, Any] = (run.drift if run else {}).get("topics", {})
    return {key: _quality(rows.get(key), agreed.get(key), drift.get(key)) for key in {*rows, *agreed, *drift}}


UNKNOWN: Final = Told(words="not known yet", interval="", is_faint=True, whisker=None)
NOT_KNOWN: Final = Quality(
    precision=UNKNOWN, recall=UNKNOWN, agreement=UNKNOWN, drift="", has_drifted=False, is_known=False
)


def _quality(
    row: Mapping[str, Any] | None, agreed: Mapping[str, Any] | None, drift: Mapping[str, Any] | None
) -> Quality:
    precision, recall = (told(row[name]) if row else UNKNOWN for name in ("precision", "recall"))
    return Quality(
        precision=precision,
        recall=recall,
        agreement=_agreement(agreed) if agreed else UNKNOWN,
        drift=_drift_words(drift) if drift else "",
        has_drifted=bool(drift and drift["moved"]),
        is_known=row is not None and (row["precision"]["value"] is not None or row["recall"]["value"] is not None),
    )


def _agreement(one: Mapping[str, Any]) -> Told:
    return told({**one, "value": one["alpha"], "state": "OK", "n": one["texts"]}, decimals=True)


def _drift_words(one: Mapping[str, Any]) -> str:
    words = f"{one['words'][0].upper()}{one['words'][1:]}"
    share = (
        f"{number(100 * one['share_last'], 1)} % of texts last week, {number(100 * one['share_before'], 1)} % before"
    )
    if one["sure_before"] is None or one["sure_last"] is None:
        return f"{words}: {share}."
    return f"{words}: {share}; found with {one['sure_last']:.2f} confidence, {one['sure_before']:.2f} before."
