"""What a record has to keep to before it may become a fact. The database says the same with constraints."""

import math
from datetime import datetime
from typing import get_args

from insights.intake.record import (
    ChannelName,
    ContactRecord,
    DirectionName,
    EventRecord,
    ExposureRecord,
    Fact,
    FeedbackRecord,
    Kind,
    Measure,
    ScoreRecord,
    SpeakerRole,
)
from insights.intake.source import BadRecord

KINDS = frozenset(get_args(Kind))
CHANNELS = frozenset(get_args(ChannelName))
MEASURES = frozenset(get_args(Measure))
SPEAKERS = frozenset(get_args(SpeakerRole))
DIRECTIONS = frozenset(get_args(DirectionName))
STAGES = frozenset({"", "AWARENESS", "PURCHASE", "ONBOARDING", "USE", "SUPPORT", "RENEWAL", "LEAVING"})
LONGEST_ID = 200
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
LARGEST_REVISION = 2**63 - 1
MOST_TRANSFERS = 32_767
DURATIONS = (
    "wait_seconds",
    "talk_seconds",
    "hold_seconds",
    "wrap_up_seconds",
    "first_response_seconds",
    "first_response_business_seconds",
)


def check(record: Fact) -> None:
    """Raise BadRecord with a sentence for people when the record cannot be a fact."""
    if isinstance(record, ExposureRecord):
        _check_exposure(record)
        return
    _check_identity(record)
    _check_time(record.occurred_at, "occurred_at")
    _check_choice(record.channel, CHANNELS, "channel")
    _check_choice(record.journey_stage, STAGES, "journey_stage")
    if isinstance(record, FeedbackRecord):
        _check_feedback(record)
    elif not record.event.strip():
        raise BadRecord("The event has no name.", "event")


def _check_exposure(record: ExposureRecord) -> None:
    if not EARLIEST_YEAR <= record.day.year <= LATEST_YEAR:
        raise BadRecord(f"The year {record.day.year} cannot be right.", "day")
    if not 0 <= record.customers <= LARGEST_REVISION:
        raise BadRecord(f"{record.customers} customers cannot be right.", "customers")


def _check_identity(record: FeedbackRecord | EventRecord) -> None:
    if not record.source_id.strip():
        raise BadRecord("The record has no id of its own.", "source_id")
    if len(record.source_id) > LONGEST_ID:
        raise BadRecord(f"The id is longer than {LONGEST_ID} characters.", "source_id")
    if not -LARGEST_REVISION <= record.revision <= LARGEST_REVISION:
        raise BadRecord("The revision is out of range.", "revision")


def _check_time(moment: datetime, field: str) -> None:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise BadRecord("The time has no time zone.", field)
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise BadRecord(f"The year {moment.year} cannot be right.", field)


def _check_choice(value: str, known: frozenset[str], field: str) -> None:
    if value not in known:
        listed = ", ".join(sorted(choice for choice in known if choice))
        raise BadRecord(f"'{value}' is no {field.replace('_', ' ')}. Known: {listed}.", field)


def _check_feedback(record: FeedbackRecord) -> None:
    _check_choice(record.kind, KINDS, "kind")
    for turn in record.turns:
        _check_choice(turn.speaker, SPEAKERS, "speaker")
        if turn.offset_seconds is not None and not math.isfinite(turn.offset_seconds):
            raise BadRecord("A turn's offset is no number.", "offset_seconds")
    for score in record.scores:
        check_score(score)
    if record.contact is not None:
        _check_contact(record.contact)
    about = record.about
    if about is not None and about.source_id == record.source_id and not about.source and not about.account:
        raise BadRecord("The record says that it is about itself.", "about")
    if about is not None and len(about.source_id) > LONGEST_ID:
        raise BadRecord(f"The id it is about is longer than {LONGEST_ID} characters.", "about")


def check_score(score: ScoreRecord) -> None:
    """Raise BadRecord when the score does not lie on its scale, or calls itself NPS on another scale than 0 to 10."""
    low, high, value = score.scale_minimum, score.scale_maximum, score.value
    fits = low < high and low <= value <= high and math.isfinite(high - low) and score.measure in MEASURES
    if not fits or (score.measure == "NPS" and not (low == 0 and high == 10 and score.higher_is_better)):
        _refuse_score(score, low, high, value)


def _refuse_score(score: ScoreRecord, low: float, high: float, value: float) -> None:
    """Raise BadRecord with the first reason that a score is refused for."""
    _check_choice(score.measure, MEASURES, "measure")
    field = score.question or score.measure
    if not all(math.isfinite(number) for number in (low, high, value)):
        raise BadRecord("The score is no number.", field)
    if low >= high:
        raise BadRecord(f"The scale from {low:g} to {high:g} has no width.", field)
    if score.measure == "NPS" and ((low, high) != (0, 10) or not score.higher_is_better):
        raise BadRecord(f"NPS is asked from 0 to 10; this scale goes from {low:g} to {high:g}.", field)
    if not low <= value <= high:
        raise BadRecord(f"The answer {value:g} lies outside its scale from {low:g} to {high:g}.", field)
    raise BadRecord("The scale is too wide.", field)


def _check_contact(contact: ContactRecord) -> None:
    if contact.direction is not None:
        _check_choice(contact.direction, DIRECTIONS, "direction")
    if contact.ended_at is not None:
        _check_time(contact.ended_at, "ended_at")
    for name in DURATIONS:
        seconds = getattr(contact, name)
        if seconds is not None and not (math.isfinite(seconds) and seconds >= 0):
            raise BadRecord(f"{name} is {seconds:g}; a duration is 0 or more.", name)
    if contact.transfers is not None and not 0 <= contact.transfers <= MOST_TRANSFERS:
        raise BadRecord(f"{contact.transfers} transfers cannot be right.", "transfers")
    if contact.was_abandoned and contact.was_answered:
        raise BadRecord("The contact is said to be both answered and abandoned.", "was_abandoned")
