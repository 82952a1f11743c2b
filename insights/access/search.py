"""The texts that a viewer finds: by their words, by their meaning, or like another; never one that may not be seen.

Both orders are joined by reciprocal ranks (Cormack, Clarke and Büttcher 2009). Everything that narrows is a predicate
of the statement itself: the viewer's limits, the filters, and that the names are out of the words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.db import connection, transaction

from insights.access.search_narrowing import Narrowing, looks_at_each, narrowing
from insights.enrichment import embed
from insights.enrichment.encoder import encoder
from insights.enrichment.indexing import as_halfvec, rules_of
from insights.enrichment.reading import clean
from insights.metrics.viewer import Viewer

Mode = Literal["WORDS", "MEANING", "BOTH"]
FILTERS: Final = (
    *("kind", "source", "channel", "queue", "team", "agent", "segment", "product", "region", "language"),
    *("touchpoint", "journey_stage", "survey", "topic"),
)
LONGEST_QUERY = 500  # characters
CANDIDATES = 100  # of each order that take part in the joined one
_RANK_CONSTANT = 60  # Cormack et al.
_TAKEN = 120  # of each order, by what stands on the entries: some may not be seen
_MOST_SCANNED = 20_000  # vectors of the graph looked at before a narrow filter gives up
_NEAREST_KEPT = 100  # of the graph at a time

# what may be seen, asked of the facts themselves: names out of the words, filters, the viewer's limits
_SEEN = """
    JOIN insights_feedback f ON f.id = s.feedback_id
    JOIN insights_enrichment e ON e.feedback_id = s.feedback_id AND e.versions ? 'names'
