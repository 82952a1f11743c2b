"""Where surveys and contacts agree, where they do not, and which of them to believe (DESIGN 6).

One object for the page, the API, the export and the command line. It is read in a few statements whatever the number of
topics, and kept as long as the data, the question, the viewer's limits and the last measurement of the reading stay.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

import numpy as np
from django.core.cache import cache

from insights.analysis.agreement_belief import Belief, Evidence, Quality, Reason, belief, qualities
from insights.analysis.agreement_counts import Counted, Counts, Floats, counted
from insights.analysis.agreement_moods import Moods, moods
from insights.analysis.agreement_overall import Overall, overall
from insights.analysis.agreement_shares import Shares, shares
from insights.analysis.agreement_veil import Veil, veil
from insights.analysis.model_quality import latest
from insights.analysis.representation import Representation, represented, values_of
from insights.analysis.representation_counts import Who, who
from insights.mart.engine import Version, open_version
from insights.mart.table import url
from insights.mart.taxonomy import Taxonomy
from insights.metrics.answer import AsOf
from insights.metrics.axes import Axes
from insights.metrics.query import InvalidQuery, MetricQuery
from insights.metrics.scope import refuse_what_is_guarded
from insights.metrics.viewer import Viewer
from insights.models import Topic

Scope = Literal["ALL", "MATCHED"]
Class = Literal[
    "AGREE", "LOUDER_IN_CONTACTS", "LOUDER_IN_SURVEYS", "ONLY_IN_CONTACTS", "ONLY_IN_SURVEYS", "OPPOSITE", "NOT_YET"
]
SCOPES: Final[tuple[Scope, ...]] = ("ALL", "MATCHED")
_NOT_ASKED: Final = ("by", "bucket", "compare", "hour", "kind")
SECONDS_KEPT: Final = 6 * 3600
_SHAPE: Final = 1  # grows when what is kept changes its form
_HIDDEN = Belief(which="NEITHER_YET", reasons=(Reason(code="HIDDEN"),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One topic among one set of customers; None where fewer customers than the viewer may be shown tell of it.

    `kind` is the shares' verdict, OPPOSITE where they tell of no difference and the moods are opposite.
    """

    kind: Class
    shares: Shares | None
    moods: Moods | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicAgreement:
    """One topic among all texts and among matched customers', and which side to believe on it."""

    key: str
    name: str
    parent: str  # its key; "" at the top
    has_topics_below: bool
    lines: Mapping[Scope, Line]
    belief: Belief


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """All of it. `texts`, `overall` and `is_common_axis` are by set of customers, the texts by side, too."""

    query: MetricQuery
    as_of: AsOf
    time_zone: str
    topics: tuple[TopicAgreement, ...]
    texts: Mapping[Scope, Mapping[str, int]]
    talk: Mapping[str, float]  # topics a text of a side names on average
    overall: Mapping[Scope, Overall]
    is_common_axis: bool
    apart: str  # why moods of both sides do not share an axis; empty where they do
    who: Representation
    made_of: str  # changes with the data, the question, the viewer's limits, topics' names and what labels tell


def asked(pairs: Iterable[tuple[str, str]], *, today: date) -> tuple[MetricQuery, Scope]:
    """Read a URL's parameters: days, filters, as_of, and customers=ALL or MATCHED. Raises InvalidQuery."""
    given = list(pairs)
    for name, _ in given:
        if name in _NOT_ASKED:
            raise InvalidQuery(name, f"The agreement takes no '{name}': it is of topics, surveys beside contacts.")
    customers = [value for name, value in given if name == "customers"]
    if len(customers) > 1 or (customers and customers[0] not in SCOPES):
        raise InvalidQuery("customers", f"customers is '{', '.join(customers)}'. It can be {' or '.join(SCOPES)}.")
    rest = [pair for pair in given if pair[0] != "customers"]
    scope: Scope = "MATCHED" if customers == ["MATCHED"] else "ALL"
    return MetricQuery.from_pairs("topic_share", rest, today=today), scope


def agreement(query: MetricQuery, viewer: Viewer) -> Agreement | None:
    """Answer the page's question; None where there is no data yet. Cuts, buckets and comparison do not matter.

    Raises NotAllowed, UnknownVersion.
    """
    refuse_what_is_guarded(query.wanted, viewer)
    kept = tuple(item for item in query.filters if item[0] != "kind")
    whole = replace(query, metric="topic_share", by=(), bucket=None, compare=None, parameters=(), filters=kept)
    version = open_version(whole.as_of)
    if version is None:
        return None
    run = latest()
    names = dict(Topic.objects.order_by("key").values_list("key", "name"))
    parts = (_SHAPE, url(), version.number, version.note.built_at.isoformat(), whole.to_url(), viewer.scope_key, names)
    key = f"agreement:{hashlib.sha256(repr((*parts, run and run.pk)).encode()).hexdigest()}"
    found: Agreement | None = cache.get(key)
    if found is None:
        done = _Work(version, whole, viewer, names).done(qualities(run.figures if run else {}))
        found = replace(done, made_of=key)
        cache.set(key, found, SECONDS_KEPT)
    return found


