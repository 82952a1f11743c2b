"""What is true of the company beyond chance, as data. docs/company.md tells each in words and how to see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class UnbriefedCampaign:
    """A promotion of a new tariff. Nobody told the agents that customers would ask for the price after it."""

    name: str
    topic: str
    starts_at: float  # share of the period that has passed
    days: int
    excess_share: float  # extra contacts in the window, as a share of the usual contacts in it
    channels: Mapping[str, float]  # how the extra contacts split
    tail_days: int = 4  # it fades out over these


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A topic of which contacts and surveys give a different picture. Moods go from -1 to 1."""

    topic: str
    contact_share: float
    survey_share: float  # of the comments
    contact_mood: float
    survey_mood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamRepeats:
    """A department whose faults customers must call about again and again."""

    department: str
    topics: tuple[str, ...]
    follow_up_chance: float  # that a contact causes another one; chance contacts come on top
    repeat_ratio: float  # measured: repeat rate within 7 days against all other contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class WronglySolved:
    """A queue that closes what is not solved."""

    queue: str
    company_says: float
    customer_says: float
    follow_up_chance: float  # where it was not solved
    elsewhere_company_says: float = 0.83
    elsewhere_customer_says: float = 0.76


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTheme:
    """Something that was never heard before a day, and then grows."""

    topic: str
    cause: str
    starts_at: float
    share_at_end: float  # of all contacts, once it has grown
    growth_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseBias:
    """Who answers a survey: by segment, and by how strongly they feel."""

    by_segment: Mapping[str, float]
    strong_feelings: float  # promoters and detractors, the very pleased and very angry
    mild_feelings: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NpsDrift:
    """A price change after which one segment recommends less."""

    name: str
    segment: str
    starts_at: float
    points: float  # of NPS as answered
    topic: str  # what they then write and call about
    extra_share: float  # of contacts, for four weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """Something that was done in one region and worked: the proof is there to be found."""

    name: str
    region: str
    topics: tuple[str, ...]
    starts_at: float
    reduction: float  # share of these contacts that no longer come


NEUTRAL_RESPONSE = ResponseBias(by_segment={}, strong_feelings=1.0, mild_feelings=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truths:
    """Everything planted in one company. None is "no effect at all"."""

    name: str
    campaign: UnbriefedCampaign | None = None
    loud_in_contacts: Disagreement | None = None
    loud_in_surveys: Disagreement | None = None
    upstream: UpstreamRepeats | None = None
    wrongly_solved: WronglySolved | None = None
    new_theme: NewTheme | None = None
    response: ResponseBias = field(default=NEUTRAL_RESPONSE)
    price_change: NpsDrift | None = None
    improvement: Improvement | None = None


LUMIO = Truths(
    name="Lumio",
    campaign=UnbriefedCampaign(
        name="Lumio Wave launch",
        topic="price_after_promotion",
        starts_at=0.36,
        days=12,
        excess_share=0.38,
        channels={"VOICE": 0.46, "CHAT": 0.38, "EMAIL": 0.10, "WEB": 0.04, "MESSAGING": 0.02},
    ),
    loud_in_contacts=Disagreement(
        topic="app_login", contact_share=0.075, survey_share=0.012, contact_mood=-0.65, survey_mood=0.55
    ),
    loud_in_surveys=Disagreement(
        topic="store_visit", contact_share=0.007, survey_share=0.105, contact_mood=0.15, survey_mood=-0.55
    ),
    upstream=UpstreamRepeats(
        department="Logistics", topics=("router_late", "activation_wrong"), follow_up_chance=0.50, repeat_ratio=3.0
    ),
    wrongly_solved=WronglySolved(queue="Device Support", company_says=0.93, customer_says=0.55, follow_up_chance=0.42),
    new_theme=NewTheme(
        topic="esim_activation",
        cause="App release 7.4",
        starts_at=0.70,
        share_at_end=0.075,
        growth_days=16,
    ),
    response=ResponseBias(
        by_segment={"Premium": 2.2, "Business": 1.1, "Consumer": 1.0, "Prepaid": 0.22},
        strong_feelings=1.6,
        mild_feelings=0.7,
    ),
    price_change=NpsDrift(
        name="Price change of the Consumer tariffs",
        segment="Consumer",
        starts_at=0.50,
        points=-15.0,
        topic="price_increase",
        extra_share=0.05,
    ),
    improvement=Improvement(
        name="Clearer invoices",
        region="Bavaria",
        topics=("invoice_unclear", "wrong_charge"),
        starts_at=0.58,
        reduction=0.30,
    ),
)
"""The demo."""

NOTHING_HAPPENED = Truths(name="Lumio")
"""The same company in a period in which nothing happened: whatever an analysis finds here is a false alarm."""

COMPANIES: Mapping[str, Truths] = {"lumio": LUMIO, "nothing": NOTHING_HAPPENED}


def day_of(starts_at: float, since: date, days: int) -> date:
    """Return the day on which something that begins at `starts_at` (share of the period) begins."""
    return since + timedelta(days=round(starts_at * days))
