"""Topics, versions and differences as JSON."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Avg, Count, Q

from insights.enrichment.taxonomy import tree_from_json
from insights.enrichment.taxonomy_versions import live
from insights.models import TaxonomyVersion, Topic

_SHOWN = (
    *("key", "name", "description", "examples", "counter_examples", "demand", "owner_department", "journey_stage"),
    *("threshold", "is_active", "version"),
)


def topics_as_json(key: str | None = None) -> dict[str, Any]:
    """The tree, parents by key, each topic with its own mentions; those of what stands below are not added."""
    topics = Topic.objects.select_related("parent", "merged_into").order_by("key")
    counted = topics.annotate(
        texts=Count("mentions"),
        by_people=Count("mentions", filter=Q(mentions__tagged_by__startswith="person:")),
        mean_confidence=Avg("mentions__confidence"),
    )
    version = live()
    return {
        "version": version.number if version else None,
        "topics": [_topic(topic) for topic in (counted.filter(key=key) if key else counted)],
    }


def _topic(topic: Any) -> dict[str, Any]:
    return {
        **{name: getattr(topic, name) for name in _SHOWN},
        "parent": topic.parent.key if topic.parent else None,
        "merged_into": topic.merged_into.key if topic.merged_into else None,
        "texts": topic.texts,
        "by_people": topic.by_people,
        "mean_confidence": None if topic.mean_confidence is None else round(topic.mean_confidence, 4),
    }


def version_as_json(version: TaxonomyVersion) -> dict[str, Any]:
    """One version without its tree, which /topics and the diff show."""
    return {
        "number": version.number,
        "state": version.state,
        "based_on": version.based_on_id,
        "note": version.note,
        "edits": version.edits,
        "figures": version.figures,
        "texts_done": version.texts_done,
        "texts_total": version.texts_total,
        "created_at": version.created_at.isoformat(),
        "published_at": version.published_at.isoformat() if version.published_at else None,
        "error": version.error,
    }


def samples_in(rows: Mapping[str, Any]) -> list[str]:
    """Keys of the texts that a diff shows."""
    return [key for row in rows.values() for kept in row["samples"].values() for key in kept]


def diff_as_json(version: TaxonomyVersion, texts: Mapping[str, str]) -> dict[str, Any]:
    """The diff by topic, the most changed first; a text the viewer may not read is left out."""
    complete = version.state not in {TaxonomyVersion.State.DRAFT, TaxonomyVersion.State.TAGGING}
    told = {"version": version.number, "complete": complete, "texts": version.texts_done}
    return {**told, "topics": _rows(version, version.diff, texts)}


def trial_as_json(version: TaxonomyVersion, texts: Mapping[str, str]) -> dict[str, Any]:
    """What a test of a draft found, as a diff is told; no topics while it is being tested."""
    trial = version.trial
    told = {"version": version.number, "complete": "texts" in trial, "texts": trial.get("texts", 0)}
    return {**told, "error": trial.get("error", ""), "topics": _rows(version, trial.get("rows", {}), texts)}


def _rows(version: TaxonomyVersion, rows: Mapping[str, Any], texts: Mapping[str, str]) -> list[dict[str, Any]]:
    names = {str(key): (slug, name) for key, slug, name in Topic.objects.values_list("pk", "key", "name")}
    names |= {node.id: (node.key, node.name) for node in tree_from_json(version.tree)}
    found = [
        {
            "topic": names[topic][0],
            "name": names[topic][1],
            **{name: row[name] for name in ("before", "after", "gained", "lost")},
            "moved_to": {names[other][0]: count for other, count in sorted(row["moved_to"].items())},
            "samples": {
                how: [{"id": key, "text": texts[key]} for key in kept if key in texts]
                for how, kept in row["samples"].items()
            },
        }
        for topic, row in rows.items()
        if topic in names
    ]
    return sorted(found, key=lambda row: (-(row["gained"] + row["lost"]), row["topic"]))
