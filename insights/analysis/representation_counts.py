"""Contacts by topic, segment, channel and queue, and those about which a survey was answered, in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from insights.mart.engine import Version, compiled
from insights.metrics.query import MetricQuery
from insights.metrics.scope import wanted_rows
from insights.metrics.viewer import Viewer

CUTS: Final = ("segment", "channel", "queue")
EVERYTHING_SAID: Final = ""  # the topic under which every contact stands once

# The same contacts as of the metric survey_coverage; a topic's are counted before their list is taken apart.
_STATEMENT = """
WITH alike AS (
    SELECT segment, channel, queue, topics, count(*) AS contacts, count(*) FILTER (WHERE has_survey_answer) AS answered
    FROM asked WHERE kind = 'CONTACT' AND direction = 'INBOUND'
    GROUP BY segment, channel, queue, topics
)
SELECT topic, segment, channel, queue, sum(contacts)::bigint AS contacts, sum(answered)::bigint AS answered
FROM (SELECT segment, channel, queue, contacts, answered, unnest(list_prepend('', topics)) AS topic FROM alike)
GROUP BY topic, segment, channel, queue"""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many contacts there are, and with how many of them an answer."""

    contacts: int
    answered: int


@dataclass(frozen=True, slots=True)
class Who:
    """By topic, then by cut, then by value ("" is not known); `total` by topic."""

    total: Mapping[str, Counted]
    by: Mapping[str, Mapping[str, Mapping[str, Counted]]]


def who(version: Version, query: MetricQuery, viewer: Viewer) -> Who:
    """Return who contacted the company and who of them answered, for each topic and for all."""
    told = version.columns_over(compiled(wanted_rows(version, query, query.period, viewer)), _STATEMENT)
    topics, topic = _encoded(told, "topic")
    counts = np.stack([told[name].to_numpy() for name in ("contacts", "answered")], axis=1)
    total = np.zeros((len(topics), 2), dtype=np.int64)
    np.add.at(total, topic, counts)
    by: dict[str, dict[str, dict[str, Counted]]] = {name: {} for name in topics}
    for cut in CUTS:
        values, value = _encoded(told, cut)
        table = np.zeros((len(topics), len(values), 2), dtype=np.int64)
        np.add.at(table, (topic, value), counts)
        for place, name in enumerate(topics):
            rows = zip(values, table[place].tolist(), strict=True)
            by[name][cut] = {one: Counted(*pair) for one, pair in rows if pair[0]}
    return Who(total={name: Counted(*total[place].tolist()) for place, name in enumerate(topics)}, by=by)


def _encoded(told: pa.Table, name: str) -> tuple[list[str], NDArray[np.int64]]:
    encoded = told[name].combine_chunks().dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)
