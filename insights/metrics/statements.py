"""The statements behind numbers: one reads the rows once and adds up several metrics by several cuts and buckets.

A row's bits for all metrics are one whole number. Rows are counted by that number, and so are persons by the bits that
any of their rows has: a few counts, from which every sum of true and every count of distinct customers follows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ibis.expr.types as ir
from sqlglot import exp

from insights.mart.engine import DIALECT
from insights.metrics.dimensions import DIMENSIONS, cut_of, overlapping
from insights.metrics.parts import Part, added_up, selected
from insights.metrics.scope import ASKED

MOST_PARTS = 15  # four bits each at most, in a number of 64
_TRUNCATED = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}


@dataclass(frozen=True, slots=True)
class Layout:
    """By what rows are added up, and in which of the statement's periods."""

    by: tuple[str, ...]
    bucket: str | None
    periods: tuple[int, ...]
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of an overlapping cut: which of its values are rows
    counts_persons: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of its columns."""
        return (*(f"cut_{name}" for name in self.by), *([f"bucket_{self.bucket}"] if self.bucket else []))


@lru_cache(maxsize=512)
def numbers(parts: tuple[Part, ...], layouts: tuple[Layout, ...]) -> str:
    """Return the statement over `asked`. Its rows have `what` (twice the layout's place, 1 more where persons are
    counted), `period`, the keys of all layouts, and per part `m<place>_<bit or sum>`.
    """
    keys = tuple(dict.fromkeys(key for layout in layouts for key in layout.keys))
    counted: exp.Query | None = None
    for place, layout in enumerate(layouts):
        kinds = [(2 * place, _of_periods(layout, parts))]
        kinds += [(2 * place + 1, _persons(layout, parts))] if layout.counts_persons else []
        for what, rows in kinds:
            sums = _value_sums(parts, of_rows=what % 2 == 0)
            one = _counted(what, rows, layout, keys, sums)
            counted = one if counted is None else exp.union(counted, one, distinct=False)
    if counted is None:
        raise ValueError("A statement needs a layout.")
    columns = ["what", "period", *keys]
    added = [
        *(_bit_sum(part, name, place) for place, part in enumerate(parts) for name in part.bits),
        *(_alias(_together(name, exp.column(name)), name) for name in _value_sums(parts, of_rows=True)),
    ]
    whole = exp.select(*map(exp.column, columns), *added).from_("counted").group_by(*map(exp.column, columns))
    return (
        whole.with_("worked_out", _worked_out(parts, keys), materialized=True)
        .with_("counted", counted)
        .sql(dialect=DIALECT)
    )


@lru_cache(maxsize=512)
def clusters(parts: tuple[Part, ...], layouts: tuple[Layout, ...]) -> str:
    """Return the statement over `asked` that sums per person in each row of each layout, then the products of those:
    rows have `what` (the layout's place), `period`, the keys of all layouts, and `m<place>_c<yy, xx, xy>`.
    """
    keys = tuple(dict.fromkeys(key for layout in layouts for key in layout.keys))
    counted: exp.Query | None = None
    for what, layout in enumerate(layouts):
        one = _products(what, layout, keys, parts)
        counted = one if counted is None else exp.union(counted, one, distinct=False)
    if counted is None:
        raise ValueError("A statement needs a layout.")
    whole = exp.select("*").from_(counted.subquery("products"))
    return whole.with_("worked_out", _worked_out(parts, keys), materialized=True).sql(dialect=DIALECT)


def _products(what: int, layout: Layout, keys: tuple[str, ...], parts: Sequence[Part]) -> exp.Select:
    sums: dict[str, exp.Expr] = {}
    products: list[exp.Expr] = []
    for place, part in enumerate(parts):
        y, x = f"m{place}_y", f"m{place}_x"
        sums[y] = _sum(exp.column(y)) if "y" in part.values else _y_of_bits(part, place)
        sums[x] = _sum(exp.column(x)) if "x" in part.values else _count_of(_bit(part, "n", place))
        for name, (one, other) in {"yy": (y, y), "xx": (x, x), "xy": (x, y)}.items():
            product = exp.Mul(this=_double(exp.column(one)), expression=_double(exp.column(other)))
            products.append(_alias(_sum(product), f"m{place}_c{name}"))
    own = [exp.column(name) for name in ("period", *layout.keys)]
    rows = _of_periods(layout, parts).subquery("their_rows")
    people = exp.select(*own, "person", *(_alias(term, name) for name, term in sums.items())).from_(rows)
    people = people.group_by(*own, exp.column("person"))
    placed = [exp.column(key) if key in layout.keys else _alias(exp.Null(), key) for key in keys]
    told = exp.select(_alias(exp.Literal.number(what), "what"), exp.column("period"), *placed, *products)
    return told.from_(people.subquery("people")).group_by(*own)


def _worked_out(parts: Sequence[Part], keys: tuple[str, ...]) -> exp.Select:
    """Return what each row adds: worked out once, before anything is added up."""
    flags = added_up([part.flags(4 * place) for place, part in enumerate(parts)])
    terms = {key: _key_terms()[key].copy() for key in keys}
    for place, part in enumerate(parts):
        terms |= {f"m{place}_{name}": part.value(name) for name in part.values}
        if f"cut_{part.split_by}" in keys:
            terms[f"m{place}_each"] = part.value("each")
    columns = [exp.column("period", "t0"), exp.column("person", "t0"), _alias(flags, "flags")]
    named = (_alias(term, name) for name, term in terms.items())
    inner = exp.select(*columns, *named).from_("asked AS t0")
    return exp.select("*").from_(inner.subquery("all_rows")).where("flags <> 0")


@lru_cache(maxsize=1)
def _key_terms() -> dict[str, exp.Expr]:
    cuts: dict[str, ir.Value] = {f"cut_{name}": cut_of(ASKED, name) for name in DIMENSIONS}
    buckets: dict[str, ir.Value] = {"bucket_hour": ASKED.hour_started_at, "bucket_day": ASKED.occurred_on}
    for name, unit in _TRUNCATED.items():
        buckets[f"bucket_{name}"] = ASKED.occurred_on.truncate(unit)
    return selected(cuts | buckets)


def _of_periods(layout: Layout, parts: Sequence[Part]) -> exp.Select:
    """Return the rows of the layout's periods, one for each member of a list they are cut by."""
    columns = ["period", "person", "flags", *layout.keys]
    columns += [f"m{place}_{name}" for place, part in enumerate(parts) for name in part.values]
    split = {f"m{place}_each": (place, part) for place, part in enumerate(parts) if part.split_by in layout.by}
    rows = exp.select(*map(exp.column, (*columns, *split))).from_("worked_out")
    rows = rows.where(exp.column("period").isin(*layout.periods))
    for name in overlapping(layout.by):
        lists = {f"cut_{name}", *(key for key, (_, part) in split.items() if part.split_by == name)}
        # lists of one row are taken apart side by side
        taken = (_apart(column) if column in lists else exp.column(column) for column in (*columns, *split))
        rows = exp.select(*taken).from_(rows.subquery(f"before_{name}"))
    for name, values_kept in layout.only:
        kept = exp.column(f"cut_{name}").isin(*values_kept)
        rows = exp.select("*").from_(rows.subquery(f"of_{name}")).where(kept)
    return _with_own_amounts(rows, columns, split) if split else rows


def _apart(column: str) -> exp.Expr:
    return _alias(exp.Explode(this=exp.column(column)), column)


def _with_own_amounts(rows: exp.Select, columns: Sequence[str], split: Mapping[str, tuple[int, Part]]) -> exp.Select:
    """Give each row the amount of its own member in place of the record's; without one it has no answer there."""
    told: dict[str, exp.Expr] = {column: exp.column(column) for column in columns}
    for key, (place, part) in split.items():
        told[f"m{place}_y"] = exp.column(key)
        none = exp.Is(this=exp.column(key), expression=exp.Null())
        rest = part.flags_without_n(told["flags"], 4 * place)
        told["flags"] = exp.Case().when(none, rest).else_(told["flags"].copy())
        if (media := f"m{place}_media") in told:
            told[media] = exp.Case().when(exp.not_(none.copy()), exp.column(media))
    return exp.select(*(_alias(term, name) for name, term in told.items())).from_(rows.subquery("of_each"))


def _persons(layout: Layout, parts: Sequence[Part]) -> exp.Select:
    """Return one row for each person of a period and place, with the bits that any of their rows has."""
    keys = [exp.column(name) for name in ("period", *layout.keys)]
    bits = _alias(exp.func("bit_or", exp.column("flags")), "flags")
    rows = exp.select(*keys, bits).from_(_of_periods(layout, parts).subquery("their_rows"))
    return rows.group_by(*keys, exp.column("person"))


def _counted(
    what: int, rows: exp.Select, layout: Layout, keys: tuple[str, ...], sums: dict[str, exp.Expr]
) -> exp.Select:
    """Count the rows by place and bits. The keys of other layouts are null."""
    own = [exp.column(name) for name in ("period", *layout.keys, "flags")]
    placed = [exp.column(key) if key in layout.keys else _alias(exp.Null(), key) for key in keys]
    return (
        exp.select(
            _alias(exp.Literal.number(what), "what"),
            exp.column("period"),
            *placed,
            exp.column("flags"),
            _alias(exp.Count(this=exp.Star()), "times"),
            *(_alias(term, name) for name, term in sums.items()),
        )
        .from_(rows.subquery("counting"))
        .group_by(*own)
    )


def _value_sums(parts: Sequence[Part], *, of_rows: bool) -> dict[str, exp.Expr]:
    """Return the sums of amounts and of their products; persons have none."""
    sums: dict[str, exp.Expr] = {}
    for place, part in enumerate(parts):
        y, x = exp.column(f"m{place}_y"), exp.column(f"m{place}_x")
        if "y" in part.values:
            sums |= {f"m{place}_y": y, f"m{place}_yy": exp.Mul(this=y, expression=y.copy())}
        if "x" in part.values:
            sums |= {
                f"m{place}_x": x,
                f"m{place}_xx": exp.Mul(this=x, expression=x.copy()),
                f"m{place}_xy": exp.Mul(this=x.copy(), expression=y.copy()),
            }
        if "beside" in part.values:
            sums[f"m{place}_beside"] = exp.column(f"m{place}_beside")
        if "media" in part.values:
            sums[f"m{place}_media"] = exp.column(f"m{place}_media")
    return {name: _together(name, term) if of_rows else exp.Null() for name, term in sums.items()}


def _together(name: str, term: exp.Expr) -> exp.Expr:
    """Amounts add up; media, a bit each, are gathered."""
    return exp.func("bit_or", term.copy()) if name.endswith("_media") else _sum(term)


def _bit(part: Part, name: str, place: int) -> exp.Expr:
    mask = exp.Literal.number(1 << 4 * place + part.bits.index(name))
    return exp.NEQ(
        this=exp.paren(exp.BitwiseAnd(this=exp.column("flags"), expression=mask)), expression=exp.Literal.number(0)
    )


def _bit_sum(part: Part, name: str, place: int) -> exp.Expr:
    rows = exp.Case().when(_bit(part, name, place), exp.column("times")).else_(exp.Literal.number(0))
    return _alias(_sum(rows), f"m{place}_{name}")


def _count_of(condition: exp.Expr) -> exp.Expr:
    return exp.func("count_if", condition)


def _y_of_bits(part: Part, place: int) -> exp.Expr:
    if part.metric.kind == "NPS":
        up, down = (_count_of(_bit(part, name, place)) for name in ("up", "down"))
        return exp.Sub(this=up, expression=down)
    return _count_of(_bit(part, "y" if "y" in part.bits else "n", place))


def _sum(term: exp.Expr) -> exp.Expr:
    return exp.Sum(this=term.copy())


def _double(term: exp.Expr) -> exp.Expr:
    return exp.cast(term, "double")


def _alias(term: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(term, name)
