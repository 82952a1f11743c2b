"""Contact reasons: why customers reach out, whether it was solved, what it takes, and who causes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from insights.dashboards.boards.figures import Chart, bucket_for, export_url
from insights.dashboards.boards.places import Option
from insights.dashboards.boards.progress import arriving, reading
from insights.dashboards.boards.reason_changes import Finding, Told, column, findings, headline, sure_changes
from insights.dashboards.boards.reason_columns import (
    REPEAT,
    REPEATS,
    SIDES,
    VOLUME,
    WINDOWS,
    Measure,
    Wish,
    asked_of,
    columns,
    question,
)
from insights.dashboards.boards.reason_tiles import tiles_of, tiles_on
from insights.dashboards.boards.reason_tree import NONE, Line, Number, Tree, lines, opened, tree_of, unfit, whole
from insights.dashboards.boards.tiles import Tile
from insights.dashboards.boards.witnesses import Plot, disagreement, plot, testimony, witness_chart
from insights.dashboards.filters import Bar, asked, bar
from insights.dashboards.menus import values
from insights.dashboards.names import ago, days, moment
from insights.dashboards.numbers import number
from insights.dashboards.words import said
from insights.metrics import engine
from insights.metrics.answer import AsOf
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import Viewer
from insights.models import Topic

OWN = ("side", "window_days", "repeat_topic", "open", "toggle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """All the page shows."""

    headline: str
    findings: tuple[Finding, ...]
    bar: Bar
    compared_with: str
    sides: tuple[Option, ...]
    windows: tuple[Option, ...]
    repeats: tuple[Option, ...]
    wish: Wish
    tiles: tuple[Tile, ...]
    columns: tuple[Measure, ...]
    whole: tuple[Number, ...]
    whole_plot: Plot | None
    lines: tuple[Line, ...]
    unfit: tuple[Number, ...] | None
    opened: tuple[str, ...]
    open_all_url: str
    fold_all_url: str
    silence: str
    disagreement: tuple[str, ...]
    witnesses: Chart
    notes: tuple[str, ...]
    exports: tuple[tuple[str, str], ...]
    address: str  # the filters and the choices of this page, without what is unfolded
    as_of: AsOf
    newest: str
    built: str
    time_zone: str


def read_address(pairs: Sequence[tuple[str, str]], last_day: date) -> tuple[MetricQuery, Wish]:
    """Return what an address asks. Raises InvalidQuery."""
    own = {name: value for name, value in pairs if name in OWN}
    wish = Wish(
        side="cx" if own.get("side") == "cx" else "contacts",
        window=own.get("window_days") or WINDOWS[0],
        repeat=own.get("repeat_topic") or REPEATS[0],
    )
    page = asked([pair for pair in pairs if pair[0] not in OWN], last_day=last_day)
    question(page, REPEAT, wish)  # refuses a window that cannot be asked
    return page, wish


def reasons(pairs: Sequence[tuple[str, str]], viewer: Viewer, *, last_day: date, path: str, now: datetime) -> Reasons:
    """Return the page for an address. Raises InvalidQuery for what cannot be asked."""
    page, wish = read_address(pairs, last_day)
    own = [pair for pair in pairs if pair[0] in OWN]
    told, tiles = _answered(page, wish, viewer, now)
    shown, tree = _told_columns(columns(wish.side), told), tree_of(told)
    sure = sure_changes(told)
    found, compared = findings(told, sure, tree.names, tree.narrowest), _compared(page)
    is_open = opened(tree, [value for name, value in own if name == "open"], dict(own).get("toggle", ""))
    as_of = told[VOLUME].answer.as_of
    here = [*page.to_pairs(), *_chosen(wish)]
    return Reasons(
        headline=arriving() or headline(found, compared, _largest(told, tree)),
        findings=found[1:],
        bar=bar(page, lambda name: values(name, page.period, viewer), last_day=last_day, path=path),
        compared_with=compared,
        sides=_options(SIDES, wish.side),
        windows=_options({one: one for one in sorted(WINDOWS, key=int)}, wish.window),
        repeats=_options({"any": "about anything", "same": "about the same"}, wish.repeat),
        wish=wish,
        tiles=tiles,
        columns=shown,
        whole=whole(told, shown),
        whole_plot=plot(testimony(told, None)),
        lines=lines(tree, told, shown, sure, page, is_open),
        unfit=unfit(told, shown),
        opened=tuple(sorted(is_open)) or (NONE,),
        open_all_url=f"?{urlencode([*here, ('open', 'all')])}",
        fold_all_url=f"?{urlencode([*here, ('open', NONE)])}",
        silence="" if tree.topics else _silence(told),
        disagreement=disagreement(told, tree.names, tree.narrowest),
        witnesses=witness_chart(told, tree.names, tree.narrowest),
        notes=_notes(told, page),
        exports=tuple((measure.label, export_url(told[measure].answer.query)) for measure in shown),
        address=urlencode(here),
        as_of=as_of,
        newest=moment(as_of.complete_until),
        built=ago(as_of.built_at, now),
        time_zone=told[VOLUME].answer.time_zone,
    )


def _told_columns(measures: Sequence[Measure], told: Told) -> tuple[Measure, ...]:
    """Return the columns without the cost where nothing is assumed of it."""
    return tuple(one for one in measures if one.key != "cost" or told[one].answer.total.state != "NO_DATA")


def _answered(page: MetricQuery, wish: Wish, viewer: Viewer, now: datetime) -> tuple[Told, tuple[Tile, ...]]:
    """Ask everything in one go: each measure by topic, and the tiles in their course."""
    measures, places = asked_of(wish.side), tiles_on(wish.side)
    queries = [question(page, measure, wish) for measure in measures]
    courses = [tile.question(page, wish, bucket_for(page, "")) for tile in places]
    answers = engine.answers([*queries, *courses], viewer, now=now, evidence=False)
    told = {measure: column(answer) for measure, answer in zip(measures, answers, strict=False)}
    return told, tiles_of(places, answers[len(measures) :])


def _compared(page: MetricQuery) -> str:
    """Return the compared period in words, if there is one."""
    if page.compare is None:
        return ""
    period = page.period.compared(page.compare)
    return days(period.since, period.until)


def _chosen(wish: Wish) -> list[tuple[str, str]]:
    return [("side", wish.side), ("window_days", wish.window), ("repeat_topic", wish.repeat)]


def _options(labels: Mapping[str, str], chosen: str) -> tuple[Option, ...]:
    return tuple(Option(value=value, label=label, is_chosen=value == chosen) for value, label in labels.items())


def _largest(told: Told, tree: Tree) -> str:
    sizes = {row.by["topic"]: row.value or 0.0 for row in told[VOLUME].answer.rows if row.by["topic"] in tree.narrowest}
    key = max(sizes, key=lambda key: (sizes[key], key or ""), default=None)
    return "" if not key else f"{tree.names[key]} ({number(sizes[key])})"


def _notes(told: Told, page: MetricQuery) -> tuple[str, ...]:
    volume = told[VOLUME].answer
    waiting = next((found.answer.not_yet_assessable for one, found in told.items() if one.key == "back"), None)
    notes = ["A contact about several reasons stands under each of them, and once under each that they stand under."]
    share = next(
        (found.answer for one, found in told.items() if one.metric == "topic_share" and one.key == "share"), None
    )
    if share is not None and share.total.value is not None:
        notes.append(f"{said(share.total, share.metric).value} % of contacts with words tell a reason.")
    if waiting:
        notes.append(f"{number(waiting)} of {number(volume.total.n or 0)} contacts are too young to have come back.")
    if any(one.key == "cost" and found.answer.total.state == "NO_DATA" for one, found in told.items()):
        notes.append(
            "What contacts cost is left out: nothing is assumed of the channels yet (POST /api/v1/assumptions)."
        )
    if page.compare:
        notes.append("A change stands here only if it survives among all reasons and columns.")
    return tuple(notes)


def _silence(told: Told) -> str:
    """Return why there is no reason to show, and what to do."""
    total = told[VOLUME].answer.total
    if total.state == "SUPPRESSED":
        return "Hidden: too few customers to show without naming them."
    if not Topic.objects.exists():
        return "There are no topics yet. An analyst can load the ready taxonomy: manage.py taxonomy load."
    if not total.n:
        return "Nobody reached out here. Choose a longer period or fewer filters."
    progress = reading()
    if progress.is_running:
        return f"Reasons appear as the conversations are read: {progress.sentence}."
    return f"None of these {number(total.n)} contacts tells a reason that a topic fits."
