"""Do agents' reason codes name what the words are about? A table of codes against topics, agreement and kappa.

Of each contact there is one code, which the agent chose, and one main topic, which its words carry most surely. A code
stands for a topic by its name, else for the topic it stands with most often: the latter makes agreement look as good as
it can be.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from insights.analysis.quality_measures import FEWEST, Measure, share
from insights.mart.taxonomy import Taxonomy

Counts = Mapping[tuple[str, str], int]  # contacts by (reason code, main topic); "" is not known
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Paired:
    """For which topic a code stands, and why."""

    topic: str
    by: Literal["NAME", "MAJORITY"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """Agreement beyond chance with its interval; None where chance alone would agree always."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAgreement:
    """How far codes and topics agree. `judged` are the contacts of which both are known and the code is paired."""

    coded: int  # contacts with a code
    without_topic: int  # of them: those whose words carry no topic
    unpaired: int  # of the rest: those whose code stands for no topic
    agreed: Measure
    kappa: Kappa
    pairs: Mapping[str, Paired]


def kappa(table: NDArray[np.int64]) -> Kappa:
    """Return Cohen's kappa (1960, EPM 20:37) of a square table of counts with its 95 % interval.

    The variance is the large-sample one of Fleiss, Cohen and Everitt (1969, Psychol Bull 72:323, eq. 13).
    """
    n = int(table.sum())
    if n == 0:
        return Kappa(value=None, low=None, high=None)
    p = table / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    agreed, expected = float(np.trace(p)), float(rows @ columns)
    if expected >= 1:
        return Kappa(value=None, low=None, high=None)
    value = (agreed - expected) / (1 - expected)
    rest = 1 - value
    alike = float((np.diag(p) * (1 - (rows + columns) * rest) ** 2).sum())
    crossed = p * (columns[:, np.newaxis] + rows[np.newaxis, :]) ** 2
    apart = rest**2 * float(crossed.sum() - np.trace(crossed))
    variance = max(0.0, alike + apart - (value - expected * rest) ** 2) / (n * (1 - expected) ** 2)
    reach = _Z * sqrt(variance)
    return Kappa(value=value, low=max(-1.0, value - reach), high=min(1.0, value + reach))


def paired(counts: Counts, taxonomy: Taxonomy, names: Mapping[str, str]) -> dict[str, Paired]:
    """Return for each code the topic it stands for; `names` are those of the topics by key.

    A code without a topic of its name needs ten contacts with a topic to be paired with the one they have most often.
    """
    known = {_plain(key): key for key in taxonomy.places} | {_plain(name): key for key, name in names.items()}
    told: dict[str, Counter[str]] = {}
    for (code, topic), n in counts.items():
        if code:
            told.setdefault(code, Counter())[topic] += n
    pairs: dict[str, Paired] = {}
    for code, topics in sorted(told.items()):
        if _plain(code) in known:
            pairs[code] = Paired(known[_plain(code)], "NAME")
            continue
        topics.pop("", None)
        if topics.total() >= FEWEST:
            pairs[code] = Paired(min(topics, key=lambda topic: (-topics[topic], topic)), "MAJORITY")
    return pairs


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.casefold()).strip()


def met(topic: str, pairs: Mapping[str, Paired], taxonomy: Taxonomy) -> str:
    """Return the topic that a code can stand for: this one, else the nearest above it that one stands for."""
    wanted = {pair.topic for pair in pairs.values()}
    return next((key for key in taxonomy.line_of(topic) if key in wanted), topic)


def code_agreement(counts: Counts, taxonomy: Taxonomy, names: Mapping[str, str]) -> CodeAgreement:
    """Return how far codes and topics agree."""
    pairs = paired(counts, taxonomy, names)
    coded = {place: n for place, n in counts.items() if place[0] and n}
    with_topic = {place: n for place, n in coded.items() if place[1]}
    judged = Counter[tuple[str, str]]()
    for (code, topic), n in with_topic.items():
        if code in pairs:
            judged[pairs[code].topic, met(topic, pairs, taxonomy)] += n
    topics = sorted({topic for place in judged for topic in place})
    table = np.array([[judged[one, other] for other in topics] for one in topics], dtype=np.int64)
    total = judged.total()
    return CodeAgreement(
        coded=sum(coded.values()),
        without_topic=sum(coded.values()) - sum(with_topic.values()),
        unpaired=sum(with_topic.values()) - total,
        agreed=share(int(np.trace(table)) if total else 0, total),
        kappa=kappa(table) if total >= FEWEST else Kappa(value=None, low=None, high=None),
        pairs=pairs,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """One field of the table: how many, and which part of its row."""

    topic: str  # OTHERS for all without a column, "" for none
    n: int
    of_row: Measure
    is_pair: bool


OTHERS = "\x00others"


def crossed(
    counts: Counts, pairs: Mapping[str, Paired], taxonomy: Taxonomy, columns: list[str]
) -> dict[str, list[Crossed]]:
    """Return for each code its row of the table: one field for each of the columns, one for others, one for none."""
    rows: dict[str, Counter[str]] = {}
    for (code, topic), n in counts.items():
        place = met(topic, pairs, taxonomy) if topic else ""
        if code:
            rows.setdefault(code, Counter())[place if place in columns or not place else OTHERS] += n
    return {
        code: [
            Crossed(
                topic=topic,
                n=told[topic],
                of_row=share(told[topic], told.total()),
                is_pair=code in pairs and pairs[code].topic == topic,
            )
            for topic in (*columns, OTHERS, "")
        ]
        for code, told in rows.items()
    }
