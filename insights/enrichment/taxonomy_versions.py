"""The versions of the taxonomy: opened as a draft, edited, re-tagged, put live or discarded."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from insights.enrichment.taxonomy import Tree, WrongTaxonomy, by_key, checked, tree_from_json
from insights.enrichment.taxonomy_edits import Edited
from insights.enrichment.taxonomy_topics import write_topics
from insights.enrichment.topic_teaching import teach
from insights.models import Enrichment, Retagged, TaxonomyVersion, Topic

State = TaxonomyVersion.State
OPEN = (State.DRAFT, State.TAGGING, State.READY)


class NotNow(Exception):
    """The version cannot do this in its state. The message says what to do first."""


class TopicGone(Exception):
    """Nobody can be asked about this topic: it does not exist, or it is retired."""


def live() -> TaxonomyVersion | None:
    """The version that counts, without its numbers; None where no taxonomy was loaded."""
    return TaxonomyVersion.objects.defer("learned", "diff").filter(state=State.LIVE).first()


def draft() -> TaxonomyVersion | None:
    """The version that is being made, if one is."""
    return TaxonomyVersion.objects.defer("learned", "diff").filter(state__in=OPEN).first()


def judged_topic(key: str) -> Topic:
    """Return the topic that a label may be about. Raises TopicGone that says what became of it."""
    topic = Topic.objects.select_related("merged_into").filter(key=key).first()
    if topic is None:
        raise TopicGone(f"There is no topic '{key}'. GET /api/v1/topics lists them.")
    if not topic.is_active:
        heir = f" It was merged into '{topic.merged_into.key}': label that one." if topic.merged_into else ""
        raise TopicGone(f"The topic '{key}' is retired and takes no labels.{heir}")
    return topic


@transaction.atomic
def load_first(tree: Tree, *, now: datetime, by: int | None = None) -> TaxonomyVersion:
    """Put the very first tree live; all that was read before waits to be read for its topics.

    Raises NotNow where there is a taxonomy already: that one is edited instead.
    """
    if TaxonomyVersion.objects.exists():
        raise NotNow("There is a taxonomy already. Load the table into a draft: it shows what would change.")
    old = dict(Topic.objects.values_list("key", "pk"))
    nodes = checked([replace(node, id=str(old.get(node.key, node.id))) for node in tree])
    version = TaxonomyVersion(number=1, state=State.LIVE, tree=_as_json(nodes), created_by_id=by, created_at=now)
    version.published_at = now
    learn_into(version)
    version.save(force_insert=True)
    write_topics(nodes, 1)
    Enrichment.objects.filter(state=Enrichment.State.DONE).update(state=Enrichment.State.PENDING, attempts=0)
    return version


@transaction.atomic
def open_draft(*, now: datetime, by: int | None = None, note: str = "") -> TaxonomyVersion:
    """Begin a new version as a copy of the live one. Raises NotNow where one is open or nothing is live."""
    current = live()
    if current is None:
        raise NotNow("No taxonomy is live yet. 'manage.py taxonomy load' brings the ready one.")
    last = TaxonomyVersion.objects.order_by("-number").values_list("number", flat=True)[0]
    version = TaxonomyVersion(number=last + 1, based_on=current, tree=current.tree, note=note, created_at=now)
    version.created_by_id = by
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError:
        raise NotNow("A draft is open already. Go on with it, or discard it first.") from None
    return version


@transaction.atomic
def edit(
    number: int, how: Callable[..., Edited], *, now: datetime, by: int | None = None, **change: Any
) -> TaxonomyVersion:
    """Change the tree of a draft; what was re-tagged by its earlier form is forgotten. Raises WrongTaxonomy, NotNow."""
    version = _locked(number)
    if version.state not in OPEN:
        raise NotNow(f"Version {number} is {version.get_state_display().lower()} and cannot be edited. Open a draft.")
    tree, words = how(tree_from_json(version.tree), **change)
    version.tree = _as_json(tree)
    version.edits = [*version.edits, {"at": now.isoformat(), "by": by, "what": words}]
    version.trial = {}
    _forget_tagging(version)
    version.save()
    return version


@transaction.atomic
def edit_draft(how: Callable[..., Edited], *, now: datetime, by: int | None = None, **change: Any) -> TaxonomyVersion:
    """Change the open draft, or a new one where none is open: both, or neither. Raises WrongTaxonomy, NotNow."""
    number = (draft() or open_draft(now=now, by=by)).number
    return edit(number, how, now=now, by=by, **change)


@transaction.atomic
def start_tagging(number: int, *, now: datetime) -> TaxonomyVersion:
    """Let every text be judged by the draft; the work itself is `retag_batch`, again and again. Raises NotNow."""
    version = _locked(number)
    if version.state not in {State.DRAFT, State.READY}:
        raise NotNow(f"Version {number} is {version.get_state_display().lower()}; only a draft can be re-tagged.")
    _forget_tagging(version)
    version.state, version.tagging_since = State.TAGGING, now
    version.texts_total = Enrichment.objects.filter(state=Enrichment.State.DONE).count()
    version.save()
    return version


@transaction.atomic
def discard(number: int) -> TaxonomyVersion:
    """Close a draft without putting it live. Its tree is kept to be looked at."""
    version = _locked(number)
    if version.state not in OPEN:
        raise NotNow(f"Version {number} is {version.get_state_display().lower()}; only a draft can be discarded.")
    _forget_tagging(version)
    version.state = State.DISCARDED
    version.save()
    return version


def learn_into(version: TaxonomyVersion) -> None:
    """Learn the version's tree, from its examples and all labels, and keep the numbers with it."""
    taught = teach(tree_from_json(version.tree))
    if taught is None:
        raise WrongTaxonomy("No topic of the tree has anything to be told by.")
    model, version.figures = taught
    version.learned = model.to_bytes()
    version.digest = hashlib.blake2b(version.learned, digest_size=16).hexdigest()


def merges_of(tree: Tree) -> dict[UUID, UUID]:
    """Which topics of a tree are shown as which other ones."""
    nodes = by_key(tree)
    return {
        UUID(node.id): UUID(nodes[node.merged_into].id)
        for node in tree
        if not node.is_active and node.merged_into in nodes
    }


def _locked(number: int) -> TaxonomyVersion:
    version = TaxonomyVersion.objects.select_for_update().filter(number=number).first()
    if version is None:
        raise NotNow(f"There is no version {number} of the taxonomy.")
    return version


def _forget_tagging(version: TaxonomyVersion) -> None:
    Retagged.objects.filter(version=version).delete()
    version.state, version.cursor, version.texts_done, version.texts_total = State.DRAFT, None, 0, 0
    version.learned, version.digest, version.diff, version.error = None, "", {}, ""


def _as_json(tree: Tree) -> list[dict[str, Any]]:
    return [node.as_json() for node in tree]
