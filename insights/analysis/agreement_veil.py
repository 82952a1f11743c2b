"""Which topics a viewer who may not read rows is not told of: few customers, and what would be had by subtraction."""

from collections.abc import Mapping

from insights.analysis.agreement_counts import customers
from insights.mart.engine import Version
from insights.mart.taxonomy import Taxonomy
from insights.metrics.query import MetricQuery
from insights.metrics.suppression import FEWEST_CUSTOMERS, Place, hidden
from insights.metrics.viewer import Viewer

Veil = Mapping[str, frozenset[str]]  # by scope: the topics that are hidden
_NOTHING: Veil = {"ALL": frozenset(), "MATCHED": frozenset()}


def veil(version: Version, query: MetricQuery, viewer: Viewer, taxonomy: Taxonomy) -> Veil:
    """Return what is hidden from this viewer; a topic that is hidden on one side is hidden on both."""
    if viewer.may_read_rows:
        return _NOTHING
    counts = customers(version, query, viewer)
    parents = {key: place.parent for key, place in taxonomy.places.items() if place.parent}
    hide: dict[str, set[str]] = {"ALL": set(), "MATCHED": set()}
    for side in ("SURVEYS", "CONTACTS"):
        own = {topic: pair for (of, topic), pair in counts.items() if of == side}
        for place, scope in enumerate(("ALL", "MATCHED")):
            told: dict[Place, int] = {(topic,): pair[place] for topic, pair in own.items() if topic}
            hide[scope] |= {str(found[0]) for found in hidden(told, {0: parents})}
            if 0 < own.get("", (0, 0))[place] < FEWEST_CUSTOMERS:
                hide[scope] |= set(own)
        # all less matched is who is not matched
        hide["MATCHED"] |= {topic for topic, (all_, both) in own.items() if 0 < all_ - both < FEWEST_CUSTOMERS}
    hide["MATCHED"] |= hide["ALL"]
    return {scope: frozenset(topics) for scope, topics in hide.items()}
