"""What a file holds, whatever its format: typed columns, rows that come one by one, and the words that explain them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

from insights.access import facts_of
from insights.metrics.answer import Answer, Row
from insights.metrics.engine import answer, records
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import Viewer
from insights.models import Feedback

Cell: TypeAlias = str | int | float | bool | datetime | None
Kind = Literal["TEXT", "INTEGER", "NUMBER", "FLAG", "TIME"]
ROWS_AT_ONCE = 4_000


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name and what its cells are. An empty cell is "not known"."""

    name: str
    kind: Kind = "TEXT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One export. `pages` yields lists of rows, so that no more than one list is in memory."""

    name: str
    about: dict[str, Any]
    columns: tuple[Column, ...]
    pages: Iterator[list[tuple[Cell, ...]]]


def metric_table(query: MetricQuery, viewer: Viewer, *, now: datetime) -> Table:
    """Return the answer's rows, or its total where the question has no cut and no bucket."""
    given = answer(query, viewer, now=now)
    columns = (
        *(Column(name) for name in query.by),
        *((Column("bucket"),) if query.bucket else ()),
        *(Column(name, "NUMBER") for name in ("value", "low", "high")),
        *(Column(name, "INTEGER") for name in ("n", "customers")),
        Column("coverage", "NUMBER"),
        Column("state"),
        *((Column("axis", "INTEGER"), Column("media")) if given.metric.scale else ()),
        *((Column(f"change_{name}", "NUMBER") for name in _CHANGE) if query.compare else ()),
    )
    rows = given.rows if query.by or query.bucket else (given.total,)
    page = [_metric_row(row, query, has_scale=bool(given.metric.scale)) for row in rows]
    return Table(name=query.metric, about=explain(given, now=now), columns=columns, pages=iter([page]))


_CHANGE = ("before", "difference", "low", "high", "p_value")


def _metric_row(row: Row, query: MetricQuery, *, has_scale: bool) -> tuple[Cell, ...]:
    change = tuple(getattr(row.change, name, None) for name in _CHANGE) if query.compare else ()
    return (
        *(row.by[name] for name in query.by),
        *((row.bucket,) if query.bucket else ()),
        *(row.value, row.low, row.high, row.n, row.customers, row.coverage, row.state),
        *((row.axis, " ".join(row.media)) if has_scale else ()),
        *change,
    )


def feedback_table(query: MetricQuery, viewer: Viewer, *, now: datetime) -> Table:
    """Return the records behind the number, all from one version of the data, newest first."""
    given = answer(query, viewer, now=now)
    pinned = replace(query, as_of=given.as_of.data_version) if given.as_of.built_at else query
    columns = tuple(column for column, _ in _FEEDBACK)
    return Table(
        name="feedback", about=explain(given, now=now), columns=columns, pages=_feedback_pages(pinned, viewer, now)
    )


def _feedback_pages(query: MetricQuery, viewer: Viewer, now: datetime) -> Iterator[list[tuple[Cell, ...]]]:
    after = None
    while True:
        page = records(query, viewer, after=after, limit=ROWS_AT_ONCE, now=now)
        rows = facts_of(page.ids, viewer)
        yield [tuple(read(feedback, viewer) for _, read in _FEEDBACK) for feedback in rows]
        after = page.next
        if after is None:
            return


def explain(given: Answer, *, now: datetime) -> dict[str, Any]:
    """Return what a reader of the file must know: question, definition, number, versions."""
    metric, built, complete = given.metric, given.as_of.built_at, given.as_of.complete_until
    return {
        "metric": metric.key,
        "label": metric.label,
        "meaning": metric.meaning,
        "formula": metric.formula,
        "unit": metric.unit,
        "interval": f"95 %, {given.method}",
        "doubt": given.incomparable or metric.doubt,
        "definition_version": metric.definition_version,
        "question": given.query.to_json(),
        "time_zone": given.time_zone,
        "value": given.total.value,
        "low": given.total.low,
        "high": given.total.high,
        "n": given.total.n,
        "state": given.total.state,
        "data_version": given.as_of.data_version,
        "built_at": built.isoformat() if built else None,
        "complete_until": complete.isoformat() if complete else None,
        "exported_at": now.isoformat(),
    }


# --- the columns of a feedback

Read: TypeAlias = Callable[[Feedback, Viewer], Cell]


def _own(name: str) -> Read:
    return lambda feedback, _: getattr(feedback, name)


