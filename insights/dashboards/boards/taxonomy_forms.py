"""What people fill in about topics, as the edits of the taxonomy take it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from insights.dashboards.boards.taxonomy import owners, places, standing
from insights.enrichment.taxonomy import Node, Tree, WrongTaxonomy, by_key

_TEXTS = ("name", "description", "owner_department", "demand", "journey_stage", "parent")
_LISTS = ("examples", "counter_examples")
_LONGEST_KEY = 60
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTopic:
    """The form of a topic made of what a search found."""

    name: str
    examples: tuple[str, ...]
    parents: tuple[tuple[str, str], ...]
    owners: tuple[str, ...]


def of_search(text: str, examples: tuple[str, ...], *, may_edit: bool) -> NewTopic | None:
    """Return the form for whoever may edit the taxonomy; nothing where nothing was found or no tree is live."""
    shown = standing("", may_edit=may_edit)
    if not may_edit or not examples or shown.live is None:
        return None
    return NewTopic(name=text[:_LONGEST_NAME], examples=examples, parents=places(shown.tree), owners=owners(shown.tree))


def described(posted: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form says of a topic. Raises WrongTaxonomy where the threshold is no number."""
    told: dict[str, Any] = {name: _line(posted[name]) for name in _TEXTS if name in posted}
    told |= {name: lines(posted[name]) for name in _LISTS if name in posted}
    if "threshold" in posted:
        told["threshold"] = _threshold(posted["threshold"].strip())
    return told


def differing(node: Node, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return only what is other than it was, so that the draft's history tells what was really changed."""
    was = {**node.as_json(), "examples": node.examples, "counter_examples": node.counter_examples}
    return {name: value for name, value in told.items() if value != was[name]}


def parts_of(posted: Mapping[str, str], tree: Tree, most: int) -> list[dict[str, Any]]:
    """Return the parts that a topic is split into: those with a name. Each gets a key of its own."""
    parts: list[dict[str, Any]] = []
    for place in range(1, most + 1):
        name = _line(posted.get(f"part-{place}-name", ""))
        if name:
            taken = {one["key"] for one in parts}
            examples = lines(posted.get(f"part-{place}-examples", ""))
            parts.append({"key": key_for(name, tree, taken), "name": name, "examples": examples})
    return parts


def key_for(name: str, tree: Tree, taken: set[str] | None = None) -> str:
    """Return a key that no topic has, made of the name. Raises WrongTaxonomy where the name gives none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:_LONGEST_KEY]
    if not name:
        raise WrongTaxonomy("A topic needs a name.")
    used = {*by_key(tree), *(taken or ())}
    start = key or "topic"
    return next(one for one in (start, *(f"{start}_{number}" for number in range(2, 1000))) if one not in used)


def lines(cell: str) -> tuple[str, ...]:
    """Return the lines that say something, each once."""
    return tuple(dict.fromkeys(line.strip() for line in cell.splitlines() if line.strip()))


def _line(text: str) -> str:
    return " ".join(text.split())


def _threshold(text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise WrongTaxonomy(
            f"The threshold is '{text[:20]}'. Write a number from 0 to 1, or nothing for the one that is found."
        ) from None
