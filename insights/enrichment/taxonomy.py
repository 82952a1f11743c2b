"""The tree of topics as a value: what a topic is, what makes a tree wrong, and its form as a table."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from insights.models import Feedback, Topic

READY = Path(__file__).parent / "taxonomies" / "service.csv"
DEEPEST = 3
MOST_TOPICS = 500
MOST_EXAMPLES = 200
LONGEST_EXAMPLE = 600
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_YES, _NO = frozenset({"", "yes", "true", "1"}), frozenset({"no", "false", "0"})


class WrongTaxonomy(Exception):
    """The tree cannot be used. `problems` says all of it, each in words with the topic it is about."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Node:
    """One topic of a tree."""

    key: str
    name: str
    parent: str = ""  # a key; blank: an area of its own
    description: str = ""
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    demand: str = "VALUE"
    owner_department: str = ""
    journey_stage: str = ""
    threshold: float | None = None  # null: the one that was found for the stated precision
    is_active: bool = True
    merged_into: str = ""
    id: str = field(default="")

    def with_id(self) -> "Node":
        """Give a topic that is new its identity; the same key always gets the same."""
        return self if self.id else replace(self, id=str(uuid5(NAMESPACE_URL, f"cxhub:topic:{self.key}")))

    def as_json(self) -> dict[str, Any]:
        """As a version stores it."""
        return {**asdict(self), "examples": list(self.examples), "counter_examples": list(self.counter_examples)}


Tree = tuple[Node, ...]
COLUMNS = tuple(column.name for column in fields(Node) if column.name != "id")


def tree_from_json(stored: Sequence[Mapping[str, Any]]) -> Tree:
    """Read a tree as a version stores it."""
    return tuple(
        Node(**{**node, "examples": tuple(node["examples"]), "counter_examples": tuple(node["counter_examples"])})
        for node in stored
    )


def by_key(tree: Sequence[Node]) -> dict[str, Node]:
    """The topics of a tree by their key."""
    return {node.key: node for node in tree}


def checked(tree: Sequence[Node]) -> Tree:
    """Return the tree with identities, parents before children. Raises WrongTaxonomy with all that is wrong."""
    problems = [*_wrong_one_by_one(tree), *_wrong_together(tree)]
    if problems:
        raise WrongTaxonomy(*problems)
    nodes = by_key(tree)
    return tuple(sorted((node.with_id() for node in tree), key=lambda node: path_of(node.key, nodes)))


def path_of(key: str, nodes: Mapping[str, Node]) -> tuple[str, ...]:
    """Keys from the area down to the topic. Raises WrongTaxonomy where the way up is a circle."""
    path: list[str] = []
    while key:
        if key in path:
            raise WrongTaxonomy(f"'{key}' is above itself: {' → '.join([*reversed(path), key])}.")
        path.append(key)
        key = nodes[key].parent if key in nodes else ""
    return tuple(reversed(path))


def heir_of(node: Node, tree: Sequence[Node]) -> Node | None:
    """The topic as which one is shown: itself, the one it was merged into, or none where it was retired."""
    nodes, seen = by_key(tree), {node.key}
    while not node.is_active:
        if node.merged_into not in nodes or node.merged_into in seen:
            return None
        node = nodes[node.merged_into]
        seen.add(node.key)
    return node


def _wrong_one_by_one(tree: Sequence[Node]) -> list[str]:
    found = []
    for node in tree:
        if not _KEY.fullmatch(node.key):
            found.append(f"The key '{node.key[:90]}' must be small letters, digits, _ and -, at most 80.")
        if not node.name.strip() or len(node.name) > 120 or "\x00" in node.name + node.description:
            found.append(f"'{node.key}' needs a name of 1 to 120 characters.")
        if node.demand not in Topic.Demand.values:
            found.append(f"'{node.key}': demand is '{node.demand}', and must be VALUE or FAILURE.")
        if node.journey_stage and node.journey_stage not in Feedback.Stage.values:
            found.append(f"'{node.key}': there is no journey stage '{node.journey_stage}'.")
        if node.threshold is not None and not 0 <= node.threshold <= 1:
            found.append(f"'{node.key}': the threshold is {node.threshold:g}, and must be from 0 to 1.")
        found += _wrong_examples(node)
    return found


def _wrong_examples(node: Node) -> list[str]:
    said = (*node.examples, *node.counter_examples)
    found = []
    if len(said) > MOST_EXAMPLES:
        found.append(f"'{node.key}' has {len(said)} examples; {MOST_EXAMPLES} are enough. Labels teach beyond these.")
    if any(not example.strip() or len(example) > LONGEST_EXAMPLE or "\x00" in example for example in said):
        found.append(f"'{node.key}': an example is empty or longer than {LONGEST_EXAMPLE} characters.")
    if both := set(node.examples) & set(node.counter_examples):
        found.append(f"'{node.key}': '{min(both)}' cannot be an example and a counter-example.")
    return found


