"""What the topics of a tree are learned from: its names, descriptions and examples, and what people said of texts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from uuid import UUID

from insights.enrichment import embed
from insights.enrichment.encoder import encoder, encoder_version
from insights.enrichment.reading import clean
from insights.enrichment.stored_words import readings_of
from insights.enrichment.taxonomy import Node, Tree, heir_of
from insights.enrichment.topic_learning import Taught, learn
from insights.enrichment.topic_model import TopicModel
from insights.models import Embedding, Label

NOTHING = Path(__file__).parent / "taxonomies" / "nothing.txt"
CORRECTION_WEIGHT = 3.0
MOST_LABELLED = 20_000  # texts, the newest


def teach(tree: Tree, *, with_labels: bool = True) -> tuple[TopicModel, dict[str, float]] | None:
    """Learn the active topics of a tree that have anything to learn from; None where there are none.

    An area or group without examples of its own is what its topics are, and is not judged.
    """
    parents = {node.parent for node in tree if node.is_active}
    shown_as = {node.id: heir.id for node in tree if (heir := heir_of(node, tree)) is not None}
    taught_of = [node for node in tree if node.id in shown_as and (node.examples or node.key not in parents)]
    if not taught_of:
        return None
    keys = {node.id for node in taught_of}
    taught = [*_told(taught_of), *nothing(), *(_labelled(keys) if with_labels else ())]
    fixed = {node.id: node.threshold for node in taught_of if node.threshold is not None}
    return learn(taught, sorted(keys), fixed=fixed, shown_as=shown_as)


def _told(nodes: Sequence[Node]) -> list[Taught]:
    """Name and description as one text each, every example, every counter-example."""
    texts: list[tuple[str, Node, str]] = []
    for node in nodes:
        texts += [(told, node, "told") for told in (node.name, node.description) if told]
        texts += [(example, node, "yes") for example in node.examples]
        texts += [(example, node, "no") for example in node.counter_examples]
    vectors = encoder().encode([clean(text) for text, _, _ in texts])
    return [
        Taught(
            clean(text),
            vector,
            yes=frozenset() if kind == "no" else frozenset({node.id}),
            no=frozenset({node.id}) if kind == "no" else frozenset(),
            is_example=kind == "yes",
        )
        for (text, node, kind), vector in zip(texts, vectors, strict=True)
    ]


@cache
def nothing() -> tuple[Taught, ...]:
    """What customers say that is about no topic at all."""
    texts = [line for line in NOTHING.read_text(encoding="utf-8").splitlines() if line]
    vectors = encoder().encode(texts)
    return tuple(Taught(text, vector) for text, vector in zip(texts, vectors, strict=True))


def _labelled(topics: set[str]) -> Iterator[Taught]:
    """Texts that people judged, by their stored vectors; the gold set measures and does not teach.

    Where two people disagree the later one counts; a text whose words have changed since is another text.
    """
    labels = Label.objects.filter(
        task=Label.Task.TOPIC, topic__in=[UUID(topic) for topic in topics], feedback__gold__isnull=True
    ).exclude(purpose=Label.Purpose.GOLD)
    said: dict[UUID, dict[str, tuple[str, str]]] = defaultdict(dict)
    rows = labels.order_by("updated_at").values_list("feedback_id", "topic_id", "value", "words_digest")
    for feedback, topic, value, digest in rows:
        said[feedback][str(topic)] = (value, digest)
    newest = sorted(said, reverse=True)[:MOST_LABELLED]
    vectors = dict(Embedding.objects.filter(pk__in=newest, encoder=encoder_version()).values_list("pk", "vector"))
    readings = readings_of([key for key in newest if key in vectors])
    for key, reading in sorted(readings.items()):
        true = {topic: value for topic, (value, digest) in said[key].items() if digest in {"", reading.digest}}
        if true:
            yield Taught(
                reading.text,
                embed.from_bytes(bytes(vectors[key])),
                yes=frozenset(topic for topic, value in true.items() if value == "YES"),
                no=frozenset(topic for topic, value in true.items() if value == "NO"),
                weight=CORRECTION_WEIGHT,
            )
