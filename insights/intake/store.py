"""Records into facts: a batch at a time, set by set, in one transaction; told twice, stored once."""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from insights.intake.customers import tell_customers
from insights.intake.dirty import days_of_previous_contacts, mark_days
from insights.intake.events import store_events
from insights.intake.exposure import store_exposures
from insights.intake.linking import link
from insights.intake.loose_links import release
from insights.intake.prepare import Key, Prepared, prepare
from insights.intake.record import EventRecord, ExposureRecord, Fact, FeedbackRecord
from insights.intake.resolve import resolve
from insights.intake.rows import known_hashes, load, write
from insights.intake.source import BadRecord
from insights.intake.state import FeedbackState
from insights.models import Delivery, Freshness

Outcome = str | BadRecord
ACCEPTED, UPDATED, UNCHANGED = "accepted", "updated", "unchanged"
BATCH = 2000
MOST_ATTEMPTS = 5
_RANK = {UNCHANGED: 0, UPDATED: 1, ACCEPTED: 2}
logger = logging.getLogger(__name__)


def store(batch: Sequence[Sequence[Fact]], delivery: Delivery, now: datetime) -> list[Outcome]:
    """Prepare and store the translations of a batch of records of `delivery`. Returns one outcome per record."""
    return store_prepared([prepared(facts, delivery.source, delivery.account) for facts in batch], delivery, now)


def store_prepared(batch: Sequence[list[Prepared] | BadRecord], delivery: Delivery, now: datetime) -> list[Outcome]:
    """Store a batch of prepared records of `delivery`. Returns one outcome per record.

    A record that breaks a rule of the facts comes back as BadRecord and changes nothing; the others are stored.
    Conflicts with other workers are tried again; what the database refuses is narrowed down to the record it refuses.
    """
    good = [(place, facts) for place, facts in enumerate(batch) if not isinstance(facts, BadRecord)]
    outcomes: list[Outcome] = [facts if isinstance(facts, BadRecord) else UNCHANGED for facts in batch]
    for (place, _), outcome in zip(good, _store_safely([facts for _, facts in good], delivery, now), strict=True):
        outcomes[place] = outcome
    return outcomes


def prepared(facts: Sequence[Fact], source: str, account: str) -> list[Prepared] | BadRecord:
    """Return the facts of one record ready for the store, or why it cannot be stored. Uses no database."""
    try:
        return [prepare(fact, source, account) for fact in facts]
    except BadRecord as bad:
        return bad


def _store_safely(records: list[list[Prepared]], delivery: Delivery, now: datetime) -> list[Outcome]:
    """Store all; when the database refuses, each half for itself, down to the one record that cannot be."""
    if not records:
        return []
    try:
        return list(_store_with_retry(records, delivery, now))
    except (DataError, IntegrityError) as refused:
        if len(records) == 1:
            logger.warning("A record was refused by the database: %s", type(refused).__name__)
            return [BadRecord(f"The database refused the record ({_rule(refused)}).")]
    middle = len(records) // 2
    return _store_safely(records[:middle], delivery, now) + _store_safely(records[middle:], delivery, now)


