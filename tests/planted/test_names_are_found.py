"""Names of the demo's customers and agents leave its texts in every language, and other words stay."""

import re
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import pytest

from cxhub.company.names import AGENT_NAMES
from cxhub.company.telling import Teller
from cxhub.company.world import LANGUAGES, PRODUCTS
from insights.enrichment.evaluation_redaction import hidden_spans
from insights.enrichment.names import hide_in_conversation
from insights.enrichment.own_words import OwnWords
from insights.intake.redaction import redact

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
OWN = OwnWords(["Lumio", "Lumio Wave", *PRODUCTS])


@dataclass
class Found:
    """What was hidden of what is there; `wrong` are words that belong to nobody's name."""

    texts: int = 0
    names: int = 0
    hidden: int = 0
    texts_with_wrong: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)

    def look(self, text, shown, people):
        pieces = list(hidden_spans(text, shown))
        places = [match.span() for match in re.finditer(rf"(?<!\w)(?:{'|'.join(people)})(?!\w)", text)]
        there = [place for place in places if not any(start <= place[0] < end for start, end in OWN.places(text))]
        found = [place for place in there if any(one.start <= place[0] and place[1] <= one.end for one in pieces)]
        wrong = [one for one in pieces if not any(one.start < end and start < one.end for start, end in there)]
        wrong = [one for one in wrong if text[one.start] != "["]  # what the rules for numbers have hidden
        self.texts, self.names, self.hidden = self.texts + 1, self.names + len(there), self.hidden + len(found)
        self.texts_with_wrong += bool(wrong)
        self.wrong.update(text[one.start : one.end] for one in wrong)
        self.missed.update(text[start:end] for start, end in set(there) - set(found))


def people_of(ledger, who):
    """The customer, and all agents: a text may name one who was asked before."""
    names = {*ledger.customers.name(who).split(), *(agent.split()[0] for agent in AGENT_NAMES)}
    return sorted(re.escape(name) for name in names)


def look_at(lumio, languages, contacts, answers):
    """Take contacts and comments of customers who speak these languages, and hide the names in each."""
    ledger, teller, found = lumio.ledger, Teller(lumio.ledger), Found()
    spoken, draw = ledger.customers.language, Random(5)
    rows = [row for row in range(len(ledger.contacts)) if LANGUAGES[spoken[ledger.contacts.customer[row]]] in languages]
    for row in draw.sample(rows, min(contacts, len(rows))):
        _, turns = teller.contact(row)
        texts = [redact(turn.text) for turn in turns]
        speakers = ["CUSTOMER" if turn.speaker == "customer" else "AGENT" for turn in turns]
        people = people_of(ledger, int(ledger.contacts.customer[row]))
        for text, shown in zip(texts, hide_in_conversation(texts, speakers, own=OWN), strict=True):
            found.look(text, shown, people)
    rows = [
        row
        for row in range(len(ledger.answers))
        if ledger.answers.topic[row] >= 0 and LANGUAGES[spoken[ledger.answers.customer[row]]] in languages
    ]
    for row in draw.sample(rows, min(answers, len(rows))):
        text = redact(teller.answer(row))
        shown = hide_in_conversation([text], own=OWN)[0]
        found.look(text, shown, people_of(ledger, int(ledger.answers.customer[row])))
    return found


def test_german_texts_lose_names_and_nothing_else(lumio):
    found = look_at(lumio, {"de"}, 600, 600)
    assert found.texts > 1500
    assert found.hidden / found.names >= 0.95, found.missed.most_common(20)
    assert found.texts_with_wrong / found.texts < 0.01, found.wrong.most_common(20)


def test_texts_in_four_more_languages_lose_names_and_nothing_else(lumio):
    found = look_at(lumio, {"fr", "es", "it", "pl"}, 300, 300)
    assert found.hidden / found.names >= 0.95, found.missed.most_common(20)
    assert found.texts_with_wrong / found.texts < 0.01, found.wrong.most_common(20)


def test_the_company_and_its_products_stay_in_english_texts(lumio):
    found = look_at(lumio, {"en"}, 300, 300)
    assert found.hidden / found.names >= 0.9, found.missed.most_common(20)
    assert not [word for word in found.wrong if "Lumio" in word]
