"""What both sides say of each topic, added up by random groups of customers in one statement.

Customers are the clusters of all that follows: each falls into one of 128 groups by the lowest bits of its number,
which are random. Sums by group tell how much any figure moves with who is in it (random groups: Wolter 2007,
Introduction to Variance Estimation, ch. 2), however many customers there are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from insights.mart.engine import Version, compiled
from insights.mart.medium import BY_CHANNEL, OTHER
from insights.metrics.query import MetricQuery
from insights.metrics.scope import wanted_rows
from insights.metrics.viewer import Viewer

Floats = NDArray[np.float64]
GROUPS: Final = 128  # a power of two: a group is the lowest bits of a customer's number
READ: Final = ("SURVEY", *BY_CHANNEL, OTHER)  # media in the order of the arrays
OF_SIDE: Final[Mapping[str, tuple[str, ...]]] = {"SURVEYS": READ[:1], "CONTACTS": READ[1:]}
_PLACES = 8  # room for the media in a key


def _listed(texts: Iterable[str]) -> str:
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)


_OF_CHANNEL = " ".join(f"WHEN channel IN ({_listed(BY_CHANNEL[one])}) THEN {READ.index(one)}" for one in BY_CHANNEL)
_MEDIUM = f"CASE WHEN kind = 'SURVEY' THEN 0 {_OF_CHANNEL} ELSE {READ.index(OTHER)} END"
# An answer whose customer is not known belongs to the customer of the contact it is about. Such a record's number is
# its own, by which it is found again.
_ORPHANS = "SELECT person, about FROM asked WHERE kind = 'SURVEY' AND customer IS NULL AND about IS NOT NULL"
_CALLERS = f"""callers AS (
    SELECT o.person AS own, c.person AS caller
    FROM asked AS c JOIN ({_ORPHANS}) AS o ON c.id = o.about WHERE c.kind = 'CONTACT'
), """  # noqa: S608  # all of it is ours, here and below
_FIRST = """
SELECT count(*) AS answers, count(*) FILTER (WHERE customer IS NULL AND about IS NOT NULL) AS orphans
FROM asked WHERE kind = 'SURVEY'"""
# Matched is who has a text that was read on both sides.
_TEXTS = f"""
WITH {{callers}}texts AS MATERIALIZED (
    SELECT {{person}} AS person, {_MEDIUM} AS medium, a.is_classified IS NOT NULL AS is_read, a.topics,
        a.topic_sentiments, a.id, a.occurred_at
    FROM asked AS a{{joined}} WHERE a.has_text AND a.kind IN ('SURVEY', 'CONTACT')
), matched AS (
    SELECT person FROM texts WHERE is_read GROUP BY person HAVING bool_or(medium = 0) AND bool_or(medium > 0)
)"""  # noqa: S608
_ADDED_UP = f""", placed AS (
    SELECT ((person & {GROUPS - 1}) * {_PLACES} + medium) * 2 + (person IN (SELECT person FROM matched))::int AS place,
        is_read, topics, topic_sentiments
    FROM texts
)
SELECT place, '' AS topic, count(*) AS words, count(*) FILTER (WHERE is_read) AS told, 0 AS moods,
    0::double AS mood_sum, 0::double AS mood_squares
FROM placed GROUP BY place
UNION ALL
SELECT place, topic, 0, count(*), count(mood), sum(mood), sum(mood * mood)
FROM (SELECT place, unnest(topics) AS topic, unnest(topic_sentiments) AS mood FROM placed WHERE is_read)
GROUP BY place, topic"""  # noqa: S608
_CUSTOMERS = """, each AS (
    SELECT person, medium = 0 AS is_survey, person IN (SELECT person FROM matched) AS is_matched,
        unnest(list_prepend('', topics)) AS topic
    FROM texts WHERE is_read
)
SELECT is_survey, topic, count(DISTINCT person) AS everybody,
    count(DISTINCT CASE WHEN is_matched THEN person END) AS matched
FROM each GROUP BY is_survey, topic"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums over the texts of one set of customers; G groups, M media, T topics.

    words (G, M): texts with words; texts (G, M): those of them that were read for topics; mentions (G, M, T): texts
    that mention the topic or one below it; moods, mood_sum, mood_squares (G, M, T): those with a sentiment there, its
    sum and the sum of its squares.
    """

    topics: tuple[str, ...]
    words: Floats
    texts: Floats
    mentions: Floats
    moods: Floats
    mood_sum: Floats
    mood_squares: Floats

    def of(self, side: str, what: str) -> Floats:
        """Return one of the sums of a side, its media added up: (G,) or (G, T)."""
        added: Floats = getattr(self, what)[:, places_of(side)].sum(axis=1)
        return added

    @property
    def groups(self) -> int:
        """How many groups have any text."""
        return int((self.texts.sum(axis=1) > 0).sum())

    @property
    def media(self) -> list[str]:
        """The media of which any text has a sentiment on a topic."""
        told = self.moods.sum(axis=(0, 2))
        return [medium for place, medium in enumerate(READ) if told[place]]


@dataclass(frozen=True, slots=True)
class Counted:
    """Everybody's texts, those of matched customers, and how many survey answers there are, with words or without."""

    everybody: Counts
    matched: Counts
    answers: int