def _rule(refused: Exception) -> str:
    """Name the rule that was broken, never the value that broke it."""
    diagnosis = getattr(refused.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or type(refused).__name__


def _store_with_retry(records: list[list[Prepared]], delivery: Delivery, now: datetime) -> list[str]:
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            with transaction.atomic():
                outcomes = _store_once(records, delivery, now)
                with connection.cursor() as cursor:  # so that a conflict shows here and not at the very end
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            return outcomes
        except (OperationalError, IntegrityError) as conflict:
            if attempt == MOST_ATTEMPTS or not _may_pass(conflict):
                raise
    raise AssertionError("unreachable")


def _may_pass(conflict: Exception) -> bool:
    """Whether another worker may be the reason: a deadlock, a key it wrote first, a customer it merged away."""
    state = getattr(conflict.__cause__, "sqlstate", None)
    return state in {"40001", "40P01", "23505", "23503"} and not connection.needs_rollback


def _store_once(records: list[list[Prepared]], delivery: Delivery, now: datetime) -> list[str]:
    facts = [fact for record in records for fact in record]
    feedback = [fact for fact in facts if isinstance(fact.record, FeedbackRecord)]
    events = [fact for fact in facts if isinstance(fact.record, EventRecord)]
    exposures = [fact for fact in facts if isinstance(fact.record, ExposureRecord)]
    _take_turns({fact.key[:2] for fact in facts} | set(_asked_about(feedback)))
    outcome_of: dict[int, str] = {}
    if feedback:
        outcome_of |= _store_feedback(feedback, delivery, now)
    if events:
        outcome_of |= store_events(events, delivery, now)
    if exposures:
        outcome_of |= store_exposures(exposures, delivery, now)
    _tell_freshness(facts, now)
    return [max((outcome_of[id(fact)] for fact in record), key=_RANK.__getitem__) for record in records]


def _asked_about(feedback: Iterable[Prepared]) -> Iterable[tuple[str, str]]:
    for fact in feedback:
        about = fact.record.about if isinstance(fact.record, FeedbackRecord) else None
        if about is not None:
            yield about.source or fact.key[0], about.account or fact.key[1]


def _take_turns(accounts: Iterable[tuple[str, str]]) -> None:
    """One batch at a time per account: a survey and its contact, written at once, would not see each other."""
    keys = sorted(
        int.from_bytes(hashlib.blake2b(repr(account).encode(), digest_size=8).digest(), "big", signed=True)
        for account in accounts
    )
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _store_feedback(facts: list[Prepared], delivery: Delivery, now: datetime) -> dict[int, str]:
    known = known_hashes({fact.key for fact in facts})
    told = [fact for fact in facts if fact.key not in known or not known[fact.key].knows(fact)]
    outcome_of = {id(fact): UNCHANGED for fact in facts}
    customers = resolve([fact.identifiers for fact in told], now)
    released = release([known[key].id for key in {fact.key for fact in told if fact.key in known}])
    states = load({fact.key for fact in told if fact.key in known})
    before = {key: state.copy() for key, state in states.items()}
    for fact, customer in zip(told, customers, strict=True):
        outcome_of[id(fact)] = _tell(states, fact, customer)
    tell_customers(told, customers, states)
    changed = [state for key, state in states.items() if key not in before or state != before[key]]
    write(changed, before, delivery, now)
    linked = link(changed, before, released)
    _mark([one for one in changed if one.is_new or not one.same_facts(before[one.key])], before, linked, now)
    for fact in told:  # told again in other words, or narrower, without anything new
        previous = before.get(fact.key)
        if previous is not None and outcome_of[id(fact)] == UPDATED and states[fact.key].same_facts(previous):
            outcome_of[id(fact)] = UNCHANGED
    return outcome_of


def _tell(states: dict[Key, FeedbackState], fact: Prepared, customer: UUID | None) -> str:
    """Apply one record to its feedback, which may be new, or told a moment ago in the same batch."""
    record = fact.record
    if not isinstance(record, FeedbackRecord):
        raise TypeError("Only a feedback record can change a feedback.")
    state = states.get(fact.key)
    if state is None:
        states[fact.key] = state = FeedbackState(fact.key, record.kind, record.occurred_at, record.channel)
        outcome = ACCEPTED
    elif state.knows(fact):
        return UNCHANGED
    elif record.part:
        outcome = UPDATED if record.part in state.parts else ACCEPTED
    else:
        outcome = UPDATED if state.content_hash else ACCEPTED
    state.apply(fact, customer)
    return outcome


def _mark(
    changed: list[FeedbackState], before: dict[Key, FeedbackState], linked: list[datetime], now: datetime
) -> None:
    """Mark the days of all that changed, where it was and where it is, and of the contacts just before."""
    moments = [*linked, *(state.occurred_at for state in changed)]
    neighbours: list[tuple[UUID, datetime]] = []
    for state in changed:
        previous = before.get(state.key)
        if previous is not None:
            moments.append(previous.occurred_at)
        for one in (state, previous):
            if one is not None and one.kind == "CONTACT" and one.customer_id is not None:
                neighbours.append((one.customer_id, one.occurred_at))
    mark_days(moments, now, days_of_previous_contacts(neighbours))


def _tell_freshness(facts: list[Prepared], now: datetime) -> None:
    newest: dict[tuple[str, str], datetime] = {}
    for fact in facts:
        account = fact.key[:2]
        newest[account] = max(newest.get(account, fact.record.occurred_at), fact.record.occurred_at)
    with connection.cursor() as cursor:
        for (source, account_name), moment in sorted(newest.items()):
            cursor.execute(_TELL_FRESHNESS, [Freshness.Stage.INTAKE, source, account_name, moment, now, now])


_TELL_FRESHNESS = """
    INSERT INTO insights_freshness (stage, source, account, latest_record_at, delivered_at, updated_at)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (stage, source, account) DO UPDATE SET
        latest_record_at = greatest(insights_freshness.latest_record_at, EXCLUDED.latest_record_at),
        delivered_at = EXCLUDED.delivered_at, updated_at = EXCLUDED.updated_at
"""
