"""What changed among the reasons, and is it real: only what survives among everything that was looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from insights.dashboards.boards.headline import moved
from insights.dashboards.boards.reason_columns import VOLUME, Measure
from insights.dashboards.boards.tiles import evidence_url
from insights.metrics import discovery
from insights.metrics.answer import Answer, Row

MOST = 5
Sure = frozenset[tuple[str, str]]  # measures' keys and topics'


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One change in a sentence, and the way to its evidence."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Column:
    """What one measure told: its answer, its rows by topic ("" is none), and where their evidence is."""

    answer: Answer
    rows: Mapping[str, Row]
    url: str  # without the topic

    def row(self, topic: str) -> Row:
        """Return the row of a topic; of one that nothing was told of, a row that says so (of a share: out of all)."""
        if topic in self.rows:
            return self.rows[topic]
        return Row(
            by={"topic": topic or None},
            bucket=None,
            value=None,
            low=None,
            high=None,
            n=self.answer.total.n if self.answer.metric.of_all else 0,
            customers=0,
            coverage=None,
            state="NO_DATA",
            records=self.answer.query.plain().narrowed("topic", [topic]),
        )

    def url_of(self, topic: str) -> str:
        """Return the address of the evidence behind a topic's number, with what it is compared with."""
        return f"{self.url}&{urlencode({'topic': topic})}"


Told = Mapping[Measure, Column]


def column(answer: Answer) -> Column:
    """Return an answer by topic as a column."""
    query = answer.query
    plain = replace(query, by=(), filters=tuple(item for item in query.filters if item[0] != "topic"))
    return Column(answer, by_topic(answer), evidence_url(plain))


def by_topic(answer: Answer) -> dict[str, Row]:
    """Return the rows by topic; "" is none."""
    return {row.by["topic"] or "": row for row in answer.rows}


def sure_changes(told: Told) -> Sure:
    """Return which changes survive among all topics of all columns (false discoveries under 10 %)."""
    looked_at = [
        (measure.key, topic, row.change)
        for measure, column in told.items()
        if measure.told
        for topic, row in column.rows.items()
        if row.change is not None
    ]
    survives = discovery.survivors([change.p_value for _, _, change in looked_at])
    return frozenset(
        (key, topic)
        for (key, topic, change), is_found in zip(looked_at, survives, strict=True)
        if is_found and change.is_significant
    )


def findings(told: Told, sure: Sure, names: Mapping[str, str], narrowest: frozenset[str]) -> tuple[Finding, ...]:
    """Return the surest changes of the narrowest topics in sentences; a share only where the count says nothing."""
    ranked = sorted(
        (_rank(column.rows[topic]), measure.key, topic, measure)
        for measure, column in told.items()
        for topic in narrowest.intersection(column.rows)
        if (measure.key, topic) in sure and _is_news(measure, topic, sure)
    )
    return tuple(_finding(measure, told[measure], topic, names[topic]) for _, _, topic, measure in ranked[:MOST])


def _rank(row: Row) -> tuple[float, float]:
    change = row.change
    if change is None or change.difference is None or change.p_value is None:
        return 1.0, 0.0
    return change.p_value, -abs(change.difference / (change.before or 1.0))


def _is_news(measure: Measure, topic: str, sure: Sure) -> bool:
    return measure.key != "share" or (VOLUME.key, topic) not in sure


def _finding(measure: Measure, found: Column, topic: str, name: str) -> Finding:
    text = moved(measure.told.format(name), found.rows[topic].change, found.answer.metric)
    return Finding(text=f"{text}.", url=found.url_of(topic))


def headline(found: Sequence[Finding], compared_with: str, largest: str) -> str:
    """Return the sentence at the top: the surest change, or that there is none, or what most contacts are about."""
    if found:
        return found[0].text
    if compared_with:
        return f"No reason changed beyond what chance explains, against {compared_with}."
    return f"Most contacts are about {largest}." if largest else "No contact told a reason here."
