"""The Taxonomy page: the tree of topics, each with how often it is said on both sides and how well it is found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from insights.analysis.model_quality import latest
from insights.dashboards.boards.topic_numbers import (
    NOT_KNOWN,
    Counts,
    Quality,
    Side,
    bar,
    counts,
    qualities,
)
from insights.dashboards.names import moment
from insights.dashboards.numbers import number
from insights.enrichment.taxonomy import Node, Tree, tree_from_json
from insights.enrichment.taxonomy_changes import Changed, changes
from insights.enrichment.taxonomy_versions import draft, live
from insights.metrics.viewer import Viewer
from insights.models import TaxonomyVersion, Topic

Which = Literal["live", "draft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Which trees there are, and which one is shown."""

    live: TaxonomyVersion | None
    draft: TaxonomyVersion | None
    which: Which
    tree: Tree
    changed: tuple[Changed, ...]  # of the draft against the live tree

    @property
    def query(self) -> str:
        """What keeps an address on the same tree."""
        return f"?version={self.which}" if self.draft else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One row of the tree."""

    node: Node
    level: int
    is_leaf: bool
    mark: str  # "new", "changed" … in a draft
    sides: tuple[Side, ...]
    lengths: tuple[float, ...]
    quality: Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area with all that stands below it."""

    top: Branch
    below: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """The whole page."""

    standing: Standing
    headline: str
    sentence: str
    period: str
    find: str
    areas: tuple[Area, ...]
    retired: tuple[tuple[Node, str], ...]  # with the name of the one that took it over
    parents: tuple[tuple[str, str], ...]  # where a new topic may stand
    owners: tuple[str, ...]


def standing(wanted: str, *, may_edit: bool) -> Standing:
    """Return the live tree or the draft's: what is asked for, else the draft for whoever edits it."""
    live_one, draft_one = live(), draft()
    shows_draft = draft_one is not None and (wanted == "draft" or (wanted != "live" and may_edit))
    old = tree_from_json(live_one.tree) if live_one else ()
    new = tree_from_json(draft_one.tree) if draft_one else ()
    return Standing(
        live=live_one,
        draft=draft_one,
        which="draft" if shows_draft else "live",
        tree=new if shows_draft else old,
        changed=tuple(changes(old, new)) if draft_one else (),
    )


def taxonomy(shown: Standing, viewer: Viewer, *, last_day: date | None, find: str, now: datetime) -> Taxonomy:
    """Return the page of a tree, narrowed to what holds the words looked for."""
    known = qualities(latest())
    used = [node for node in shown.tree if node.is_active]
    marks = {one.key: one.how.lower() for one in shown.changed} if shown.which == "draft" else {}
    kept = _found(used, find)
    below = _children(used)
    leaves = frozenset(node.key for node in used if node.key not in below)
    told = counts(viewer, last_day, now=now, compared=leaves)
    branches = {node.key: _branch(node, 0, below, marks, told, known) for node in below.get("", ())}
    areas = tuple(
        Area(top=branches[top.key], below=tuple(_walk(top, 1, below, marks, told, known, kept)))
        for top in below.get("", ())
        if top.key in kept
    )
    return Taxonomy(
        standing=shown,
        headline=_headline(used, below),
        sentence=_sentence(shown, known),
        period=told.period,
        find=find,
        areas=areas,
        retired=_retired(shown.tree),
        parents=places(shown.tree),
        owners=owners(shown.tree),
    )


def places(tree: Tree, *, but: str = "") -> tuple[tuple[str, str], ...]:
    """Return where a topic may stand, with the whole way there; never below itself or on a fourth level."""
    nodes = {node.key: node for node in tree}
    found = []
    for node in tree:
        above = nodes.get(node.parent)
        way = [node.name] if above is None else [above.name, node.name]
        is_deep = above is not None and above.parent
        is_own = bool(but) and but in {node.key, node.parent}
        if node.is_active and not is_deep and not is_own:
            found.append((node.key, " › ".join(way)))
    return tuple(found)


def owners(tree: Tree) -> tuple[str, ...]:
    """Return the departments that own a topic."""
    return tuple(sorted({node.owner_department for node in tree if node.owner_department}))


def _children(used: Sequence[Node]) -> dict[str, list[Node]]:
    below: dict[str, list[Node]] = {}
    for node in sorted(used, key=lambda node: node.name.casefold()):
        below.setdefault(node.parent, []).append(node)
    return below


def _found(used: Sequence[Node], find: str) -> set[str]:
    """Keys of the topics that hold the words, of those above them, and of those below them."""
    wanted = find.strip().casefold()
    if not wanted:
        return {node.key for node in used}
    nodes = {node.key: node for node in used}
    hits = {node.key for node in used if wanted in " ".join([node.name, node.key, node.description]).casefold()}
    hits |= {node.key for node in used if any(wanted in example.casefold() for example in node.examples)}
    kept = set(hits)
    for key in hits:
        while key in nodes and nodes[key].parent:
            key = nodes[key].parent
            kept.add(key)
    kept |= {node.key for node in used if node.parent in hits}
    return kept | {node.key for node in used if node.parent in nodes and nodes[node.parent].parent in hits}


def _walk(
    top: Node,
    level: int,
    below: Mapping[str, list[Node]],
    marks: Mapping[str, str],
    told: Counts,
    known: Mapping[str, Quality],
    kept: set[str],
) -> Iterator[Branch]:
    for node in below.get(top.key, ()):
        if node.key in kept:
            yield _branch(node, level, below, marks, told, known)
            yield from _walk(node, level + 1, below, marks, told, known, kept)


def _branch(
    node: Node,
    level: int,
    below: Mapping[str, list[Node]],
    marks: Mapping[str, str],
    told: Counts,
    known: Mapping[str, Quality],
) -> Branch:
    sides = told.of(node.key)
    return Branch(
        node=node,
        level=level,
        is_leaf=node.key not in below,
        mark={"added": "new"}.get(marks.get(node.key, ""), marks.get(node.key, "")),
        sides=sides,
        lengths=tuple(bar(side.length, told.most) for side in sides) if node.key not in below else (),
        quality=known.get(node.key, NOT_KNOWN),
    )


def _retired(tree: Tree) -> tuple[tuple[Node, str], ...]:
    names = {node.key: node.name for node in tree}
    return tuple((node, names.get(node.merged_into, "")) for node in tree if not node.is_active)


def _headline(used: Sequence[Node], below: Mapping[str, list[Node]]) -> str:
    leaves = [node for node in used if node.key not in below]
    failing = sum(node.demand == Topic.Demand.FAILURE for node in leaves)
    areas = len(below.get("", ()))
    return (
        f"{number(len(leaves))} topics in {number(areas)} areas; {number(failing)} of them should not happen at all"
        if leaves
        else "There are no topics yet"
    )


def _sentence(shown: Standing, known: Mapping[str, Quality]) -> str:
    if shown.live is None:
        return "Load the ready tree of a service company, or a table of your own."
    count = sum(known[node.key].is_known for node in shown.tree if node.is_active and node.key in known)
    since = moment(shown.live.published_at)
    known_of = f"of {number(count)} of them" if count else "of none of them yet"
    return f"Version {shown.live.number}, live since {since}. How well they are found is known {known_of}."
