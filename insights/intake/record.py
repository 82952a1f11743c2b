"""The frozen records into which every source translates its words. None means "not said", never "none" or zero."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from insights.intake.frozen import quickly_made

Kind = Literal["SURVEY", "CONTACT", "REVIEW", "NOTE"]
Measure = Literal["NPS", "CSAT", "CES", "OTHER"]
SpeakerRole = Literal["CUSTOMER", "AGENT", "BOT", "SYSTEM"]
ChannelName = Literal[
    "VOICE", "CHAT", "EMAIL", "SMS", "MESSAGING", "SOCIAL", "WEB", "APP", "STORE", "LETTER", "IVR", "BOT", "OTHER"
]
DirectionName = Literal["INBOUND", "OUTBOUND", "INTERNAL"]


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRecord:
    """Who it is from, as the source knows them. Identifiers are plain here and become keyed digests in the store."""

    email: str = ""
    phone: str = ""
    customer_number: str = ""  # the company's own number; the same in every source
    vendor_ids: tuple[str, ...] = ()  # ids within this source and account
    names: tuple[str, ...] = ()  # never stored: hidden wherever they occur in this record's texts
    segment: str | None = None
    region: str | None = None
    product: str | None = None
    customer_since: date | None = None
    annual_value: float | None = None


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRecord:
    """One scored answer. The scale is as asked: CES "very difficult" = 1 has higher_is_better=True if 7 is easy."""

    measure: Measure
    question: str
    value: float
    scale_minimum: float
    scale_maximum: float
    higher_is_better: bool = True
    wording: str = ""
    label: str = ""


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """One utterance. With a source_id it is added to the turns already known; without, the list is the conversation."""

    speaker: SpeakerRole
    text: str
    offset_seconds: float | None = None
    source_id: str = ""


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecord:
    """What the contact center knows of a contact. None leaves what an earlier record said."""

    direction: DirectionName | None = None
    ended_at: datetime | None = None
    wait_seconds: float | None = None
    talk_seconds: float | None = None
    hold_seconds: float | None = None
    wrap_up_seconds: float | None = None
    first_response_seconds: float | None = None
    first_response_business_seconds: float | None = None
    transfers: int | None = None
    was_answered: bool | None = None
    was_abandoned: bool | None = None
    was_escalated: bool | None = None
    was_reopened: bool | None = None
    company_says_solved: bool | None = None
    reason_code: str | None = None


ANY_SOURCE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackReference:
    """The feedback another one is about. An empty source or account means "the same as mine".

    ANY_SOURCE is not known whose: the one contact that has this id is meant, if there is one only.
    """

    source_id: str
    source: str = ""
    account: str = ""


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRecord:
    """One piece of feedback, or with `part` something that adds to one (a comment of a ticket, its metrics).

    Whole records (part == "") are stored when new, ignored when told again unchanged, and update when `revision` is not
    lower and something differs. Parts are applied once per (feedback, part) and again when their revision grows; a part
    whose feedback is not known yet creates it, and the whole record fills it in when it arrives.
    Empty strings and None never erase what is known: a narrower export leaves the rest as it was.
    """

    kind: Kind
    source_id: str
    occurred_at: datetime  # aware
    channel: ChannelName
    source: str = ""  # empty is the delivery's own; a program that pushes records may name another
    account: str | None = None  # None is the delivery's own
    part: str = ""
    adds_up: bool = False  # a part that brings its own seconds, as a call of a ticket: they add to those of other such
    revision: int = 0
    customer: CustomerRecord | None = None
    survey: str = ""
    touchpoint: str = ""
    journey_stage: str = ""
    product: str = ""
    queue: str = ""
    team: str = ""
    agent: str = ""
    language: str = ""
    title: str = ""
    text: str = ""
    turns: tuple[TurnRecord, ...] = ()
    scores: tuple[ScoreRecord, ...] = ()
    contact: ContactRecord | None = None
    about: FeedbackReference | None = None
    customer_says_solved: bool | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """Something a customer did that is not feedback."""

    source_id: str
    event: str
    occurred_at: datetime  # aware
    channel: ChannelName
    source: str = ""
    account: str | None = None
    revision: int = 0
    customer: CustomerRecord | None = None
    journey_stage: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureRecord:
    """How many customers were active on a day, of a segment, region and product ("" is all together)."""

    day: date
    customers: int
    segment: str = ""
    region: str = ""
    product: str = ""

    @property
    def occurred_at(self) -> datetime:
        """Return when the day began, so that it counts for how far a source has delivered."""
        return datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Excluded:
    """A record left out on purpose (a preview, a test, a deleted ticket), with the reason people read."""

    reason: str


NOTICE = "Notice; the pull fetches it"


@dataclass(frozen=True, slots=True)
class Notice(Excluded):
    """A call that tells only that something happened: the pull of its source fetches what. `told` is for people."""

    reason: str = NOTICE
    told: str = ""  # "response_completed happened to response 7"
    pull: str = ""  # which pull is to be set up where there is none: "of SurveyMonkey"
    field: str = ""


Fact = FeedbackRecord | EventRecord | ExposureRecord
Translation = tuple[Fact, ...] | Excluded
"""What one record of a delivery becomes: one or more facts (the first is the record itself), or nothing, on purpose."""
