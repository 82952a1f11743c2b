"""The evidence card: why a number may be believed, and the main reason to doubt it. The same for every number."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from insights.dashboards.boards.tiles import Voice
from insights.dashboards.names import ago, days, dimension_name, moment, value_name
from insights.dashboards.numbers import digits_for, interval, number, share
from insights.dashboards.words import ChangeSaid, Said, change_said, listed, method, said
from insights.mart.assumed import Assumptions
from insights.mart.medium import BY_CHANNEL, OTHER
from insights.metrics import engine
from insights.metrics.answer import Answer
from insights.metrics.axes import NAMES
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import Viewer

LOW_COVERAGE = 0.8
CLUSTERED = 1.5
ONE_SIDED = 0.9
STALE = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All the card shows."""

    voice: Voice
    label: str
    meaning: str
    formula: str
    said: Said
    change: ChangeSaid | None
    compared_with: str
    doubt: str
    where: str  # period and filters in words
    facts: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    records_url: str
    api_url: str
    citation: str


def card(query: MetricQuery, viewer: Viewer, *, now: datetime) -> Card:
    """Return the card for one question about one number. Raises InvalidQuery for what the viewer may not ask."""
    answer = engine.answer(query, viewer, now=now)
    metric, total = answer.metric, answer.total
    number_said = said(total, metric)
    where = _where(query)
    compared = query.period.compared(query.compare) if query.compare else None
    return Card(
        voice=_voice(answer),
        label=metric.label,
        meaning=metric.meaning,
        formula=metric.formula,
        said=number_said,
        change=change_said(total, metric),
        compared_with=days(compared.since, compared.until) if compared else "",
        doubt=doubt(answer, now),
        where=where,
        facts=_facts(answer, now),
        sources=_sources(answer),
        records_url=f"{reverse('records')}?{total.records.to_url(with_metric=True)}" if viewer.may_read_rows else "",
        api_url=f"/api/v1/metrics/{metric.key}?{query.to_url()}",
        citation=_citation(answer, number_said, where),
    )


def doubt(answer: Answer, now: datetime) -> str:
    """Return the main reason to doubt this number: the gravest that applies, else the metric's standing one."""
    total, metric = answer.total, answer.metric
    if total.state == "NOT_COMPARABLE":
        return answer.incomparable
    if total.state == "WITHHELD":
        return f"There are only {total.n} answers; under {metric.fewest} chance decides more than customers do."
    if total.state == "INDICATIVE":
        return f"It stands on {total.n} records. Under 30 the value can jump by itself; read it as a hint."
    for reason in (_coverage(answer), _too_young(answer), _one_source(answer), _clustered(answer), _stale(answer, now)):
        if reason:
            return reason
    return metric.doubt


def _coverage(answer: Answer) -> str:
    """Return the doubt of a low coverage. A survey score has none: most questionnaires simply do not ask it."""
    coverage = answer.total.coverage
    if coverage is None or coverage >= LOW_COVERAGE or answer.metric.side == "SURVEYS":
        return ""
    return f"Only {share(coverage)} of the records it asks have the answer; the others may differ."


def _too_young(answer: Answer) -> str:
    waiting, n = answer.not_yet_assessable or 0, answer.total.n or 0
    if waiting <= 0.1 * (n + waiting):
        return ""
    return f"{number(waiting)} records are too young to be judged and are not in it."


def _one_source(answer: Answer) -> str:
    sources = answer.sources or {}
    whole = sum(sources.values())
    if len(sources) < 2 or not whole:
        return ""
    largest = max(sources, key=lambda source: sources[source])
    part = sources[largest] / whole
    return f"{share(part)} of it comes from one source, {value_name('source', largest)}." if part > ONE_SIDED else ""


def _clustered(answer: Answer) -> str:
    effect = answer.design_effect
    if effect is None or effect <= CLUSTERED:
        return ""
    return f"Few customers weigh much: it is worth {number((answer.total.n or 0) / effect)} independent answers."


def _stale(answer: Answer, now: datetime) -> str:
    until = answer.as_of.complete_until
    if until is None or now - until <= STALE or answer.query.until < until.date():
        return ""
    return f"The newest fact is from {moment(until)}; what came later is not in it."


