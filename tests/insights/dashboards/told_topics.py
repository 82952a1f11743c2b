"""A small taxonomy that goes live over the told company: its texts are read for it, and the mart is built."""

from collections.abc import Callable

from django.utils import timezone

from insights.enrichment import pipeline
from insights.enrichment.encoder import build_encoder
from insights.enrichment.taxonomy import Node
from insights.enrichment.taxonomy_versions import load_first
from insights.models import Enrichment

TEXTS = 40  # that are read, the newest
INVOICE = (
    "The invoice was wrong again", "Nobody could tell me why the bill is wrong", "I was charged twice on my invoice",
    "The invoice shows a fee I did not order", "My bill is too high this month",
)  # fmt: skip
SLOW = (
    "My router is slow in the evening", "The internet is slow every evening", "Pages load slowly at night",
    "The connection is slower than promised", "Streaming stutters every evening",
)  # fmt: skip
TREE = (
    Node("money", "Money"),
    Node("bill", "The bill", parent="money"),
    Node(
        "wrong_charge", "Charged wrongly", parent="bill", description="Billed for something not ordered.",
        examples=INVOICE, counter_examples=("How do I pay?",), demand="FAILURE", owner_department="Finance",
        journey_stage="USE",
    ),
    Node("refund", "Refund", parent="bill", examples=("My refund has not come", "Where is my money back", "No refund")),
    Node("network", "Network"),
    Node("home", "At home", parent="network"),
    Node("slow_internet", "Slow connection", parent="home", examples=SLOW, demand="FAILURE", owner_department="IT"),
)  # fmt: skip


def tell_tree() -> None:
    """Put the tree live."""
    build_encoder()
    load_first(TREE, now=timezone.now())


def tell_topics(built: Callable[..., int]) -> None:
    """Put the tree live, read a part of the texts for it, build the mart."""
    tell_tree()
    newest = Enrichment.objects.order_by("-feedback__occurred_at")
    kept = newest.values_list("pk", flat=True)[:TEXTS]
    Enrichment.objects.exclude(pk__in=list(kept)).delete()
    while pipeline.enrich_batch(timezone.now()):
        pass
    built()
