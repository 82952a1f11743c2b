"""The ledger: what really happened in the made-up company, before anything is put into words or files."""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cxhub.company.calendar import Period
from cxhub.company.customers import Customers
from cxhub.company.truths import Truths

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Table:
    """Arrays of one length."""

    def taken(self, rows: NDArray[Any]) -> Self:
        """Return the table with these rows."""
        columns = {field.name: getattr(self, field.name)[rows] for field in fields(self)}
        return replace(self, **columns)

    def joined(self, other: Self) -> Self:
        """Return the table with the rows of `other` below its own."""
        names = [field.name for field in fields(self)]
        return replace(self, **{name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in names})


@dataclass(frozen=True, slots=True)
class Contacts(_Table):
    """One row per contact, in order of time once they are complete."""

    key: Ints  # before sorting: who caused whom
    cause: Ints  # key of the contact that this one follows; -1: none
    origin: NDArray[np.str_]  # "usual", "campaign", "new_theme", "price_change", "follow_up"
    customer: Ints
    day: Ints
    at: Ints  # epoch seconds
    topic: Ints
    queue: Ints
    channel: Ints
    was_solved: Bools  # really
    company_says: Bools

    def __len__(self) -> int:
        return len(self.key)


@dataclass(frozen=True, slots=True)
class Handling(_Table):
    """How each contact was handled; rows as in Contacts."""

    agent: Ints
    mood: Floats
    wait: Ints
    talk: Ints
    hold: Ints
    wrap_up: Ints
    transfers: Ints
    was_reopened: Bools
    was_escalated: Bools
    was_abandoned: Bools
    reason: Ints  # the topic the agent chose
    first_reply: Ints  # seconds


@dataclass(frozen=True, slots=True)
class Answers(_Table):
    """One row per survey answer."""

    survey: Ints  # 0 relationship, 1 after a contact, 2 after self-service
    customer: Ints
    contact: Ints  # row in Contacts; -1: none
    at: Ints
    score: Ints  # on the survey's own scale
    solved: Ints  # 1 yes, 0 no, -1 not asked or not answered
    topic: Ints  # of the comment; -1: no comment
    mood: Floats
    status: Ints  # 0 an answer, 1 preview, 2 test, 3 partial

    def __len__(self) -> int:
        return len(self.survey)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that happened."""

    truths: Truths
    period: Period
    seed: int
    scale: float
    customers: Customers
    contacts: Contacts
    handling: Handling
    answers: Answers