def _voice(answer: Answer) -> Voice:
    kinds = answer.query.wanted.get("kind", ())
    media = set(answer.query.wanted.get("medium", ()))
    if answer.metric.side == "SURVEYS" or kinds == ("SURVEY",) or media == {"SURVEY"}:
        return "surveys"
    of_contacts = kinds == ("CONTACT",) or (media and media <= {*BY_CHANNEL, OTHER})
    return "contacts" if answer.metric.side == "CONTACTS" or of_contacts else "both"


def _where(query: MetricQuery) -> str:
    filters = [
        f"{dimension_name(name)}: {' or '.join(value_name(name, value) for value in values)}"
        for name, values in query.filters
    ]
    own = [f"{name.replace('_', ' ')}: {value}" for name, value in query.parameters]
    return " · ".join([days(query.since, query.until), *filters, *own])


def _facts(answer: Answer, now: datetime) -> tuple[tuple[str, str], ...]:
    total, as_of = answer.total, answer.as_of
    facts = [
        ("Interval", f"95 %, {method(answer)}"),
        ("Records (n)", "hidden" if total.n is None else number(total.n)),
        ("Known customers", "hidden" if total.customers is None else number(total.customers)),
        ("Coverage", f"{share(total.coverage)} of {_asked_of(answer)} hold the answer"),
        ("Design effect", _design_effect(answer)),
    ]
    if answer.clustered and answer.design_effect and answer.design_effect > 1:
        low, high = answer.clustered.low, answer.clustered.high
        reach = interval(low, high, answer.metric.unit, digits_for(low, high, answer.metric.unit))
        facts.insert(1, ("Interval by customer", f"{reach}, as the same customers are in it again"))
    if answer.metric.parameters:
        asked = [f"{name.replace('_', ' ')} {answer.query.parameter(name)}" for name in answer.metric.parameters]
        facts.insert(0, ("Asked with", ", ".join(asked)))
    if scale := _scale(answer):
        facts.append(("Scale", scale))
    if answer.not_yet_assessable:
        facts.append(("Too young to judge", number(answer.not_yet_assessable)))
    if answer.assumed is not None:
        facts.append((f"Assumption {answer.assumed.version}", _assumed(answer.assumed)))
    return (
        *facts,
        ("Newest fact", moment(as_of.complete_until)),
        ("Built", f"{moment(as_of.built_at)} ({ago(as_of.built_at, now)})"),
        ("Versions", f"definition {answer.metric.definition_version}, data {as_of.data_version}"),
        ("Days", f"of the company, {answer.time_zone}"),
    )


def _assumed(assumed: Assumptions) -> str:
    """Return what is assumed of channels in words."""
    costs = [
        f"{value_name('channel', channel)} {number(minute, 2)} a minute and {number(contact, 2)} a contact"
        for channel, minute, contact in assumed.priced()
    ]
    within = [
        f"{value_name('channel', name)} within {number(time)} s" for name, time in sorted(assumed.within().items())
    ]
    money = f"costs in {settings.CURRENCY}: {listed(costs)}" if costs else "no costs are set"
    return f"{money}; to be answered: {listed(within)}"


def _scale(answer: Answer) -> str:
    """Return which media share an axis, of a metric whose scale may differ by medium."""
    axes = [listed([NAMES[medium] for medium in axis]) for axis in answer.axes]
    if len(axes) < 2:
        return f"of {axes[0]}" if axes else ""
    return f"{listed(axes)} each stand on an axis of their own"


def _asked_of(answer: Answer) -> str:
    return "all survey answers" if answer.metric.side == "SURVEYS" else "the records it asks"


def _design_effect(answer: Answer) -> str:
    if answer.design_effect is None:
        return "not known"
    return f"{answer.design_effect:.2f} by customer (1 means every record is somebody else)"


def _sources(answer: Answer) -> tuple[tuple[str, str], ...]:
    sources = answer.sources or {}
    whole = sum(sources.values()) or 1
    ranked = sorted(sources.items(), key=lambda item: -item[1])
    return tuple((value_name("source", name), f"{number(n)} ({share(n / whole)})") for name, n in ranked)


def _citation(answer: Answer, number_said: Said, where: str) -> str:
    value = f"{number_said.value} {number_said.unit}".strip() or number_said.note
    reach = f" (95 % interval {number_said.interval})" if number_said.interval else ""
    base = f", {number_said.base}" if number_said.base else ""
    company = f"{settings.COMPANY_NAME}, " if settings.COMPANY_NAME else ""
    return (
        f"{answer.metric.label}: {value}{reach}{base}. {where}. {company}cxhub, definition "
        f"{answer.metric.definition_version}, data version {answer.as_of.data_version}."
    )
