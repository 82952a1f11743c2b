"""The Overview: both teams' headline numbers beside each other, their course, their cuts, and the customers' words."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from insights.dashboards.boards.figures import Chart, bucket_for, buckets, comparison, course, cut_question
from insights.dashboards.boards.headline import headline, survivors
from insights.dashboards.boards.places import CONTACTS, CUTS, LEFT, RIGHT, SHOWN, SURVEYS, Option, chosen, options
from insights.dashboards.boards.progress import arriving
from insights.dashboards.boards.tiles import Place, Tile, Voice, is_told, question, tiles
from insights.dashboards.filters import Bar, asked, bar
from insights.dashboards.menus import values
from insights.dashboards.names import ago, days, dimension_name, moment
from insights.metrics import engine
from insights.metrics.answer import Answer, AsOf
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import Viewer

OWN = ("show", "step", "cut", "left", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of the page."""

    voice: Voice
    title: str
    note: str
    tiles: list[Tile]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All the page shows."""

    headline: str
    bar: Bar
    compared_with: str
    sides: tuple[Side, Side]
    apart: str  # why what customers sound like stands in a tile for each medium
    trend: Chart
    cut: Chart
    steps: list[Option]
    shown: Mapping[str, list[Option]]
    cuts: list[Option]
    address: str  # the filters alone
    lefts: list[Option]
    rights: list[Option]
    as_of: AsOf
    newest: str
    built: str
    time_zone: str


def overview(pairs: Sequence[tuple[str, str]], viewer: Viewer, *, last_day: date, path: str, now: datetime) -> Overview:
    """Return the page for an address. Raises InvalidQuery for what cannot be asked."""
    own = {name: value for name, value in pairs if name in OWN}
    page = asked([pair for pair in pairs if pair[0] not in OWN], last_day=last_day)
    step = bucket_for(page, own.get("step", ""))
    shown_key, shown = chosen(own.get("show", ""), SHOWN)
    left_key, left = chosen(own.get("left", ""), LEFT, ("surveys",))
    right_key, right = chosen(own.get("right", ""), RIGHT, ("contacts",))
    cut = own["cut"] if own.get("cut") in CUTS else CUTS[0]
    both = [place for place in (*SURVEYS, *CONTACTS) if is_told(page, place)]
    questions = {
        **{("tile", place): question(page, place, step) for place in both},
        ("tile", shown): question(page, shown, step),
        **{("cut", place): cut_question(page, place, cut) for place in (left, right)},
    }
    given = dict(zip(questions, engine.answers(list(questions.values()), viewer, now=now, evidence=False), strict=True))
    as_of = given["tile", shown].as_of
    compared = days(*_compared(page)) if page.compare else ""
    placed = [(place, given["tile", place]) for place in both]
    return Overview(
        headline=arriving() or headline(placed, compared),
        bar=bar(page, lambda name: values(name, page.period, viewer), last_day=last_day, path=path),
        compared_with=compared,
        sides=_sides(given, {place for place, _ in survivors(placed)}),
        apart=engine.apart([medium for _, answer in placed for medium in answer.total.media]),
        trend=course(shown, given["tile", shown]),
        cut=comparison((left, right), (given["cut", left], given["cut", right]), cut),
        steps=buckets(step),
        shown={"What customers answer": options("surveys", shown_key), "Contacts": options("contacts", shown_key)},
        cuts=[Option(value=name, label=dimension_name(name), is_chosen=name == cut) for name in CUTS],
        address=page.to_url(),
        lefts=options("surveys", left_key),
        rights=options("contacts", right_key),
        as_of=as_of,
        newest=moment(as_of.complete_until),
        built=ago(as_of.built_at, now),
        time_zone=given["tile", shown].time_zone,
    )


def _compared(page: MetricQuery) -> tuple[date, date]:
    period = page.period.compared(page.compare or "previous")
    return period.since, period.until


def _sides(given: Mapping[tuple[str, Place], Answer], sure: Container[Place]) -> tuple[Side, Side]:
    def side(voice: Voice, title: str, note: str, places: Sequence[Place]) -> Side:
        told = [place for place in places if ("tile", place) in given]
        shown = tiles(told, [given["tile", place] for place in told], sure)
        return Side(voice=voice, title=title, note=note, tiles=shown)

    return (
        side("surveys", "Surveys", "what customers answer when asked", SURVEYS),
        side("contacts", "Contacts", "what customers do and say by themselves", CONTACTS),
    )