def _wrong_together(tree: Sequence[Node]) -> list[str]:
    nodes = by_key(tree)
    found = [f"The key '{key}' stands {count} times." for key, count in _often(node.key for node in tree)]
    named = [(node.parent, node.name.strip().casefold()) for node in tree if node.is_active]
    found += [f"The name '{name}' stands {count} times below '{parent}'." for (parent, name), count in _often(named)]
    found += [
        f"'{node.key}' is below '{node.parent}', which does not exist."
        for node in tree
        if node.parent and node.parent not in nodes
    ]
    found += [
        f"'{node.key}' was merged into '{node.merged_into}', which does not exist."
        for node in tree
        if node.merged_into and node.merged_into not in nodes
    ]
    if len(tree) > MOST_TOPICS:
        found.append(f"{len(tree)} topics are more than the {MOST_TOPICS} that can be told apart.")
    return [*found, *_wrong_heights(tree, nodes)]


def _wrong_heights(tree: Sequence[Node], nodes: Mapping[str, Node]) -> list[str]:
    found: dict[str, None] = {}
    for node in tree:
        try:
            depth = len(path_of(node.key, nodes))
        except WrongTaxonomy as circle:
            found[circle.problems[0]] = None
            continue
        if depth > DEEPEST:
            found[f"'{node.key}' is on level {depth}; there are {DEEPEST}."] = None
        above = nodes.get(node.parent)
        if node.is_active and above is not None and not above.is_active:
            found[f"'{node.key}' is below '{above.key}', which is retired. Move or retire it too."] = None
    return list(found)


def _often(values: Any) -> list[tuple[Any, int]]:
    seen: dict[Any, int] = {}
    for value in values:
        seen[value] = seen.get(value, 0) + 1
    return [(value, count) for value, count in seen.items() if count > 1]


def to_csv(tree: Sequence[Node]) -> str:
    """Write a tree as a table: one topic a row, one example a line within its cell."""
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    table.writeheader()
    for node in tree:
        row = {name: getattr(node, name) for name in COLUMNS}
        row |= {name: "\n".join(row[name]) for name in ("examples", "counter_examples")}
        row |= {"threshold": "" if node.threshold is None else f"{node.threshold:g}"}
        table.writerow({**row, "is_active": "yes" if node.is_active else "no"})
    return out.getvalue()


def from_csv(text: str) -> Tree:
    """Read a tree from a table. Raises WrongTaxonomy that names the row, or all that is wrong with the tree."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    named = set(rows.fieldnames or ())
    if missing := {"key", "name"} - named:
        raise WrongTaxonomy(f"The table has no column '{min(missing)}'. Columns: {', '.join(COLUMNS)}.")
    if unknown := named - set(COLUMNS):
        raise WrongTaxonomy(f"There is no column '{min(map(str, unknown))}'. Columns: {', '.join(COLUMNS)}.")
    try:
        tree = [_from_row(number, row) for number, row in enumerate(rows, start=2)]
    except csv.Error as broken:
        raise WrongTaxonomy(f"The table cannot be read: {broken}.") from broken
    if not tree:
        raise WrongTaxonomy("The table holds no topics.")
    return checked(tree)


def _from_row(number: int, row: Mapping[Any, Any]) -> Node:
    if None in row:
        raise WrongTaxonomy(f"Row {number} has more cells than the header. Quote cells that hold commas or lines.")
    cell = {name: (row.get(name) or "").strip() for name in COLUMNS}
    try:
        threshold = float(cell["threshold"]) if cell["threshold"] else None
    except ValueError:
        raise WrongTaxonomy(f"Row {number} ({cell['key']}): '{cell['threshold']}' is no threshold.") from None
    if cell["is_active"].lower() not in _YES | _NO:
        raise WrongTaxonomy(f"Row {number} ({cell['key']}): is_active is '{cell['is_active']}', and must be yes or no.")
    return Node(
        **{name: cell[name] for name in ("key", "name", "parent", "description", "owner_department", "merged_into")},
        demand=cell["demand"].upper() or "VALUE",
        journey_stage=cell["journey_stage"].upper(),
        threshold=threshold,
        is_active=cell["is_active"].lower() in _YES,
        examples=_lines(cell["examples"]),
        counter_examples=_lines(cell["counter_examples"]),
    )


def _lines(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in cell.splitlines() if line.strip()))
