"""Feedback between memory and its tables: what is known of some keys, read and written set by set."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection

from insights.intake.copying import array_of, copy_rows, staged, upsert_rows
from insights.intake.prepare import Key
from insights.intake.state import CONTACT_FIELDS, PLAIN_FIELDS, SNAPSHOT_FIELDS, FeedbackState, ScoreState, TurnState
from insights.intake.turns import write_turns
from insights.models import Delivery

_TEXTS = (*PLAIN_FIELDS, *SNAPSHOT_FIELDS)
_FEEDBACK_COLUMNS = [
    "id",
    "kind",
    "source",
    "account",
    "source_id",
    "revision",
    "content_hash",
    "customer_id",
    "occurred_at",
    "channel",
    "about_id",
    "about_source",
    "about_account",
    "about_source_id",
    "customer_says_solved",
    "attributes",
]
_WRITTEN = (*_FEEDBACK_COLUMNS, *_TEXTS, "delivery_id", "created_at", "updated_at")
_KEPT_ON_UPDATE = frozenset({"id", "source", "account", "source_id", "created_at"})
_SCORE_COLUMNS = ScoreState.__slots__
_score_row = attrgetter(*_SCORE_COLUMNS)
_BY_KEY = """
    FROM insights_feedback AS feedback
    WHERE feedback.source = %s AND feedback.account = %s AND feedback.source_id = ANY(%s)
"""


def _rows(query: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _by_account(keys: Collection[Key]) -> list[list[Any]]:
    """Return the parameters of one look-up per account: so it goes through the index, whatever the planner guesses."""
    ids: dict[tuple[str, str], list[str]] = {}
    for source, account, source_id in keys:
        ids.setdefault((source, account), []).append(source_id)
    return [[*account, sorted(some)] for account, some in sorted(ids.items())]


def known_hashes(keys: Collection[Key]) -> dict[Key, FeedbackState]:
    """Return those of `keys` that are stored, with what tells whether a record is news: revisions and hashes."""
    columns = "feedback.id, source, account, source_id, kind, occurred_at, channel, revision, content_hash"
    known = {
        key[1:4]: FeedbackState(
            key[1:4], key[4], key[5], key[6], id=key[0], is_new=False, revision=key[7], content_hash=key[8]
        )
        for account in _by_account(keys)
        for key in _rows(f"SELECT {columns} {_BY_KEY}", account)  # our own column names
    }
    _load_parts(known.values())
    return known


def _load_parts(states: Iterable[FeedbackState]) -> None:
    by_id = {state.id: state for state in states}
    query = "SELECT feedback_id, part, revision, content_hash FROM insights_feedbackpart WHERE feedback_id = ANY(%s)"
    for feedback, part, revision, content_hash in _rows(query, [list(by_id)]) if by_id else ():
        by_id[feedback].parts[part] = (revision, content_hash)


def load(keys: Collection[Key]) -> dict[Key, FeedbackState]:
    """Return the whole of what is stored of `keys`, locked against other writers."""
    if not keys:
        return {}
    columns = ", ".join(f"feedback.{column}" for column in (*_FEEDBACK_COLUMNS, *_TEXTS))
    query = f"SELECT {columns} {_BY_KEY} ORDER BY feedback.id FOR UPDATE OF feedback"
    states = [_state(row) for account in _by_account(keys) for row in _rows(query, account)]
    by_id = {state.id: state for state in states}
    _load_parts(states)
    _load_scores(by_id)
    _load_turns(by_id)
    _load_contacts(by_id)
    return {state.key: state for state in states}


def _state(row: tuple[Any, ...]) -> FeedbackState:
    told = dict(zip((*_FEEDBACK_COLUMNS, *_TEXTS), row, strict=True))
    about = (told["about_source"], told["about_account"], told["about_source_id"])
    same = ("id", "kind", "occurred_at", "channel", "revision", "content_hash", "customer_id", "about_id")
    return FeedbackState(
        key=(told["source"], told["account"], told["source_id"]),
        is_new=False,
        about=about,
        values={name: told[name] for name in _TEXTS if told[name]},
        customer_says_solved=told["customer_says_solved"],
        attributes=decoded(told["attributes"]),
        **{name: told[name] for name in same},
    )


def decoded(value: Any) -> dict[str, Any]:
    """Return a JSON column as it was: Django's connection hands it out as text."""
    told: dict[str, Any] = json.loads(value) if isinstance(value, str) else value
    return told


def _load_scores(by_id: dict[UUID, FeedbackState]) -> None:
    query = (
        f"SELECT feedback_id, {', '.join(_SCORE_COLUMNS)} FROM insights_score "  # noqa: S608
        "WHERE feedback_id = ANY(%s) ORDER BY position, id"
    )
    for feedback, *told in _rows(query, [list(by_id)]):
        score = ScoreState(*told)
        by_id[feedback].scores[score.measure, score.question] = score


def _load_turns(by_id: dict[UUID, FeedbackState]) -> None:
    query = (
        "SELECT feedback_id, speaker, text, offset_seconds, source_id, id FROM insights_turn "
        "WHERE feedback_id = ANY(%s) ORDER BY position"
    )
    for feedback, *told in _rows(query, [list(by_id)]):
        by_id[feedback].turns.append(TurnState(*told))


