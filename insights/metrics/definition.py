"""What a metric is: one object with its formula, its words and its kind of interval.

A metric names Ibis expressions over the mart's `feedback` table. The engine sums them first and divides last.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import ibis.expr.types as ir

from insights.mart.assumed import NONE, Assumptions
from insights.metrics.dimensions import is_one_of

Unit = Literal["COUNT", "PERCENT", "POINTS", "SECONDS", "SCORE", "RATE", "MONEY"]
Better = Literal["HIGHER", "LOWER", "NEITHER"]
Side = Literal["SURVEYS", "CONTACTS", "BOTH"]
Scale = Literal["", "SENTIMENT"]
Method = Literal[
    "POISSON", "WILSON", "ADJUSTED_WALD", "T", "LINEARISED", "COMPOUND_POISSON", "ORDER_STATISTICS", "ASYMPTOTIC"
]


@dataclass(frozen=True, slots=True)
class Rows:
    """The mart's rows as a metric sees them: `rows.channel` is a column, `rows.asked` the question's parameters.

    `rows.horizon` says until when customers could have come back: the time of the mart's latest contact, or null.
    """

    table: ir.Table
    asked: Mapping[str, str]
    wanted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of what the numerator tells
    level: int | None = None  # which of the mart's GROUPS the question tells apart, as bits; None: it may not be asked
    assumed: Assumptions = NONE  # what is assumed of channels

    def __getattr__(self, name: str) -> Any:
        """Return the mart's column `name`."""
        return self.table[name]

    def has(self, name: str) -> ir.BooleanValue:
        """Return whether a record has one of the wanted values of the dimension; any, where none is wanted."""
        if name in self.wanted:
            return is_one_of(self.table, name, self.wanted[name])
        return ~is_one_of(self.table, name, ("",))


Column: TypeAlias = Callable[[Rows], ir.Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One definition. `base` says which rows are asked, `known` which of them have the answer.

    Coverage is known / (base - waiting).

    kind decides how value and interval follow from sums over the known rows:
      TOTAL     value = count                                        Poisson (Garwood 1936)
      SUM       sum(numerator)                                        compound Poisson (Bohm & Zech 2014)
      SHARE     100 * sum(numerator) / count; numerator is 0 or 1     Wilson (1927)
      NPS       100 * sum(numerator) / count; numerator -1, 0, +1     adjusted Wald (Agresti & Caffo; Rocks 2016)
      MEAN      sum(numerator) / count                                t
      RATIO     sum(numerator) / sum(denominator)                     linearised (delta method)
      RATE      count / sum(beside), an amount of other rows          Poisson (Garwood 1936) over the amount
      KAPPA     agreement of numerator and denominator, each 0 or 1,  asymptotic (Fleiss, Cohen & Everitt 1969)
                beyond chance (Cohen 1960)
    """

    key: str
    label: str
    meaning: str
    formula: str  # in words
    kind: Literal["TOTAL", "SUM", "SHARE", "NPS", "MEAN", "RATIO", "RATE", "KAPPA"]
    unit: Unit
    better: Better
    side: Side
    base: Column  # boolean: the rows this is asked of
    known: Column  # boolean: of those, the rows with an answer; they are n, and the records behind the number
    numerator: Column | None = None
    denominator: Column | None = None  # RATIO and KAPPA
    beside: Column | None = None  # RATE: what rows that are not in its base add to the denominator, null in others
    only_by: tuple[str, ...] = ()  # the only cuts and filters it has; () is all. Its buckets are days or longer
    assumes: bool = False  # it stands on what is assumed of channels, which every answer then tells
    waiting: Column | None = None  # boolean: of the base, the rows too young to be judged (METRICS rule 8)
    fewest: int = 10
    of_all: str = ""  # the dimension whose cut and filter narrow only the numerator: "of all", whatever it is about
    each_of: str = ""  # the dimension in whose rows a record counts with an amount of its own for each
    each: Column | None = None  # those amounts, beside the dimension's list; `numerator` is of the wanted
    scale: Scale = ""  # read by a model whose scale may differ by medium: only proven media stand in one number
    definition_version: int = 1
    doubt: str = ""  # the standing reason to doubt it, one sentence
    parameters: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # {"window_days": ("7", "1", "3", "30")}; first is the default

    @property
    def told_of(self) -> str:
        """The dimension whose wanted values the numerator has to know; "" where there is none."""
        return self.of_all or self.each_of

    @property
    def is_of_its_time(self) -> bool:
        """Whether it depends on when contacts began and until when they are known."""
        return self.waiting is not None or self.beside is not None

    @property
    def method(self) -> Method:
        """The interval's method."""
        methods: dict[str, Method] = {
            "TOTAL": "POISSON",
            "SUM": "COMPOUND_POISSON",
            "SHARE": "WILSON",
            "NPS": "ADJUSTED_WALD",
            "MEAN": "T",
            "RATIO": "LINEARISED",
            "RATE": "POISSON",
            "KAPPA": "ASYMPTOTIC",
        }
        return methods[self.kind]
