"""A metric within a statement that counts several: one row's part in it as bits of a whole number, and as values."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import ibis
import ibis.expr.types as ir
import sqlglot
from sqlglot import exp

from insights.mart.assumed import NONE, Assumptions
from insights.mart.engine import DIALECT, compiled
from insights.mart.medium import MEDIA
from insights.metrics.definition import Metric, Rows
from insights.metrics.dimensions import is_one_of, medium_in
from insights.metrics.query import MetricQuery
from insights.metrics.registry import metric_named
from insights.metrics.scope import ASKED, KIND, level_of
from insights.metrics.viewer import Viewer

_VALUES = ("SUM", "MEAN", "RATIO", "KAPPA")  # their numerators are amounts; those of the others are bits


@dataclass(frozen=True, slots=True)
class Part:
    """One metric with its parameters, of all kinds of feedback (None) or of some."""

    key: str
    parameters: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...] | None
    wanted: tuple[str, ...] | None = None  # of the dimension of which the numerator tells
    level: int | None = None  # of a rate: which groups the question tells apart
    assumed: Assumptions = NONE  # where its metric stands on them

    @classmethod
    def of(cls, query: MetricQuery, viewer: Viewer, assumed: Assumptions, *, of_rows: bool) -> "Part":
        """Return what a question asks, whatever the days and other filters: of its rows by cut, or of its total."""
        metric = metric_named(query.metric)
        asked = tuple((name, query.parameter(name)) for name in metric.parameters)
        level = level_of(query, viewer, of_rows=of_rows) if metric.beside else None
        stands_on = assumed if metric.assumes else NONE
        return cls(query.metric, asked, query.wanted.get(KIND), query.wanted.get(metric.told_of), level, stands_on)

    @property
    def metric(self) -> Metric:
        """The definition."""
        return metric_named(self.key)

    @property
    def bits(self) -> tuple[str, ...]:
        """What is true or false of a row: base and n always; waiting; y, or up and down of -1, 0, 1; aside."""
        told = {"SHARE": ("y",), "NPS": ("up", "down"), "RATE": ("aside",)}.get(self.metric.kind, ())
        return ("base", "n", *told, *(("waiting",) if self.metric.waiting else ()))

    @property
    def values(self) -> tuple[str, ...]:
        """Which amounts a row has: y, and x where the denominator is more than a count of rows; media, as bits."""
        media = ("media",) if self.metric.scale else ()
        if self.metric.beside:
            return ("beside",)
        if self.metric.kind not in _VALUES:
            return media
        return ("y", "x", *media) if self.metric.denominator else ("y", *media)

    def flags(self, first: int) -> exp.Expr:
        """Return the row's bits as a number, the first of them at place `first`. What is unknown is not true."""
        terms = _terms(self)
        under = {name: _flag(terms[name], first + place) for place, name in enumerate(self.bits) if name in terms}
        told = [under[name] for name in ("y", "up", "down") if name in under]
        n = _case(terms["n"], added_up([_number(1 << first + 1), *told]))
        waiting = [under["waiting"]] if "waiting" in under else []
        own = _case(terms["base"], added_up([_number(1 << first), n, *waiting]))
        return added_up([own, under["aside"]]) if "aside" in under else own

    @property
    def split_by(self) -> str:
        """The cut in each of whose rows a record has another amount; "" where it is the same in all."""
        return self.metric.each_of

    def flags_without_n(self, flags: exp.Expr, first: int) -> exp.Expr:
        """Return a row's number with nothing but what it says of this part's base."""
        told = sum(1 << first + place for place, name in enumerate(self.bits) if name not in ("base", "waiting"))
        return exp.BitwiseAnd(this=flags.copy(), expression=exp.BitwiseNot(this=_number(told)))

    def value(self, name: str) -> exp.Expr:
        """Return the row's amount (`each`: a list of them), null where it has no answer."""
        terms = _terms(self)
        if name == "beside":
            return terms[name].copy()
        return exp.Case().when(exp.and_(terms["base"].copy(), terms["n"].copy()), terms[name].copy())


@lru_cache(maxsize=512)
def _terms(part: Part) -> dict[str, exp.Expr]:
    """Return the part's formulas in the engine's SQL over a table `t0`. Compiling them takes some 10 ms, once."""
    return selected(dict(_formulas(part)))


def selected(formulas: dict[str, ir.Value]) -> dict[str, exp.Expr]:
    """Return expressions on ASKED in the engine's SQL, over a table `t0`."""
    statement = sqlglot.parse_one(compiled(ASKED.select(**formulas)), dialect=DIALECT, into=exp.Select)
    return {term.alias_or_name: term.unalias() for term in statement.expressions}


def _formulas(part: Part) -> Iterator[tuple[str, ir.Value]]:
    metric = part.metric
    told_of = {} if part.wanted is None else {metric.told_of: part.wanted}
    rows = Rows(ASKED, dict(part.parameters), told_of, part.level, part.assumed)
    base = metric.base(rows)
    yield "base", base if part.kinds is None else base & is_one_of(ASKED, KIND, part.kinds)
    yield "n", metric.known(rows)
    if metric.waiting:
        yield "waiting", metric.waiting(rows)
    if metric.numerator:
        yield from _numerator(metric, metric.numerator(rows))
    if metric.each:
        yield "each", metric.each(rows)
    if metric.denominator:
        yield "x", metric.denominator(rows).cast("float64")
    if metric.beside:
        amount = metric.beside(rows)
        yield "beside", amount.cast("float64")
        yield "aside", amount.notnull()
    if metric.scale:
        yield "media", ibis.cases(*((medium_in(ASKED) == name, 1 << place) for place, name in enumerate(MEDIA)))


def _numerator(metric: Metric, numerator: ir.Value) -> Iterator[tuple[str, ir.Value]]:
    if metric.kind in _VALUES:
        yield "y", numerator.cast("float64")
    elif metric.kind == "NPS":
        yield "up", numerator == 1
        yield "down", numerator == -1
    else:
        yield "y", numerator.cast("boolean")


def _flag(condition: exp.Expr, place: int) -> exp.Expr:
    return _case(condition, _number(1 << place))


def _case(condition: exp.Expr, then: exp.Expr) -> exp.Expr:
    return exp.Case().when(condition.copy(), then).else_(_number(0))


def _number(value: int) -> exp.Expr:
    return exp.cast(exp.Literal.number(value), "bigint")


def added_up(terms: list[exp.Expr]) -> exp.Expr:
    """Return the sum of one or more numbers of a row."""
    whole = terms[0]
    for term in terms[1:]:
        whole = exp.Add(this=whole, expression=term)
    return whole
