"""The tree of reasons: topics below topics, each a line of numbers that opens and folds."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from insights.dashboards.boards.reason_changes import Column, Sure, Told
from insights.dashboards.boards.reason_columns import ANSWERED_SHARE, VOLUME, Measure
from insights.dashboards.boards.tiles import evidence_url
from insights.dashboards.boards.witnesses import Plot, plot, testimony
from insights.dashboards.filters import about
from insights.dashboards.words import ChangeSaid, Said, change_said, said
from insights.mart.taxonomy import Place, Taxonomy, standing
from insights.metrics.answer import Answer, Row
from insights.metrics.query import MetricQuery
from insights.models import Topic

ALL, NONE = "all", "none"
_SHORT = {"WITHHELD": "n = {n}", "SUPPRESSED": "hidden", "NOT_COMPARABLE": "apart"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One cell."""

    said: Said
    short: str  # why there is no value, in a word
    change: ChangeSaid | None  # only what survives among all that was looked at
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One topic."""

    key: str
    name: str
    above: str  # its parent's key
    level: int
    owner: str  # "Finance, failure"
    has_more: bool
    is_open: bool
    is_shown: bool
    numbers: tuple[Number, ...]
    plot: Plot | None
    records_url: str
    focus_url: str


@dataclass(frozen=True, slots=True)
class Tree:
    """The topics that were told of, as they stand under each other."""

    topics: Mapping[str, Topic]
    below: Mapping[str, list[str]]  # "" holds the roots; the largest first
    taxonomy: Taxonomy

    @property
    def narrowest(self) -> frozenset[str]:
        """Those nothing told of stands under."""
        return frozenset(key for key in self.topics if not self.below.get(key))

    @property
    def names(self) -> dict[str, str]:
        """What they are called."""
        return {key: topic.name for key, topic in self.topics.items()}

    def walk(self, key: str = "", level: int = 1) -> Iterator[tuple[str, int]]:
        """Yield the topics in the order of the page, each with how deep it stands."""
        for one in self.below.get(key, ()):
            yield one, level
            yield from self.walk(one, level + 1)


def tree_of(told: Told) -> Tree:
    """Return the tree of what was told: two statements for the topics."""
    sizes = _sizes(told)
    known = {topic.key: topic for topic in Topic.objects.filter(key__in=sizes).select_related("parent")}
    below: dict[str, list[str]] = {}
    for key in sorted(known, key=lambda key: (*(-size for size in sizes[key]), known[key].name)):
        parent = known[key].parent
        below.setdefault(parent.key if parent is not None and parent.key in known else "", []).append(key)
    return Tree(known, below, standing().taxonomy)


def _sizes(told: Told) -> dict[str, tuple[float, ...]]:
    """Return by what topics are put in order: those of which anything was told, or is hidden."""
    by = [measure for measure in told if measure.key in {ANSWERED_SHARE.key, VOLUME.key}]
    by.sort(key=lambda measure: measure.key)  # survey answers first, where the side has them
    found = [told[measure].rows for measure in by]
    keys = {key for rows in found for key, row in rows.items() if key and (row.value or row.state == "SUPPRESSED")}
    return {key: tuple((rows[key].value or 0.0) if key in rows else 0.0 for rows in found) for key in keys}


def opened(tree: Tree, wanted: Collection[str], toggled: str) -> frozenset[str]:
    """Return which topics are unfolded: those asked for, the roots unless told; `toggled` is the other way round."""
    inner = {key for key in tree.topics if tree.below.get(key)}
    asked = wanted or tree.below.get("", ())
    now = inner if ALL in asked else inner.intersection(asked)
    return frozenset(now ^ ({toggled} & inner))


def lines(
    tree: Tree, told: Told, shown: Sequence[Measure], sure: Sure, page: MetricQuery, is_open: Collection[str]
) -> tuple[Line, ...]:
    """Return all lines; those under a folded one are not shown."""
    made: list[Line] = []
    seen: dict[str, bool] = {"": True}  # whether what stands below is seen
    records, here = records_without_topic(page), urlencode([pair for pair in page.to_pairs() if pair[0] != "topic"])
    for key, level in tree.walk():
        parent = tree.topics[key].parent
        above = parent.key if parent is not None and parent.key in tree.topics else ""
        seen[key] = seen[above] and key in is_open
        made.append(
            Line(
                key=key,
                name=tree.topics[key].name,
                above=above,
                level=level,
                owner=_owner(tree.taxonomy.places[key]) if key in tree.narrowest else "",
                has_more=bool(tree.below.get(key)),
                is_open=key in is_open,
                is_shown=seen[above],
                numbers=tuple(_number(measure, told[measure], key, sure) for measure in shown),
                plot=plot(testimony(told, key)),
                records_url=f"{records}&{urlencode({'topic': key})}",
                focus_url=f"?{here}&{urlencode({'topic': key})}",
            )
        )
    return tuple(made)


def whole(told: Told, shown: Iterable[Measure]) -> tuple[Number, ...]:
    """Return the numbers of everything, whatever it is about."""
    return tuple(
        _told(found.answer.total, found.answer, evidence_url(found.answer.query))
        for measure in shown
        for found in [told[measure]]
    )


def unfit(told: Told, shown: Iterable[Measure]) -> tuple[Number, ...] | None:
    """Return the numbers of what fits no topic, if anything does not."""
    if not (row := told[VOLUME].rows.get("")) or not row.value:
        return None
    return tuple(_number(measure, told[measure], "", frozenset()) for measure in shown)


def _number(measure: Measure, found: Column, topic: str, sure: Sure) -> Number:
    is_sure = (measure.key, topic) in sure
    return _told(found.row(topic), found.answer, found.url_of(topic), is_sure=is_sure)


def _told(row: Row, answer: Answer, url: str, *, is_sure: bool = False) -> Number:
    told = said(row, answer.metric)
    return Number(
        said=told,
        short=_SHORT.get(row.state, "none" if row.n else "–").format(n=row.n),
        change=change_said(row, answer.metric) if is_sure else None,
        url=url,
    )


def _owner(place: Place) -> str:
    demand = "failure" if place.demand == Topic.Demand.FAILURE else "value"
    return f"{place.department}, {demand}" if place.department else demand


def records_url(page: MetricQuery, topic: str) -> str:
    """Return the address of the conversations about a topic."""
    return f"{records_without_topic(page)}&{urlencode({'topic': topic})}"


def records_without_topic(page: MetricQuery) -> str:
    """Return the address of the conversations about any topic."""
    query = about(page, VOLUME.metric, compare=None, filters=tuple(one for one in page.filters if one[0] != "topic"))
    return f"{reverse('records')}?{query.to_url(with_metric=True)}"
