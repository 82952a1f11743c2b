"""Value against failure demand by owning department, and who causes the contacts that need not have been made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from insights.dashboards.boards.figures import Cell, Chart, Column, Line, export_url
from insights.dashboards.boards.reason_changes import by_topic
from insights.dashboards.boards.reason_columns import VOLUME, Wish, question
from insights.dashboards.boards.reason_tree import records_url
from insights.dashboards.boards.tiles import evidence_url
from insights.dashboards.filters import about
from insights.dashboards.numbers import number, unit_word
from insights.dashboards.stacks import Part, stacked
from insights.dashboards.words import ChangeSaid, Said, change_said, said
from insights.mart.taxonomy import standing
from insights.metrics import discovery, engine
from insights.metrics.answer import Answer, Row
from insights.metrics.query import MetricQuery
from insights.metrics.registry import METRICS
from insights.metrics.viewer import Viewer
from insights.models import Topic

CUT = "department_demand"
FAILURE, VALUE = "FAILURE", "VALUE"
_ASKED = ("contacts", "aht_seconds", "contact_cost")
_TOPICS = 3
_PARTS = ((FAILURE, "Failure", "worse", "/"), (VALUE, "Value", "contacts", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One topic of a department that went wrong."""

    name: str
    n: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One department, by the contacts that its failures cause."""

    department: str
    contacts: Said
    change: ChangeSaid | None
    contacts_url: str
    beside: tuple[tuple[Said, str], ...]  # handle time and cost of these contacts, each with its evidence
    reasons: tuple[Reason, ...]
    left_out: int
    records_url: str
    tree_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """The section."""

    sentence: str
    share: Said
    share_url: str
    share_change: ChangeSaid | None
    chart: Chart
    heads: tuple[str, ...]
    causes: tuple[Cause, ...]
    silence: str
    compares: bool


Rows = Mapping[tuple[str, str], Row]  # by demand and department
Failures = Sequence[tuple[str, str, str, Row]]  # topics' keys, names, departments and rows


def demand(page: MetricQuery, viewer: Viewer, *, now: datetime) -> Demand:
    """Return the section for the page's question."""
    metrics = [key for key in _ASKED if key in METRICS]
    queries = [about(page, key, by=(CUT,)) for key in metrics]
    asked = [*queries, about(page, "failure_demand"), question(page, VOLUME, Wish())]
    *cut, share, topics = engine.answers(asked, viewer, now=now, evidence=False)
    cut = [answer for answer in cut if answer.total.n or answer.metric.key != "contact_cost"]
    rows = [_by_department(answer) for answer in cut]
    departments = _ranked(rows[0])
    sure = _sure(rows[0])
    failures = _failures(topics)
    made = tuple(_cause(page, one, cut, rows, sure, failures) for one in departments if (FAILURE, one) in rows[0])
    return Demand(
        sentence=_sentence(made),
        share=said(share.total, share.metric),
        share_url=evidence_url(share.query),
        share_change=change_said(share.total, share.metric),
        chart=_chart(departments, rows[0], cut[0]),
        heads=tuple(_head(answer) for answer in cut[1:]),
        causes=made,
        silence="" if departments else _silence(cut[0]),
        compares=page.compare is not None,
    )


def _head(answer: Answer) -> str:
    unit = unit_word(answer.metric.unit)
    return f"{answer.metric.label}, {unit}" if unit else answer.metric.label


def _by_department(answer: Answer) -> dict[tuple[str, str], Row]:
    found = {}
    for row in answer.rows:
        if value := row.by[CUT]:
            asked, _, department = value.partition(":")
            found[asked, department] = row
    return found


def _ranked(rows: Rows) -> list[str]:
    """Return the departments, those first whose failures cause most contacts."""
    named = {department for (_, department), row in rows.items() if row.value or row.state == "SUPPRESSED"}

    def size(asked: str, department: str) -> float:
        row = rows.get((asked, department))
        return (row.value or 0.0) if row else 0.0

    return sorted(named, key=lambda one: (-size(FAILURE, one), -size(VALUE, one), one))


def _sure(rows: Rows) -> set[tuple[str, str]]:
    places = list(rows)
    changes = [rows[place].change for place in places]
    survives = discovery.survivors([change.p_value if change else None for change in changes])
    return {
        place
        for place, change, is_found in zip(places, changes, survives, strict=True)
        if is_found and change is not None and change.is_significant
    }