def _beside(relation: str, name: str) -> Read:
    return lambda feedback, _: getattr(getattr(feedback, relation, None), name, None)


def _score(measure: str, name: str) -> Read:
    def read(feedback: Feedback, _: Viewer) -> Cell:
        first = next((score for score in feedback.scores.all() if score.measure == measure), None)
        return getattr(first, name, None)

    return read


def _key(name: str) -> Read:
    def read(feedback: Feedback, _: Viewer) -> Cell:
        key = getattr(feedback, name)
        return str(key) if key else None

    return read


def _agent(feedback: Feedback, viewer: Viewer) -> Cell:
    return feedback.agent if viewer.may_see_agents else None


def _conversation(feedback: Feedback, _: Viewer) -> Cell:
    return "\n".join(f"{turn.speaker}: {turn.text}" for turn in feedback.turns.all())


def _topics(feedback: Feedback, _: Viewer) -> Cell:
    return "; ".join(mention.topic.key for mention in feedback.mentions.all())


def _topic_sentiments(feedback: Feedback, _: Viewer) -> Cell:
    """In the order of the topics; an empty place is not known."""
    told = [mention.sentiment for mention in feedback.mentions.all()]
    return "; ".join("" if value is None else f"{value:g}" for value in told)


def _intents(feedback: Feedback) -> dict[str, Any] | None:
    found: dict[str, Any] | None = getattr(getattr(feedback, "enrichment", None), "intents", None)
    return found


def _intent(name: str) -> Read:
    def read(feedback: Feedback, _: Viewer) -> Cell:
        found = _intents(feedback)
        return None if found is None else name in found

    return read


def _competitor(feedback: Feedback, _: Viewer) -> Cell:
    found = (_intents(feedback) or {}).get("COMPETITOR", {})
    return str(found["name"]) if found.get("name") else None


_TEXTS = (
    *("kind", "source", "account", "source_id", "channel", "survey", "touchpoint", "journey_stage"),
    *("product", "segment", "region", "queue", "team"),
)
_SECONDS = ("wait_seconds", "talk_seconds", "hold_seconds", "wrap_up_seconds", "first_response_seconds")
_FLAGS = ("was_answered", "was_abandoned", "was_escalated", "was_reopened", "company_says_solved")
_FEEDBACK: tuple[tuple[Column, Read], ...] = (
    (Column("id"), _key("pk")),
    (Column("occurred_at", "TIME"), _own("occurred_at")),
    *((Column(name), _own(name)) for name in _TEXTS),
    (Column("agent"), _agent),
    (Column("customer"), _key("customer_id")),
    (Column("about"), _key("about_id")),
    *(
        (Column(f"{measure.lower()}_{name}", "NUMBER"), _score(measure, field))
        for measure in ("NPS", "CSAT", "CES")
        for name, field in (("value", "value"), ("minimum", "scale_minimum"), ("maximum", "scale_maximum"))
    ),
    (Column("customer_says_solved", "FLAG"), _own("customer_says_solved")),
    (Column("direction"), _beside("contact", "direction")),
    *((Column(name, "NUMBER"), _beside("contact", name)) for name in _SECONDS),
    (Column("transfers", "INTEGER"), _beside("contact", "transfers")),
    *((Column(name, "FLAG"), _beside("contact", name)) for name in _FLAGS),
    (Column("reason_code"), _beside("contact", "reason_code")),
    (Column("reading_state"), _beside("enrichment", "state")),
    (Column("language"), _beside("enrichment", "language")),
    (Column("sentiment", "NUMBER"), _beside("enrichment", "sentiment")),
    (Column("sentiment_label"), _beside("enrichment", "sentiment_label")),
    (Column("is_high_effort", "FLAG"), _beside("enrichment", "is_high_effort")),
    *(
        (Column(f"is_{name.lower()}", "FLAG"), _intent(name))
        for name in ("COMPLAINT", "CHURN_RISK", "IDEA", "PURCHASE")
    ),
    (Column("competitor"), _competitor),
    (Column("outcome"), _beside("enrichment", "outcome")),
    (Column("asked_for_superior", "FLAG"), _beside("enrichment", "asked_for_superior")),
    (Column("seen_before", "FLAG"), _beside("enrichment", "seen_before")),
    (Column("is_classified", "FLAG"), _beside("enrichment", "is_classified")),
    (Column("topics"), _topics),
    (Column("topic_sentiments"), _topic_sentiments),
    (Column("title"), _own("title")),
    (Column("text"), _own("text")),
    (Column("conversation"), _conversation),
)
