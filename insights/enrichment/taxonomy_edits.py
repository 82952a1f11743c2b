"""Changes of a tree: each takes a tree and gives back another, with the change told in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from insights.enrichment.taxonomy import Node, Tree, WrongTaxonomy, by_key, checked

FEWEST_FOR_A_PART = 3
CHANGEABLE = frozenset(
    {"name", "description", "examples", "counter_examples", "demand", "owner_department", "journey_stage", "threshold"}
)
Edited = tuple[Tree, str]


def add(tree: Tree, *, key: str, name: str, **more: Any) -> Edited:
    """Add a topic; without examples it is suggested and not counted. Raises WrongTaxonomy, as all of these do."""
    if key in by_key(tree):
        raise WrongTaxonomy(f"There is a topic '{key}' already.")
    return checked([*tree, _node(Node(key=key, name=name), more | {})]), f"Added '{name}'."


def change(tree: Tree, *, key: str, **more: Any) -> Edited:
    """Rename, describe, give other examples, another owner or threshold."""
    node = _known(tree, key)
    changed = _node(node, more)
    told = ", ".join(name.replace("_", " ") for name in more if getattr(node, name) != getattr(changed, name))
    words = (
        f"Renamed '{node.name}' to '{changed.name}'."
        if told == "name"
        else f"Changed {told or 'nothing'} of '{node.name}'."
    )
    return _with(tree, changed), words


def move(tree: Tree, *, key: str, parent: str) -> Edited:
    """Put a topic below another one, or at the top where `parent` is blank."""
    node = _known(tree, key)
    if parent:
        _known(tree, parent)
    return _with(tree, replace(node, parent=parent)), f"Moved '{node.name}' below '{parent or 'the top'}'."


def merge(tree: Tree, *, key: str, into: str) -> Edited:
    """Count a topic as another one from now on: what is found, labelled and known of it becomes the other's."""
    node, heir = _known(tree, key), _known(tree, into)
    if key == into:
        raise WrongTaxonomy(f"'{key}' cannot be merged into itself.")
    if not heir.is_active:
        raise WrongTaxonomy(f"'{into}' is retired. Merge into a topic that is used.")
    _refuse_children(tree, node, "merged")
    return _with(tree, replace(node, is_active=False, merged_into=into)), f"Merged '{node.name}' into '{heir.name}'."


def split(tree: Tree, *, key: str, parts: Sequence[Mapping[str, Any]]) -> Edited:
    """Replace a topic by two or more, each with examples of its own, beside each other where it stood."""
    node = _known(tree, key)
    _refuse_children(tree, node, "split")
    if len(parts) < 2:
        raise WrongTaxonomy(f"'{key}' is split into {len(parts)} part; give at least two.")
    made = []
    for part in parts:
        if not {"key", "name"} <= part.keys():
            raise WrongTaxonomy("Each part needs a key and a name.")
        if len(part.get("examples") or ()) < FEWEST_FOR_A_PART:
            raise WrongTaxonomy(
                f"'{part['key']}' needs at least {FEWEST_FOR_A_PART} examples, or nobody can tell it apart."
            )
        start = replace(
            node, key=part["key"], name=part["name"], id="", examples=(), counter_examples=(), threshold=None
        )
        made.append(_node(start, {name: value for name, value in part.items() if name not in {"key", "name"}}))
    rest = [other for other in tree if other.key != key]
    retired = replace(node, is_active=False)
    names = ", ".join(f"'{part.name}'" for part in made)
    return checked([*rest, retired, *made]), f"Split '{node.name}' into {names}."


def retire(tree: Tree, *, key: str) -> Edited:
    """Stop counting a topic. It is kept, with its labels, and can be restored."""
    node = _known(tree, key)
    _refuse_children(tree, node, "retired")
    return _with(tree, replace(node, is_active=False)), f"Retired '{node.name}'."


def restore(tree: Tree, *, key: str) -> Edited:
    """Count a retired topic again, also one that was merged."""
    node = _known(tree, key, retired=True)
    return _with(tree, replace(node, is_active=True, merged_into="")), f"Restored '{node.name}'."


def replace_all(tree: Tree, *, table: Tree) -> Edited:
    """Take another tree: topics with known keys keep their identity, missing ones are retired."""
    old, new = by_key(tree), by_key(table)
    kept = [replace(node, id=old[node.key].id) if node.key in old else node for node in table]
    gone = [replace(node, is_active=False) for node in tree if node.key not in new]
    fine = [replace(node, parent=node.parent if node.parent in new or node.parent in old else "") for node in gone]
    added = len(new.keys() - old.keys())
    return checked([*kept, *fine]), f"Loaded a table: {added} topics are new, {len(gone)} are no longer in it."


EDITS: Mapping[str, Callable[..., Edited]] = {
    "add": add, "change": change, "move": move, "merge": merge, "split": split, "retire": retire, "restore": restore,
}  # fmt: skip


def _known(tree: Tree, key: str, *, retired: bool = False) -> Node:
    node = by_key(tree).get(key)
    if node is None:
        raise WrongTaxonomy(f"There is no topic '{key}'.")
    if not node.is_active and not retired:
        raise WrongTaxonomy(f"'{key}' is retired. Restore it first.")
    return node


def _refuse_children(tree: Tree, node: Node, verb: str) -> None:
    children = [other.key for other in tree if other.parent == node.key and other.is_active]
    if children:
        raise WrongTaxonomy(f"'{node.key}' cannot be {verb}: {', '.join(children)} stand below it. Move them first.")


def _node(node: Node, more: Mapping[str, Any]) -> Node:
    unknown = more.keys() - CHANGEABLE - {"parent"}
    if unknown:
        raise WrongTaxonomy(f"A topic has no '{min(unknown)}'. It has: {', '.join(sorted(CHANGEABLE))}.")
    told = dict(more)
    for name in ("examples", "counter_examples"):
        if name in told:
            told[name] = tuple(dict.fromkeys(text.strip() for text in told[name]))
    return replace(node, **told)


def _with(tree: Tree, node: Node) -> Tree:
    return checked([node if other.key == node.key else other for other in tree])