def _cause(
    page: MetricQuery,
    department: str,
    answers: Sequence[Answer],
    rows: Sequence[Rows],
    sure: set[tuple[str, str]],
    failures: Failures,
) -> Cause:
    place = (FAILURE, department)
    row, narrowed = rows[0][place], page.narrowed(CUT, [f"{FAILURE}:{department}"])
    reasons = _reasons(page, department, failures)
    behind = about(narrowed, VOLUME.metric, compare=None)
    of_department = page.narrowed("owner_department", [department]).narrowed("demand", [FAILURE])
    return Cause(
        department=department,
        contacts=said(row, answers[0].metric),
        change=change_said(row, answers[0].metric) if place in sure else None,
        contacts_url=evidence_url(about(narrowed, VOLUME.metric)),
        beside=tuple(
            (said(told[place], answer.metric), evidence_url(about(narrowed, answer.metric.key)))
            for answer, told in zip(answers[1:], rows[1:], strict=True)
            if place in told
        ),
        reasons=reasons[:_TOPICS],
        left_out=max(0, len(reasons) - _TOPICS),
        records_url=f"{reverse('records')}?{behind.to_url(with_metric=True)}",
        tree_url=f"{reverse('reasons')}?{urlencode(of_department.to_pairs())}",
    )


def _reasons(page: MetricQuery, department: str, failures: Failures) -> tuple[Reason, ...]:
    """Return the narrowest topics of a department that are failures, the most frequent first."""
    return tuple(
        Reason(name=name, n=number(row.value or 0), url=records_url(page, key))
        for key, name, owner, row in failures
        if owner == department
    )


def _failures(answer: Answer) -> Failures:
    """Return the narrowest topics of failure that were told of, with their names and departments."""
    taxonomy, names = standing().taxonomy, dict(Topic.objects.values_list("key", "name"))
    told = {key: row for key, row in by_topic(answer).items() if key in taxonomy.places and row.value}
    above = {taxonomy.places[key].parent for key in told}
    ranked = sorted((key for key in told if key not in above), key=lambda key: (-(told[key].value or 0), key))
    return [
        (key, names[key], taxonomy.places[key].department, told[key])
        for key in ranked
        if taxonomy.places[key].demand == FAILURE and key in names
    ]


def _sentence(causes: Sequence[Cause]) -> str:
    """Say who causes most of them."""
    if not causes or not causes[0].contacts.value:
        return ""
    first, reasons = causes[0], causes[0].reasons
    what = f", most of all {reasons[0].name}" if reasons else ""
    return f"{first.department} causes most of them: {first.contacts.value} contacts ({first.contacts.interval}){what}."


def _chart(departments: Sequence[str], rows: Rows, answer: Answer) -> Chart:
    parts = [
        Part(
            label=label,
            colour=colour,
            pattern=pattern,
            rows=tuple(rows.get((asked, department)) for department in departments),
            metric=answer.metric,
        )
        for asked, label, colour, pattern in _PARTS
    ]
    return Chart(
        key="demand",
        title="Contacts by owning department",
        summary="Contacts by owning department, in those about a failure and those of value. The table holds the same.",
        figure=stacked(departments, parts, "contacts"),
        first="Department",
        columns=tuple(Column(label=part.label, unit="", voice="contacts") for part in parts),
        lines=tuple(
            Line(name=one, cells=tuple(_cell(rows.get((asked, one)), asked, one, answer) for asked, *_ in _PARTS))
            for one in departments
        ),
        exports=(("contacts by department and demand", export_url(answer.query)),),
        foot="A contact about both counts as a failure. One about topics of two departments stands under each.",
    )


def _cell(row: Row | None, asked: str, department: str, answer: Answer) -> Cell:
    if row is None:
        none = Said(value="", unit="", interval="", base="", note="none", is_indicative=False)
        query = about(answer.query.plain(), answer.metric.key).narrowed(CUT, [f"{asked}:{department}"])
        return Cell(said=none, change=None, n="0", url=evidence_url(query))
    told = "" if row.n is None else number(row.n)
    return Cell(said=said(row, answer.metric), change=None, n=told, url=evidence_url(row.records))


def _silence(answer: Answer) -> str:
    """Return why there is nothing to show, and what to do."""
    if not answer.total.n:
        return "Nobody reached out here. Choose a longer period or fewer filters."
    return "No topic of these contacts has an owning department. An analyst names one in the taxonomy."
