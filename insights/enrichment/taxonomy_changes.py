"""What one tree has that another has not, topic by topic, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from insights.enrichment.taxonomy import Node, by_key

How = Literal["ADDED", "CHANGED", "RETIRED", "MERGED", "RESTORED"]
_NAMES = {"owner_department": "owner", "journey_stage": "journey stage", "counter_examples": "counter-examples"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One topic that is not what it was."""

    key: str
    name: str
    how: How
    words: str


def changes(old: Sequence[Node], new: Sequence[Node]) -> list[Changed]:
    """Return every topic that differs, in the new tree's order. One that is missing there counts as retired."""
    before, after = by_key(old), by_key(new)
    found = [_told(before.get(node.key), node, after) for node in new]
    gone = [
        Changed(key=node.key, name=node.name, how="RETIRED", words="is no longer there")
        for node in old
        if node.key not in after and node.is_active
    ]
    return [one for one in found if one is not None] + gone


def _told(was: Node | None, now: Node, tree: dict[str, Node]) -> Changed | None:
    if was is None:
        return Changed(key=now.key, name=now.name, how="ADDED", words=f"new, with {len(now.examples)} examples")
    if was.is_active and not now.is_active:
        heir = tree.get(now.merged_into)
        if heir is not None:
            return Changed(key=now.key, name=now.name, how="MERGED", words=f"merged into “{heir.name}”")
        return Changed(key=now.key, name=now.name, how="RETIRED", words="retired")
    if now.is_active and not was.is_active:
        return Changed(key=now.key, name=now.name, how="RESTORED", words="restored")
    words = _differences(was, now, tree)
    return Changed(key=now.key, name=now.name, how="CHANGED", words=words) if words else None


def _differences(was: Node, now: Node, tree: dict[str, Node]) -> str:
    told = []
    if was.name != now.name:
        told.append(f"renamed from “{was.name}”")
    if was.parent != now.parent:
        above = tree.get(now.parent)
        told.append(f"moved below “{above.name}”" if above else "moved to the top")
    others = ("description", "examples", "counter_examples", "demand", "owner_department", "journey_stage", "threshold")
    told += [f"other {_NAMES.get(name, name)}" for name in others if getattr(was, name) != getattr(now, name)]
    return ", ".join(told)