def places_of(side: str) -> list[int]:
    """Return where a side's media stand in the arrays."""
    return [READ.index(medium) for medium in OF_SIDE[side]]


def counted(version: Version, query: MetricQuery, viewer: Viewer) -> Counted:
    """Return the sums over all texts of the question's days and filters, and over those of matched customers."""
    told, answers = _run(version, query, viewer, _ADDED_UP)
    topics = tuple(sorted(set(told["topic"].unique().to_pylist()) - {""}))
    everybody, matched = (_arrays(told, topics, matched_only=only) for only in (False, True))
    return Counted(everybody, matched, answers)


def customers(version: Version, query: MetricQuery, viewer: Viewer) -> dict[tuple[str, str], tuple[int, int]]:
    """Return how many customers mention a topic ("": have a text) by side: all of them, and the matched."""
    rows = _run(version, query, viewer, _CUSTOMERS)[0].to_pylist()
    return {
        ("SURVEYS" if row["is_survey"] else "CONTACTS", row["topic"]): (row["everybody"], row["matched"])
        for row in rows
    }


def texts_of_matched(
    version: Version, query: MetricQuery, viewer: Viewer, topics: Iterable[str], limit: int
) -> dict[str, list[tuple[str, int]]]:
    """Return the newest texts of matched customers on any of the topics, by side: their ids and whose they are."""
    statement = f"""
        SELECT medium = 0 AS is_survey, id, person FROM texts
        WHERE is_read AND list_has_any(topics, [{_listed(topics)}]) AND person IN (SELECT person FROM matched)
        QUALIFY row_number() OVER (PARTITION BY medium = 0 ORDER BY occurred_at DESC, id DESC) <= {limit:d}
        ORDER BY occurred_at DESC, id DESC"""  # noqa: S608
    found: dict[str, list[tuple[str, int]]] = {"SURVEYS": [], "CONTACTS": []}
    for row in _run(version, query, viewer, statement)[0].to_pylist():
        found["SURVEYS" if row["is_survey"] else "CONTACTS"].append((row["id"], row["person"]))
    return found


def _run(version: Version, query: MetricQuery, viewer: Viewer, statement: str) -> tuple[pa.Table, int]:
    """Run a statement over the texts; return how many answers there are, too.

    Callers are looked for only where an answer needs one: that takes as long again.
    """
    asked = compiled(wanted_rows(version, query, query.period, viewer))
    first = version.rows_over(asked, _FIRST)[0]
    parts = {"callers": "", "person": "a.person", "joined": ""}
    if first["orphans"]:
        parts = {"callers": _CALLERS, "person": "coalesce(l.caller, a.person)"}
        parts["joined"] = " LEFT JOIN callers AS l ON a.person = l.own"
    return version.columns_over(asked, _TEXTS.format(**parts) + statement), first["answers"]


def _arrays(told: pa.Table, topics: tuple[str, ...], *, matched_only: bool) -> Counts:
    column = {name: told[name].to_numpy() for name in told.column_names if name != "topic"}
    place_of = {topic: place for place, topic in enumerate(topics)}
    encoded = told["topic"].combine_chunks().dictionary_encode()
    names = [place_of.get(topic, -1) for topic in encoded.dictionary.to_pylist()]
    topic = np.array(names, dtype=np.int64)[encoded.indices.to_numpy()]
    kept = column["place"] % 2 == 1 if matched_only else np.ones(len(topic), dtype=bool)
    group, medium = column["place"] // (2 * _PLACES), column["place"] // 2 % _PLACES
    whole, each = kept & (topic < 0), kept & (topic >= 0)

    def of_group(name: str) -> Floats:
        found = np.zeros((GROUPS, len(READ)))
        np.add.at(found, (group[whole], medium[whole]), column[name][whole])
        return found

    def of_topic(name: str) -> Floats:
        found = np.zeros((GROUPS, len(READ), len(topics)))
        np.add.at(found, (group[each], medium[each], topic[each]), np.nan_to_num(column[name][each]))
        return found

    return Counts(
        topics=topics,
        words=of_group("words"),
        texts=of_group("told"),
        mentions=of_topic("told"),
        moods=of_topic("moods"),
        mood_sum=of_topic("mood_sum"),
        mood_squares=of_topic("mood_squares"),
    )
