"""Links that may turn out otherwise: by an id told without its account or source, and by the declared window.

What they write into an answer is noted (`LooseLink`) and taken back before the answer is looked at again, so that the
links depend on the facts and the rules alone, never on the order in which files came.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from insights.intake import link_statements as sql
from insights.intake.record import ANY_SOURCE
from insights.intake.state import FeedbackState
from insights.models import Freshness

Picture = tuple[Any, ...]
"""When an answer was, and all that linking may change of it."""
Account = tuple[str, str]
_LOCK = 0x6C696E6B  # "link"


@dataclass(frozen=True, slots=True)
class _Situation:
    longest_hours: int  # of the declared windows
    has_rules: bool
    has_loose: bool


def release(answers: Collection[UUID]) -> dict[UUID, Picture]:
    """Take back what was linked loosely of these answers, before they are told anew. Returns how those were."""
    if not answers:
        return {}
    loose = [row[0] for row in _rows(sql.LOOSE_OF, [list(answers)])]
    pictures = _pictures(loose)
    _run(sql.GIVE_BACK, loose)
    return pictures


def linked_loosely(changed: list[FeedbackState], named: set[UUID], released: Mapping[UUID, Picture]) -> list[datetime]:
    """Link what was just written where no exact id does, and mend what that changes of other answers.

    `named` are the contacts that answers began or ceased to name exactly. Returns when the answers were that changed.
    """
    situation = _situation()
    contacts = [state for state in changed if state.kind == "CONTACT"]
    accounts = _known_accounts(changed)
    waiting = _spelled_otherwise(contacts) if contacts else {}
    told = any(_is_loose(state.about[:2], accounts) for state in changed if state.about[2])
    if not (situation.has_rules or situation.has_loose or released or waiting or told):
        return []
    _one_at_a_time()
    answers = {state.id for state in changed if state.kind == "SURVEY"} | set(released)
    touched = named | {state.id for state in changed if state.kind != "SURVEY"}
    given = {
        "touched": list(touched),
        "source_ids": [state.key[2] for state in contacts],
        "longest": situation.longest_hours,
    }
    answers.update(row[0] for row in _rows(sql.AFFECTED, given))
    for (source, account), ids in waiting.items():
        answers.update(row[0] for row in _rows(sql.WAITING_ANSWERS, [source, account, ids]))
    return _reconsider(answers, named, accounts, situation, before=released)


def relink(answers: Collection[UUID]) -> list[datetime]:
    """Link these answers anew by the rules as they are now. Returns when those were that changed."""
    _one_at_a_time()
    return _reconsider(set(answers), set(), _known_accounts([]), _situation(), before={})


def relink_customers(customers: Iterable[UUID]) -> None:
    """Link the answers of customers anew whose feedback was joined or taken apart. Their days are the caller's."""
    situation = _situation()
    if situation.has_rules or situation.has_loose:
        relink([row[0] for row in _rows(sql.LOOSE_ANSWERS_OF_CUSTOMERS, [list(customers)])])


def _reconsider(
    answers: set[UUID],
    named: set[UUID],
    accounts: set[Account],
    situation: _Situation,
    *,
    before: Mapping[UUID, Picture],
) -> list[datetime]:
    """Give back, then link by exact id, by loose id and by window; also those by window whose contact is now named."""
    were = {**_pictures(answers), **before}
    _run(sql.GIVE_BACK, answers)
    _run(sql.BY_EXACT_ID, answers)
    if situation.has_rules:
        _run(sql.IDS_BY_RULE, answers)
    known = sorted(accounts)
    given = {"sources": [one[0] for one in known], "accounts": [one[1] for one in known], "any": ANY_SOURCE}
    _run_named(sql.BY_LOOSE_ID, {**given, "answers": list(answers), "by": "ID"})
    if situation.longest_hours:
        pictures = (*were.values(), *_pictures(answers).values())
        told = named | {picture[1] for picture in pictures if picture[2] == "ID" and picture[1]}
        near = {row[0] for row in _rows(sql.NEAR, {"touched": list(told), "longest": situation.longest_hours})}
        others = near - answers
        were.update(_pictures(others))
        _run(sql.GIVE_BACK, others)
        answers = answers | others
        _run_named(sql.BY_WINDOW, {"answers": list(answers), "by": "WINDOW"})
    return [picture[0] for key, picture in _pictures(answers).items() if were.get(key) != picture]


def _situation() -> _Situation:
    return _Situation(*_rows(sql.SITUATION, [])[0])


def _known_accounts(changed: Iterable[FeedbackState]) -> set[Account]:
    """Return the accounts that have told something, those of this batch included."""
    stored = Freshness.objects.filter(stage=Freshness.Stage.INTAKE).values_list("source", "account")
    return {*stored, *(state.key[:2] for state in changed)}


def _is_loose(reference: Account, accounts: Iterable[Account]) -> bool:
    """Whether an account is meant by this reference although it is called otherwise."""
    return any(account != reference and _may_mean(reference, account) for account in accounts)


def _may_mean(reference: Account, account: Account) -> bool:
    """Whether it is of that source; which accounts are meant is told by the statement, which knows the answer's own."""
    return reference[0] in (account[0], ANY_SOURCE)


def _spelled_otherwise(contacts: Iterable[FeedbackState]) -> dict[Account, list[str]]:
    """Return under which other spellings answers wait for contacts of these accounts, with the contacts' ids."""
    ids: dict[Account, list[str]] = {}
    for state in contacts:
        ids.setdefault(state.key[:2], []).append(state.key[2])
    found: dict[Account, list[str]] = {}
    for source, name in _rows(sql.WAITING_SPELLINGS, []):
        for account, some in ids.items():
            if account != (source, name) and _may_mean((source, name), account):
                found.setdefault((source, name), []).extend(some)
    return found


def _one_at_a_time() -> None:
    """Wait for other batches that link: an answer and its contact written at once would not see each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _pictures(answers: Iterable[UUID]) -> dict[UUID, Picture]:
    keys = list(answers)
    return {row[0]: row[1:] for row in _rows(sql.PICTURES, [keys])} if keys else {}


def _rows(statement: str, given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _run(statement: str, answers: Collection[UUID]) -> None:
    """Run a statement that takes the answers and nothing else."""
    if answers:
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(answers)])


def _run_named(statement: str, given: dict[str, Any]) -> None:
    if given["answers"]:
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
