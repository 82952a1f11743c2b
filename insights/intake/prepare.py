"""A record made ready for the store: checked, redacted, its identifiers turned into digests, and hashed.

Nothing that leaves this module holds an e-mail, a phone number, a card, an IBAN or the customer's name.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from insights.intake.check import check
from insights.intake.frozen import quickly_made
from insights.intake.identity import Identifier, identifiers_of, keyed_digest
from insights.intake.record import (
    ContactRecord,
    CustomerRecord,
    EventRecord,
    ExposureRecord,
    Fact,
    FeedbackRecord,
    FeedbackReference,
    ScoreRecord,
    TurnRecord,
)
from insights.intake.redaction import redact
from insights.intake.wording import clean

Key = tuple[str, str, str]  # source, account, source id
_DEEPEST_ATTRIBUTE = 20


@quickly_made
@dataclass(frozen=True, slots=True)
class Prepared:
    """A record ready for the store. `record` holds redacted texts only, and no names or addresses."""

    key: Key
    record: Fact
    identifiers: tuple[Identifier, ...]
    content_hash: str


def prepare(record: Fact, source: str, account: str) -> Prepared:
    """Check, redact and hash one record of a delivery of `source` and `account`. Raises BadRecord."""
    check(record)
    if isinstance(record, ExposureRecord):
        return _prepared_exposure(record, source, account)
    source = record.source or source
    account = account if record.account is None else record.account
    identifiers = identifiers_of(record.customer, source, account)
    names = record.customer.names if record.customer else ()
    told = _redacted_feedback(record, names) if isinstance(record, FeedbackRecord) else _redacted_event(record, names)
    content = repr((_content(told), [one.digest for one in identifiers]))
    digest = hashlib.blake2b(content.encode(), digest_size=16).hexdigest()
    return Prepared((source, account, told.source_id), told, identifiers, digest)


def _prepared_exposure(record: ExposureRecord, source: str, account: str) -> Prepared:
    told = replace(
        record,
        segment=_short(record.segment, 80),
        region=_short(record.region, 80),
        product=_short(record.product, 120),
    )
    group = f"{told.day}:{told.segment}:{told.region}:{told.product}"
    return Prepared((source, account, group), told, (), "")


def _values_of(kind: type[Any], *left_out: str) -> "attrgetter[tuple[Any, ...]]":
    return attrgetter(*(one.name for one in fields(kind) if one.name not in left_out))


_WHERE_AND_WHEN_TOLD = ("revision", "source", "account")  # not part of what is told
_NESTED = ("customer", "contact", "about", "scores", "turns")
_OF_FEEDBACK = _values_of(FeedbackRecord, *_WHERE_AND_WHEN_TOLD, *_NESTED)
_OF_EVENT = _values_of(EventRecord, *_WHERE_AND_WHEN_TOLD, "customer")
_OF_CUSTOMER, _OF_CONTACT = _values_of(CustomerRecord), _values_of(ContactRecord)
_OF_SCORE, _OF_TURN, _OF_REFERENCE = _values_of(ScoreRecord), _values_of(TurnRecord), _values_of(FeedbackReference)


def _content(told: FeedbackRecord | EventRecord) -> tuple[Any, ...]:
    """Return all that a record says as plain tuples: much faster to write down than the records themselves."""
    customer = _OF_CUSTOMER(told.customer) if told.customer else None
    if isinstance(told, EventRecord):
        return (_OF_EVENT(told), customer)
    return (
        _OF_FEEDBACK(told),
        customer,
        _OF_CONTACT(told.contact) if told.contact else None,
        _OF_REFERENCE(told.about) if told.about else None,
        [_OF_SCORE(score) for score in told.scores],
        [_OF_TURN(turn) for turn in told.turns],
    )


def _text(text: str, names: tuple[str, ...]) -> str:
    return redact(clean(text), names) if text else ""


@lru_cache(maxsize=8192)
def _short(text: str, longest: int) -> str:
    """A name of a thing, not of a person: only what has a person's form is hidden."""
    return redact(clean(text))[:longest] if text else ""


def _maybe_short(text: str | None, longest: int) -> str | None:
    return None if text is None else _short(text, longest)


def safe_id(text: str) -> str:
    """Return an id as told; where it is an address (the Message-ID of a mail looks like one), its digest."""
    text = clean(text)
    return f"digest:{keyed_digest(text)}" if "@" in text and redact(text) != text else text


