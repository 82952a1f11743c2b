"""What the page of contact reasons asks of each topic: the contact center's columns, CX's, and four witnesses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from insights.dashboards.boards.tiles import Voice
from insights.dashboards.filters import about
from insights.dashboards.numbers import unit_word
from insights.metrics.query import MetricQuery
from insights.metrics.registry import METRICS

Side = Literal["contacts", "cx"]
SIDES: Mapping[str, str] = {"contacts": "Contact center", "cx": "CX"}
WINDOWS, REPEATS = METRICS["repeat_rate"].parameters["window_days"], ("any", "same")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One column: a metric, of texts of one side or of all it asks."""

    key: str
    metric: str
    label: str
    voice: Voice = "contacts"
    kind: str = ""
    told: str = ""  # how its change is told of a topic: "Contacts about {}"; empty: it is not told
    mark: str = ""  # of a witness: its shape in the plot

    @property
    def unit(self) -> str:
        """The word for its unit in the head of a column."""
        return unit_word(METRICS[self.metric].unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the address asks of this page beside the filters."""

    side: Side = "contacts"
    window: str = "7"
    repeat: str = "any"


VOLUME = Measure(key="contacts", metric="contacts", label="Contacts", told="Contacts about {}")
_SHARE = Measure(
    key="share", metric="topic_share", label="Share", kind="CONTACT", told="The share of contacts about {}"
)
ANSWERED_SHARE = Measure(
    key="answers",
    metric="topic_share",
    label="Share of survey texts",
    voice="surveys",
    kind="SURVEY",
    told="The share of survey texts about {}",
)
REPEAT = Measure(key="repeat", metric="repeat_rate", label="Came back", told="Coming back after contacts about {}")
WITNESSES = (
    Measure(
        key="company",
        metric="fcr_company",
        label="Company says",
        told="Solved by the company's word, about {},",
        mark="square",
    ),
    Measure(
        key="customer",
        metric="fcr_customer_contacts",
        label="Customer says",
        voice="surveys",
        told="Solved by the customer's word, about {},",
        mark="circle",
    ),
    Measure(key="back", metric="fcr_repeat", label="Nobody came back", voice="both", mark="diamond"),
    Measure(
        key="words",
        metric="fcr_text",
        label="Their words say",
        told="Solved by what is said, about {},",
        mark="triangle",
    ),
)
_HANDLING = (
    REPEAT,
    Measure(key="handle", metric="aht_seconds", label="Handle time", told="Handle time of calls about {}"),
    Measure(key="cost", metric="contact_cost", label="Cost", told="Cost of contacts about {}"),
    Measure(key="transfer", metric="transfer_rate", label="Passed on", told="Transfers of contacts about {}"),
    Measure(key="escalation", metric="escalation_rate", label="Escalated", told="Escalations of contacts about {}"),
)
_CX = (
    ANSWERED_SHARE,
    Measure(key="share", metric="topic_share", label="Share of contacts", kind="CONTACT", told=_SHARE.told),
    Measure(
        key="solved",
        metric="fcr_customer",
        label="Solved, they say",
        voice="surveys",
        kind="SURVEY",
        told="Solved, as survey answers about {} say,",
    ),
    Measure(key="csat", metric="csat", label="CSAT", voice="surveys", told="CSAT of those who write about {}"),
    Measure(
        key="negative",
        metric="negative_share",
        label="Sound negative",
        voice="surveys",
        kind="SURVEY",
        told="Negative words in surveys about {}",
    ),
    Measure(
        key="effort",
        metric="high_effort_share",
        label="High effort",
        voice="surveys",
        kind="SURVEY",
        told="High effort in surveys about {}",
    ),
    VOLUME,
    Measure(key="coverage", metric="survey_coverage", label="Contacts with an answer"),
)


def columns(side: Side) -> tuple[Measure, ...]:
    """Return the columns of a side, without those that nothing defines; the witnesses stand in every side's plot."""
    listed = _CX if side == "cx" else (VOLUME, _SHARE, *WITNESSES, *_HANDLING)
    return tuple(measure for measure in listed if measure.metric in METRICS)


def asked_of(side: Side) -> tuple[Measure, ...]:
    """Return all that is asked by topic, each once."""
    return tuple(dict.fromkeys((*columns(side), *WITNESSES, VOLUME)))


def question(page: MetricQuery, measure: Measure, wish: Wish, by: Sequence[str] = ("topic",)) -> MetricQuery:
    """Return what the page asks of one measure, by topic unless told."""
    query = about(page, measure.metric, by=tuple(by))
    if "window_days" in METRICS[measure.metric].parameters:
        query = with_window(query, wish)
    return query.narrowed("kind", [measure.kind]) if measure.kind else query


def with_window(query: MetricQuery, wish: Wish) -> MetricQuery:
    """Return the question about coming back within the window asked for. Raises InvalidQuery."""
    return replace(query, parameters=(("repeat_topic", wish.repeat), ("window_days", wish.window)))