class _Work:
    """What is worked out for one question."""

    def __init__(self, version: Version, query: MetricQuery, viewer: Viewer, names: Mapping[str, str]) -> None:
        self._version, self._query, self._viewer, self._names = version, query, viewer, names
        self._counted: Counted = counted(version, query, viewer)
        self._who: Who = who(version, query, viewer)
        self._taxonomy: Taxonomy = version.note.taxonomy
        self._topics = self._counted.everybody.topics
        self._veil: Veil = veil(version, query, viewer, self._taxonomy)
        self._axes = Axes(version.note.comparable)
        self._leaves = self._without_others_below()
        self._talk = talk(self._counted.everybody, self._leaves)

    def done(self, labelled: Mapping[str, Quality]) -> Agreement:
        """Return the answer."""
        counts: dict[Scope, Counts] = {"ALL": self._counted.everybody, "MATCHED": self._counted.matched}
        leaves = self._leaves
        told = {scope: shares(one) for scope, one in counts.items()}
        heard = {scope: moods(one, leaves, self._axes) for scope, one in counts.items()}
        verdicts = {scope: {one.topic: one.verdict for one in told[scope]} for scope in SCOPES}
        lines = {scope: self._lines(scope, told[scope], heard[scope][0]) for scope in SCOPES}
        beliefs = self._beliefs(told, heard["ALL"][0], labelled)
        version, everybody = self._version, counts["ALL"]
        return Agreement(
            query=self._query,
            as_of=AsOf(
                data_version=version.number,
                built_at=version.note.built_at,
                complete_until=version.note.complete_until,
            ),
            time_zone=version.note.time_zone,
            topics=tuple(self._topic(place, lines, beliefs) for place in self._shown()),
            texts={scope: _texts(one) for scope, one in counts.items()},
            talk=self._talk,
            overall={scope: overall(one, verdicts[scope], leaves) for scope, one in counts.items()},
            is_common_axis=heard["ALL"][1],
            apart=self._axes.why(everybody.media),
            who=represented(
                self._who,
                answers=self._counted.answers,
                with_words=int(everybody.of("SURVEYS", "words").sum()),
                read=int(everybody.of("SURVEYS", "texts").sum()),
                names_few=self._viewer.may_read_rows,
            ),
            made_of="",
        )

    def _without_others_below(self) -> Floats:
        """Return 1 for each topic under which no other was mentioned, else 0."""
        above = {self._parent(topic) for topic in self._topics}
        return np.array([topic not in above for topic in self._topics], dtype=float)

    def _parent(self, topic: str) -> str:
        place = self._taxonomy.places.get(topic)
        return place.parent if place else ""

    def _shown(self) -> list[int]:
        """Return the places of the topics asked for and of those below them; all, where none is."""
        asked = set(self._query.wanted.get("topic", ()))
        return [
            place
            for place, topic in enumerate(self._topics)
            if not asked or asked.intersection(self._taxonomy.line_of(topic))
        ]

    def _lines(self, scope: Scope, told: list[Shares], heard: list[Moods]) -> list[Line]:
        return [
            Line(kind="NOT_YET", shares=None, moods=None)
            if one.topic in self._veil[scope]
            else Line(kind=_kind(one, mood), shares=one, moods=mood)
            for one, mood in zip(told, heard, strict=True)
        ]

    def _beliefs(
        self, told: Mapping[Scope, list[Shares]], heard: list[Moods], labelled: Mapping[str, Quality]
    ) -> list[Belief]:
        beliefs = []
        for one, match, mood in zip(told["ALL"], told["MATCHED"], heard, strict=True):
            evidence = Evidence(
                shares=one,
                matched=None if one.topic in self._veil["MATCHED"] else match,
                moods=mood,
                imbalances=values_of(self._who, one.topic),
                labelled=labelled.get(one.topic, Quality()),
                talk=self._talk,
            )
            beliefs.append(_HIDDEN if one.topic in self._veil["ALL"] else belief(evidence))
        return beliefs

    def _topic(self, place: int, lines: Mapping[Scope, list[Line]], beliefs: list[Belief]) -> TopicAgreement:
        key = self._topics[place]
        return TopicAgreement(
            key=key,
            name=self._names.get(key, key),
            parent=self._parent(key),
            has_topics_below=key in {self._parent(topic) for topic in self._topics},
            lines={scope: lines[scope][place] for scope in SCOPES},
            belief=beliefs[place],
        )


def _kind(one: Shares, mood: Moods) -> Class:
    is_opposite = mood.tone == "OPPOSITE" and one.verdict in ("AGREE", "NOT_YET")
    return "OPPOSITE" if is_opposite else one.verdict


def _texts(counts: Counts) -> dict[str, int]:
    return {side: int(counts.of(side, "texts").sum()) for side in ("SURVEYS", "CONTACTS")}


def talk(counts: Counts, leaves: Floats) -> dict[str, float]:
    """Return how many topics a text of each side names on average, those above them not counted again."""
    texts = _texts(counts)
    named = {side: float(counts.of(side, "mentions").sum(axis=0) @ leaves) for side in texts}
    return {side: named[side] / texts[side] if texts[side] else 0.0 for side in texts}