def _load_contacts(by_id: dict[UUID, FeedbackState]) -> None:
    query = (
        f"SELECT feedback_id, {', '.join(CONTACT_FIELDS)} FROM insights_contactfacts "  # noqa: S608
        "WHERE feedback_id = ANY(%s)"
    )
    for feedback, *told in _rows(query, [list(by_id)]):
        facts = zip(CONTACT_FIELDS, told, strict=True)
        by_id[feedback].contact = {name: value for name, value in facts if value not in (None, "")}


def write(changed: list[FeedbackState], before: dict[Key, FeedbackState], delivery: Delivery, now: datetime) -> None:
    """Write what changed: new feedback by COPY, known ones in place, with all that hangs on them."""
    new = [state for state in changed if state.key not in before]
    old = [state for state in changed if state.key in before]
    written = (delivery.pk.hex, str(now), str(now))
    copy_rows("insights_feedback", _WRITTEN, [_feedback_row(state, written) for state in new])
    _update_feedback([_feedback_row(state, written) for state in old])
    _write_scores(new, [state for state in old if state.scores != before[state.key].scores])
    _write_contacts(new, [state for state in old if _contact_row(state) != _contact_row(before[state.key])])
    write_turns(new, [state for state in old if state.turns != before[state.key].turns])
    _write_parts(new, [state for state in old if state.parts != before[state.key].parts])
    _ask_for_reading(new, [state for state in old if state.words != before[state.key].words])


def _feedback_row(state: FeedbackState, written: tuple[str, str, str]) -> tuple[Any, ...]:
    """Return a feedback in the order of _WRITTEN; `written` is by which delivery and when, as text."""
    told = state.values.get
    return (
        state.id,
        state.kind,
        *state.key,
        state.revision,
        state.content_hash,
        state.customer_id,
        state.occurred_at,
        state.channel,
        state.about_id,
        *state.about,
        state.customer_says_solved,
        json.dumps(state.attributes) if state.attributes else "{}",
        *[told(name, "") for name in _TEXTS],
        *written,
    )


def _update_feedback(rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    told = ", ".join(f"{column} = told.{column}" for column in _WRITTEN if column not in _KEPT_ON_UPDATE)
    with staged("insights_feedback", _WRITTEN, rows) as stage, connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE insights_feedback AS feedback SET {told} FROM {stage} AS told WHERE feedback.id = told.id"  # noqa: S608
        )


def _write_scores(new: list[FeedbackState], old: list[FeedbackState]) -> None:
    columns = ("feedback_id", "position", *_SCORE_COLUMNS)

    def rows(states: list[FeedbackState]) -> Iterable[tuple[Any, ...]]:
        for state in states:
            for position, score in enumerate(state.scores.values()):
                yield (state.id, position, *_score_row(score))

    copy_rows("insights_score", columns, rows(new))
    upsert_rows("insights_score", columns, rows(old), key=("feedback_id", "measure", "question"))


def _contact_row(state: FeedbackState) -> tuple[Any, ...] | None:
    if state.kind != "CONTACT" and not state.contact:
        return None
    facts = {"direction": "INBOUND", "reason_code": "", **state.contact}
    return (state.id, *(facts.get(name) for name in CONTACT_FIELDS))


def _write_contacts(new: list[FeedbackState], old: list[FeedbackState]) -> None:
    columns = ("feedback_id", *CONTACT_FIELDS)
    copy_rows("insights_contactfacts", columns, filter(None, map(_contact_row, new)))
    upsert_rows("insights_contactfacts", columns, filter(None, map(_contact_row, old)), key=("feedback_id",))


def _write_parts(new: list[FeedbackState], old: list[FeedbackState]) -> None:
    columns = ("feedback_id", "part", "revision", "content_hash")

    def rows(states: list[FeedbackState]) -> Iterable[tuple[Any, ...]]:
        return ((state.id, part, *told) for state in states for part, told in state.parts.items())

    copy_rows("insights_feedbackpart", columns, rows(new))
    upsert_rows("insights_feedbackpart", columns, rows(old), key=("feedback_id", "part"))


# a reading that knows nothing yet; every column, so that nothing read out of older words stays behind
_UNREAD: dict[str, Any] = {
    "state": "PENDING",
    "attempts": 0,
    "not_before": None,
    "error": "",
    "versions": "{}",
    "language": "",
    "language_confidence": None,
    "sentiment": None,
    "sentiment_label": "",
    "sentiment_confidence": None,
    "effort": None,
    "is_high_effort": None,
    "intents": None,
    "outcome": "",
    "outcome_confidence": None,
    "asked_for_superior": None,
    "seen_before": None,
    "summary": "",
    "duplicate_of_id": None,
    "is_classified": None,
    "words": None,
    "enriched_at": None,
}


_ASK = f"""
    INSERT INTO insights_enrichment (feedback_id, {", ".join(_UNREAD)})
    SELECT told.id{", %s" * len(_UNREAD)} FROM unnest(%s::uuid[]) AS told (id)
    ON CONFLICT (feedback_id) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in _UNREAD)}
"""  # noqa: S608  # our own column names


def _ask_for_reading(new: list[FeedbackState], old: list[FeedbackState]) -> None:
    """A text that is new or changed waits to be read; what was read out of the old words no longer holds.

    Feedback without words has no row: there is nothing to read, and nothing to wait for.
    """
    waiting = [state.id for state in (*new, *old) if state.has_words]
    if waiting:
        with connection.cursor() as cursor:
            cursor.execute(_ASK, [*_UNREAD.values(), array_of(waiting)])
