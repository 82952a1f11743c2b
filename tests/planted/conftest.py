"""Made-up companies: their ledgers, their files, and figures counted from the ledger alone."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxhub.company.generate import make_ledger, write_company
from cxhub.company.ledger import Ledger
from cxhub.company.truths import LUMIO, NOTHING_HAPPENED
from cxhub.company.world import QUEUES, REGIONS, SEGMENTS, TOPIC_KEYS

TODAY = date(2026, 11, 22)
WEEK = 7 * 86_400


@dataclass(frozen=True)
class Figures:
    """What can be counted in a ledger."""

    ledger: Ledger

    def is_about(self, *topics: str) -> Any:
        return np.isin(self.ledger.contacts.topic, [TOPIC_KEYS.index(topic) for topic in topics])

    def is_in(self, queue: str) -> Any:
        return self.ledger.contacts.queue == QUEUES.index(queue)

    def repeat_rate(self, which: Any) -> float:
        """Followed within seven days by a contact of the same customer, out of those old enough."""
        contacts = self.ledger.contacts
        by_customer: dict[int, list[int]] = {}
        for row in np.argsort(contacts.at, kind="stable"):
            by_customer.setdefault(int(contacts.customer[row]), []).append(int(row))
        followed = np.zeros(len(contacts), bool)
        for rows in by_customer.values():
            for now, later in pairwise(rows):
                followed[now] = contacts.at[later] - contacts.at[now] <= WEEK
        old_enough = contacts.at < self.ledger.period.ends_at() - WEEK
        return float(followed[which & old_enough].mean())

    def customers_say_solved(self, which: Any) -> float:
        answers = self.ledger.answers
        asked = (answers.solved >= 0) & (answers.contact >= 0)
        here = asked & which[answers.contact]
        return float(answers.solved[here].mean())

    def share_of_comments(self, topic: str) -> float:
        told = self.ledger.answers.topic[self.ledger.answers.topic >= 0]
        return float((told == TOPIC_KEYS.index(topic)).mean())

    def nps(self, segment: str, is_after: bool, at_share: float = 0.5) -> float:
        answers, customers = self.ledger.answers, self.ledger.customers
        ends = self.ledger.period.ends_at()
        change = ends - (self.ledger.period.days - round(at_share * self.ledger.period.days)) * 86_400
        here = (answers.survey == 0) & (customers.segment[answers.customer] == SEGMENTS.index(segment))
        scores = answers.score[here & ((answers.at >= change) == is_after)]
        return float(100 * ((scores >= 9).mean() - (scores < 7).mean()))

    def answer_rate(self, segment: str) -> float:
        customers, answers = self.ledger.customers, self.ledger.answers
        asked = customers.segment == SEGMENTS.index(segment)
        given = (answers.survey == 0) & (customers.segment[answers.customer] == SEGMENTS.index(segment))
        return float(given.sum() / asked.sum())

    def change_by_region(self, *topics: str, at_share: float) -> dict[str, float]:
        """Contacts a day about the topics after a day against before, by region."""
        contacts, period = self.ledger.contacts, self.ledger.period
        start = round(at_share * period.days)
        region = self.ledger.customers.region[contacts.customer]
        found = {}
        for number, name in enumerate(REGIONS):
            days = contacts.day[self.is_about(*topics) & (region == number)]
            before, after = (days < start).sum() / start, (days >= start).sum() / (period.days - start)
            found[name] = float(after / before)
        return found


@pytest.fixture(scope="session")
def lumio() -> Figures:
    """The demo, as large as people see it."""
    return Figures(make_ledger(LUMIO, today=TODAY))


@pytest.fixture(scope="session")
def large() -> Figures:
    """Ten times the demo: chance is small here."""
    return Figures(make_ledger(LUMIO, today=TODAY, scale=10))


@pytest.fixture(scope="session")
def nothing() -> Figures:
    """Ten times a company in which nothing happened."""
    return Figures(make_ledger(NOTHING_HAPPENED, today=TODAY, scale=10))


@pytest.fixture(scope="session")
def small() -> Ledger:
    """A small company whose files are quickly written and read."""
    return make_ledger(LUMIO, today=TODAY, scale=0.08)


@pytest.fixture(scope="session")
def files(small: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the small company's files."""
    folder = tmp_path_factory.mktemp("company")
    write_company(small, folder)
    return folder