def _agent(agent: str) -> str:
    """Agents are told apart by the local part where their system knows them by address."""
    agent = clean(agent)
    return _short(agent.split("@", 1)[0] if "@" in agent else agent, 120)


def _redacted_feedback(record: FeedbackRecord, names: tuple[str, ...]) -> FeedbackRecord:
    """Every field by its name: this runs for each record, and replace() takes three times as long."""
    return FeedbackRecord(
        kind=record.kind,
        source_id=safe_id(record.source_id),
        occurred_at=record.occurred_at,
        channel=record.channel,
        source=record.source,
        account=record.account,
        part=safe_id(record.part)[:200] if record.part else "",
        adds_up=record.adds_up,
        revision=record.revision,
        customer=_without_person(record.customer),
        survey=_short(record.survey, 200),
        touchpoint=_short(record.touchpoint, 120),
        journey_stage=record.journey_stage,
        product=_short(record.product, 120),
        queue=_short(record.queue, 120),
        team=_short(record.team, 120),
        agent=_agent(record.agent) if record.agent else "",
        language=_short(record.language, 12),
        title=_text(record.title, names),
        text=_text(record.text, names),
        turns=tuple([_redacted_turn(turn, names) for turn in record.turns]) if record.turns else (),
        scores=tuple([_redacted_score(score, names) for score in record.scores]) if record.scores else (),
        contact=_redacted_contact(record.contact, names),
        about=_reference(record.about),
        customer_says_solved=record.customer_says_solved,
        attributes=_attributes(record.attributes, names) if record.attributes else {},
    )


def _redacted_event(record: EventRecord, names: tuple[str, ...]) -> EventRecord:
    return replace(
        record,
        source_id=safe_id(record.source_id),
        event=_short(record.event, 80),
        customer=_without_person(record.customer),
        attributes=_attributes(record.attributes, names),
    )


def _without_person(customer: CustomerRecord | None) -> CustomerRecord | None:
    """What may be kept of a customer: no address, number or name."""
    if customer is None:
        return None
    value = customer.annual_value
    return CustomerRecord(
        segment=_maybe_short(customer.segment, 80),
        region=_maybe_short(customer.region, 80),
        product=_maybe_short(customer.product, 120),
        customer_since=customer.customer_since,
        annual_value=value if value is not None and math.isfinite(value) and 0 <= value < 1e12 else None,
    )


def _redacted_turn(turn: TurnRecord, names: tuple[str, ...]) -> TurnRecord:
    return TurnRecord(
        speaker=turn.speaker,
        text=_text(turn.text, names),
        offset_seconds=turn.offset_seconds,
        source_id=safe_id(turn.source_id)[:200],
    )


def _redacted_score(score: ScoreRecord, names: tuple[str, ...]) -> ScoreRecord:
    if not (score.wording or score.label) and len(score.question) <= 200:
        return score
    wording, label = _text(score.wording, names), _text(score.label, names)[:200]
    return replace(score, question=clean(score.question)[:200], wording=wording, label=label)


def _redacted_contact(contact: ContactRecord | None, names: tuple[str, ...]) -> ContactRecord | None:
    if contact is None or contact.reason_code is None:
        return contact
    reason_code = _text(contact.reason_code, names)[:200]
    return contact if reason_code == contact.reason_code else replace(contact, reason_code=reason_code)


def _reference(about: FeedbackReference | None) -> FeedbackReference | None:
    if about is None or not about.source_id.strip():
        return None
    return replace(about, source_id=safe_id(about.source_id))


def _attributes(attributes: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {_text(str(name), names): _attribute(value, names) for name, value in attributes.items()}


def _attribute(value: Any, names: tuple[str, ...], depth: int = 0) -> Any:
    """Return a value that JSON can hold, its texts redacted, keys too."""
    if isinstance(value, str):
        return _text(value, names)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(value)
    if depth >= _DEEPEST_ATTRIBUTE:
        return None
    if isinstance(value, Mapping):
        return {_text(str(name), names): _attribute(one, names, depth + 1) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_attribute(one, names, depth + 1) for one in value]
    return value.isoformat() if isinstance(value, datetime | date) else _text(str(value), names)


def _number(value: int | float) -> int | float | str | None:
    """A long number may be a card or a phone and is looked at as text; what is no number is not known."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if abs(value) < 1_000_000:
        return value
    text = str(value)
    redacted = redact(text)
    return value if redacted == text else redacted
