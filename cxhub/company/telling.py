"""From a row of the ledger to its words: who speaks, about what, in which language and mood."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from cxhub.company.calendar import ZONE
from cxhub.company.conversation import Brief, Turn, comment, converse
from cxhub.company.ledger import Ledger
from cxhub.company.names import AGENT_NAMES
from cxhub.company.slots import Person
from cxhub.company.world import CHANNELS, LANGUAGES, PRODUCTS, TOPICS

_CONTACT, _ANSWER, _REVIEW = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts the ledger into words, row by row; the same row always in the same words."""

    ledger: Ledger

    def contact(self, row: int) -> tuple[str, list[Turn]]:
        """Return subject and turns of a contact."""
        contacts, handling = self.ledger.contacts, self.ledger.handling
        who = int(contacts.customer[row])
        brief = Brief(
            topic=TOPICS[contacts.topic[row]].key,
            channel=CHANNELS[contacts.channel[row]],
            mood=float(handling.mood[row]),
            was_solved=self._seems_solved(row),
            is_again=bool(contacts.cause[row] >= 0),
            language=LANGUAGES[self.ledger.customers.language[who]],
            seed=self._seed(_CONTACT, row),
            first_reply=int(handling.first_reply[row]),
        )
        return converse(brief, self.person(who, int(handling.agent[row]), int(contacts.at[row])))

    def answer(self, row: int) -> str:
        """Return the comment of a survey answer, "" where there is none."""
        answers = self.ledger.answers
        if answers.topic[row] < 0:
            return ""
        who, about = int(answers.customer[row]), int(answers.contact[row])
        brief = Brief(
            topic=TOPICS[answers.topic[row]].key,
            channel="WEB",
            mood=float(answers.mood[row]),
            was_solved=bool(answers.solved[row] == 1),
            is_again=False,
            language=LANGUAGES[self.ledger.customers.language[who]],
            seed=self._seed(_ANSWER, row),
            score=int(answers.score[row]),
        )
        agent = int(self.ledger.handling.agent[about]) if about >= 0 else who % len(AGENT_NAMES)
        return comment(brief, self.person(who, agent, int(answers.at[row])))

    def review(self, topic: str, mood: float, language: int, day: date, number: int) -> str:
        """Return the words of a public review by somebody who is not known."""
        brief = Brief(
            topic=topic, channel="WEB", mood=mood, was_solved=mood > 0, is_again=False,
            language=LANGUAGES[language], seed=self._seed(_REVIEW, number),
        )  # fmt: skip
        at = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
        return comment(brief, self.person(number % len(self.ledger.customers), number % len(AGENT_NAMES), at))

    def person(self, who: int, agent: int, at: int) -> Person:
        """Return whose words they are."""
        customers = self.ledger.customers
        return Person(
            name=customers.name(who),
            email=customers.email(who),
            number=customers.number(who),
            phone=customers.phone(who),
            product=PRODUCTS[customers.product[who]],
            agent=AGENT_NAMES[agent],
            day=datetime.fromtimestamp(at, ZONE).date(),
            key=who,
        )

    def _seems_solved(self, row: int) -> bool:
        """Agents of the queue that closes too early say it is done; whether the customer agrees is in the survey."""
        return bool(self.ledger.contacts.was_solved[row])

    def _seed(self, kind: int, row: int) -> int:
        return (self.ledger.seed * 4 + kind) * 10_000_019 + row
