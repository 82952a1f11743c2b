"""Who answered and who did not: contacts about which a survey was answered beside all contacts, and the way there.

Each value of a cut has a standardised difference of its two shares. From 0.1 on it is an imbalance (Austin 2009, Stat
Med 28:3083), from 0.25 on one across which nothing should be compared unweighted (Stuart 2010, Stat Sci 25:1). What
chance alone would give is no imbalance: the interval of the difference must leave out 0, too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

from insights.analysis.representation_counts import CUTS, EVERYTHING_SAID, Counted, Who
from insights.metrics.suppression import FEWEST_CUSTOMERS

NOTABLE: Final = 0.1
GRAVE: Final = 0.25
FEWEST: Final = 10  # contacts with an answer, below which no mix is told
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a cut: its share of all contacts and of those with an answer, and how far these are apart."""

    cut: str
    value: str  # "" is not known
    contacts: int
    answered: int
    share: float  # of all contacts, 0 … 1
    share_answered: float  # of those with an answer
    difference: float | None  # standardised; None where there is no variance or there are too few answers
    low: float | None = None
    high: float | None = None

    @property
    def is_notable(self) -> bool:
        """Whether it is an imbalance, beyond chance."""
        return self._is_beyond(NOTABLE)

    @property
    def is_grave(self) -> bool:
        """Whether it is a grave one, beyond chance."""
        return self._is_beyond(GRAVE)

    def _is_beyond(self, limit: float) -> bool:
        if self.difference is None or self.low is None or self.high is None:
            return False
        return abs(self.difference) >= limit and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """The whole panel. `topics` are cut like the others, each contact in as many as it mentions."""

    contacts: int
    contacts_answered: int
    answers: int  # survey answers, about a contact or not
    answers_with_words: int
    answers_read: int
    values: tuple[Value, ...]  # by cut in their order, by contacts within

    def of(self, cut: str) -> tuple[Value, ...]:
        """Return one cut."""
        return tuple(value for value in self.values if value.cut == cut)

    @property
    def notable(self) -> tuple[Value, ...]:
        """The imbalances of segment, channel and queue, the gravest first."""
        return gravest(value for value in self.values if value.cut != "topic")


def represented(who: Who, *, answers: int, with_words: int, read: int, names_few: bool) -> Representation:
    """Return the panel; where few may not be told of, values of fewer than five contacts or non-contacts are left out.

    A customer has at least one contact, so that five contacts may still be of fewer customers: such values are left out
    below twenty contacts.
    """
    total = who.total.get(EVERYTHING_SAID, Counted(0, 0))
    by_topic = {topic: count for topic, count in who.total.items() if topic}
    values = [*values_of(who, EVERYTHING_SAID), *_values("topic", by_topic, total)]
    if not names_few:
        values = [value for value in values if _is_safe(value)]
    return Representation(
        contacts=total.contacts,
        contacts_answered=total.answered,
        answers=answers,
        answers_with_words=with_words,
        answers_read=read,
        values=tuple(values),
    )


def _is_safe(value: Value) -> bool:
    few = 4 * FEWEST_CUSTOMERS
    return value.contacts >= few and (value.answered == 0 or value.answered >= few)


def values_of(who: Who, topic: str) -> list[Value]:
    """Return all values of segment, channel and queue among the contacts on a topic."""
    total = who.total.get(topic, Counted(0, 0))
    return [value for cut in CUTS for value in _values(cut, who.by.get(topic, {}).get(cut, {}), total)]


def gravest(values: Iterable[Value]) -> tuple[Value, ...]:
    """Return the imbalances beyond chance, the gravest first."""
    return tuple(sorted((v for v in values if v.is_notable), key=lambda value: -abs(value.difference or 0.0)))


def _values(cut: str, counts: Mapping[str, Counted], total: Counted) -> list[Value]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1].contacts, item[0]))
    return [_value(cut, value, count, total) for value, count in ranked]


def _value(cut: str, value: str, count: Counted, total: Counted) -> Value:
    share = count.contacts / total.contacts if total.contacts else 0.0
    share_answered = count.answered / total.answered if total.answered else 0.0
    told = None
    if total.answered >= FEWEST:
        told = standardised(share_answered, total.answered, share, total.contacts)
    difference, low, high = told or (None, None, None)
    return Value(
        cut=cut,
        value=value,
        contacts=count.contacts,
        answered=count.answered,
        share=share,
        share_answered=share_answered,
        difference=difference,
        low=low,
        high=high,
    )


def standardised(share: float, n: int, whole: float, n_whole: int) -> tuple[float, float, float] | None:
    """Return the standardised difference of two shares (Austin 2009) with its 95 % interval; None without variance.

    Variance: Hedges and Olkin (1985). The part belongs to the whole, which makes the interval a little too wide.
    """
    spread = (share * (1 - share) + whole * (1 - whole)) / 2
    if spread <= 0:
        return None
    difference = (share - whole) / sqrt(spread)
    reach = _Z * sqrt((n + n_whole) / (n * n_whole) + difference**2 / (2 * (n + n_whole)))
    return difference, difference - reach, difference + reach
