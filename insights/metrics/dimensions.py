"""What numbers can be cut and filtered by."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, isfinite
from typing import Literal

import ibis
import ibis.expr.types as ir

from insights.mart.medium import BY_CHANNEL, MEDIA, OTHER
from insights.mart.schema import FEEDBACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One way to cut. `column` is the mart column; an empty cell there is the value "" in a query and None in a row.

    Where the column is a list, a record stands in as many rows as it has members, once in each: rows do not add up to
    their total. An empty list is the value "".
    """

    name: str
    label: str
    column: str = ""  # empty: worked out of others
    about: Literal["ANY", "SURVEYS", "CONTACTS"] = "ANY"
    is_guarded: bool = False  # persons: only for viewers who may see agents
    is_number: bool = False
    is_flag: bool = False  # true, false and null in the mart; YES, NO and "" in a query
    is_list: bool = False
    is_score: bool = False  # a number or "" (not answered); a filter takes ranges too: "0..6", "9..", "..50"
    values: tuple[str, ...] = ()  # closed lists: anything else is refused


_KINDS = ("SURVEY", "CONTACT", "REVIEW", "NOTE")
_CHANNELS = (
    "VOICE", "CHAT", "EMAIL", "SMS", "MESSAGING", "SOCIAL", "WEB", "APP", "STORE", "LETTER", "IVR", "BOT", "OTHER",
)  # fmt: skip
_STAGES = ("", "AWARENESS", "PURCHASE", "ONBOARDING", "USE", "SUPPORT", "RENEWAL", "LEAVING")


def _flag(name: str, label: str, column: str) -> Dimension:
    return Dimension(name=name, label=label, column=column, is_flag=True, values=("", "YES", "NO"))


DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension(name="kind", label="Kind", column="kind", values=_KINDS),
        _flag("solicited", "Asked for", "solicited"),
        Dimension(name="source", label="Source", column="source"),
        Dimension(name="channel", label="Channel", column="channel", values=_CHANNELS),
        Dimension(name="medium", label="Medium", values=MEDIA),
        Dimension(
            name="direction",
            label="Direction",
            column="direction",
            about="CONTACTS",
            values=("", "INBOUND", "OUTBOUND", "INTERNAL"),
        ),
        Dimension(name="queue", label="Queue", column="queue"),
        Dimension(name="team", label="Team", column="team"),
        Dimension(name="agent", label="Agent", column="agent", is_guarded=True),
        Dimension(name="segment", label="Segment", column="segment"),
        Dimension(name="product", label="Product", column="product"),
        Dimension(name="region", label="Region", column="region"),
        Dimension(name="language", label="Language", column="language"),
        Dimension(name="touchpoint", label="Touchpoint", column="touchpoint"),
        Dimension(name="journey_stage", label="Journey stage", column="journey_stage", values=_STAGES),
        Dimension(name="survey", label="Survey", column="survey", about="SURVEYS"),
        Dimension(name="nps_score", label="NPS answer", column="nps_value", about="SURVEYS", is_score=True),
        Dimension(name="csat_score", label="CSAT, % of scale", column="csat_value", about="SURVEYS", is_score=True),
        Dimension(name="ces_score", label="CES, % of scale", column="ces_value", about="SURVEYS", is_score=True),
        Dimension(
            name="about_by",
            label="How its contact was found",
            column="about_by",
            about="SURVEYS",
            values=("", "ID", "WINDOW"),
        ),
        Dimension(name="reason_code", label="Agent's reason code", column="reason_code", about="CONTACTS"),
        Dimension(name="topic", label="Topic", column="topics", is_list=True),
        Dimension(name="owner_department", label="Owner department", column="owner_departments", is_list=True),
        Dimension(name="demand", label="Demand", column="demands", is_list=True, values=("", "VALUE", "FAILURE")),
        Dimension(name="department_demand", label="Demand on", column="department_demands", is_list=True),
        Dimension(name="main_topic", label="Main topic", column="main_topic"),
        Dimension(
            name="sentiment_label",
            label="Sounds",
            column="sentiment_label",
            values=("", "NEGATIVE", "NEUTRAL", "POSITIVE"),
        ),
        _flag("high_effort", "High effort", "is_high_effort"),
        _flag("complaint", "Complaint", "is_complaint"),
        _flag("churn_risk", "Churn risk", "is_churn_risk"),
        _flag("idea", "Idea", "is_idea"),
        _flag("purchase", "Wants to buy", "is_purchase"),
        Dimension(name="competitor", label="Competitor named", column="competitor"),
        Dimension(
            name="outcome",
            label="Solved, by the words",
            column="outcome",
            values=("", "SOLVED", "UNSOLVED", "UNCLEAR"),
        ),
        _flag("asked_for_superior", "Asked for a superior", "asked_for_superior"),
        _flag("seen_before", "Not the first time", "seen_before"),
        Dimension(
            name="hour_of_day",
            label="Hour of day",
            column="hour_of_day",
            is_number=True,
            values=tuple(map(str, range(24))),
        ),
        Dimension(
            name="weekday",
            label="Weekday (1 is Monday)",
            column="weekday",
            is_number=True,
            values=tuple(map(str, range(1, 8))),
        ),
    )
}