"""
_BY_WORDS = """
WITH newest AS MATERIALIZED (
    SELECT s.feedback_id, s.words, s.occurred_at FROM insights_searchentry s {seen_within}
    WHERE {on_entry} AND {within} AND ({matches})
    ORDER BY s.occurred_at DESC LIMIT {taken}
)
(SELECT s.feedback_id, ts_rank_cd(s.words, {ranked}) AS score
FROM newest s {seen} WHERE {on_facts}
ORDER BY score DESC, s.occurred_at DESC, s.feedback_id LIMIT {candidates})
UNION ALL SELECT NULL, count(*) FROM newest
"""
_BY_MEANING = """
WITH near AS MATERIALIZED (
    SELECT s.feedback_id, s.vector <#> %(vector)s::halfvec(384) AS distance
    FROM insights_searchentry s {seen_within}
    WHERE {on_entry} AND {within} AND s.encoder = %(encoder)s AND s.vector IS NOT NULL
    ORDER BY {order} LIMIT {taken}
)
(SELECT s.feedback_id, -s.distance FROM near s {seen} WHERE {on_facts} ORDER BY s.distance LIMIT {candidates})
UNION ALL SELECT NULL, count(*) FROM near
"""
_ONE = """
SELECT s.vector::text, s.encoder FROM insights_searchentry s {seen} WHERE {on_facts} AND s.feedback_id = %(like)s
"""
_BY_GRAPH = "s.vector <#> %(vector)s::halfvec(384)"
_EACH = f"({_BY_GRAPH}) + 0"  # an expression that no index has: each is looked at


class CannotSearch(ValueError):
    """What was asked cannot be searched for. The message is for people; `field` says which part of the question."""

    def __init__(self, field_name: str, message: str) -> None:
        super().__init__(message)
        self.field = field_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is looked for. `like` is a feedback whose meaning is looked for instead of that of `text`."""

    text: str = ""
    like: UUID | None = None
    mode: Mode = "BOTH"
    since: datetime | None = None  # half-open [since, until)
    until: datetime | None = None
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    first: int = 0  # how many of the best to leave out: those of earlier pages
    limit: int = 20

    def __post_init__(self) -> None:
        """Refuse to exist when wrong."""
        if not self.text.strip() and self.like is None:
            raise CannotSearch("q", "Say what to look for.")
        if len(self.text) > LONGEST_QUERY:
            raise CannotSearch("q", f"Look for at most {LONGEST_QUERY} characters.")
        if unknown := sorted(set(self.filters) - set(FILTERS)):
            raise CannotSearch(unknown[0], f"There is no filter '{unknown[0]}'. Filters: {', '.join(FILTERS)}.")
        if self.since and self.until and self.since >= self.until:
            raise CannotSearch("until", "The period ends before it begins.")
        if not 0 <= self.first < CANDIDATES or not 1 <= self.limit <= 100:
            raise CannotSearch("limit", f"At most 100 a page, and {CANDIDATES} in all. Narrow it down instead.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One text that was found."""

    feedback: UUID
    similarity: float | None  # cosine of the meanings; None where it was found by its words alone
    by_words: bool
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of what was found, the best first. `total` counts at most CANDIDATES of each order."""

    hits: tuple[Hit, ...]
    total: int
    has_more: bool


def find(wish: Wish, viewer: Viewer) -> Found:
    """Return the texts that answer the wish and that the viewer may read. Raises CannotSearch and EncoderMissing."""
    if not viewer.may_read_rows:
        return Found(hits=(), total=0, has_more=False)
    if "agent" in wish.filters and not viewer.may_see_agents:
        raise CannotSearch("agent", "You may not filter by agent: it shows how single persons work. Leave it out.")
    by_words: list[UUID] = []
    by_meaning: dict[UUID, float] = {}
    with transaction.atomic():
        if wish.like is None and wish.mode != "MEANING":
            by_words = _by_words(wish, viewer)
        if wish.like is not None or wish.mode != "WORDS":
            by_meaning = _by_meaning(wish, viewer)
    hits = _joined(by_words, by_meaning)
    page = hits[wish.first : wish.first + wish.limit]
    return Found(hits=tuple(page), total=len(hits), has_more=len(hits) > wish.first + wish.limit)


def _joined(by_words: Sequence[UUID], by_meaning: Mapping[UUID, float]) -> list[Hit]:
    scores: dict[UUID, float] = {}
    for order in (by_words, by_meaning):
        for rank, key in enumerate(order, start=1):
            scores[key] = scores.get(key, 0.0) + 1 / (_RANK_CONSTANT + rank)
    worded = set(by_words)
    hits = [
        Hit(feedback=key, similarity=by_meaning.get(key), by_words=key in worded, score=score)
        for key, score in scores.items()
    ]
    return sorted(hits, key=lambda hit: (-hit.score, str(hit.feedback)))


def _by_words(wish: Wish, viewer: Viewer) -> list[UUID]:
    narrowed = _narrowing(wish, viewer)
    values = dict[str, Any]({**narrowed.values, "text": wish.text})
    matches = []
    for place, (rules, languages) in enumerate(sorted(_languages_by_rules().items())):
        values |= {f"rules{place}": rules, f"languages{place}": languages}
        matches.append(
            f"(s.language = ANY(%(languages{place})s) "
            f"AND s.words @@ websearch_to_tsquery(%(rules{place})s::regconfig, %(text)s))"
        )
    ranked = "websearch_to_tsquery('simple', %(text)s)"
    for place in range(len(matches)):
        ranked += f" || websearch_to_tsquery(%(rules{place})s::regconfig, %(text)s)"
    found = _asked(_BY_WORDS, narrowed, values, matches=" OR ".join(matches) or "false", ranked=f"({ranked})")
    return [key for key, _ in found]


def _by_meaning(wish: Wish, viewer: Viewer) -> dict[UUID, float]:
    """Return the nearest texts with their cosine."""
    vector, version = _meaning(wish, viewer)
    if vector is None:
        return {}
    narrowed = _narrowing(wish, viewer)
    if wish.like is not None:
        narrowed = replace(narrowed, on_entry=f"{narrowed.on_entry} AND s.feedback_id <> %(like)s")
    values = {**narrowed.values, "vector": vector, "encoder": version, "like": wish.like}
    with connection.cursor() as cursor:
        # the graph is followed until there are enough, in an order that is all but exact
        cursor.execute("SET LOCAL hnsw.iterative_scan = relaxed_order")
        cursor.execute(f"SET LOCAL hnsw.max_scan_tuples = {_MOST_SCANNED}")
        cursor.execute(f"SET LOCAL hnsw.ef_search = {_NEAREST_KEPT}")
    order = _EACH if looks_at_each(replace(narrowed, values=values), _TAKEN) else _BY_GRAPH
    found = {key: round(float(score), 4) for key, score in _asked(_BY_MEANING, narrowed, values, order=order)}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], str(pair[0]))))


def _asked(statement: str, narrowed: Narrowing, values: Mapping[str, Any], **parts: str) -> list[tuple[UUID, float]]:
    """Ask by what stands on the entries, then of the facts; where that hid too many, ask the facts from the start."""
    numbers = {"taken": _TAKEN, "candidates": CANDIDATES, "seen": _SEEN}
    told = {**parts, **numbers, "on_entry": narrowed.on_entry, "on_facts": narrowed.on_facts}
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**told, seen_within="", within="true"), values)
        *rows, (_, taken) = cursor.fetchall()
        if len(rows) < CANDIDATES and taken == _TAKEN:
            cursor.execute(statement.format(**told, seen_within=_SEEN, within=narrowed.on_facts), values)
            *rows, _ = cursor.fetchall()
    return [(key, score) for key, score in rows]


def _meaning(wish: Wish, viewer: Viewer) -> tuple[str | None, str]:
    """Return the vector to look near, and its encoder; None where there are no words."""
    if wish.like is None:
        words = clean(wish.text)
        vector = encoder().encode([words])[0] if words else None
        return (None if vector is None else as_halfvec(vector.tolist())), embed.version()
    own = _narrowing(Wish(like=wish.like), viewer)
    with connection.cursor() as cursor:
        cursor.execute(
            _ONE.format(seen=_SEEN, on_facts=own.on_facts),
            {**own.values, "like": wish.like},
        )
        row = cursor.fetchone()
    return (row[0], row[1]) if row else (None, "")


def _narrowing(wish: Wish, viewer: Viewer) -> Narrowing:
    return narrowing(wish.filters, viewer.only, wish.since, wish.until)


def _languages_by_rules() -> dict[str, list[str]]:
    """Return which languages there are among the texts, by the rules that their words follow."""
    told: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LANGUAGES)
        for (language,) in cursor.fetchall():
            told.setdefault(rules_of(language), []).append(language)
    return told


# a dozen steps along the index, where DISTINCT would read every text
_LANGUAGES = """
WITH RECURSIVE known AS (
    SELECT min(language) AS language FROM insights_searchentry
    UNION ALL
    SELECT (SELECT min(s.language) FROM insights_searchentry s WHERE s.language > k.language)
    FROM known k WHERE k.language IS NOT NULL
)
SELECT language FROM known WHERE language IS NOT NULL
"""
