"""One topic's page: what it is, how often it is said and in which words, how well it is found, and its form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from insights.analysis.model_quality import latest
from insights.dashboards.boards.taxonomy import Standing, owners, places
from insights.dashboards.boards.taxonomy_draft import Compared, trial_of
from insights.dashboards.boards.topic_numbers import DAYS, NOT_KNOWN, Quality, Side, counts, qualities
from insights.dashboards.names import value_name
from insights.enrichment.taxonomy import Node, by_key, path_of
from insights.enrichment.topic_learning import TARGET_PRECISION
from insights.enrichment.topics import live_model
from insights.enrichment.trying_out import is_running
from insights.metrics.viewer import Viewer
from insights.models import Feedback, Topic

FEWEST_EXAMPLES: Final = 8  # below, a topic can hardly be told apart
PARTS: Final = 3  # lines of the form that splits


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What stands in the form, and what was wrong with it."""

    values: Mapping[str, str]
    problems: tuple[str, ...] = ()
    about: str = ""  # which form: "change", "merge", "split", "add" …


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPage:
    """The whole page."""

    standing: Standing
    node: Node
    way: tuple[Node, ...]  # what stands above it, the area first
    below: tuple[Node, ...]
    merged_into: Node | None
    is_leaf: bool
    mark: str  # how the draft differs from the live tree, in words
    facts: tuple[tuple[str, str], ...]
    threshold: str
    examples_words: str
    period: str
    sides: tuple[Side, ...]
    quality: Quality
    words_url: str
    trial: Compared | None
    is_trying: bool
    trial_error: str
    form: Form
    parents: tuple[tuple[str, str], ...]
    heirs: tuple[tuple[str, str], ...]
    owners: tuple[str, ...]
    stages: tuple[tuple[str, str], ...]
    demands: tuple[tuple[str, str], ...]
    parts: tuple[int, ...] = tuple(range(1, PARTS + 1))


def topic_page(
    shown: Standing, key: str, viewer: Viewer, *, last_day: date | None, now: datetime, form: Form | None = None
) -> TopicPage | None:
    """Return the page of a topic of the tree that is shown; None where that tree has no such topic."""
    nodes = by_key(shown.tree)
    node = nodes.get(key)
    if node is None:
        return None
    told = counts(viewer, last_day, now=now)
    below = tuple(one for one in shown.tree if one.parent == key and one.is_active)
    trial = shown.draft.trial if shown.draft and shown.which == "draft" else {}
    changed = next((one.words for one in shown.changed if one.key == key), "")
    return TopicPage(
        standing=shown,
        node=node,
        way=tuple(nodes[one] for one in path_of(key, nodes)[:-1]),
        below=below,
        merged_into=nodes.get(node.merged_into),
        is_leaf=not below,
        mark=changed if shown.which == "draft" else "",
        facts=_facts(node),
        threshold=_threshold(node, shown, is_leaf=not below),
        examples_words=_examples_words(node, is_leaf=not below),
        period=told.period,
        sides=told.of(key),
        quality=qualities(latest()).get(key, NOT_KNOWN),
        words_url=_words_url(key, last_day),
        trial=trial_of(shown.draft, viewer, node.id) if shown.draft and "texts" in trial else None,
        is_trying=is_running(trial, now),
        trial_error=trial.get("error", ""),
        form=form or Form(values=values_of(node)),
        parents=places(shown.tree, but=key),
        heirs=_heirs(shown, key),
        owners=owners(shown.tree),
        stages=tuple(Feedback.Stage.choices),
        demands=tuple(Topic.Demand.choices),
    )


def values_of(node: Node) -> dict[str, str]:
    """Return a topic as the form shows it: one example a line."""
    return {
        "name": node.name,
        "parent": node.parent,
        "description": node.description,
        "examples": "\n".join(node.examples),
        "counter_examples": "\n".join(node.counter_examples),
        "demand": node.demand,
        "owner_department": node.owner_department,
        "journey_stage": node.journey_stage,
        "threshold": "" if node.threshold is None else f"{node.threshold:g}",
    }


def _facts(node: Node) -> tuple[tuple[str, str], ...]:
    failure = node.demand == Topic.Demand.FAILURE
    return (
        ("Demand", "Failure: it should not happen" if failure else "Value: customers want this"),
        ("Owner", node.owner_department or "nobody yet"),
        ("Journey stage", value_name("journey_stage", node.journey_stage) if node.journey_stage else "any"),
        ("Key", node.key),
    )


def _threshold(node: Node, shown: Standing, *, is_leaf: bool) -> str:
    """From which score on it is shown, and what that stands for."""
    if not is_leaf and not node.examples:
        return "None of its own: what is found of the topics below it counts for it."
    if node.threshold is not None:
        return f"Shown from a score of {node.threshold:.2f}, set by hand."
    model = live_model()
    found = model.told_from().get(node.id) if model else None
    stated = f"the lowest at which {100 * TARGET_PRECISION:.0f} of 100 shown are right on the examples"
    if found is None:
        return f"Found when the draft is tested: {stated}."
    if shown.which == "draft":
        return f"Shown from a score of {found:.2f} in the live version. The draft finds its own: {stated}."
    return f"Shown from a score of {found:.2f}: {stated}."


def _examples_words(node: Node, *, is_leaf: bool) -> str:
    if not node.examples:
        return "No examples: it is suggested to people, and never counted." if is_leaf else ""
    if len(node.examples) < FEWEST_EXAMPLES:
        return f"{len(node.examples)} examples are few. From {FEWEST_EXAMPLES} on it can be told apart from others."
    return f"{len(node.examples)} examples it is learned from, in customers' words."


def _words_url(key: str, last_day: date | None) -> str:
    if last_day is None:
        return ""
    since, until = last_day - timedelta(days=DAYS - 1), last_day + timedelta(days=1)
    pairs = [("since", since.isoformat()), ("until", until.isoformat()), ("topic", key)]
    return f"{reverse('topic-words')}?{urlencode(pairs)}"


def _heirs(shown: Standing, key: str) -> tuple[tuple[str, str], ...]:
    above = {node.parent for node in shown.tree if node.is_active}
    used = [node for node in shown.tree if node.is_active and node.key not in above and node.key != key]
    return tuple((node.key, node.name) for node in sorted(used, key=lambda node: node.name.casefold()))