def overlapping(names: Iterable[str]) -> tuple[str, ...]:
    """Return those of the cuts in which a record can stand in several rows."""
    return tuple(name for name in names if DIMENSIONS[name].is_list)


def cut_of(table: ir.Table, name: str) -> ir.Value:
    """Return what a row stands under: a text or a number, or for a list all of them. "" is not known, and no member."""
    dimension = DIMENSIONS[name]
    if name == "medium":
        return medium_in(table)
    column = table[dimension.column]
    if dimension.is_score:
        return _score(table, dimension).cast("string").re_replace(r"\.0$", "").fill_null("")
    if dimension.is_flag:
        return ibis.cases((column, "YES"), (~column, "NO"), else_="")
    if dimension.is_list:
        return ibis.ifelse(column.length() == 0, ibis.array([""]), column)
    return column.fill_null("") if FEEDBACK.field(dimension.column).nullable else column


def medium_in(table: ir.Table) -> ir.StringValue:
    """Return the medium of each row, as `insights.mart.medium` has it."""
    by_channel = ((table.channel.isin(channels), medium) for medium, channels in BY_CHANNEL.items())
    return ibis.cases((table.kind != "CONTACT", table.kind), *by_channel, else_=OTHER)


def is_one_of(table: ir.Table, name: str, values: tuple[str, ...]) -> ir.BooleanValue:
    """Return the predicate of one filter: a record with any of the values."""
    dimension = DIMENSIONS[name]
    if not values:
        return ibis.literal(False)
    if dimension.is_list:
        members = table[dimension.column]
        return ibis.or_(*(members.contains(value) if value else members.length() == 0 for value in values))
    if dimension.is_number:
        return table[dimension.column].isin([int(value) for value in values])
    if dimension.is_score:
        return ibis.or_(*(_lies_within(_score(table, dimension), value) for value in values))
    return cut_of(table, name).isin(values)


def bounds_of(value: str) -> tuple[float, float]:
    """Return from where to where a score is asked for: "7" is that one, "0..6", "9.." and "..6" hold their ends.

    Raises ValueError for what is no range.
    """
    if not re.fullmatch(r"-?\d{1,6}(\.\d{1,6})?|(-?\d{1,6}(\.\d{1,6})?)?\.\.(-?\d{1,6}(\.\d{1,6})?)?", value, re.ASCII):
        raise ValueError(value)
    low, dots, high = value.partition("..")
    ends = float(low or -inf), float(high or inf) if dots else float(low)
    if ends[0] > ends[1]:
        raise ValueError(value)
    return ends


def _lies_within(score: ir.Value, value: str) -> ir.BooleanValue:
    if not value:
        return score.isnull()
    low, high = bounds_of(value)
    ends = [score >= low] if isfinite(low) else []
    ends += [score <= high] if isfinite(high) else []
    return ibis.and_(score.notnull(), *ends)


def _score(table: ir.Table, dimension: Dimension) -> ir.NumericValue:
    """An NPS answer as it is; others as % of the way up their own scale, turned so that high is good."""
    value: ir.NumericValue = table[dimension.column]
    measure = dimension.column.removesuffix("_value")
    if measure == "nps":
        return value
    low, high = table[f"{measure}_minimum"], table[f"{measure}_maximum"]
    up = ibis.ifelse(table[f"{measure}_higher_is_better"], value - low, high - value)
    return (up * 100 / (high - low)).round(2)
