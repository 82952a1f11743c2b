"""Copying a tree that goes live into the topics that everything else joins."""

from uuid import UUID

from django.db.models import Q

from insights.enrichment.taxonomy import Node, Tree
from insights.models import Label, Mention, Topic

_COPIED = (
    *("key", "name", "description", "demand", "owner_department", "journey_stage", "threshold", "is_active"),
    *("examples", "counter_examples"),
)
_IN_FIGURES = ("key", "name", "parent_id", "demand", "owner_department", "is_active")


def write_topics(tree: Tree, number: int) -> set[UUID]:
    """Make the topics what the tree says; returns those of which figures show something else now."""
    keys = {node.key: UUID(node.id) for node in tree}
    old = Topic.objects.in_bulk()
    # names are freed before they are given anew: two topics may swap theirs
    for topic in Topic.objects.filter(pk__in=keys.values()):
        Topic.objects.filter(pk=topic.pk).update(name=f"{topic.pk}", key=f"{topic.pk}", parent=None)
    for node in tree:  # parents before children
        _write_one(node, keys, old.get(UUID(node.id)), number)
    for node in tree:
        heir = keys.get(node.merged_into) if not node.is_active else None
        Topic.objects.filter(pk=node.id).filter(~Q(merged_into=heir) | Q(merged_into=None)).update(merged_into=heir)
    written = Topic.objects.in_bulk(list(keys.values()))
    return {key for key, topic in written.items() if key not in old or _shown(topic) != _shown(old[key])}


def move_labels(merges: dict[UUID, UUID]) -> None:
    """Give what people said of a merged topic to its heir, unless they have said something of that one themselves."""
    for source, heir in merges.items():
        said = set(Label.objects.filter(topic=heir).values_list("feedback_id", "by_id"))
        for label in Label.objects.filter(topic=source, value="YES"):
            if (label.feedback_id, label.by_id) not in said:
                Label.objects.filter(pk=label.pk).update(topic=heir)
        tagged = Mention.objects.filter(topic=heir).values("feedback_id")
        Mention.objects.filter(topic=source).exclude(feedback__in=tagged).update(topic=heir)


def _write_one(node: Node, keys: dict[str, UUID], old: Topic | None, number: int) -> None:
    told = {name: getattr(node, name) for name in _COPIED}
    told |= {"examples": list(node.examples), "counter_examples": list(node.counter_examples)}
    told["parent_id"] = keys[node.parent] if node.parent else None
    changed = old is None or any(getattr(old, name) != value for name, value in told.items())
    version = number if changed or old is None else old.version
    Topic.objects.update_or_create(pk=node.id, defaults={**told, "version": version})


def _shown(topic: Topic) -> tuple[object, ...]:
    return tuple(getattr(topic, name) for name in _IN_FIGURES)
